import DeltaEngine
import InventoryCore
import StateStore
import TidegateSettings

/// Takes off the order ledger what the ERP's figures contain by now (spec/orders.md, 4).
struct OrderContainment: Sendable {
    let shop: Shop
    let settings: OrderSettings
    let now: Timestamp

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

    /// What a delivery changes in the ledger.
    struct Contained: Sendable {
        var changes = LedgerChanges()
        /// SKUs whose stock has to be worked out with them.
        var skus: Set<SKU> = []
        /// Times of its rows that release nothing yet, and are noted for what is acknowledged later.
        var unread: UnreadTimes?
    }

    /// What a delivery changes in the ledger: the figures that are accepted with it contain what was
    /// acknowledged until then.
    ///
    /// - Throws: `Fault`.
    func changes(
        with judged: borrowing JudgedDelivery,
        of source: Source
    ) async throws -> Contained {
        // The same bytes state nothing anew unless they say so; their rows are looked at again for what was
        // acknowledged since.
        let statesAnew = judged.isNew || judged.mark.asOf != nil
        guard statesAnew || judged.statesRowTimesOnly else { return Contained() }
        let cursor = try await shop.state.orderCursor()
        var ledger = OrderLedger(rules(cursor), orders: try await shop.state.acknowledgedOrders())
        guard statesAnew || !ledger.orders.isEmpty else { return Contained() }
        guard !judged.judgement.holdsAll else {
            let stated = try await statements(of: judged, source, acknowledged: stocks(of: ledger))
            var held = LedgerChanges()
            held.held[source.id] = HeldFigures(
                full: stated.figures[source.id],
                stated: stated.stated[source.id] ?? [:]
            )
            return Contained(changes: held)
        }
        var kept = cursor.map { OrderAcknowledging(shop.state, from: $0, at: now) }
        // What was stated with the delivery is contained in it.
        try await kept?.take(into: &ledger)
        var contained = Contained()
        if ledger.orders.isEmpty, judged.intake.scope == .full, judged.statesRowTimesOnly {
            contained.unread = UnreadTimes(judged, source, self, view: await source.baseline.view)
        } else {
            let stocks = try await stocks(of: ledger)
            contained.changes = try await statements(of: judged, source, acknowledged: stocks)
        }
        // It says of everything what is there now, whatever was held before.
        if judged.intake.scope == .full { contained.changes.held[source.id] = HeldFigures.empty }
        if let kept {
            (contained.changes.cursor, contained.changes.acknowledged) = (kept.cursor, kept.acknowledged)
            contained.changes.exceptions.occurred += kept.unclear
        }
        (contained.changes, contained.skus) = try await contain(
            &ledger,
            by: contained.changes,
            doubts: judged.doubts
        )
        return contained
    }

    /// What events change in the ledger: levels that are stated contain what was acknowledged by then.
    ///
    /// - Parameters:
    ///   - stated: as of when all positions of SKUs that the source has are stated.
    ///   - source: whose events they are.
    ///   - doubts: the positions in doubt after them.
    /// - Returns: the changes, and the SKUs whose stock has to be worked out with them.
    /// - Throws: `Fault`.
    func changes(
        stated: [SKU: Timestamp],
        of source: SourceID,
        doubts: DoubtBook
    ) async throws -> (LedgerChanges, skus: Set<SKU>) {
        var changes = LedgerChanges()
        guard !stated.isEmpty else { return (changes, []) }
        changes.stated[source] = stated
        return try await contain(products(showing: stated.keys), by: changes, doubts: doubts)
    }

