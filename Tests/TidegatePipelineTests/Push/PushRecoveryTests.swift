import InventoryCore
import OroSimulator
import StateStore
import Testing

@testable import TidegatePipeline
@testable import TidegateSettings

@Suite("A push that takes over, and consumers that are away")
struct PushRecoveryTests {
    private static let levels = 120

    /// Makes a wish for every level; none is sent.
    private static func wish(on stage: AuditStage) async throws {
        _ = try await LevelIndex(state: stage.shop.state, shop: stage.oro).complete()
        var acceptance = Acceptance(
            run: RunRecord(id: "run-1", state: .accepted(), source: "test", scope: .full, started: .now),
            at: .now
        )
        acceptance.wishes = (1...levels).map { number in
            let key = LevelKey(sku: SKU("AB-\(number)"), unit: "item")
            return AcceptedWish(PlannedWish(key: key, before: nil, after: Quantity(units: Int64(number))))
        }
        try await stage.shop.state.accept(acceptance)
    }

    private static func pusher(_ stage: AuditStage) -> Pusher {
        Pusher(state: stage.shop.state, shop: stage.oro, settings: stage.settings)
    }

    @Test(
        "what was claimed by a process that has been dead for long goes at once",
        .timeLimit(.minutes(1)),
        arguments: ["single", "batch"]
    )
    func longDead(mode: String) async throws {
        try await AuditStage.run(products: PushRecoveryTests.levels, push: "mode: \(mode)") { stage in
            let state = stage.shop.state
            try await PushRecoveryTests.wish(on: stage)
            #expect(try await state.claim(limit: 1_000, at: .now).count == PushRecoveryTests.levels)
            let now = MachineInstant.now
            let end = MachineInstant(boot: now.boot, seconds: now.seconds - 1_000)
            try await state.record(sendingEnd: end)
            let outcome = try await PushRecoveryTests.pusher(stage).push()
            #expect(outcome.trouble == nil && outcome.backlog.isEmpty)
            #expect(stage.simulator.ledgerCount == PushRecoveryTests.levels)
        }
    }

    @Test(
        "a role that may not edit levels stops the push, refuses nothing, and all goes once it may",
        .timeLimit(.minutes(1)),
        arguments: ["single", "batch", "sync"]
    )
    func notPermitted(mode: String) async throws {
        try await AuditStage.run(products: PushRecoveryTests.levels, push: "mode: \(mode)") { stage in
            try await PushRecoveryTests.wish(on: stage)
            stage.simulator.changeConditions { $0.permissions.remove(.editLevels) }
            let stopped = try await PushRecoveryTests.pusher(stage).push()
            #expect(stopped.trouble?.code == .shopPermission)
            #expect(stopped.progress.refused == 0 && stage.simulator.ledgerCount == 0)
            stage.simulator.changeConditions { $0.permissions = .all }
            let outcome = try await PushRecoveryTests.pusher(stage).push()
            #expect(outcome.trouble == nil && outcome.backlog.isEmpty)
            #expect(stage.simulator.ledgerCount == PushRecoveryTests.levels)
        }
    }

    @Test(
        "what a dead process had sent is in question for the settle time after its last request has ended",
        arguments: [
            // Requests take 60 s at most, and end with their process: by now.
            (quiet: 0.0, rest: 300.0), (59, 300), (60, 300), (61, 299), (360, 0), (1_000, -640),
        ]
    )
    func restSeconds(quiet: Double, rest: Double) {
        var settings = OroSettings(url: "https://shop.example")
        settings.push.settleSeconds = 300
        settings.timeouts.writeSeconds = 30
        settings.timeouts.batchSeconds = 60
        #expect(QuestionReview.restSeconds(settings, quietSeconds: quiet) == rest)
    }

    @Test("after a kill increases wait for the settle time, and not for the time of a request besides")
    func afterAKill() async throws {
        try await AuditStage.run(products: PushRecoveryTests.levels, push: "settle: 100s") { stage in
            let state = stage.shop.state
            try await PushRecoveryTests.wish(on: stage)
            let claimed = try await state.claim(limit: 1_000, at: .now)
            let before = MachineInstant.now
            try await state.record(sendingEnd: before.adding(seconds: SendingLease.seconds))
            try SendingJournal(folder: state.folder, boot: before.boot).note(claimed.map(\.sequence))
            let review = QuestionReview(state: state, shop: stage.oro, settings: stage.settings.oro)
            try await review.takeOver()
            let end = try #require(try await state.lastQuestionEnd())
            #expect(end.seconds >= before.seconds + 100)
            #expect(end.seconds <= MachineInstant.now.seconds + 100)
        }
    }

    @Test("the quiet time is known only if the machine has not rebooted since")
    func quiet() async throws {
        try await AuditStage.run { stage in
            let state = stage.shop.state
            #expect(try await SendingLease.quietSeconds(state) == 0)
            let now = MachineInstant.now
            try await state.record(sendingEnd: MachineInstant(boot: now.boot, seconds: now.seconds - 90))
            #expect(try await SendingLease.quietSeconds(state) >= 90)
            try await state.record(sendingEnd: MachineInstant(boot: now.boot, seconds: now.seconds + 90))
            #expect(try await SendingLease.quietSeconds(state) == 0)
            try await state.record(sendingEnd: MachineInstant(boot: "another", seconds: 0))
            #expect(try await SendingLease.quietSeconds(state) == 0)
        }
    }

    @Test("the sending lease is recorded before anything is sent")
    func lease() async throws {
        try await AuditStage.run(products: PushRecoveryTests.levels) { stage in
            try await PushRecoveryTests.wish(on: stage)
            let before = MachineInstant.now
            _ = try await PushRecoveryTests.pusher(stage).push()
            let end = try #require(try await stage.shop.state.sendingEnd())
            #expect(end.boot == before.boot && end.seconds >= before.seconds + SendingLease.seconds)
        }
    }

    @Test("consumers that come back find what was sent meanwhile, and nothing is sent twice")
    func consumersAway() async throws {
        try await AuditStage.run(
            products: PushRecoveryTests.levels,
            push: "mode: batch",
            simulator: { $0.consumers = 0 }
        ) { stage in
            try await PushRecoveryTests.wish(on: stage)
            let (turns, turned) = AsyncStream.makeStream(of: Int.self)
            var watched = PushRecoveryTests.pusher(stage)
            watched.onTurn = { progress, _ in turned.yield(progress.polls) }
            let pusher = watched
            async let outcome = pusher.push()
            for await polls in turns where polls > 0 { break }
            #expect(stage.simulator.ledgerCount == 0)
            await stage.simulator.setConsumers(2)
            let ended = try await outcome
            #expect(ended.trouble == nil && ended.backlog.isEmpty)
            #expect(stage.simulator.ledgerCount == PushRecoveryTests.levels)
        }
    }
}
