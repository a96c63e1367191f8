import Foundation
import InventoryCore
import ServiceLifecycle
import StateStore
import Synchronization
import Testing

@testable import TidegatePipeline
@testable import TidegateService
@testable import TidegateSettings

@Suite("The owner's work at acknowledged orders", .serialized)
struct OrderLoopTests {
    private static let sources = "source: { kind: file, path: FOLDER/stock.csv, events: { answers: strict } }"
    private static let orders = "orders: { acknowledge: booked }"

    private static func with(
        more: String = orders,
        _ body: @escaping @Sendable (HTTPStage, ServedShop) async throws -> Void
    ) async throws {
        try await HTTPStage.run(sources: sources, more: more) { stage in
            let shop = stage.shop.shop
            let inbox = try EventInbox.open(shop.state.folder, taken: try await shop.state.inboxMarks())
            let served = try await ServedShop(shop, inbox: inbox, oro: stage.shop.oro, events: { _ in })
            try await body(stage, served)
            try inbox.close()
        }
    }

    private static func until(_ condition: () async -> Bool) async throws {
        for _ in 0..<2_000 where await !condition() { await Task.pause(seconds: 0.005) }
        try #require(await condition())
    }

    @Test("however often it is told while the shop is at work, it works once more")
    func coalesced() async throws {
        try await Self.with { _, served in
            let turns = Mutex(0)
            var loop = OrderLoop(served: served, logger: HTTPStage.quiet)
            loop.apply = { _, _, _ in
                turns.withLock { $0 += 1 }
                return false
            }
            let group = ServiceGroup(
                configuration: .init(services: [loop], logger: HTTPStage.quiet)
            )
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                try await Self.until { turns.withLock { $0 } == 1 }
                let busy = try await served.turns.take(.init(name: "a run"))
                served.lookAtOrders()
                try await Self.until { await served.turns.queue == [OrderLoop.work.name] }
                for _ in 0..<50 { served.lookAtOrders() }
                await served.turns.giveBack(busy)
                // One for the turn that waited, and one for all that came meanwhile.
                try await Self.until { turns.withLock { $0 } == 3 }
                await Task.pause(seconds: 0.05)
                #expect(turns.withLock { $0 } == 3)
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
        }
    }

    private static func call(_ served: ServedShop, _ data: String) throws -> EventCall {
        let source = try served.shop.source(.main).settings
        let event = """
            {"specversion":"1.0","type":"tidegate.order.acknowledged.v1","source":"e","id":"1",\
            "time":"2026-11-29T10:02:00Z","data":\(data)}
            """
        return EventCall(
            shop: .main,
            source: source,
            events: source.events ?? EventSettings(),
            method: "POST",
            contentType: "application/cloudevents+json",
            headers: [:],
            query: [:],
            body: Array(event.utf8),
            receivedAt: .now,
            isHook: false
        )
    }

    @Test("a CloudEvent among stock events is kept with that source, and wakes the owner")
    func amongEvents() async throws {
        try await Self.with { _, served in
            let port = EventDesk(served).port
            guard case .taken(let tally) = try await port.take(Self.call(served, #"{"order":"73"}"#)),
                case .taken(let again) = try await port.take(Self.call(served, #"{"order":"73"}"#))
            else { return #expect(Bool(false)) }
            #expect(tally.accepted == 1 && tally.rejected.isEmpty && again.duplicate == 1)
            let kept = try await served.shop.state.untakenAcknowledgements(after: 0, limit: 9)
            #expect(kept.map(\.statement.source) == [.main])
            // It would wait a minute, had nobody told it.
            let began = ContinuousClock.now
            await served.waitForOrders(seconds: 60)
            #expect(began.duration(to: .now) < .seconds(30))
        }
        try await Self.with(more: "") { _, served in
            let answer = try await EventDesk(served).port.take(Self.call(served, #"{"order":"73"}"#))
            guard case .taken(let tally) = answer else { return #expect(Bool(false)) }
            #expect(tally.rejected.map(\.code) == ["orders_not_read"])
        }
    }
}
