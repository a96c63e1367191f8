import InventoryCore
import Testing

@Suite("Where an event belongs")
struct EventPlaceTests {
    private static func event(_ unit: StockUnit) -> StockEvent {
        StockEvent(
            identity: EventIdentity(digest: [1]),
            .level(Quantity(units: 2)),
            sku: "AB-1",
            location: "WH-1",
            unit: unit,
            asOf: Timestamp(microseconds: 1)
        )
    }

    private static func position(_ unit: StockUnit, at location: Location = "WH-1", bin: Bin = "") -> Position
    {
        Position(
            key: PositionKey(sku: "AB-1", location: location, unit: unit, bin: bin),
            net: Quantity(units: 9)
        )
    }

    private static let boxes = UnitTable(
        general: [("EA", 1), ("CS", 12), ("DZ", 8)].compactMap { erp, factor in
            Ratio(factor, over: 1).map { UnitConversion(erp: StockUnit(erp), perBase: $0, shop: "item") }
        }
    )

    private static func place(
        _ unit: StockUnit,
        among positions: [Position],
        _ units: UnitTable = boxes,
        isKnown: Bool = true
    ) throws -> EventPlace {
        try EventPlace(
            of: event(unit),
            sku: "AB-1",
            location: "WH-1",
            among: positions.map(\.key),
            units: units,
            isKnown: { _ in isKnown }
        )
    }

    private static func reason(_ body: () throws -> Any) -> EventHint.Reason? {
        do {
            _ = try body()
            return nil
        } catch {
            return (error as? EventPlace.NoPlace)?.reason
        }
    }

    @Test("given no unit, the event is in the position's own")
    func noUnit() throws {
        let place = try Self.place("", among: [Self.position("CS")])
        #expect(place.key.unit == "CS")
        #expect(try place.quantity(Quantity(units: 2)) == Quantity(units: 2))
    }

    @Test("given another unit than the position's, it is converted, and where that is not exact a hint")
    func converts() throws {
        let place = try Self.place("CS", among: [Self.position("EA")])
        #expect(place.key.unit == "EA")
        #expect(try place.quantity(Quantity(units: 2)) == Quantity(units: 24))
        let inexact = try Self.place("EA", among: [Self.position("CS")])
        #expect(Self.reason { try inexact.quantity(Quantity(units: 1)) } == .unit)
        #expect(try inexact.quantity(Quantity(units: 6)) == Quantity(millionths: 500_000))
    }

    @Test("given an unknown unit, an unknown location or several bins, it is a hint")
    func hints() {
        #expect(Self.reason { try Self.place("BOX", among: [Self.position("EA")]) } == .unit)
        #expect(Self.reason { try Self.place("BOX", among: []) } == .unit)
        #expect(Self.reason { try Self.place("EA", among: [], isKnown: false) } == .location)
        let bins = [Self.position("EA", bin: "1"), Self.position("EA", bin: "2")]
        #expect(Self.reason { try Self.place("EA", among: bins) } == .ambiguous)
        let elsewhere = [Self.position("CS", at: "WH-2")]
        #expect(Self.reason { try Self.place("EA", among: elsewhere, UnitTable()) } == .unit)
    }

    @Test("given a new location, the position is new, in the unit that is stated or known")
    func newPosition() throws {
        #expect(try Self.place("EA", among: []).key.unit == "EA")
        #expect(try Self.place("", among: [Self.position("CS", at: "WH-2")]).key.unit == "CS")
        #expect(try Self.place("", among: [], UnitTable()).key.unit == "")
    }
}
