import Foundation
import InventoryCore
import StateStore
import TestSupport
import Testing

@testable import TidegatePipeline

/// The plan of a past run comes back as it was committed, whatever kind of run it was.
@Suite("The plan of a past run")
struct ReplayTests {
    private static func stock(_ quantity: Int = 10, count: Int = 12) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: (1...count).map { ("AB-\($0)", quantity + $0) })
    }

    private static let oneZero = "{ newly_zero_count_max: 0, newly_zero_percent_max: 10 }"

    @Test("is that of its digest, with what the shop showed then, however often the shop changed since")
    func done() async throws {
        try await ShopStage.run { stage in
            let first = try await stage.sync(Self.stock())
            let second = try await stage.sync(Self.stock().merging(["AB-3": 4]) { $1 })
            for quantity in [20, 30] { try await stage.sync(Self.stock(quantity)) }
            let replayed = try await ReplayedRun(second.run.text, in: stage.shop)
            let record = try #require(try await stage.shop.state.run(second.run))
            #expect(replayed.digest == record.planDigest && replayed.plan.digest == record.planDigest)
            let wish = try #require(replayed.plan.wishes.first)
            #expect(replayed.plan.wishes.count == 1 && wish.key.sku == "AB-3" && wish.wave == .decrease)
            #expect(wish.before == Quantity(units: 13) && wish.after == Quantity(units: 4))
            #expect(replayed.plan.unchanged == record.counts.unchanged)
            #expect(replayed.certificate == .same && replayed.knowsRules && replayed.count == 1)
            #expect(replayed.snapshot == .accepted(second.run))
            try replayed.requireSound()
            #expect(try await ReplayedRun(first.run.text, in: stage.shop).plan.wishes.count == 12)
        }
    }

    @Test("that changed nothing is empty, and its bytes are those of the run before")
    func unchanged() async throws {
        try await ShopStage.run { stage in
            let first = try await stage.sync(Self.stock())
            let second = try await stage.sync(Self.stock())
            try #require(second.run != first.run)
            let replayed = try await ReplayedRun(second.run.text, in: stage.shop)
            #expect(replayed.plan.wishes.isEmpty && replayed.certificate == .same)
            #expect(replayed.snapshot == .accepted(first.run))
        }
    }

    @Test("that was held and then approved has both, each with its own writes")
    func approved() async throws {
        try await ShopStage.run(products: 4, guards: Self.oneZero) { stage in
            try await stage.sync(Self.stock(count: 4))
            let held = try await stage.sync(Self.stock(count: 4).merging(["AB-1": 0, "AB-2": 5]) { $1 })
            let own = try await ReplayedRun(held.run.text, in: stage.shop)
            #expect(own.plan.wishes.map(\.key.sku) == ["AB-2"] && own.certificate == .same)
            _ = try await Approval(shop: stage.shop, oro: stage.oro).approve(held.run.text)
            let newest = try await ReplayedRun(held.run.text, in: stage.shop)
            #expect(newest.plan.wishes.map(\.key.sku) == ["AB-1"] && newest.plan.wishes[0].after == .zero)
            #expect(newest.number == 2 && newest.count == 2 && newest.certificate == .same)
            let first = try await ReplayedRun(held.run.text, plan: 1, in: stage.shop)
            #expect(first.digest == own.digest && first.plan.wishes == own.plan.wishes)
            #expect(first.certificate == .other)
            let fault = await #expect(throws: Fault.self) {
                _ = try await ReplayedRun(held.run.text, plan: 3, in: stage.shop)
            }
            #expect(fault?.code == "unknown_plan" && fault?.kind == .usage)
        }
    }

    @Test("of an approval that was killed before its commit is still the run's own")
    func killedApproval() async throws {
        try await ShopStage.run(products: 4, guards: Self.oneZero) { stage in
            try await stage.sync(Self.stock(count: 4))
            let held = try await stage.sync(Self.stock(count: 4).merging(["AB-1": 0, "AB-2": 5]) { $1 })
            // What a killed process has written by then: papers of a plan that the database never heard of.
            let archive = stage.shop.copies.archive
            let other = PushPlan(wanted: [], rulesVersion: "r") { _ in nil }
            let copy = try PlanCopy(other)
            let certificate = Array("{\"rules\":\"r\",\"plan\":\"\(copy.digest)\"}\n".utf8)
            try archive.keep(certificate: certificate, of: held.run)
            try archive.keep(copy, of: held.run)
            let replayed = try await ReplayedRun(held.run.text, in: stage.shop)
            #expect(replayed.plan.wishes.map(\.key.sku) == ["AB-2"] && replayed.certificate == .other)
            _ = try await Approval(shop: stage.shop, oro: stage.oro).approve(held.run.text)
            let approved = try await ReplayedRun(held.run.text, in: stage.shop)
            #expect(approved.plan.wishes.map(\.key.sku) == ["AB-1"] && approved.certificate == .same)
        }
    }

    @Test("of a run that failed at any step is not there", arguments: CommitStep.allCases)
    func failed(step: CommitStep) async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock())
            try stage.write(Self.stock(20))
            var shop = stage.shop
            shop.onCommitStep = { if $0 == step { throw CommitFaultTests.diskFull } }
            let failing = shop
            _ = await #expect(throws: Fault.self) {
                try await SyncRun(shop: failing, oro: stage.oro).perform()
            }
            let run = try #require(try await stage.shop.state.lastRuns(limit: 1).first)
            let fault = await #expect(throws: Fault.self) {
                _ = try await ReplayedRun(run.id.text, in: stage.shop)
            }
            #expect(fault?.code == .planMissing && fault?.message.contains("never accepted") == true)
            #expect(try stage.shop.copies.archive.plans(of: run.id) == nil)
            let summary = try await stage.sync(Self.stock(20))
            #expect(try await ReplayedRun(summary.run.text, in: stage.shop).plan.wishes.count == 12)
        }
    }

    @Test("of two sources is of what both come to, and each run's bytes are its own")
    func twoSources() async throws {
        try await ShopStage.run(products: 4, sources: ShopStage.twoSources) { stage in
            try stage.write(["AB-1": 5, "AB-2": 7], at: "LEEDS", to: "leeds.csv")
            try stage.write(["AB-2": 1, "AB-3": 9], at: "YORK", to: "york.csv")
            try await stage.sync()
            try stage.write(["AB-2": 4, "AB-3": 9], at: "YORK", to: "york.csv")
            let york = try #require(try await stage.sync(["york"]).summaries.first)
            let replayed = try await ReplayedRun(york.run.text, in: stage.shop)
            let wishes = replayed.plan.wishes
            #expect(wishes.map(\.key.sku) == ["AB-2"] && wishes.first?.before == Quantity(units: 8))
            #expect(wishes.first?.after == Quantity(units: 11) && replayed.snapshot == .accepted(york.run))
        }
    }

    @Test("of a partial delivery is of what it listed")
    func partial() async throws {
        try await ShopStage.runFolder { stage in
            try stage.drop("1.csv", Self.stock(), ago: 300)
            try await stage.sync()
            try stage.drop("2.csv", ["AB-5": 3], ago: 200)
            try stage.drop("3.csv", ["AB-6": 4], ago: 100)
            let summaries = try await stage.sync().summaries
            #expect(summaries.count == 2)
            for (summary, sku) in zip(summaries, ["AB-5", "AB-6"] as [SKU]) {
                let replayed = try await ReplayedRun(summary.run.text, in: stage.shop)
                #expect(replayed.plan.wishes.map(\.key.sku) == [sku])
                #expect(replayed.snapshot == .accepted(summary.run))
            }
        }
    }

    @Test("goes with the archive, and says so")
    func pruned() async throws {
        try await ShopStage.run(store: ", archive_keep: 3") { stage in
            let first = try await stage.sync(Self.stock())
            for quantity in 20...25 { try await stage.sync(Self.stock(quantity)) }
            let keep = stage.shop.copies.archive.limits.snapshotsMax
            let fault = await #expect(throws: Fault.self) {
                _ = try await ReplayedRun(first.run.text, in: stage.shop)
            }
            #expect(fault?.code == .planMissing && fault?.kind == .inputMissing)
            #expect(fault?.message.contains("the newest \(keep)") == true)
            let kept = try stage.shop.copies.archive.snapshots()
            #expect(kept.count == keep)
            for copy in kept { _ = try await ReplayedRun(copy.run.text, in: stage.shop) }
        }
    }

    @Test("of which a bit was lost is refused, and a damaged copy of the bytes is told")
    func damaged() async throws {
        try await ShopStage.run { stage in
            let first = try await stage.sync(Self.stock())
            let archive = stage.shop.copies.archive
            let copy = URL(filePath: try archive.find(first.run).path)
            let bytes = try Data(contentsOf: copy)
            for damage in [Data(), Data("sku,location,unit,on_hand\n".utf8), Data(bytes.dropLast(9))] {
                try damage.write(to: copy)
                let replayed = try await ReplayedRun(first.run.text, in: stage.shop)
                #expect(replayed.snapshot == .damaged(first.run) && replayed.plan.wishes.count == 12)
                let fault = #expect(throws: Fault.self) { try replayed.requireSound() }
                #expect(fault?.code == "snapshot_damaged")
            }
            try FileManager.default.removeItem(at: copy)
            #expect(try await ReplayedRun(first.run.text, in: stage.shop).snapshot == .gone)
            let file = URL(filePath: archive.folder.archivePath + "/\(first.run).plans")
            let whole = try Data(contentsOf: file)
            for place in stride(from: 0, to: whole.count, by: 7) {
                var other = whole
                other[place] ^= 0x10
                try other.write(to: file)
                let fault = await #expect(throws: Fault.self) {
                    _ = try await ReplayedRun(first.run.text, in: stage.shop)
                }
                #expect(fault?.code == .planDamaged, "byte \(place)")
            }
        }
    }
}
