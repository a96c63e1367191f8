import InventoryCore
import Testing

@Suite("Stock by SKU and site")
struct StockBookTests {
    private let rules = RuleSet(
        sites: [Site(id: "main"), Site(id: "north")],
        fences: [Fence(id: "vip", rank: 1, locations: [Glob("VIP-*")])]
    )

    private func units(_ units: Int64) -> Quantity { Quantity(units: units) }

    @Test("rows added in any order come out by SKU and site in byte order, with their orders")
    func order() throws {
        var book = StockBook(rules: rules)
        try book.add(units(3), of: "B", at: "north", location: "N1")
        try book.add(units(1), of: "B", at: "main", location: "L1")
        try book.add(units(2), of: "A", at: "main", location: "L1")
        try book.add(units(4), of: "B", at: "main", location: "VIP-1")
        try book.add(orders: units(5), of: "B", at: "main", pool: "vip")
        try book.add(orders: units(6), of: "AA", at: "north", pool: "gone")
        try book.add(consumed: units(7), of: "C", at: "main", fence: "vip")
        var seen: [String] = []
        book.forEach { stock in
            let nets = stock.locations.map { "\($0.location)=\($0.net)@\($0.owner.map(String.init) ?? "-")" }
            let orders =
                stock.orders.fences.map(\.quantity.description) + [stock.orders.unattributed.description]
            let consumed = stock.consumed.map(\.quantity.description)
            seen.append("\(stock.sku) \(stock.site) \(nets.sorted()) \(orders) \(consumed)")
        }
        #expect(
            seen == [
                #"A 0 ["L1=2@-"] ["0"] []"#,
                #"AA 1 [] ["6"] []"#,
                #"B 0 ["L1=1@-", "VIP-1=4@0"] ["5", "0"] []"#,
                #"B 1 ["N1=3@-"] ["0"] []"#,
                #"C 0 [] ["0"] ["7"]"#,
            ]
        )
    }

    @Test("a row with an unknown site or fence, or a negative quantity, is refused with the reason")
    func refused() {
        var book = StockBook(rules: rules)
        #expect(throws: StockBookError.unknownSite("east")) {
            try book.add(units(1), of: "A", at: "east", location: "L")
        }
        #expect(throws: StockBookError.unknownFence("gold")) {
            try book.add(consumed: units(1), of: "A", at: "main", fence: "gold")
        }
        #expect(throws: StockBookError.negative(sku: "A", site: "main", quantity: units(-1))) {
            try book.add(orders: units(-1), of: "A", at: "main", pool: "shared")
        }
    }

    @Test("a comparison of rule sets gives changes by pool, the greatest movers, and the number of writes")
    func change() throws {
        func fences(_ units: Int64) -> RuleSet {
            let rule = FenceRule(match: SKUMatcher(pattern: "A*"), hold: .floor(Quantity(units: units)))
            return RuleSet(sites: [Site(id: "main")], fences: [Fence(id: "vip", rank: 1, rules: [rule])])
        }
        let (old, new) = (fences(10), fences(25))
        var change = RuleChange(from: old, to: new, moversMax: 2)
        let item = SellableUnit(unit: "item", perBase: .one, precision: 0, isPrimary: true)
        for (sku, amount) in [("A1", Int64(100)), ("A2", 20), ("B1", 50)] {
            let net = LocationNet(location: "L", net: units(amount))
            let stock = SiteStock(sku: SKU(sku), site: 0, locations: [net])
            let pair = [old, new].map { rules in
                let allocation = Allocator(rules: rules, at: Timestamp(microseconds: 0)).allocate(stock)
                var figures = PublishedFigures()
                figures.add(allocation, rules: rules, units: [item], publishUnits: .primary)
                return (allocation, figures.levels)
            }
            change.add(pair[0].0, pair[1].0)
            change.add(levels: pair[0].1, pair[1].1)
        }
        #expect(change.pools.map(\.pool) == ["shared", "vip"])
        #expect(change.pools.map(\.before.description) == ["150", "20"])
        #expect(change.pools.map(\.after.description) == ["125", "45"])
        #expect(change.pools.map(\.skusGaining) == [0, 2])
        #expect(change.pools.map(\.skusLosing) == [2, 0])
        #expect(change.movers.map { "\($0.sku) \($0.pool)" } == ["A1 shared", "A1 vip"])
        #expect(change.writes == 2)
    }
}
