import InventoryCore
import Testing

@Suite("Units that configuration and shop know")
struct UnitDifferenceTests {
    /// 9 pieces and so many cases of six.
    private static func apportioned(
        rate: Quantity?,
        ignored: Bool = false,
        cases: Int64 = 0
    ) throws -> Apportionment {
        let six = try #require(Ratio(6, over: 1))
        let units = UnitTable(general: [
            UnitConversion(erp: "EA", perBase: .one, shop: "item"),
            UnitConversion(erp: "CS", perBase: six, shop: "case", ignoresShopRate: ignored),
        ])
        let apportioner = Apportioner(
            rules: RuleSet(sites: []),
            units: units,
            publishUnits: .primary,
            at: Timestamp(microseconds: 0)
        )
        return apportioner.apportion(
            "A",
            positions: [
                Position(key: PositionKey(sku: "A", location: "WH", unit: "EA"), net: Quantity(units: 9)),
                Position(key: PositionKey(sku: "A", location: "WH", unit: "CS"), net: Quantity(units: cases)),
            ],
            shopUnits: [
                ShopUnit(unit: "item", precision: 0, isPrimary: true, conversionRate: Quantity(units: 1)),
                ShopUnit(unit: "case", precision: 0, isPrimary: false, conversionRate: rate),
            ]
        )
    }

    @Test("given the same factor, none, or the 1 of a unit that nobody maintains, the figure is written")
    func agrees() throws {
        for rate in [Quantity(units: 6), nil, Quantity(units: 1)] {
            let result = try Self.apportioned(rate: rate)
            #expect(result.exceptions.isEmpty && result.figures.unclear.isEmpty)
            #expect(result.wanted.map(\.quantity) == [Quantity(units: 9)] && !result.onlyFalls)
        }
    }

    @Test("given another factor, nothing of the SKU rises, and an exception shows both")
    func differs() throws {
        let result = try Self.apportioned(rate: Quantity(units: 12))
        #expect(result.exceptions.map(\.code) == [.unitFactorsDiffer])
        #expect(result.exceptions[0].message.contains("6") && result.exceptions[0].message.contains("12"))
        #expect(result.onlyFalls)
    }

    @Test("what sells is taken off the most that the units can hold", arguments: [(12, 33), (3, 21)])
    func most(rate: Int64, figure: Int64) throws {
        let result = try Self.apportioned(rate: Quantity(units: rate), cases: 2)
        #expect(result.onlyFalls && result.figures.unclear.isEmpty)
        #expect(result.wanted.map(\.quantity) == [Quantity(units: figure)])
    }

    @Test("given a unit of which the shop is known to be wrong, its factor is not compared")
    func ignored() throws {
        let result = try Self.apportioned(rate: Quantity(units: 12), ignored: true)
        #expect(result.exceptions.isEmpty && result.figures.unclear.isEmpty)
    }
}
