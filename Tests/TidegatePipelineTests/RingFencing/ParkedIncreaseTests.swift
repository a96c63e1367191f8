import Foundation
import InventoryCore
import Logging
import OroClient
import OroSimulator
import StateStore
import Testing
import TidegateSettings

@testable import TidegatePipeline

/// Increases that have to wait, because the shop refuses the decrease of the same stock.
@Suite("Increases behind a refused decrease", .serialized)
struct ParkedIncreaseTests {
    private static let gold = """
        fences:
          gold:
            customer_group: Gold
            rank: 1
            publish: { warehouse: Gold }
            rules: [{ hold: floor, quantity: 40 }]
        """

    private static func exceptions(_ place: FencedShop) async throws -> [String] {
        let shop = try await Shop.openForReading(try place.settings(fences: gold))
        let open = try await shop.state.openExceptions().map(\.exception)
        try shop.close()
        return open.map { "\($0.code.rawValue): \($0.subject): \($0.message)" }
    }

    @Test(
        "a parked increase opens an exception that names the refused level; the push that sends it closes it"
    )
    func told() async throws {
        try await FencedShop.withRunning(seed: 4) { place in
            try place.write(stock: ["AB-1": 100, "AB-2": 50])
            _ = try await place.sync(fences: Self.gold)
            place.simulator.inject(FaultRule(.refuse, method: "PATCH", limit: 1))
            // Without fences, Gold's 40 go to everyone; the shop refuses the first decrease.
            let run = try await place.sync(fences: "", mode: "single")
            #expect(run.counts.refused == 1)
            let sums = FencedShop.skus.prefix(2).map { place.sum($0) }
            #expect(sums == [100, 50])
            let told = try await Self.exceptions(place)
            #expect(told.count == 2)
            let parked = try #require(told.first { $0.hasPrefix("increase_parked: AB-") })
            #expect(parked.contains("/ item / Everyone: The increase to"))
            #expect(parked.contains("/ item / Gold."))
            try await place.push(fences: "")
            #expect(place.shown("AB-1") == ["Everyone": "100", "Gold": "0", "Silver": "0"])
            #expect(try await Self.exceptions(place).isEmpty)
        }
    }

    @Test("a parked increase that is no longer wanted closes its exception")
    func noLongerWanted() async throws {
        try await FencedShop.withRunning(seed: 5) { place in
            try place.write(stock: ["AB-1": 100])
            _ = try await place.sync(fences: Self.gold)
            place.simulator.inject(FaultRule(.refuse, method: "PATCH", limit: 1))
            _ = try await place.sync(fences: "", mode: "single")
            #expect(try await Self.exceptions(place).count == 2)
            let back = try await place.sync(fences: Self.gold, mode: "single")
            #expect(back.counts.written == 0)
            #expect(place.shown("AB-1") == ["Everyone": "60", "Gold": "40", "Silver": "0"])
            #expect(try await Self.exceptions(place).isEmpty)
        }
    }

    @Test("an increase claimed before the decrease came is kept back, reported, and sent by the next push")
    func claimedBefore() async throws {
        try await FencedShop.withRunning(seed: 6) { place in
            try place.write(stock: ["AB-1": 100])
            _ = try await place.sync(fences: Self.gold)
            let settings = try place.settings(fences: Self.gold, mode: "single")
            let access = try settings.oro.access(environment: [:])
            let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            try await OroClient.withRunning(options: access.options, logger: logger) { oro in
                let shop = try await Shop.open(settings, command: "test")
                let state = shop.state
                let increase = try await Self.claim("Everyone", 70, in: state)
                let decrease = try await Self.claim("Gold", 30, in: state)
                #expect(increase.map(\.wave) + decrease.map(\.wave) == [.increase, .decrease])
                place.simulator.inject(FaultRule(.refuse, method: "PATCH", limit: 1))
                let pusher = Pusher(state: state, shop: oro, settings: settings)
                var options = PushOptions()
                options.mode = .single
                var engine = PushEngine(options: options, seed: 1)
                engine.add(increase + decrease, exhausted: true, now: PushInstant(nanoseconds: 0))
                var loop = try PushLoop(pusher: pusher, engine: engine)
                try await loop.run()
                let open = try await state.openExceptions().map(\.exception)
                #expect(open.map(\.code) == [.increaseParked, .writeRefused])
                #expect(open.map(\.subject.description) == ["AB-1 / item / Everyone", "AB-1 / item / Gold"])
                #expect(place.shown("AB-1") == ["Everyone": "60", "Gold": "40", "Silver": "0"])
                try await state.retryRefused()
                _ = try await pusher.push()
                #expect(place.shown("AB-1") == ["Everyone": "70", "Gold": "30", "Silver": "0"])
                #expect(try await state.openExceptions().isEmpty)
                try shop.close()
            }
        }
    }

    private static func claim(_ warehouse: String, _ units: Int64, in state: StateDatabase) async throws
        -> [Wish]
    {
        let run = RunRecord(
            id: RunID(startedAt: .now, salt: 1),
            state: .accepted(),
            source: "test",
            scope: .full,
            started: .now
        )
        var acceptance = Acceptance(run: run, at: .now)
        let key = LevelKey(sku: "AB-1", unit: "item", warehouse: warehouse)
        let wish = PlannedWish(key: key, before: nil, after: Quantity(units: units))
        acceptance.wishes = [AcceptedWish(wish, stock: "AB-1")]
        try await state.accept(acceptance)
        return try await state.claim(limit: 10, at: .now)
    }
}
