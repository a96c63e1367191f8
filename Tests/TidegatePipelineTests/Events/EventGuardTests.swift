import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline

@Suite("Guards on stock events")
struct EventGuardTests {
    private static let stock = Dictionary(uniqueKeysWithValues: (1...40).map { ("AB-\($0)", 10 + $0) })
    private static let guards = "{ newly_zero_count_max: 5 }"

    private static func zeros(_ numbers: ClosedRange<Int>, at seconds: Int) -> [StockEvent] {
        numbers.map { EventStage.level("AB-\($0)", 0, at: seconds) }
    }

    @Test("given a burst of zeros, it is held like a file's, and a person's approval lets it go")
    func burst() async throws {
        try await EventStage.run(products: 40, guards: Self.guards) { stage in
            try await stage.deliver(Self.stock, at: 10)
            let outcome = try #require(try await stage.take(Self.zeros(1...12, at: 20)))
            let run = try #require(outcome.record)
            #expect(outcome.isHeld && run.state.kind == .held && !outcome.held.isEmpty)
            #expect(try await stage.pushed("AB-3") == 13)
            let doubts = try await stage.stage.shop.state.doubts().all
            #expect(doubts.count == 12 && doubts.allSatisfy { $0.run == run.id && $0.stated == .zero })
            // A movement moves what is held; an older delivery decides nothing about it.
            try await stage.take([EventStage.movement("AB-3", 2, at: 30)])
            try await stage.deliver(Self.stock, at: 15)
            #expect(try await stage.stage.shop.state.doubts().count == 12)
            let approval = Approval(shop: stage.stage.shop, oro: stage.stage.oro)
            // It has moved since it was held, so a person is asked once more.
            let choice = Approval.Choice(reason: "sold out")
            await #expect { try await approval.approve(run.id.text, choice) } throws: { error in
                (error as? Fault)?.code.rawValue == "plan_changed"
            }
            _ = try await approval.approve(run.id.text, choice)
            #expect(stage.stage.shown("AB-3") == 2 && stage.stage.shown("AB-4") == 0)
            #expect(try await stage.stage.shop.state.doubts().isEmpty)
        }
    }

    @Test("given a storm of zeros in many small runs, what comes after the first few is held")
    func storm() async throws {
        try await EventStage.run(products: 40, guards: Self.guards) { stage in
            try await stage.deliver(Self.stock, at: 10)
            for number in 1...12 { try await stage.take(Self.zeros(number...number, at: 20 + number)) }
            #expect(try await stage.stock("AB-5") == 0)
            #expect(try await stage.stock("AB-6") == 16)
            #expect(try await stage.pushed("AB-12") == 22)
            #expect(try await stage.stage.shop.state.doubts().count == 7)
        }
    }

    @Test("given a storm of zeros in many small runs, then one plan waits for a person")
    func onePlan() async throws {
        try await EventStage.run(products: 40, guards: Self.guards) { stage in
            try await stage.deliver(Self.stock, at: 10)
            var last: RunRecord?
            for number in 1...14 {
                last = try await stage.take(Self.zeros(number...number, at: 20 + number))?.record
            }
            let doubts = try await stage.stage.shop.state.doubts().all
            let plans = Set(doubts.compactMap(\.run))
            #expect(doubts.count == 9 && plans.count == 1)
            #expect(last?.state.kind == .held)
            let plan = try #require(plans.first)
            let approval = Approval(shop: stage.stage.shop, oro: stage.stage.oro)
            _ = try await approval.approve(plan.text, Approval.Choice(reason: "sold out"))
            #expect(try await stage.pushed("AB-14") == 0)
            #expect(try await stage.stage.shop.state.doubts().isEmpty)
            let runs = try await stage.stage.shop.state.lastRuns(limit: 30)
            #expect(!runs.contains { $0.state.kind == .held })
        }
    }

    @Test("given one position that sells out and comes back all the time, then nothing is held")
    func flapping() async throws {
        try await EventStage.run(products: 40, guards: Self.guards) { stage in
            try await stage.deliver(Self.stock, at: 10)
            for turn in 0..<8 {
                try await stage.take(Self.zeros(1...1, at: 20 + 2 * turn))
                try await stage.take([EventStage.level("AB-1", 11, at: 21 + 2 * turn)])
            }
            #expect(try await stage.stock("AB-1") == 11)
            #expect(try await stage.stage.shop.state.doubts().isEmpty)
        }
    }

    @Test(
        "given one position that events empty and deliveries fill all the time, then nothing is held",
        arguments: [EventStage.full, EventStage.partial]
    )
    func flappingWithDeliveries(source: String) async throws {
        try await EventStage.run(products: 40, sources: source, guards: Self.guards) { stage in
            try await stage.deliver(Self.stock, at: 10)
            for turn in 0..<8 {
                try await stage.take(Self.zeros(1...1, at: 20 + 2 * turn))
                #expect(try await stage.stock("AB-1") == 0)
                let restock = ["AB-1": 12 + turn]
                let stated = source == EventStage.full ? Self.stock.merging(restock) { $1 } : restock
                try await stage.deliver(stated, at: 21 + 2 * turn)
                #expect(try await stage.stock("AB-1") == 12 + turn)
            }
            try await stage.take(Self.zeros(2...2, at: 60))
            #expect(try await stage.stock("AB-2") == 0)
            #expect(try await stage.stage.shop.state.doubts().isEmpty)
        }
    }

    @Test("given movements that empty a position again and again beside older deliveries, it counts once")
    func flappingWithMovements() async throws {
        try await EventStage.run(products: 40, sources: EventStage.partial, guards: Self.guards) { stage in
            try await stage.deliver(Self.stock, at: 10)
            for turn in 0..<8 {
                try await stage.deliver(["AB-1": 5 * (turn + 1)], at: 15 + turn)
                #expect(try await stage.stock("AB-1") == 5)
                try await stage.take([EventStage.movement("AB-1", -5, at: 60 + turn)])
                #expect(try await stage.stock("AB-1") == 0)
            }
            #expect(try await stage.stage.shop.state.doubts().isEmpty)
        }
    }

    @Test("given a location that events lower and deliveries raise again, its total is compared as it is")
    func total() async throws {
        try await EventStage.run(products: 40, sources: EventStage.partial, guards: Self.guards) { stage in
            try await stage.deliver(Self.stock, at: 10)
            for turn in 0..<4 {
                let lower = Self.stock.map { EventStage.level($0, $1 * 85 / 100, at: 20 + 2 * turn) }
                let outcome = try await stage.take(lower)
                #expect(outcome?.isHeld == false && outcome?.held.isEmpty == true)
                try await stage.deliver(Self.stock, at: 21 + 2 * turn)
            }
            // All of it is what events did since.
            try await stage.take(Self.stock.map { EventStage.level($0, $1 * 85 / 100, at: 40) })
            let half = try await stage.take((1...40).map { EventStage.level("AB-\($0)", 3, at: 41) })
            #expect(half?.isHeld == true)
        }
    }

    @Test("given a storm of zeros, deliveries that state other positions do not hide it")
    func stormBesideDeliveries() async throws {
        try await EventStage.run(products: 40, sources: EventStage.partial, guards: Self.guards) { stage in
            try await stage.deliver(Self.stock, at: 10)
            for number in 1...12 {
                try await stage.take(Self.zeros(number...number, at: 20 + number))
                try await stage.deliver(["AB-40": 50 + number], at: 20 + number)
            }
            #expect(try await stage.stage.shop.state.doubts().count == 7)
        }
    }

    @Test("given a storm of zeros, a full delivery that is older than it settles nothing")
    func stormAfterDelivery() async throws {
        try await EventStage.run(products: 40, guards: Self.guards) { stage in
            try await stage.deliver(Self.stock, at: 10)
            try await stage.take(Self.zeros(1...5, at: 40))
            try await stage.deliver(Self.stock.merging(["AB-40": 51]) { $1 }, at: 30)
            try await stage.take(Self.zeros(6...8, at: 50))
            #expect(try await stage.stage.shop.state.doubts().count == 3)
        }
    }

    @Test("given stock that is counted in another unit from now on, then it has not sold out")
    func otherUnit() async throws {
        try await EventStage.run(products: 40, sources: EventStage.partial, guards: Self.guards) { stage in
            try await stage.deliver(Self.stock.filter { $0.value > 20 }, at: 10)
            for number in 1...8 {
                try await stage.take([EventStage.level("AB-\(number)", 2, at: 20, unit: "CS")])
                try await stage.take([EventStage.level("AB-\(number)", 24, at: 30)])
            }
            #expect(try await stage.stage.shop.state.eventMoves(of: .main, at: .now)["WH-1"]?.newlyZero == 0)
            try await stage.take(Self.zeros(1...5, at: 40))
            #expect(try await stage.stage.shop.state.doubts().isEmpty)
            #expect(try await stage.stage.shop.state.eventMoves(of: .main, at: .now)["WH-1"]?.newlyZero == 5)
        }
    }

    @Test("given zeros that are held, then they do not count against a later one")
    func heldHasNotMoved() async throws {
        try await EventStage.run(products: 40, guards: Self.guards) { stage in
            try await stage.deliver(Self.stock, at: 10)
            try await stage.take(Self.zeros(1...12, at: 20))
            try await stage.take(Self.zeros(20...20, at: 30))
            #expect(try await stage.stock("AB-20") == 0)
            #expect(try await stage.stage.shop.state.doubts().count == 12)
        }
    }

    @Test("given a full delivery that confirms the zeros, then the count begins anew")
    func confirmed() async throws {
        try await EventStage.run(products: 40, guards: Self.guards) { stage in
            try await stage.deliver(Self.stock, at: 10)
            try await stage.take(Self.zeros(1...5, at: 20))
            var stock = Self.stock
            for number in 1...5 { stock["AB-\(number)"] = 0 }
            try await stage.deliver(stock, at: 30)
            try await stage.take(Self.zeros(6...9, at: 40))
            #expect(try await stage.stock("AB-9") == 0)
            #expect(try await stage.stage.shop.state.doubts().isEmpty)
        }
    }

    @Test("given what is held, a newer clear level ends it, and a rejected one stays out until then")
    func endings() async throws {
        try await EventStage.run(products: 40, guards: Self.guards) { stage in
            try await stage.deliver(Self.stock, at: 10)
            let run = try #require(try await stage.take(Self.zeros(1...12, at: 20))?.record)
            try await stage.take([EventStage.level("AB-1", 3, at: 30)])
            #expect(try await stage.stock("AB-1") == 3)
            #expect(try await stage.stage.shop.state.doubts().count == 11)
            _ = try await Approval.reject(run.id.text, Approval.Choice(reason: "a bug"), in: stage.stage.shop)
            #expect(try await stage.stock("AB-2") == 12)
            let parked = try await stage.take([EventStage.movement("AB-2", -1, at: 40)])
            #expect(parked?.tally.parked == [.inDoubt: 1])
            try await stage.take([EventStage.level("AB-2", 8, at: 35)])
            // The movement is later than the level, and comes on top of it.
            #expect(try await stage.stock("AB-2") == 7)
            #expect(try await stage.stage.shop.state.doubts().count == 10)
        }
    }
}
