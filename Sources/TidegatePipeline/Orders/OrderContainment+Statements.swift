import DeltaEngine
import InventoryCore
import SnapshotFormats
import SnapshotSources
import StateStore
import TidegateSettings

// As of when deliveries state what was ordered.
extension OrderContainment {
    /// As of when a delivery states what was ordered: all of it by its contract or its file, or each SKU by
    /// its own rows.
    ///
    /// A time of a row says nothing of other rows. A delivery that does not say when it was true is older
    /// than its file.
    ///
    /// Of a full delivery with times of its rows only the SKUs are read that its figures may release: those
    /// it changes, and those of which something is acknowledged. What is acknowledged later of the others
    /// stays until the next delivery, which is what orders.md, 4 asks.
    ///
    /// - Parameters:
    ///   - judged: the delivery.
    ///   - source: whose it is.
    ///   - acknowledged: the SKUs of lines that are acknowledged and that no figure contains yet.
    /// - Returns: the figures that are stated, as changes of the ledger.
    /// - Throws: `Fault`.
    func statements(
        of judged: borrowing JudgedDelivery,
        _ source: Source,
        acknowledged: Set<SKU>
    ) async throws -> LedgerChanges {
        var changes = LedgerChanges()
        let asOf = judged.mark.asOf.map { min($0, now) }
        let isFull = judged.intake.scope == .full
        if isFull, !judged.statesRowTimesOnly {
            changes.figures[source.id] = asOf ?? written(judged.intake)
            return changes
        }
        let wanted =
            isFull
            ? try await ordered(among: Set(judged.observation.deltas.lazy.map(\.key.sku))).union(acknowledged)
            : try await orderedStocks()
        guard !wanted.isEmpty else { return changes }
        let view = await source.baseline.view
        let stated = try await times(of: wanted, in: judged.intake, of: source, view)
        changes.stated[source.id] = asOf.map { asOf in stated.mapValues { _ in asOf } } ?? stated
        return changes
    }

    /// Everything that was ordered, and whatever stock it may show.
    private func orderedStocks() async throws -> Set<SKU> {
        let products = try await shop.state.openProducts()
        return products.union(products.flatMap { shop.settings.rules.stocks(shownAs: $0) })
    }

    /// Of these SKUs those of which a delivery states every position of a view, with the oldest time of their
    /// rows; where a row has none, that of the file.
    fileprivate func times(
        of wanted: Set<SKU>,
        in intake: SnapshotIntake,
        of source: Source,
        _ view: BaselineView?
    ) async throws -> [SKU: Timestamp] {
        let written = written(intake)
        return try await offPool { [now, format = source.settings.format] in
            let skus = wanted.sorted()
            let seeds = view?.seeds ?? .random()
            let rows = try RowTimes.rows(of: skus, in: intake.open(), format: format, seeds: seeds)
            let areWhole = try view?.areWhole(skus, in: rows)
            var oldest = [Timestamp?](repeating: nil, count: skus.count)
            var areTimed = [Bool](repeating: true, count: skus.count)
            for row in rows {
                areTimed[row.sku] = areTimed[row.sku] && row.asOf != nil
                let time = row.asOf ?? now
                oldest[row.sku] = min(oldest[row.sku] ?? now, time)
            }
            var times: [SKU: Timestamp] = [:]
            for (number, sku) in skus.enumerated() where areWhole?[number] ?? true {
                times[sku] = areTimed[number] ? oldest[number] : written
            }
            return times
        }
    }

    /// As of when a delivery is that does not say so.
    private func written(_ intake: SnapshotIntake) -> Timestamp {
        min(intake.delivery.modified, now).adding(seconds: -settings.exportTakesSeconds)
    }
}

/// What the rows of a delivery say they are as of, so far as that is noted for what is acknowledged later:
/// nothing of its run depends on it, so it is read beside the commit.
struct UnreadTimes: Sendable {
    private let containment: OrderContainment
    private let intake: SnapshotIntake
    private let source: Source
    /// The positions that the source had before, where it is not known that all of them are stated.
    private let view: BaselineView?
    private let changed: Set<SKU>
    /// Those of them of which nothing is accepted, so that they are not worked out.
    private let held: Set<SKU>

    init(
        _ judged: borrowing JudgedDelivery,
        _ source: Source,
        _ containment: OrderContainment,
        view: BaselineView?
    ) {
        (self.containment, self.source) = (containment, source)
        intake = judged.intake
        let (deltas, accepted) = (judged.observation.deltas, judged.judgement.accepted)
        var changed = Set(deltas.lazy.map(\.key.sku))
        let isSound = judged.observation.statistics.rejected == 0 && !judged.observation.isIdentical
        self.view = isSound ? nil : view
        // Where every row can be read, whatever is not stated is a removal.
        if isSound { changed.subtract(deltas.lazy.filter { $0.after == nil }.map(\.key.sku)) }
        held = deltas.count == accepted.count ? [] : changed.subtracting(accepted.lazy.map(\.key.sku))
        self.changed = changed
    }

    /// Reads the times of what the delivery changes and was ordered.
    ///
    /// - Parameter ordered: the SKUs that were worked out and of which something was ordered.
    /// - Returns: as of when each of them is stated whole; others are missing.
    /// - Throws: `Fault`.
    func times(of ordered: [SKU]) async throws -> [SKU: Timestamp] {
        let wanted = try await changed.intersection(ordered).union(containment.ordered(among: held))
        guard !wanted.isEmpty else { return [:] }
        return try await containment.times(of: wanted, in: intake, of: source, view)
    }
}

extension JudgedDelivery {
    /// Whether nothing but its rows says what a delivery is as of.
    var statesRowTimesOnly: Bool { mark.asOf == nil && observation.statistics.asOf != nil }
}
