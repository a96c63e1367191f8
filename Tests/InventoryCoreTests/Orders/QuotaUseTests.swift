import InventoryCore
import Testing

/// What counts against a quota, by examples.
@Suite("What groups have consumed of their quotas")
struct QuotaUseTests {
    private static let start = Timestamp(microseconds: 1_000_000_000)
    private static let period = QuotaPeriod(.month)
    private static let span = start..<start.adding(seconds: 1_000)
    private static let item = ShopUnit(unit: "item", precision: 0, isPrimary: true)
    private static let units = UnitTable(general: [
        UnitConversion(erp: "EA", perBase: .one, shop: "item"),
        UnitConversion(erp: "CS", perBase: Ratio(12, over: 1) ?? .one, shop: "case"),
        UnitConversion(erp: "TH", perBase: Ratio(1, over: 3) ?? .one, shop: "third"),
    ])

    /// A quota of 40 a period for the group Gold.
    private static func use(
        publish: PublishTarget = .skuAlias("{sku}-KA"),
        counts: QuotaCount = .level,
        period: QuotaPeriod? = period,
        sites: [Site] = [Site(id: "main", locations: [Glob("*")])]
    ) -> QuotaUse {
        let rule = FenceRule(hold: .quota(Quantity(units: 40)), period: period)
        let fence = Fence(id: "gold", customerGroup: "Gold", rank: 1, publish: publish, rules: [rule])
        let apportioner = Apportioner(
            rules: RuleSet(sites: sites, fences: [fence]),
            units: units,
            publishUnits: .primary,
            quotaCounts: counts,
            at: start
        )
        return QuotaUse(apportioner, periods: [Self.period: span])
    }

    private static func consumed(_ use: QuotaUse, _ lines: [QuotaLine]) -> [Int64] {
        use.consumed(of: use.quotas(of: "A"), "A", by: lines, shopUnits: [item])
            .map { $0.use.quantity.millionths / Quantity.scale }
    }

    private static func line(
        _ quantity: Int64,
        _ sku: SKU = "A-KA",
        unit: StockUnit = "item",
        warehouse: String? = nil,
        group: String? = nil,
        after seconds: Int64 = 0
    ) -> QuotaLine {
        QuotaLine(
            order: OrderID(1),
            level: LevelKey(sku: sku, unit: unit, warehouse: warehouse),
            customerGroup: group,
            ordered: Quantity(units: quantity),
            placed: start.adding(seconds: seconds)
        )
    }

    @Test("given nothing bought, then nothing is stated to be consumed, and not left open")
    func nothingBought() {
        #expect(Self.consumed(Self.use(), []) == [0])
    }

    @Test(
        "given what was taken from the group's second product, then by level that counts and no more"
    )
    func aliasLevel() {
        let lines = [Self.line(10), Self.line(3, "A"), Self.line(2, "A", group: "Gold")]
        #expect(Self.consumed(Self.use(), lines) == [10])
    }

    @Test("given what the group bought, then it counts by group on whatever level, and others' does not")
    func group() {
        let lines = [
            Self.line(10, group: "Gold"), Self.line(3, "A", group: "Gold"),
            Self.line(5, "A", group: "Silver"),
            Self.line(7),
        ]
        #expect(Self.consumed(Self.use(counts: .group), lines) == [13])
    }

    @Test("given the group's own warehouse, then what was taken from it counts by level")
    func warehouse() {
        let use = Self.use(
            publish: .warehouse("Gold"),
            sites: [Site(id: "main", locations: [Glob("*")], warehouse: "Main")]
        )
        let lines = [Self.line(4, "A", warehouse: "Gold"), Self.line(8, "A", warehouse: "Main")]
        #expect(Self.consumed(use, lines) == [4])
    }

    @Test("given lines of other periods, then they do not count; without a period all do")
    func periods() {
        let lines = [
            Self.line(1, after: -1), Self.line(2), Self.line(4, after: 999), Self.line(8, after: 1_000),
        ]
        #expect(Self.consumed(Self.use(), lines) == [6])
        #expect(Self.consumed(Self.use(period: nil), lines) == [15])
    }

