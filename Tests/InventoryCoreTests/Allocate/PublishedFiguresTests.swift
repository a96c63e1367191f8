import InventoryCore
import TestSupport
import Testing

@Suite("Figures per level")
struct PublishedFiguresTests {
    private let item = SellableUnit(unit: "item", perBase: .one, precision: 0, isPrimary: true)

    private func unit(_ code: StockUnit, _ perBase: String, precision: Int = 0) throws -> SellableUnit {
        SellableUnit(
            unit: code,
            perBase: try #require(Ratio(text: perBase)),
            precision: precision,
            isPrimary: false
        )
    }

    private func allocation(_ decimal: String, _ rules: RuleSet, site: Int = 0) throws -> SiteAllocation {
        let net = LocationNet(location: "L", net: try Quantity(decimal: decimal))
        return Allocator(rules: rules, at: Timestamp(microseconds: 0))
            .allocate(SiteStock(sku: "A-1", site: site, locations: [net]))
    }

    private func rules(_ publish: PublishTarget, warehouse: String? = nil) -> RuleSet {
        let rule = FenceRule(hold: .floor(Quantity(units: 40)))
        return RuleSet(
            sites: [Site(id: "main", warehouse: warehouse), Site(id: "north", warehouse: "North")],
            fences: [Fence(id: "vip", rank: 1, publish: publish, rules: [rule])]
        )
    }

    @Test("a withheld fence is counted but has no level")
    func withheld() throws {
        let rules = rules(.withhold)
        var figures = PublishedFigures()
        figures.add(try allocation("100", rules), rules: rules, units: [item], publishUnits: .primary)
        let level = WantedLevel(key: LevelKey(sku: "A-1", unit: "item"), quantity: Quantity(units: 60))
        #expect(figures.levels == [level])
        #expect(figures.pools.map(\.isWithheld) == [true, false])
        #expect(figures.pools.map(\.unoffered) == [.zero, .zero])
    }

    @Test("the fence's warehouse shows the fence, the site's warehouse the rest")
    func warehouses() throws {
        let rules = rules(.warehouse("VIP"), warehouse: "Main")
        var figures = PublishedFigures()
        figures.add(try allocation("100", rules), rules: rules, units: [item], publishUnits: .primary)
        #expect(figures.levels.map(\.key.warehouse) == ["Main", "VIP"])
        #expect(figures.levels.map(\.quantity) == [Quantity(units: 60), Quantity(units: 40)])
    }

    @Test("a warehouse fed from two sites shows the sum of both, each rounded down")
    func twoSites() throws {
        let rules = rules(.warehouse("VIP"), warehouse: "Main")
        var figures = PublishedFigures()
        for (site, decimal) in ["100.5", "50.75"].enumerated() {
            figures.add(
                try allocation(decimal, rules, site: site),
                rules: rules,
                units: [item],
                publishUnits: .primary
            )
        }
        #expect(figures.levels.map(\.key.warehouse) == ["Main", "North", "VIP"])
        #expect(figures.levels.map(\.quantity.description) == ["60", "10", "80"])
        #expect(figures.pools.map(\.unoffered.description) == ["0", "0.5", "0", "0.75"])
    }

    @Test("`sku_alias` publishes to a second product, in its own units if it has any")
    func alias() throws {
        let rules = rules(.skuAlias("{sku}-KA"))
        var figures = PublishedFigures()
        let dozen = SellableUnit(
            unit: "dozen",
            perBase: try #require(Ratio(12, over: 1)),
            precision: 0,
            isPrimary: true
        )
        figures.add(
            try allocation("100", rules),
            rules: rules,
            units: [item],
            publishUnits: .primary,
            aliasUnits: { $0 == "A-1-KA" ? [dozen] : nil }
        )
        #expect(figures.levels.map(\.key.sku) == ["A-1", "A-1-KA"])
        #expect(figures.levels.map(\.key.unit) == ["item", "dozen"])
        #expect(figures.levels.map(\.quantity.description) == ["60", "3"])
        #expect(figures.pools.map(\.unoffered.description) == ["4", "0"])
    }

