import Foundation
import InventoryCore
import StateStore
import Synchronization
import TestSupport
import Testing

@testable import TidegatePipeline

/// Nothing of a commit that failed may be left in a process that goes on, and nothing may be lost.
@Suite("A commit that fails in a process that goes on")
struct CommitFaultTests {
    enum Way: String, CaseIterable, Sendable {
        /// The step throws, as on a full disk.
        case throwing
        /// The task is cancelled at the step.
        case cancelled
    }

    enum Next: String, CaseIterable, Sendable {
        case sameDeliveryAgain
        /// A delivery that does not change again what the failed one changed.
        case nextDelivery
    }

    /// Deliveries of twelve SKUs; each changes some and leaves the others as they were.
    private static func course(seed: UInt64, length: Int) -> [[String: Int]] {
        var random = SplitMix64(state: seed)
        var stock = Dictionary(uniqueKeysWithValues: (1...12).map { ("AB-\($0)", 10 + $0) })
        return (0..<length).map { number in
            if number > 0 {
                for _ in 0..<3 { stock["AB-\(1 + random.below(12))"] = 1 + Int(random.below(90)) }
            }
            return stock
        }
    }

    @Test(
        "given a fault at any step, the shop ends as it would have without it",
        arguments: CommitStep.allCases,
        Way.allCases
    )
    func endsAlike(step: CommitStep, way: Way) async throws {
        let course = CommitFaultTests.course(seed: 7, length: 4)
        for next in Next.allCases {
            for failing in [0, 2] {
                try await ShopStage.run { stage in
                    for (number, stock) in course.enumerated() {
                        if number == failing {
                            try await stage.fail(stock, at: step, way)
                            // A cancelled task cannot ask the database; the next run does.
                            if step != .seal || way == .throwing {
                                #expect(try stage.spools().isEmpty)
                            }
                            if next == .nextDelivery { continue }
                        }
                        let summary = try await stage.sync(stock)
                        #expect(summary.waiting == 0)
                    }
                    for (sku, quantity) in course[course.count - 1] {
                        #expect(stage.shown(sku) == quantity, "\(next), delivery \(failing): \(sku)")
                    }
                    let last = try #require(try await stage.shop.state.lastAccepted())
                    let generation = try await stage.shop.state.generation(of: .main)
                    #expect(last.state.kind == .done && last.generation == generation)
                }
            }
        }
    }

    @Test("given a fault after the baseline is durable, the stock is as before the run")
    func looksAsBefore() async throws {
        try await ShopStage.run(products: 2) { stage in
            try await stage.sync(["AB-1": 5, "AB-2": 7])
            try await stage.fail(["AB-1": 6, "AB-2": 7], at: .seal, .throwing)
            try await stage.shop.makeReady()
            let positions = try await stage.shop.stock().positions(of: ["AB-1"])
            #expect(positions["AB-1"]?.map(\.net) == [Quantity(units: 5)])
        }
    }

    @Test("given an archive that cannot be written, nothing is taken, and the next run makes up for it")
    func unwritableArchive() async throws {
        try await ShopStage.run(products: 2) { stage in
            try await stage.sync(["AB-1": 5, "AB-2": 7])
            let archive = stage.shop.state.folder.archivePath
            try FileManager.default.moveItem(atPath: archive, toPath: archive + ".aside")
            try Data().write(to: URL(filePath: archive))
            let fault = await #expect(throws: Fault.self) { try await stage.sync(["AB-1": 6, "AB-2": 7]) }
            #expect(fault?.code == .cannotWriteState)
            try FileManager.default.removeItem(atPath: archive)
            try FileManager.default.moveItem(atPath: archive + ".aside", toPath: archive)
            #expect(try await stage.shop.state.generation(of: .main) == 1)
            let summary = try await stage.sync(["AB-1": 6, "AB-2": 7])
            #expect(summary.counts.written == 1 && stage.shown("AB-1") == 6)
        }
    }

    @Test("given an approval that fails, the held run keeps its certificate and can be approved again")
    func approvalAgain() async throws {
        let guards = "{ newly_zero_count_max: 0, newly_zero_percent_max: 10 }"
        try await ShopStage.run(products: 3, guards: guards) { stage in
            try await stage.sync(["AB-1": 5, "AB-2": 7, "AB-3": 9])
            let held = try await stage.sync(["AB-1": 0, "AB-2": 7, "AB-3": 8])
            #expect(held.state == .held && stage.shown("AB-1") == 5)
            let archive = SnapshotArchive(folder: stage.shop.state.folder)
            let before = try archive.certificate(of: held.run)
            var shop = stage.shop
            shop.onCommitStep = { step in if step == .seal { throw CommitFaultTests.diskFull } }
            await #expect(throws: Fault.self) {
                _ = try await Approval(shop: shop, oro: stage.oro).approve(held.run.text)
            }
            #expect(try before != nil && archive.certificate(of: held.run) == before)
            _ = try await Approval(shop: stage.shop, oro: stage.oro).approve(held.run.text)
            #expect(stage.shown("AB-1") == 0)
        }
    }

    static let diskFull = Fault(
        .cannotWriteState,
        code: .cannotWriteState,
        message: "No space left on device.",
        hint: "Free space."
    )
}

/// The task that a step is to cancel, and whether the step was met.
private final class Cancellation: Sendable {
    let task = Mutex<Task<SyncRun.Outcome, any Error>?>(nil)
    let isMet = Mutex(false)
}

extension ShopStage {
    /// Makes the ERP say this, and has the run fail at a step of its commit.
    fileprivate func fail(
        _ stock: [String: Int],
        at step: CommitStep,
        _ way: CommitFaultTests.Way
    ) async throws {
        try write(stock)
        let cancellation = Cancellation()
        var shop = shop
        shop.onCommitStep = { at in
            guard at == step else { return }
            cancellation.isMet.withLock { $0 = true }
            guard way == .cancelled else { throw CommitFaultTests.diskFull }
            cancellation.task.withLock { $0?.cancel() }
            throw CancellationError()
        }
        let (failing, oro) = (shop, oro)
        let task = Task { try await SyncRun(shop: failing, oro: oro).perform() }
        cancellation.task.withLock { $0 = task }
        let result = await task.result
        #expect(throws: Fault.self) { try result.get() }
        #expect(cancellation.isMet.withLock { $0 }, "the step \(step) was not met")
    }
}
