import InventoryCore
import OroClient
import OroSimulator
import StateStore
import Testing

@testable import TidegatePipeline

@Suite("One record's trouble is not the others'")
struct PoisonTests {
    private static let products = 200

    /// What is wrong with one level, and what it comes to.
    static let faults: [LevelFault] = [.refuses(status: 500), .refuses(status: 403), .listedOnly]

    @Test(
        "the others are written, the bad one is parked with its cause, and the run ends",
        .timeLimit(.minutes(1)),
        arguments: ["single", "batch", "sync"],
        faults
    )
    func othersGo(mode: String, fault: LevelFault) async throws {
        let profile: Profile = mode == "sync" ? .v6_1 : .v5_1
        try await AuditStage.run(
            products: PoisonTests.products,
            profile: profile,
            push: "mode: \(mode)"
        ) { stage in
            let bad = "AB-77"
            await stage.simulator.perform(.setLevelFault(level: stage.level(bad), fault))
            let stock = Dictionary(uniqueKeysWithValues: (1...PoisonTests.products).map { ("AB-\($0)", $0) })
            let summary = try await stage.sync(stock)
            let name = "\(mode), \(fault)"
            for (sku, quantity) in stock where sku != bad {
                #expect(stage.shown(sku) == "\(quantity)", "\(name): \(sku)")
            }
            #expect(summary.waiting == 0 && summary.status == .exceptionsOpen, "\(name)")
            let open = try await stage.shop.state.openExceptions().map(\.exception)
            #expect(open.map(\.subject.sku) == [SKU(bad)], "\(name)")
            #expect(open.first?.message.contains("tried again at") == true, "\(name)")
            // Mended, it follows by a push, and nothing else is written.
            await stage.simulator.perform(.setLevelFault(level: stage.level(bad), nil))
            let before = stage.simulator.ledgerCount
            try await stage.shop.state.retryRefused()
            _ = try await PushRun(shop: stage.shop, oro: stage.oro).perform()
            #expect(stage.shown(bad) == "77", "\(name)")
            #expect(stage.simulator.ledgerCount == before + 1, "\(name)")
            #expect(try await stage.shop.state.openExceptions().isEmpty, "\(name)")
        }
    }

    @Test("a parked figure rests an hour, and is not tried by every push", .timeLimit(.minutes(1)))
    func rests() async throws {
        try await AuditStage.run(products: 3, push: "mode: single") { stage in
            await stage.simulator.perform(.setLevelFault(level: stage.level("AB-2"), .refuses(status: 500)))
            try await stage.sync(["AB-1": 1, "AB-2": 2, "AB-3": 3])
            let before = stage.oro.requestsSent
            try await stage.sync(["AB-1": 1, "AB-2": 2, "AB-3": 3])
            #expect(stage.oro.requestsSent == before)
            // Its figure changes: that is worth a try.
            await stage.simulator.perform(.setLevelFault(level: stage.level("AB-2"), nil))
            try await stage.sync(["AB-1": 1, "AB-2": 5, "AB-3": 3])
            #expect(stage.shown("AB-2") == "5")
        }
    }

    @Test(
        "a lost increase that has not landed waits, a lost decrease goes again at once",
        .timeLimit(.minutes(1))
    )
    func lostWrites() async throws {
        try await AuditStage.run(products: 2, push: "mode: single, settle: 10m") { stage in
            try await stage.sync(["AB-1": 10, "AB-2": 10])
            let late = InjectedFault.lateEffect(milliseconds: nil, nil)
            stage.simulator.inject(FaultRule(late, method: "PATCH", level: stage.level("AB-1"), limit: 1))
            stage.simulator.inject(FaultRule(late, method: "PATCH", level: stage.level("AB-2"), limit: 1))
            let summary = try await stage.sync(["AB-1": 30, "AB-2": 4])
            #expect(stage.shown("AB-1") == "10" && stage.shown("AB-2") == "4")
            #expect(summary.state == .pushing && summary.status == .busy)
            // Both land late: the decrease's own value changes nothing, the increase has arrived.
            await stage.simulator.perform(.landLateEffects)
            let next = try await stage.sync(["AB-1": 30, "AB-2": 4])
            #expect(stage.shown("AB-1") == "30" && stage.shown("AB-2") == "4")
            #expect(next.status == .done)
        }
    }

