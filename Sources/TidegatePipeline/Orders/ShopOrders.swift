import InventoryCore
import StateStore
import TidegateSettings

/// The web orders of a shop that the ERP does not know yet, as planning asks for them.
struct ShopOrders: Sendable {
    private let state: StateDatabase
    /// Says whose checkouts may still be running.
    private let now: Timestamp
    private let settings: OrderSettings
    /// Whose customers have ordered tells only from which of several warehouses.
    private let namesGroups: Bool
    /// Orders as they will be when the run is committed.
    private var changed: [OrderID: LedgerOrder] = [:]
    private var changedProducts: Set<SKU> = []

    /// Nothing for a shop whose orders are not read.
    init?(_ shop: Shop, at now: Timestamp) {
        guard let settings = shop.settings.orders else { return nil }
        state = shop.state
        self.now = now
        self.settings = settings
        namesGroups = shop.settings.rules.sites.contains { $0.warehouse != nil }
    }

    /// Has these orders count as they are here, whatever the database still says.
    mutating func take(_ orders: [LedgerOrder]) {
        for order in orders {
            changed[order.id] = order
            for line in order.lines { changedProducts.insert(line.sku) }
        }
    }

    /// Whether orders could not be read for too long: then nobody knows what was sold, and nothing may rise.
    func isStale() async throws -> Bool {
        settings.isStale(try await state.orderCursor(), at: now)
    }

    /// Gives what was ordered of some SKUs' stock.
    ///
    /// - Parameters:
    ///   - skus: the SKUs.
    ///   - products: they, and the products that show their stock; in byte order.
    ///   - apportioner: says which of them have quotas, and until when these last.
    /// - Returns: what counts of each.
    /// - Throws: `Fault`.
    func ordered(
        of skus: [SKU],
        on products: [SKU],
        by apportioner: Apportioner
    ) async throws -> OrderedStock {
        let calendar = QuotaCalendar(of: apportioner.rules.periods)
        let use = QuotaUse(apportioner, periods: calendar.spans(at: apportioner.instant))
        var quotas: [SKU: [QuotaUse.Quota]] = [:]
        var times: [SKU: Timestamp] = [:]
        if !use.isEmpty {
            for sku in skus {
                let own = use.quotas(of: sku)
                guard let since = own.map(\.span.lowerBound).min() else { continue }
                quotas[sku] = own
                for product in [sku] + apportioner.rules.aliases(of: sku) {
                    times[product] = min(times[product] ?? since, since)
                }
            }
        }
        let former = try await former(skus, apportioner.rules)
        let all = former.isEmpty ? products : Set(products + former.values.joined()).sorted()
        return OrderedStock(
            rules: apportioner.rules,
            former: former,
            open: try await lines(of: all),
            use: use,
            quotas: quotas,
            bought: try await bought(since: times)
        )
    }

    /// Products that have shown a part of these SKUs' stock and by the rules of now do not: what was ordered
    /// of them was taken from it all the same.
    private func former(_ skus: [SKU], _ rules: RuleSet) async throws -> [SKU: [SKU]] {
        var former = try await state.products(showing: skus)
        for (sku, products) in former {
            let now = Set(rules.aliases(of: sku))
            let others = products.filter { $0 != sku && !now.contains($0) }
            former[sku] = others.isEmpty ? nil : others
        }
        return former
    }

    /// Gives what counts for some products, which come in byte order.
    private func lines(of products: [SKU]) async throws -> [SKU: [OpenLine]] {
        var lines = try await state.openLines(of: products, namesGroups: namesGroups, at: now)
        guard !changed.isEmpty else { return lines }
        for product in lines.keys { lines[product]?.removeAll { changed[$0.order] != nil } }
        guard products.contains(where: changedProducts.contains) else { return lines }
        let wanted = Set(products)
        for order in changed.values.sorted(by: { $0.id < $1.id }) {
            for line in order.lines where line.open > .zero && wanted.contains(line.sku) {
                let open = OpenLine(line, customerGroup: order.customerGroup, at: now)
                lines[line.sku, default: []].append(open)
            }
        }
        return lines
    }

    /// Gives what was bought on products, of each since a time of its own.
    private func bought(since times: [SKU: Timestamp]) async throws -> [SKU: [QuotaLine]] {
        var lines = try await state.quotaLines(since: times)
        guard !changed.isEmpty, !times.isEmpty else { return lines }
        for product in lines.keys { lines[product]?.removeAll { changed[$0.order] != nil } }
        for order in changed.values {
            for line in order.lines {
                guard let since = times[line.sku], line.placed >= since,
                    let bought = QuotaLine(line, customerGroup: order.customerGroup)
                else { continue }
                lines[line.sku, default: []].append(bought)
            }
        }
        return lines
    }
}

extension OrderSettings {
    /// Whether orders that were read so far could not be read for too long.
    func isStale(_ cursor: OrderCursor?, at now: Timestamp) -> Bool {
        guard let cursor else { return true }
        return cursor.read < now.adding(seconds: -staleAfterSeconds).microseconds
    }
}
