import InventoryCore
import Testing

@Suite("BaseStock")
struct BaseStockTests {
    private func position(_ location: Location, _ unit: StockUnit, _ net: Int64) -> Position {
        Position(key: PositionKey(sku: "A", location: location, unit: unit), net: Quantity(units: net))
    }

    private var units: UnitTable {
        get throws {
            let case12 = try #require(Ratio(text: "12"))
            var units = UnitTable(
                general: [
                    UnitConversion(erp: "EA", perBase: .one, shop: "item"),
                    UnitConversion(erp: "CS", perBase: case12, shop: "case"),
                ]
            )
            let case6 = try #require(Ratio(text: "6"))
            let isAdded = units.add(UnitConversion(erp: "CS", perBase: case6, shop: "case"), to: "B")
            #expect(isAdded)
            return units
        }
    }

    @Test("alternate units are added in the base unit")
    func converts() throws {
        let stock = BaseStock(
            sku: "A",
            positions: [position("L", "CS", 2), position("L", "EA", 5)],
            units: try units
        )
        #expect(stock.nets.map(\.net) == [Quantity(units: 29)])
        #expect(stock.exceptions.isEmpty)
        #expect(try units.perBase(erp: "CS", of: "B")?.description == "6")
    }

    @Test("bins of a location are added up, what is below zero included")
    func sumsBins() throws {
        let positions = [("A1", "EA", 60), ("B2", "CS", 1), ("", "EA", 5), ("C3", "EA", -9)].map {
            bin,
            unit,
            net in
            let key = PositionKey(sku: "A", location: "L", unit: StockUnit(unit), bin: Bin(bin))
            return Position(key: key, net: Quantity(units: Int64(net)))
        }
        let stock = BaseStock(sku: "A", positions: positions + [position("M", "EA", 2)], units: try units)
        #expect(stock.nets.map(\.location) == ["L", "M"])
        #expect(stock.nets.map(\.net) == [Quantity(units: 68), Quantity(units: 2)])
    }

    @Test("a position in an undeclared unit becomes an exception and adds nothing")
    func undeclared() throws {
        let stock = BaseStock(
            sku: "A",
            positions: [position("L", "PAL", 2), position("L", "EA", 5)],
            units: try units
        )
        #expect(stock.nets.map(\.net) == [Quantity(units: 5)])
        #expect(stock.exceptions.map(\.code) == [.unknownUnit])
    }

    @Test("without declared units, a single unit is the base unit, and two cannot be added")
    func withoutDeclarations() {
        let one = BaseStock(
            sku: "A",
            positions: [position("L", "EA", 5), position("M", "EA", 1)],
            units: UnitTable()
        )
        #expect(one.nets.map(\.net) == [Quantity(units: 5), Quantity(units: 1)])
        let two = BaseStock(
            sku: "A",
            positions: [position("L", "EA", 5), position("L", "CS", 1)],
            units: UnitTable()
        )
        #expect(two.nets.isEmpty)
        #expect(two.exceptions.count == 2)
    }
}