    @Test(
        "an older value that lands over a newer one is set right when its time is over",
        .timeLimit(.minutes(1))
    )
    func olderValue() async throws {
        try await AuditStage.run(products: 1, push: "mode: single, settle: 4s") { stage in
            try await stage.sync(["AB-1": 10])
            let late = InjectedFault.lateEffect(milliseconds: nil, nil)
            stage.simulator.inject(FaultRule(late, method: "PATCH", limit: 1))
            try await stage.sync(["AB-1": 7])
            try await stage.sync(["AB-1": 3])
            #expect(stage.shown("AB-1") == "3")
            await stage.simulator.perform(.landLateEffects)
            #expect(stage.shown("AB-1") == "7")
            let end = try #require(try await stage.shop.state.lastQuestionEnd())
            try await Task.sleep(for: .seconds(max(0, end.seconds - MachineInstant.now.seconds)))
            let summary = try await stage.sync(["AB-1": 3])
            #expect(stage.shown("AB-1") == "3" && summary.status == .done)
        }
    }

    @Test("a figure that was written and then sold from is not written again", .timeLimit(.minutes(1)))
    func soldSince() async throws {
        try await AuditStage.run(products: 1, push: "mode: single, settle: 1s") { stage in
            try await stage.sync(["AB-1": 100])
            stage.simulator.inject(FaultRule(.cutAfterEffect, method: "PATCH", limit: 1))
            let written = stage.simulator.ledgerCount + 1
            async let run = stage.sync(["AB-1": 50])
            while stage.simulator.ledgerCount < written { await Task.yield() }
            #expect(stage.simulator.checkout(level: stage.level("AB-1"), quantity: "1"))
            #expect(try await run.status == .done)
            #expect(stage.shown("AB-1") == "49")
        }
    }

    @Test("what was claimed and not sent goes at once after a kill, what was sent is in question")
    func killed() async throws {
        try await AuditStage.run(products: 4, push: "mode: single, settle: 10m") { stage in
            try await stage.sync(["AB-1": 1, "AB-2": 2, "AB-3": 3, "AB-4": 4])
            stage.simulator.changeConditions { $0.clientInactive = true }
            await #expect(throws: Fault.self) {
                try await stage.sync(["AB-1": 11, "AB-2": 12, "AB-3": 13, "AB-4": 14])
            }
            stage.simulator.changeConditions { $0.clientInactive = false }
            // A process claims all four, writes down that one is being sent, and is killed.
            let claims = try await stage.shop.state.claim(limit: 9, at: .now)
            #expect(claims.count == 4)
            let now = MachineInstant.now
            let journal = try SendingJournal(folder: stage.shop.state.folder, boot: now.boot)
            try journal.note([claims[0].sequence])
            try await stage.shop.state.record(sendingEnd: now)
            let outcome = try await Pusher(state: stage.shop.state, shop: stage.oro, settings: stage.settings)
                .push()
            #expect(outcome.progress.applied == 3)
            #expect(outcome.backlog.unsettled == 1)
        }
    }

    @Test(
        "an operation that cannot be asked for is left, and its levels are written again",
        .timeLimit(.minutes(1)),
        arguments: [ProxyAnswer(status: 502), ProxyAnswer(status: 403)]
    )
    func unaskedOperation(answer: ProxyAnswer) async throws {
        try await AuditStage.run(products: 90, push: "mode: batch, settle: 1s") { stage in
            let first = Dictionary(uniqueKeysWithValues: (1...90).map { ("AB-\($0)", 100) })
            try await stage.sync(first)
            stage.simulator.inject(
                FaultRule(
                    .proxy(answer, afterEffect: false),
                    method: "GET",
                    path: "/admin/api/asyncoperations"
                )
            )
            let second = first.mapValues { $0 - 40 }
            for _ in 0..<6 {
                let summary = try await stage.sync(second)
                if summary.status == .done { break }
                guard let end = try await stage.shop.state.lastQuestionEnd() else { continue }
                let seconds = end.seconds - MachineInstant.now.seconds
                if seconds > 0 { try await Task.sleep(for: .seconds(seconds)) }
            }
            #expect((1...90).allSatisfy { stage.shown("AB-\($0)") == "60" })
            #expect(try await stage.shop.state.backlog().unsettled == 0)
        }
    }

    @Test("a level in question that cannot be read holds nobody up", .timeLimit(.minutes(1)))
    func unreadLevel() async throws {
        try await AuditStage.run(products: 40, push: "mode: single, settle: 1s") { stage in
            let first = Dictionary(uniqueKeysWithValues: (1...40).map { ("AB-\($0)", 10) })
            try await stage.sync(first)
            let bad = stage.level("AB-7")
            let cut = InjectedFault.lateEffect(milliseconds: nil, nil)
            stage.simulator.inject(FaultRule(cut, method: "PATCH", level: bad, limit: 1))
            let page = InjectedFault.proxy(ProxyAnswer(status: 502), afterEffect: false)
            stage.simulator.inject(FaultRule(page, method: "GET", level: bad))
            try await stage.sync(first.mapValues { $0 + 5 })
            let last = try await stage.sync(first.mapValues { $0 - 5 })
            #expect((1...40).allSatisfy { stage.shown("AB-\($0)") == "5" })
            #expect(last.counts.written >= 39)
        }
    }
}