    /// What a person's approval of what was held changes in the ledger: a delivery that was held as a whole
    /// is accepted with the last of its positions, and single SKUs with all of theirs.
    ///
    /// - Parameters:
    ///   - skus: the SKUs of the positions that are approved.
    ///   - source: whose they are.
    ///   - doubts: the positions that are in doubt after it.
    ///   - isStated: whether the delivery's own values are approved, and not a person's.
    /// - Returns: the changes, and the SKUs whose stock has to be worked out with them.
    /// - Throws: `Fault`.
    func changes(
        approving skus: Set<SKU>,
        of source: SourceID,
        doubts: DoubtBook,
        isStated: Bool
    ) async throws -> (LedgerChanges, skus: Set<SKU>) {
        var changes = LedgerChanges()
        let held = try await shop.state.heldFigures(of: source)
        let waiting = doubts.doubts(of: source).values.filter { $0.reason == .held }
        guard held != .empty, isStated else {
            return try await contain(products(showing: skus), by: changes, doubts: doubts)
        }
        if waiting.isEmpty {
            changes.figures[source] = held.full
            changes.stated[source] = held.stated
            changes.held[source] = HeldFigures.empty
            var ledger = OrderLedger(
                rules(try await shop.state.orderCursor()),
                orders: try await shop.state.acknowledgedOrders()
            )
            return try await contain(&ledger, by: changes, doubts: doubts)
        }
        for sku in try await ordered(among: skus).subtracting(waiting.map(\.key.sku)) {
            guard let time = held.stated[sku] ?? held.full else { continue }
            changes.stated[source, default: [:]][sku] = time
        }
        return try await contain(products(showing: skus), by: changes, doubts: doubts)
    }

    private func rules(_ cursor: OrderCursor?) -> LedgerRules {
        settings.rules(since: Timestamp(microseconds: cursor?.since ?? now.microseconds))
    }

    /// The SKUs, and the products that show a part of their stock.
    private func products(showing skus: some Sequence<SKU>) async throws -> Set<SKU> {
        let skus = Array(skus)
        let former = try await shop.state.products(showing: skus).values.joined()
        return Set(skus).union(shop.settings.rules.aliases(of: skus)).union(former)
    }

    /// Of some SKUs those of which something was ordered, as themselves or as a product that shows them.
    func ordered(among skus: Set<SKU>) async throws -> Set<SKU> {
        guard !skus.isEmpty else { return [] }
        let former = try await shop.state.products(showing: Array(skus))
        let open = try await shop.state.openProducts(among: products(showing: skus))
        guard !open.isEmpty else { return [] }
        let rules = shop.settings.rules
        return skus.filter { sku in
            open.contains(sku) || !open.isDisjoint(with: rules.aliases(of: sku))
                || !open.isDisjoint(with: former[sku] ?? [])
        }
    }

    /// The products of some orders, and whatever stock they may show.
    private func stocks(of ledger: OrderLedger) async throws -> Set<SKU> {
        let products = Set(ledger.orders.values.flatMap { $0.lines.map(\.sku) })
        guard !products.isEmpty else { return [] }
        let former = try await shop.state.stocks(shownBy: products.sorted())
        return products.union(products.flatMap { shop.settings.rules.stocks(shownAs: $0) })
            .union(former.values)
    }

    // MARK: what figures contain

    private func contain(
        _ products: Set<SKU>,
        by changes: LedgerChanges,
        doubts: DoubtBook
    ) async throws -> (LedgerChanges, skus: Set<SKU>) {
        let orders = try await shop.state.acknowledgedOrders(of: products)
        guard !orders.isEmpty else { return (changes, []) }
        var ledger = OrderLedger(rules(try await shop.state.orderCursor()), orders: orders)
        return try await contain(&ledger, by: changes, doubts: doubts)
    }

    private func contain(
        _ ledger: inout OrderLedger,
        by known: LedgerChanges,
        doubts: DoubtBook
    ) async throws -> (LedgerChanges, skus: Set<SKU>) {
        guard !ledger.orders.isEmpty else { return (known, []) }
        var changes = known
        let owners = try await owners(of: ledger)
        try await contain(&ledger, of: owners, by: changes, doubts: doubts)
        changes.orders = ledger.changed.sorted().compactMap { ledger[$0] }
        return (changes, Set(ledger.touched.flatMap { owners.shownStocks[$0] ?? [] }))
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
        times.doubtful = doubts.skus.intersection(owners.stocks)
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
}
