import InventoryCore
import OroSimulator
import StateStore
import Synchronization
import Testing

@testable import TidegatePipeline
@testable import TidegateSettings

@Suite("Consumers that do not run are told at once")
struct StalledQueueTests {
    private static let levels = 120

    /// Wants this of every level, and pushes; a queue that does not move for so long counts as stalled.
    private static func push(
        _ quantity: Int,
        run: RunID,
        stallSecondsMax: Double = 30,
        on stage: AuditStage
    ) async throws -> (outcome: Pusher.Outcome, notices: [ShopNotice]) {
        var acceptance = Acceptance(
            run: RunRecord(id: run, state: .accepted(), source: "test", scope: .full, started: .now),
            at: .now
        )
        acceptance.wishes = (1...levels).map { number in
            let key = LevelKey(sku: SKU("AB-\(number)"), unit: "item")
            return AcceptedWish(PlannedWish(key: key, before: nil, after: Quantity(units: Int64(quantity))))
        }
        try await stage.shop.state.accept(acceptance)
        var pusher = Pusher(state: stage.shop.state, shop: stage.oro, settings: stage.settings)
        var options = try await stage.shop.state.pushOptions(stage.settings.oro, at: .now)
        options.stallSecondsMax = stallSecondsMax
        pusher.options = options
        let told = Mutex<[ShopNotice]>([])
        pusher.onNotice = { notice in told.withLock { $0.append(notice) } }
        let outcome = try await pusher.push()
        return (outcome, told.withLock { $0 })
    }

    @Test(
        "a push says once how many operations do not move and what starts them, and goes on one by one",
        .timeLimit(.minutes(1))
    )
    func told() async throws {
        try await AuditStage.run(products: StalledQueueTests.levels, push: "mode: batch") { stage in
            _ = try await LevelIndex(state: stage.shop.state, shop: stage.oro).complete()
            #expect(try await Self.push(50, run: "run-1", on: stage).notices.isEmpty)
            await stage.simulator.perform(.setConsumers(0))
            let (outcome, notices) = try await Self.push(20, run: "run-2", stallSecondsMax: 0.2, on: stage)
            #expect(notices == [.queueStalled(operations: outcome.progress.submits)])
            #expect(notices.first?.sentence.contains("oro:message-queue:consume") == true)
            // Less stock does not wait for the queue.
            #expect(outcome.trouble == nil && stage.shown("AB-120") == "20")
            // What was told is known to the next push: it puts nothing more into the queue.
            let next = try await Self.push(10, run: "run-3", on: stage)
            #expect(next.outcome.progress.submits == 0 && stage.shown("AB-120") == "10")
        }
    }
}