    @Test("a fence whose rule has ended shows 0; a fence without any rule for the SKU has no level")
    func ended() throws {
        let over = FenceRule(
            hold: .floor(Quantity(units: 40)),
            validity: Validity(from: nil, until: Timestamp(microseconds: 0))
        )
        let foreign = FenceRule(match: .exact("B-1"), hold: .floor(Quantity(units: 40)))
        let rules = RuleSet(
            sites: [Site(id: "main", warehouse: "Main")],
            fences: [
                Fence(id: "a", rank: 1, publish: .warehouse("A"), rules: [over]),
                Fence(id: "b", rank: 1, publish: .warehouse("B"), rules: [foreign]),
            ]
        )
        var figures = PublishedFigures()
        figures.add(try allocation("100", rules), rules: rules, units: [item], publishUnits: .primary)
        #expect(figures.levels.map(\.key.warehouse) == ["A", "Main"])
        #expect(figures.levels.map(\.quantity.description) == ["0", "100"])
    }

    @Test("`mirror` shows the whole pool in every unit; unoffered is what no unit shows")
    func mirror() throws {
        let rules = RuleSet(sites: [Site(id: "main")])
        var figures = PublishedFigures()
        let units = [item, try unit("case", "12"), try unit("gram", "1/1000")]
        figures.add(try allocation("100.0005", rules), rules: rules, units: units, publishUnits: .mirror)
        #expect(figures.levels.map(\.key.unit) == ["case", "gram", "item"])
        #expect(figures.levels.map(\.quantity.description) == ["8", "100000", "100"])
        #expect(figures.pools.map(\.unoffered.description) == ["0.0005"])
    }

    @Test("`split` divides by percentages and never shows more than there is")
    func split() throws {
        let rules = RuleSet(sites: [Site(id: "main")])
        let units = [item, try unit("case", "12")]
        var figures = PublishedFigures()
        let shares = PublishUnits.split(["item": Quantity(units: 40), "case": Quantity(units: 60)])
        figures.add(try allocation("101", rules), rules: rules, units: units, publishUnits: shares)
        #expect(figures.levels.map(\.quantity.description) == ["5", "40"])
        #expect(figures.pools.map(\.unoffered.description) == ["1"])
        figures.removeAll()
        let tooMuch = PublishUnits.split(["item": Quantity(units: 80), "case": Quantity(units: 60)])
        figures.add(try allocation("100", rules), rules: rules, units: units, publishUnits: tooMuch)
        #expect(figures.levels.map(\.quantity.description) == ["1", "80"])
        #expect(figures.pools.map(\.unoffered.description) == ["8"])
    }

    @Test("offered and unoffered add up for every factor and precision", arguments: 0..<UInt64(4))
    func conserved(block: UInt64) throws {
        let rules = RuleSet(sites: [Site(id: "main")])
        for seed in block * 300..<(block + 1) * 300 {
            var random = SplitMix64(state: seed)
            let greatest: Int64 = random.pick([1000, 1_000_000_000, Int64.max])
            let quantity = Quantity(millionths: Int64.random(in: 0...greatest, using: &random))
            let units = try (0..<random.pick([1, 2, 3])).map { number in
                SellableUnit(
                    unit: StockUnit("u\(number)"),
                    perBase: try #require(
                        Ratio(
                            Int64.random(in: 1...random.pick([3, 144]), using: &random),
                            over: random.pick([1, 1, 3, 1000])
                        )
                    ),
                    precision: Int.random(in: 0...7, using: &random),
                    isPrimary: number == 0
                )
            }
            let publish = random.pick([
                PublishUnits.primary, .mirror,
                .split(["u0": Quantity(units: 30), "u1": Quantity(units: 50), "u2": Quantity(units: 20)]),
            ])
            var figures = PublishedFigures()
            let allocation = try allocation(quantity.description, rules)
            figures.add(allocation, rules: rules, units: units, publishUnits: publish)
            let pool = try #require(figures.pools.first)
            #expect(pool.unoffered >= .zero && pool.offered >= .zero, "seed \(seed)")
            #expect(try pool.offered.adding(pool.unoffered) == quantity, "seed \(seed)")
            for level in figures.levels {
                let unit = try #require(units.first { $0.unit == level.key.unit })
                #expect(level.quantity.millionths % unit.smallest.millionths == 0, "seed \(seed)")
            }
        }
    }

    @Test("the granularity is the primary unit's smallest step, in base units")
    func granularity() throws {
        let third = try unit("third", "1/3")
        let gram = try unit("gram", "1/1000")
        #expect(PublishUnits.primary.granularity(of: [gram, item]) == Quantity(units: 1))
        #expect(PublishUnits.primary.granularity(of: [gram]) == Quantity(millionths: 1000))
        #expect(third.granularity == Quantity(millionths: 333_334))
        #expect(third.shown(of: third.granularity).units == Quantity(units: 1))
        #expect(PublishUnits.primary.granularity(of: []) == Quantity(units: 1))
    }
}