    @Test("given cases and broken units, then they count in base units, rounded up; an unknown unit does not")
    func units() {
        let lines = [Self.line(2, unit: "case"), Self.line(4, unit: "third"), Self.line(9, unit: "sack")]
        let use = Self.use()
        let consumed = use.consumed(of: use.quotas(of: "A"), "A", by: lines, shopUnits: [Self.item])
        #expect(consumed.map(\.use.quantity) == [Quantity(millionths: 25_333_334)])
    }

    @Test("given a line that was taken back, then it does not count; one that figures contain does")
    func endings() {
        for ending in LedgerLine.Ending.allCases {
            var line = LedgerLine(
                id: LedgerLine.ID(line: 1),
                order: OrderID(1),
                sku: "A",
                unit: "item",
                ordered: Quantity(units: 5),
                placed: Self.start,
                youngUntil: Self.start
            )
            #expect(QuotaLine(line, customerGroup: nil) != nil)
            line.end(ending, at: Self.start)
            #expect((QuotaLine(line, customerGroup: nil) != nil) == (ending == .contained))
        }
    }

    @Test("given several sites that feed one level, then their quotas are used one after the other")
    func sites() {
        let sites = [Site(id: "a", locations: [Glob("a")]), Site(id: "b", locations: [Glob("b")])]
        let use = Self.use(sites: sites)
        #expect(Self.consumed(use, [Self.line(30), Self.line(20)]) == [40, 10])
        #expect(Self.consumed(use, [Self.line(100)]) == [60, 40])
    }

    @Test("given rules without quotas, then no SKU has one")
    func noQuotas() {
        let fence = Fence(id: "gold", rank: 1, rules: [FenceRule(hold: .floor(Quantity(units: 1)))])
        let rules = RuleSet(sites: [Site(id: "main", locations: [Glob("*")])], fences: [fence])
        let apportioner = Apportioner(
            rules: rules,
            units: UnitTable(),
            publishUnits: .primary,
            at: Self.start
        )
        #expect(QuotaUse(apportioner, periods: [:]).isEmpty)
    }

    @Test(
        "W6: given an order through the group's level or on the shared one, then its quota or all pay"
    )
    func example() {
        let rule = FenceRule(hold: .quota(Quantity(units: 40)))
        let fence = Fence(
            id: "vip",
            customerGroup: "VIP",
            rank: 1,
            publish: .skuAlias("{sku}-KA"),
            rules: [rule]
        )
        func shares(_ product: SKU, _ counts: QuotaCount) -> [Int64] {
            let apportioner = Apportioner(
                rules: RuleSet(fences: [fence]),
                units: UnitTable(),
                publishUnits: .primary,
                quotaCounts: counts,
                at: Self.start
            )
            let level = LevelKey(sku: product, unit: "item", warehouse: nil)
            let ten = Quantity(units: 10)
            let line = QuotaLine(
                order: OrderID(1),
                level: level,
                customerGroup: "VIP",
                ordered: ten,
                placed: Self.start
            )
            let use = QuotaUse(apportioner, periods: [:])
            let orders = SKUOrders(
                lines: [OpenLine(order: OrderID(1), level: level, customerGroup: "VIP", open: ten)],
                consumed: use.consumed(of: use.quotas(of: "A"), "A", by: [line], shopUnits: [Self.item])
            )
            let stock = Position(
                key: PositionKey(sku: "A", location: "L", unit: ""),
                net: Quantity(units: 100)
            )
            let divided = apportioner.apportion(
                "A",
                positions: [stock],
                shopUnits: [Self.item],
                orders: orders
            )
            return [divided.allocations[0].fences[0].published, divided.allocations[0].shared]
                .map { $0.millionths / Quantity.scale }
        }
        #expect(shares("A-KA", .level) == [30, 60])
        #expect(shares("A", .level) == [40, 50])
        #expect(shares("A", .group) == [30, 60])
    }
}
