import InventoryCore
import TestSupport
import Testing

@Suite("Apportioner")
struct ApportionerTests {
    private let item = ShopUnit(unit: "item", precision: 0, isPrimary: true)

    private func position(_ location: Location, _ net: String, unit: StockUnit = "EA") throws -> Position {
        Position(
            key: PositionKey(sku: "A", location: location, unit: unit),
            net: try Quantity(decimal: net)
        )
    }

    private func apportioner(_ rules: RuleSet = RuleSet(), units: UnitTable = UnitTable()) -> Apportioner {
        Apportioner(rules: rules, units: units, publishUnits: .primary, at: Timestamp(microseconds: 0))
    }

    @Test("without rules, all stock is shared and rounded down to the unit")
    func sharedPool() throws {
        let result = apportioner().apportion(
            "A",
            positions: [try position("L", "7.6"), try position("M", "2.7"), try position("N", "-3")],
            shopUnits: [item]
        )
        #expect(
            result.wanted == [
                WantedLevel(key: LevelKey(sku: "A", unit: "item"), quantity: Quantity(units: 10))
            ]
        )
        #expect(result.exceptions.map(\.code) == [.negativeStock])
    }

    @Test("safety stock is kept back before anything is shared")
    func safety() throws {
        let rules = RuleSet(safety: [
            SafetyRule(match: SKUMatcher(pattern: "A*"), quantity: Quantity(units: 4))
        ])
        let result = apportioner(rules).apportion(
            "A",
            positions: [try position("L", "10")],
            shopUnits: [item]
        )
        #expect(result.wanted.map(\.quantity) == [Quantity(units: 6)])
        let short = apportioner(rules).apportion("A", positions: [try position("L", "3")], shopUnits: [item])
        #expect(short.wanted.map(\.quantity) == [.zero])
    }

    @Test("a SKU without positions is wanted at 0")
    func nothingLeft() {
        let result = apportioner().apportion("A", positions: [], shopUnits: [item])
        #expect(result.wanted.map(\.quantity) == [.zero])
    }

    @Test("a SKU that the shop does not have gets no wanted level")
    func notInTheShop() throws {
        let result = apportioner().apportion("A", positions: [try position("L", "10")], shopUnits: [])
        #expect(result.wanted.isEmpty)
    }

    @Test("a location without a site becomes an exception, and its stock is not published")
    func unknownLocation() throws {
        let rules = RuleSet(sites: [Site(id: "main", locations: [Glob("L")])])
        let result = apportioner(rules).apportion(
            "A",
            positions: [try position("L", "10"), try position("X", "5")],
            shopUnits: [item]
        )
        #expect(result.wanted.map(\.quantity) == [Quantity(units: 10)])
        #expect(result.exceptions.map(\.code) == [.unknownLocation])
    }

    @Test("a shop unit without a factor becomes an exception and is not taken for 1")
    func unsellable() throws {
        let units = UnitTable(general: [UnitConversion(erp: "EA", perBase: .one, shop: "piece")])
        let result = apportioner(units: units).apportion(
            "A",
            positions: [try position("L", "10")],
            shopUnits: [item]
        )
        #expect(result.wanted.isEmpty)
        #expect(result.exceptions.map(\.code) == [.unknownLevel])
    }

    @Test("positions in any order give the same result", arguments: 0..<50)
    func orderNeverMatters(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let positions = try (0..<12).map {
            try position(Location("L\($0 % 5)"), "\(Int.random(in: -5...20, using: &random)).5")
        }
        let one = apportioner().apportion("A", positions: positions, shopUnits: [item])
        let two = apportioner().apportion(
            "A",
            positions: positions.shuffled(using: &random),
            shopUnits: [item]
        )
        #expect(one == two)
    }
}
