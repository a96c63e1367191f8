import InventoryCore
import OroSimulator
import StateStore
import Testing

@testable import TidegatePipeline

@Suite("A push session that stays open")
struct PushSessionTests {
    /// Makes wishes of one run.
    private static func wish(_ quantities: [String: Int64], run: String, on stage: AuditStage) async throws {
        var acceptance = Acceptance(
            run: RunRecord(id: RunID(run), state: .accepted(), source: "test", scope: .full, started: .now),
            at: .now
        )
        acceptance.wishes = quantities.sorted { $0.key < $1.key }.map { sku, quantity in
            let key = LevelKey(sku: SKU(sku), unit: "item")
            return AcceptedWish(PlannedWish(key: key, before: nil, after: Quantity(units: quantity)))
        }
        try await stage.shop.state.accept(acceptance)
    }

    private static func until(_ condition: () async throws -> Bool) async throws {
        while try await !condition() { try await Task.sleep(for: .milliseconds(5)) }
    }

    @Test("a zero is shown while an operation of other levels does not move", .timeLimit(.minutes(1)))
    func zerosOvertake() async throws {
        try await AuditStage.run(products: 300, push: "mode: batch") { stage in
            _ = try await LevelIndex(state: stage.shop.state, shop: stage.oro).complete()
            try await Self.wish(["AB-300": 5], run: "run-0", on: stage)
            _ = try await Pusher(state: stage.shop.state, shop: stage.oro, settings: stage.settings).push()
            await stage.simulator.perform(.setConsumers(0))
            let many = Dictionary(uniqueKeysWithValues: (1...250).map { ("AB-\($0)", Int64($0)) })
            try await Self.wish(many, run: "run-1", on: stage)
            let changes = OutboxChanges()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await PushSession(shop: stage.shop, oro: stage.oro, changes: changes).perform()
                }
                // The operation has been accepted and waits for a consumer.
                try await Self.until {
                    try await stage.shop.state.openClaims().contains { $0.operation != nil }
                }
                try await Self.wish(["AB-300": 0], run: "run-2", on: stage)
                changes.notify()
                try await Self.until { stage.shown("AB-300") == "0" }
                #expect(stage.shown("AB-1") == "0")
                await stage.simulator.perform(.setConsumers(2))
                try await Self.until { try await stage.shop.state.backlog().unsettled == 0 }
                #expect(stage.shown("AB-250") == "250")
                group.cancelAll()
            }
        }
    }

    @Test("trouble is over with the first figure that the shop takes", .timeLimit(.minutes(1)))
    func troubleIsOver() async throws {
        try await AuditStage.run(products: 300, push: "mode: batch") { stage in
            _ = try await LevelIndex(state: stage.shop.state, shop: stage.oro).complete()
            try await Self.wish(["AB-300": 5], run: "run-0", on: stage)
            _ = try await Pusher(state: stage.shop.state, shop: stage.oro, settings: stage.settings).push()
            await stage.simulator.perform(.setConsumers(0))
            stage.simulator.changeConditions { $0.clientInactive = true }
            let many = Dictionary(uniqueKeysWithValues: (1...250).map { ("AB-\($0)", Int64($0)) })
            try await Self.wish(many, run: "run-1", on: stage)
            try await Self.wish(["AB-300": 0], run: "run-2", on: stage)
            let changes = OutboxChanges()
            let (troubles, told) = AsyncStream.makeStream(of: Fault?.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let session = PushSession(
                        shop: stage.shop,
                        oro: stage.oro,
                        changes: changes,
                        onTrouble: { told.yield($0) }
                    )
                    try await session.perform()
                }
                var heard = troubles.makeAsyncIterator()
                while await heard.next() == .some(.none) {}
                stage.simulator.changeConditions { $0.clientInactive = false }
                while case .some(.some) = await heard.next() {}
                let left = try await stage.shop.state.backlog().unsettled
                #expect(stage.shown("AB-300") == "0" && left > 0)
                group.cancelAll()
            }
        }
    }

    @Test("the shop's trouble ends no session, and its end none of the work", .timeLimit(.minutes(1)))
    func troubleEndsNothing() async throws {
        try await AuditStage.run(products: 10) { stage in
            _ = try await LevelIndex(state: stage.shop.state, shop: stage.oro).complete()
            stage.simulator.changeConditions { $0.clientInactive = true }
            let changes = OutboxChanges()
            let (troubles, told) = AsyncStream.makeStream(of: Fault.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                try await Self.wish(["AB-1": 7], run: "run-1", on: stage)
                group.addTask {
                    try await PushSession(shop: stage.shop, oro: stage.oro, changes: changes) { event in
                        if case .failed(_, _, let fault) = event { told.yield(fault) }
                    }.perform()
                }
                for await trouble in troubles {
                    #expect(trouble.isShopTrouble)
                    break
                }
                stage.simulator.changeConditions { $0.clientInactive = false }
                try await Self.until { stage.shown("AB-1") == "7" }
                group.cancelAll()
            }
        }
    }

    @Test("changes that come before anybody waits are not lost, and count once")
    func changesAreKept() async {
        let changes = OutboxChanges()
        changes.notify()
        changes.notify()
        await changes.changed()
        let waiting = Task { await changes.changed() }
        waiting.cancel()
        await waiting.value
    }
}
