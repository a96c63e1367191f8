/// Collects positions, open web orders and consumption in any order, and gives them back by SKU and site, in
/// byte order, ready to allocate.
///
/// For small inputs that come as a whole, as in `tidegate allocate`: it keeps every row in memory, some 70
/// bytes each.
package struct StockBook: Sendable {
    private let rules: RuleSet
    private var positions: [PositionRow] = []
    private var charges: [SubjectKey: Charge] = [:]
    private var owners: [Location: Int?] = [:]

    private struct SubjectKey: Hashable, Comparable {
        let sku: SKU
        let site: Int

        static func < (left: SubjectKey, right: SubjectKey) -> Bool {
            if left.sku < right.sku { return true }
            return left.sku == right.sku && left.site < right.site
        }
    }

    private struct PositionRow {
        let key: SubjectKey
        let net: LocationNet
    }

    private struct Charge {
        var orders = WebOrders.none
        var consumed: [FenceQuantity] = []
    }

    package init(rules: RuleSet) {
        self.rules = rules
    }

    /// Whether nothing has been added yet.
    package var isEmpty: Bool { positions.isEmpty && charges.isEmpty }

    /// Adds what a location holds; stock of a dedicated location goes to the fence that owns it.
    ///
    /// - Throws: `StockBookError.unknownSite`.
    package mutating func add(
        _ net: Quantity,
        of sku: SKU,
        at site: SiteID,
        location: Location
    ) throws(StockBookError) {
        let key = try key(sku, site)
        let owner: Int?
        if let known = owners[location] {
            owner = known
        } else {
            owner = rules.owner(of: location)
            owners[location] = .some(owner)
        }
        positions.append(PositionRow(key: key, net: LocationNet(location: location, net: net, owner: owner)))
    }

    /// Adds what the shop has sold and the ERP does not know yet; an unknown pool makes it unattributed.
    ///
    /// - Throws: `StockBookError.unknownSite`, `.negative` or `.tooLarge`.
    package mutating func add(
        orders quantity: Quantity,
        of sku: SKU,
        at site: SiteID,
        pool: String
    ) throws(StockBookError) {
        guard quantity >= .zero else { throw .negative(sku: sku, site: site, quantity: quantity) }
        let key = try key(sku, site)
        do {
            try charges[key, default: Charge()].orders.add(quantity, toPool: pool, of: rules)
        } catch {
            throw .tooLarge(sku: sku, site: site)
        }
    }

    /// Adds what a group has consumed of its quota in the period, open orders included.
    ///
    /// - Throws: `StockBookError.unknownSite`, `.unknownFence` or `.negative`.
    package mutating func add(
        consumed quantity: Quantity,
        of sku: SKU,
        at site: SiteID,
        fence: FenceID
    ) throws(StockBookError) {
        guard quantity >= .zero else { throw .negative(sku: sku, site: site, quantity: quantity) }
        let key = try key(sku, site)
        guard let number = rules.fenceNumber(fence) else { throw .unknownFence(fence) }
        charges[key, default: Charge()].consumed.append(FenceQuantity(fence: number, quantity: quantity))
    }

    private func key(_ sku: SKU, _ site: SiteID) throws(StockBookError) -> SubjectKey {
        guard let number = rules.siteNumber(site) else { throw .unknownSite(site) }
        return SubjectKey(sku: sku, site: number)
    }

    /// Calls `body` with each SKU at each site, in byte order of (sku, site), including those that have only
    /// orders or consumption.
    package consuming func forEach<Fault: Error>(
        granularity: (SKU) -> Quantity = { _ in Quantity(units: 1) },
        _ body: (SiteStock) throws(Fault) -> Void
    ) throws(Fault) {
        // Exports are mostly sorted already, and checking costs little compared with sorting.
        let isSorted = zip(positions, positions.dropFirst()).allSatisfy {
            $0.key < $1.key || $0.key == $1.key
        }
        if !isSorted { positions.sort { $0.key < $1.key } }
        let nets = positions.map(\.net)
        let alone = charges.keys.sorted()
        var (next, start) = (0, 0)
        while start < positions.count || next < alone.count {
            let key = start < positions.count ? positions[start].key : alone[next]
            if next < alone.count, alone[next] < key {
                try body(stock(alone[next], [], granularity))
                next += 1
                continue
            }
            var end = start
            while end < positions.count, positions[end].key == key { end += 1 }
            try body(stock(key, nets[start..<end], granularity))
            start = end
            if next < alone.count, alone[next] == key { next += 1 }
        }
    }

    private func stock(
        _ key: SubjectKey,
        _ nets: ArraySlice<LocationNet>,
        _ granularity: (SKU) -> Quantity
    ) -> SiteStock {
        let charge = charges[key] ?? Charge()
        return SiteStock(
            sku: key.sku,
            site: key.site,
            locations: nets,
            orders: charge.orders,
            consumed: charge.consumed,
            granularity: granularity(key.sku)
        )
    }
}

/// Why a stock book refuses a row.
package enum StockBookError: Error, Hashable, Sendable {
    case unknownSite(SiteID)
    case unknownFence(FenceID)
    case negative(sku: SKU, site: SiteID, quantity: Quantity)
    case tooLarge(sku: SKU, site: SiteID)

    package var code: String {
        switch self {
        case .unknownSite: "unknown_site"
        case .unknownFence: "unknown_fence"
        case .negative: "negative_quantity"
        case .tooLarge: "quantity_too_large"
        }
    }

    package var message: String {
        switch self {
        case .unknownSite(let site): "There is no site \(site) in the rules."
        case .unknownFence(let fence): "There is no fence \(fence) in the rules."
        case .negative(let sku, let site, let quantity):
            "The quantity of \(sku) at site \(site) is \(quantity), below zero."
        case .tooLarge(let sku, let site):
            "The orders of \(sku) at site \(site) add up to more than can be counted."
        }
    }

    package var hint: String {
        switch self {
        case .unknownSite: "Add the site under `sites`, or correct the row."
        case .unknownFence: "Add the fence under `fences`, or correct the row."
        case .negative: "State what was ordered or consumed, zero or more."
        case .tooLarge: "Correct the quantity in the row."
        }
    }
}
