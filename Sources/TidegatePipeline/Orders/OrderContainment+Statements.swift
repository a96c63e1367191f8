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
        let written = min(judged.intake.delivery.modified, now).adding(seconds: -settings.exportTakesSeconds)
        let asOf = judged.mark.asOf.map { min($0, now) }
        let isFull = judged.intake.scope == .full
        if isFull, !judged.statesRowTimesOnly {
            changes.figures[source.id] = asOf ?? written
            return changes
        }
        let wanted =
            isFull
            ? try await ordered(among: Set(judged.observation.deltas.lazy.map(\.key.sku))).union(acknowledged)
            : try await orderedStocks()
        guard !wanted.isEmpty else { return changes }
        let stated = try await stated(of: wanted, judged.intake, source)
        changes.stated[source.id] = stated.mapValues { rows in
            asOf ?? rows.map { min($0, now) } ?? written
        }
        return changes
    }

    /// Everything that was ordered, and whatever stock it may show.
    private func orderedStocks() async throws -> Set<SKU> {
        let products = try await shop.state.openProducts()
        return products.union(products.flatMap { shop.settings.rules.stocks(shownAs: $0) })
    }

    /// Of these SKUs those of which a delivery states every position that its source has, with the oldest
    /// time of their rows; nothing where a row has none.
    private func stated(
        of wanted: Set<SKU>,
        _ intake: SnapshotIntake,
        _ source: Source
    ) async throws -> [SKU: Timestamp?] {
        let view = await source.baseline.view
        return try await offPool { [format = source.settings.format] in
            var missing: [SKU: Set<PositionKey>] = [:]
            for (sku, positions) in try view?.positions(of: wanted.sorted()) ?? [:] {
                missing[sku] = Set(positions.map(\.key))
            }
            var times: [SKU: Timestamp?] = [:]
            for row in try RowTimes.rows(of: wanted, in: intake.open(), format: format) {
                missing[row.key.sku]?.remove(row.key)
                guard let known = times[row.key.sku] else {
                    times.updateValue(row.asOf, forKey: row.key.sku)
                    continue
                }
                let oldest = known.flatMap { known in row.asOf.map { min($0, known) } }
                times.updateValue(oldest, forKey: row.key.sku)
            }
            return times.filter { missing[$0.key]?.isEmpty ?? true }
        }
    }
}

extension JudgedDelivery {
    /// Whether nothing but its rows says what a delivery is as of.
    var statesRowTimesOnly: Bool { mark.asOf == nil && observation.statistics.asOf != nil }
}
