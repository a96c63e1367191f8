import DeltaEngine
import InventoryCore
import SnapshotFormats
import SnapshotSources
import StateStore
import TidegateSettings

/// Takes off the order ledger what the ERP's figures contain by now (spec/orders.md, 4).
struct OrderContainment: Sendable {
    private let shop: Shop
    private let settings: OrderSettings
    private let now: Timestamp

    /// Nothing for a shop whose orders are not read.
    init?(_ shop: Shop, at now: Timestamp) {
        guard let settings = shop.settings.orders else { return nil }
        (self.shop, self.settings, self.now) = (shop, settings, now)
    }

    /// Orders that one poll looks at, because figures may contain them by now.
    private static let most = 2_000

    /// Takes off what the figures contain that are accepted already.
    func contain(_ ledger: inout OrderLedger) async throws {
        ledger.add(try await shop.state.acknowledgedOrders(limit: OrderContainment.most))
        guard !ledger.orders.isEmpty else { return }
        let owners = try await owners(of: ledger)
        try await contain(&ledger, of: owners, by: LedgerChanges(), doubts: try await shop.state.doubts())
    }

    /// What a delivery changes in the ledger: the figures that are accepted with it contain what was
    /// acknowledged until then.
    ///
    /// - Returns: the changes, and the SKUs whose stock has to be worked out with them.
    /// - Throws: `Fault`.
    func changes(
        with judged: borrowing JudgedDelivery,
        of source: Source
    ) async throws -> (LedgerChanges, skus: Set<SKU>) {
        var changes = LedgerChanges()
        // The same bytes state nothing anew unless they say so, and what is held is not accepted.
        guard judged.isNew || judged.mark.asOf != nil, !judged.judgement.holdsAll else {
            return (changes, [])
        }
        changes = try await statements(of: judged, source)
        let cursor = try await shop.state.orderCursor()
        let since = Timestamp(microseconds: cursor?.since ?? now.microseconds)
        var ledger = OrderLedger(
            settings.rules(since: since),
            orders: try await shop.state.acknowledgedOrders()
        )
        if let cursor {
            // What was stated with the delivery is contained in it.
            var kept = OrderAcknowledging(shop.state, from: cursor, at: now)
            try await kept.take(into: &ledger)
            (changes.cursor, changes.acknowledged) = (kept.cursor, kept.acknowledged)
            changes.exceptions.occurred += kept.unclear
        }
        guard !ledger.orders.isEmpty else { return (changes, []) }
        let owners = try await owners(of: ledger)
        try await contain(&ledger, of: owners, by: changes, doubts: judged.doubts)
        changes.orders = ledger.changed.sorted().compactMap { ledger[$0] }
        return (changes, Set(ledger.touched.flatMap { owners.shownStocks[$0] ?? [] }))
    }

    // MARK: as of when figures are

    /// As of when a delivery states what was ordered: all of it by its contract or its file, or each SKU by
    /// its own rows.
    ///
    /// A time of a row says nothing of other rows. A delivery that does not say when it was true is older
    /// than its file.
    private func statements(
        of judged: borrowing JudgedDelivery,
        _ source: Source
    ) async throws -> LedgerChanges {
        var changes = LedgerChanges()
        let written = min(judged.intake.delivery.modified, now).adding(seconds: -settings.exportTakesSeconds)
        let asOf = judged.mark.asOf.map { min($0, now) }
        let hasRowTimes = asOf == nil && judged.observation.statistics.asOf != nil
        if judged.intake.scope == .full, !hasRowTimes {
            changes.figures[source.id] = asOf ?? written
            return changes
        }
        let products = try await shop.state.openProducts()
        guard !products.isEmpty else { return changes }
        let rules = shop.settings.rules
        let wanted = products.union(products.flatMap { rules.stocks(shownAs: $0) })
        let stated = try await stated(of: wanted, judged.intake, source)
        changes.stated[source.id] = stated.mapValues { rows in
            asOf ?? rows.map { min($0, now) } ?? written
        }
        return changes
    }

    private func contain(
        _ ledger: inout OrderLedger,
        of owners: Owners,
        by changes: LedgerChanges,
        doubts: DoubtBook
    ) async throws {
        var times = FigureTimes(
            of: shop.sources.map(\.id),
            full: try await shop.state.orderFigures().merging(changes.figures) { max($0, $1) }
        )
        times.stated = try await shop.state.orderFigures(of: owners.stocks)
        for (source, skus) in changes.stated {
            for (sku, time) in skus {
                let known = times.stated[sku]?[source] ?? time
                times.stated[sku, default: [:]][source] = max(known, time)
            }
        }
        times.doubtful = Set(doubts.all.lazy.map(\.key.sku).filter(owners.stocks.contains))
        times.holders = owners.holders
        ledger.contain(at: now) { line, part in
            let stocks = owners.shownStocks[line.sku] ?? []
            return (stocks.isEmpty ? [line.sku] : stocks).allSatisfy { times.contain(part, of: $0) }
        }
    }

    // MARK: whose stock

    /// Whose stock the lines of some orders take.
    private struct Owners {
        /// The sources that have positions of a SKU.
        var holders: [SKU: Set<SourceID>] = [:]
        /// Of each product the SKUs with positions whose stock it shows: its own, or others' where a fence
        /// says so.
        var shownStocks: [SKU: [SKU]] = [:]

        var stocks: Set<SKU> { Set(holders.keys) }
    }

    private func owners(of ledger: OrderLedger) async throws -> Owners {
        let rules = shop.settings.rules
        let products = Set(ledger.orders.values.flatMap { $0.lines.map(\.sku) })
        let former = try await shop.state.stocks(shownBy: products.sorted())
        var candidates: [SKU: [SKU]] = [:]
        for product in products {
            let others = Set(rules.stocks(shownAs: product) + [former[product]].compactMap(\.self))
            candidates[product] = [product] + others.subtracting([product]).sorted()
        }
        let skus = Set(candidates.values.joined()).sorted()
        var owners = Owners()
        for source in shop.sources {
            guard let view = await source.baseline.view else { continue }
            let positions = try await offPool { try view.positions(of: skus) }
            for (sku, own) in positions where !own.isEmpty {
                owners.holders[sku, default: []].insert(source.id)
            }
        }
        // A name that fits a second product's may be that of a product with stock of its own.
        owners.shownStocks = candidates.mapValues { $0.filter { owners.holders[$0] != nil } }
        return owners
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
            var reader = SnapshotReader(format: format)
            try reader.readAll(
                from: intake.open(),
                rows: { row in
                    guard wanted.contains(row.key.sku) else { return }
                    missing[row.key.sku]?.remove(row.key)
                    guard let known = times[row.key.sku] else {
                        times.updateValue(row.asOf, forKey: row.key.sku)
                        return
                    }
                    let oldest = known.flatMap { known in row.asOf.map { min($0, known) } }
                    times.updateValue(oldest, forKey: row.key.sku)
                },
                rejected: { _ in }
            )
            return times.filter { missing[$0.key]?.isEmpty ?? true }
        }
    }
}
