import Foundation
import InventoryCore
import OroClient
import ShopSupport
import StateStore
import Testing

@testable import TidegatePipeline
@testable import TidegateSettings

@Suite("The push against a shop, a real one where the environment names it", .serialized)
struct PushShopTests {
    /// A state that knows the levels, and a push of it.
    private struct Desk {
        let state: StateDatabase
        let shop: ShopUnderTest
        let settings: Settings

        /// Makes a wish for every level, and pushes.
        func push(run: RunID, _ quantity: (Int) -> Int64) async throws -> Pusher.Outcome {
            var acceptance = Acceptance(
                run: RunRecord(id: run, state: .accepted(), source: "test", scope: .full, started: .now),
                at: .now
            )
            acceptance.wishes = shop.levels.enumerated().map { number, level in
                let after = Quantity(units: quantity(number))
                return AcceptedWish(PlannedWish(key: level.key, before: level.quantity, after: after))
            }
            try await state.accept(acceptance)
            return try await Pusher(state: state, shop: shop.client, settings: settings).push()
        }

        func expectShown(_ quantity: (Int) -> Int64) async throws {
            let shown = try await shop.shown()
            for (number, level) in shop.levels.enumerated() {
                #expect(shown[level.id] == Quantity(units: quantity(number)), "\(level.key.sku)")
            }
        }
    }

    private static func run(mode: String, _ body: @escaping @Sendable (Desk) async throws -> Void)
        async throws
    {
        try await ShopUnderTest.run { shop in
            let path = FileManager.default.temporaryDirectory.path + "/tidegate-\(UUID().uuidString)"
            let folder = StateFolder(path: path)
            try folder.prepare()
            defer { try? FileManager.default.removeItem(atPath: path) }
            let lock = try FolderLock(folder: folder, command: "test", at: .now)
            let state = try StateDatabase.open(lock: lock)
            _ = try await state.replaceIndexPage(shop.levels, at: .now)
            let settings = try Fixture.settings(
                "\(Fixture.source)\noro: { url: \"\(shop.url)\", push: { mode: \(mode) } }\n"
            )
            try await body(Desk(state: state, shop: shop, settings: settings))
            try state.close()
        }
    }

    @Test("every mode brings every level to its figure", arguments: ["single", "batch", "sync", "auto"])
    func modes(mode: String) async throws {
        try await PushShopTests.run(mode: mode) { desk in
            let first = try await desk.push(run: "run-1") { Int64($0 + 1) }
            #expect(first.trouble == nil && first.drifts == 0 && first.backlog.isEmpty)
            try await desk.expectShown { Int64($0 + 1) }
            // Zeros, less and more at once.
            func second(_ number: Int) -> Int64 { number % 3 == 0 ? 0 : number % 3 == 1 ? 1 : 5_000 }
            let changed = try await desk.push(run: "run-2", second)
            #expect(changed.trouble == nil && changed.backlog.isEmpty)
            try await desk.expectShown(second)
        }
    }

    @Test("a figure that the shop already shows is not sent")
    func nothingNeedless() async throws {
        try await PushShopTests.run(mode: "auto") { desk in
            _ = try await desk.push(run: "run-1") { Int64($0 + 1) }
            let before = desk.shop.client.requestsSent
            let again = try await desk.push(run: "run-2") { Int64($0 + 1) }
            #expect(again.progress.requests == 0 && desk.shop.client.requestsSent == before)
        }
    }

    @Test("a level that does not exist becomes an exception, and the others are written")
    func missingLevel() async throws {
        try await PushShopTests.run(mode: "batch") { desk in
            let stranger = ShopLevel(
                id: "999999999",
                key: LevelKey(sku: "NO-SUCH-SKU", unit: "item"),
                quantity: .zero,
                precision: 0,
                isPrimaryUnit: true
            )
            _ = try await desk.state.replaceIndexPage([stranger], at: .now)
            var acceptance = Acceptance(
                run: RunRecord(id: "run-0", state: .accepted(), source: "test", scope: .full, started: .now),
                at: .now
            )
            acceptance.wishes = [
                AcceptedWish(PlannedWish(key: stranger.key, before: .zero, after: Quantity(units: 3)))
            ]
            try await desk.state.accept(acceptance)
            let outcome = try await desk.push(run: "run-1") { Int64($0 + 7) }
            #expect(outcome.trouble == nil && outcome.progress.levelsGone == 1)
            try await desk.expectShown { Int64($0 + 7) }
            #expect(
                try await desk.state.openExceptions().map(\.exception.subject.description) == ["NO-SUCH-SKU"]
            )
        }
    }
}
