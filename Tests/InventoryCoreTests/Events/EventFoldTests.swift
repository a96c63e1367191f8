import InventoryCore
import TestSupport
import Testing

@Suite("Events about one position")
struct EventFoldTests {
    private static func order(_ seconds: Int64, version: Int64? = nil) -> EventOrder {
        EventOrder(asOf: Timestamp(microseconds: seconds * 1_000_000), version: version)
    }

    private static func level(
        _ net: Int64,
        at seconds: Int64,
        version: Int64? = nil
    ) -> PositionStatement {
        PositionStatement(.level(Quantity(units: net)), order: order(seconds, version: version), number: 0)
    }

    private static func movement(_ change: Int64, at seconds: Int64, number: Int64 = 1) -> PositionStatement {
        PositionStatement(.movement(Quantity(units: change)), order: order(seconds), number: number)
    }

    private static func known(
        _ net: Int64?,
        stated seconds: Int64 = 10,
        level: LevelStatement? = nil,
        movements: [MovementStatement] = []
    ) -> EventFold.Known {
        EventFold.Known(
            stated: Timestamp(microseconds: seconds * 1_000_000),
            events: PositionEvents(level: level, movements: movements),
            standing: net.map { .clear(Quantity(units: $0)) } ?? .unknown(.noBase)
        )
    }

    private static func states(_ net: Int64) -> EventFold.Outcome { .states(Quantity(units: net)) }

    @Test("given levels in any order, then the last one wins and older ones are stale")
    func lastLevelWins() {
        let fold = EventFold([Self.level(7, at: 13), Self.level(5, at: 12)], known: Self.known(9))
        #expect(fold.outcome == Self.states(7) && fold.verdicts == [.applied, .stale])
        let again = EventFold([Self.level(5, at: 12), Self.level(7, at: 13)], known: Self.known(9))
        #expect(again.outcome == Self.states(7) && again.newLevel == fold.newLevel)
    }

    @Test("given versions on both, then these decide and not the time")
    func versions() {
        let events = [Self.level(7, at: 12, version: 6), Self.level(5, at: 14, version: 5)]
        let fold = EventFold(events, known: Self.known(9))
        #expect(fold.outcome == Self.states(7) && fold.verdicts == [.applied, .stale])
    }

    @Test("given an equal level, it is a duplicate; with other content it contradicts, and the first counts")
    func contradiction() {
        let level = LevelStatement(net: Quantity(units: 7), order: Self.order(12))
        let known = Self.known(7, level: level)
        let fold = EventFold([Self.level(7, at: 12), Self.level(8, at: 12)], known: known)
        #expect(fold.verdicts == [.duplicate, .conflicting] && fold.outcome == .unchanged)
    }

    @Test("given what the source has stated since, events are contained")
    func contained() {
        let fold = EventFold([Self.level(7, at: 10), Self.movement(-3, at: 9)], known: Self.known(9))
        #expect(fold.verdicts == [.stale, .stale] && fold.outcome == .unchanged)
    }

    @Test("given movements, they add up on the known base, and on a later level")
    func movements() {
        let fold = EventFold(
            [Self.movement(-3, at: 12), Self.movement(5, at: 11, number: 2)],
            known: Self.known(9)
        )
        #expect(fold.outcome == Self.states(11) && fold.newMovements.count == 2)
        let mixed = EventFold(
            [Self.movement(-3, at: 13), Self.level(20, at: 12), Self.movement(5, at: 12, number: 2)],
            known: Self.known(9)
        )
        #expect(mixed.outcome == Self.states(17) && mixed.verdicts == [.applied, .applied, .stale])
    }

    @Test("given a level that is older than a known movement, then this comes on top of it")
    func lateLevel() {
        let late = MovementStatement(change: Quantity(units: -2), order: Self.order(15), number: 1)
        let early = MovementStatement(change: Quantity(units: -4), order: Self.order(11), number: 2)
        let fold = EventFold([Self.level(20, at: 12)], known: Self.known(3, movements: [late, early]))
        #expect(fold.outcome == Self.states(18) && fold.contained == [early])
    }

    @Test("given no base, a movement is parked and remembered; a level states the position")
    func noBase() {
        let fold = EventFold([Self.movement(-3, at: 12)], known: Self.known(nil))
        #expect(fold.verdicts == [.parked(.noBase)] && fold.newMovements.count == 1)
        #expect(fold.outcome == .unchanged)
        let parked = Self.known(nil, movements: fold.newMovements)
        #expect(EventFold([Self.level(8, at: 11)], known: parked).outcome == Self.states(5))
    }

    @Test("given a position that a guard holds, movements move what is held, and it is held still")
    func held() {
        var known = Self.known(9)
        known.standing = .held(.zero)
        #expect(EventFold([Self.movement(2, at: 12)], known: known).outcome == .holds(Quantity(units: 2)))
        #expect(EventFold([Self.level(4, at: 13)], known: known).outcome == Self.states(4))
    }

    @Test("given a source that has delivered nothing, everything is parked and remembered")
    func waiting() {
        var known = Self.known(nil)
        (known.stated, known.standing) = (nil, .waiting)
        let fold = EventFold([Self.level(4, at: 5), Self.movement(1, at: 6)], known: known)
        #expect(fold.outcome == .unchanged && fold.newLevel != nil && fold.newMovements.count == 1)
        #expect(fold.verdicts == [.parked(.noDelivery), .parked(.noDelivery)])
    }

    @Test("given a sum beyond any quantity, nothing is taken")
    func tooLarge() {
        let huge = PositionStatement(
            .movement(Quantity(millionths: .max)),
            order: Self.order(12),
            number: 1
        )
        let fold = EventFold([huge], known: Self.known(9))
        #expect(fold.verdicts == [.parked(.tooLarge)] && fold.newMovements.isEmpty)
    }

    @Test("given a history in any order and any batches, then the position is the same", arguments: 0..<200)
    func anyOrder(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let base = Quantity(units: 50)
        let history = (0..<12).map { number in
            let seconds = Int64(5 + number)
            return random.chance(40)
                ? Self.level(Int64(random.below(90)), at: seconds)
                : Self.movement(Int64(random.below(9)) - 4, at: seconds, number: Int64(number))
        }
        // As it was, in the order of time: what is as old as the statement is in it.
        var truth = base
        for event in history where event.order.asOf > Self.order(10).asOf {
            switch event.kind {
            case .level(let net): truth = net
            case .movement(let change): truth = try truth.adding(change)
            }
        }
        var known = Self.known(50)
        var rest = history.shuffled(using: &random)[...]
        while !rest.isEmpty {
            let batch = Array(rest.prefix(1 + random.below(4)))
            rest = rest.dropFirst(batch.count)
            let fold = EventFold(batch, known: known)
            if let level = fold.newLevel { known.events.level = level }
            known.events.movements.removeAll { fold.contained.contains($0) }
            known.events.movements += fold.newMovements
            if case .states(let value) = fold.outcome { known.standing = .clear(value) }
        }
        #expect(known.standing == .clear(truth), "seed \(seed)")
        #expect(try known.events.value(on: base) == truth, "seed \(seed)")
    }
}
