import InventoryCore
import Testing

@Suite("Events of one stock in several units")
struct ShelfFoldTests {
    private static let units = UnitTable(
        general: [("EA", 1), ("CS", 12), ("BX", 9)].compactMap { erp, factor in
            Ratio(factor, over: 1).map { UnitConversion(erp: StockUnit(erp), perBase: $0, shop: "item") }
        }
    )
    private static let (pieces, cases, boxes) = (key("EA"), key("CS"), key("BX"))

    private static func key(_ unit: StockUnit) -> PositionKey {
        PositionKey(sku: "AB-1", location: "WH-1", unit: unit)
    }

    private static func order(_ second: Int64) -> EventOrder {
        EventOrder(asOf: Timestamp(microseconds: second * 1_000_000))
    }

    private static func level(_ net: Int64, at second: Int64) -> PositionStatement {
        PositionStatement(.level(Quantity(units: net)), order: order(second), number: second)
    }

    private static func movement(_ change: Int64, at second: Int64) -> PositionStatement {
        PositionStatement(.movement(Quantity(units: change)), order: order(second), number: second)
    }

    private static func known(_ events: [PositionKey: Int64], position: PositionKey? = nil) -> OpenShelf {
        OpenShelf(
            position: position,
            events: events.mapValues { net in
                PositionEvents(level: LevelStatement(net: Quantity(units: net), order: order(10)))
            }
        )
    }

    private static func fold(
        _ events: [PositionKey: [PositionStatement]],
        on shelf: OpenShelf = OpenShelf(),
        _ standing: EventFold.Standing? = nil,
        mayMove: Bool = true
    ) -> ShelfFold {
        ShelfFold(events, on: shelf, stated: nil, standing: standing, units: units, mayMove: mayMove)
    }

    @Test("given a later level in a smaller unit, the stock is counted in that, and both are kept")
    func moves() {
        let fold = Self.fold(
            [Self.pieces: [Self.level(7, at: 20)]],
            on: Self.known([Self.cases: 2], position: Self.cases),
            .clear(Quantity(units: 2))
        )
        #expect(fold.key == Self.pieces && fold.outcome == .states(Quantity(units: 7)))
        #expect(fold.verdicts == [Self.pieces: [.applied]])
        #expect(fold.folds[Self.pieces]?.newLevel?.net == Quantity(units: 7))
    }

    @Test("given what can be counted in the unit that came first, it stays in that")
    func stays() {
        let fold = Self.fold(
            [Self.pieces: [Self.movement(-12, at: 20)]],
            on: Self.known([Self.cases: 2], position: Self.cases),
            .clear(Quantity(units: 2))
        )
        #expect(fold.key == Self.cases && fold.outcome == .states(Quantity(units: 1)))
    }

    @Test("given stock that must not change its unit, what does not fit is parked and kept")
    func pinned() {
        let shelf = Self.known([Self.cases: 2], position: Self.cases)
        for (standing, mayMove) in [
            (EventFold.Standing.clear(Quantity(units: 2)), false), (.held(Quantity(units: 2)), true),
        ] {
            let events = [Self.pieces: [Self.level(7, at: 20)]]
            let fold = Self.fold(events, on: shelf, standing, mayMove: mayMove)
            #expect(fold.outcome == .unchanged && fold.verdicts == [Self.pieces: [.parked(.unit)]])
            #expect(fold.folds[Self.pieces]?.newLevel != nil)
        }
    }

    @Test("given units of which none holds the other, the smallest that was stated is what is counted in")
    func smallest() {
        let fold = Self.fold([
            Self.cases: [Self.level(2, at: 20)], Self.boxes: [Self.movement(1, at: 21)],
            Self.pieces: [Self.movement(1, at: 22)],
        ])
        #expect(fold.key == Self.pieces && fold.outcome == .states(Quantity(units: 34)))
    }

    @Test("given what a later level in another unit contains, it is stale and kept for a position of its own")
    func contained() {
        let fold = Self.fold(
            [Self.pieces: [Self.level(5, at: 5), Self.movement(1, at: 6)]],
            on: Self.known([Self.cases: 2], position: Self.cases),
            .clear(Quantity(units: 2))
        )
        #expect(fold.outcome == .unchanged && fold.verdicts == [Self.pieces: [.stale, .stale]])
        #expect(fold.folds[Self.pieces]?.newLevel?.net == Quantity(units: 5))
    }

    @Test("given no level, movements wait; given no delivery, all does")
    func waits() {
        let movement = Self.fold([Self.pieces: [Self.movement(1, at: 6)]])
        #expect(movement.outcome == .unchanged && movement.verdicts == [Self.pieces: [.parked(.noBase)]])
        let level = Self.fold([Self.pieces: [Self.level(1, at: 6)]], .waiting)
        #expect(level.outcome == .unchanged && level.verdicts == [Self.pieces: [.parked(.noDelivery)]])
        #expect(level.folds[Self.pieces]?.newLevel != nil)
    }

    @Test("given stock in doubt, a level is clear, and a movement waits or moves what is held")
    func inDoubt() {
        let shelf = Self.known([Self.cases: 2], position: Self.cases)
        let moved = Self.fold([Self.cases: [Self.movement(1, at: 20)]], on: shelf, .held(Quantity(units: 2)))
        #expect(moved.outcome == .holds(Quantity(units: 3)))
        let parked = Self.fold([Self.cases: [Self.movement(1, at: 20)]], on: shelf, .unknown(.inDoubt))
        #expect(parked.outcome == .unchanged && parked.verdicts == [Self.cases: [.parked(.inDoubt)]])
        let clear = Self.fold([Self.cases: [Self.level(4, at: 20)]], on: shelf, .unknown(.inDoubt))
        #expect(clear.outcome == .states(Quantity(units: 4)))
    }
}
