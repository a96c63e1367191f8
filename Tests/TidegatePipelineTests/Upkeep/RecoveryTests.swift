import DeltaEngine
import Foundation
import InventoryCore
import SnapshotSources
import StateStore
import Testing
import TidegateSettings

@testable import TidegatePipeline

@Suite("A state folder is looked at, and mended")
struct RecoveryTests {
    /// Both sources have delivered, and Leeds has sold since.
    private func sold(_ body: @escaping @Sendable (ShopStage, RunID) async throws -> Void) async throws {
        try await ShopStage.run(products: 4, sources: ShopStage.twoSources) { stage in
            try stage.write(["AB-1": 10, "AB-2": 7], at: "LEEDS", to: "leeds.csv")
            try stage.write(["AB-1": 5], at: "YORK", to: "york.csv")
            try await stage.sync()
            try stage.write(["AB-1": 2, "AB-2": 7], at: "LEEDS", to: "leeds.csv")
            try await stage.sync(["leeds"])
            #expect(stage.shown("AB-1") == 7)
            try await body(stage, try #require(try await stage.newestRun("leeds")))
        }
    }

    @Test(
        "a lost baseline is not made anew from an older delivery than the accepted one",
        arguments: [true, false]
    )
    func newestIsGone(isDamaged: Bool) async throws {
        try await sold { stage, run in
            try stage.shop.close()
            let copy = stage.copyPath(run)
            if isDamaged { try stage.damage(copy) } else { try FileManager.default.removeItem(atPath: copy) }
            try stage.damage(stage.baselinePath("leeds"))
            // The bytes are not where they were delivered either.
            try stage.write(["AB-1": 1], at: "LEEDS", to: "leeds.csv")
            let before = try Data(contentsOf: URL(filePath: stage.baselinePath("leeds")))
            let findings = try await stage.recover()
            let leeds = try #require(findings.first { $0.part == "baseline of leeds" })
            #expect(!leeds.isMended && leeds.remedy?.contains(run.text) == true)
            #expect(leeds.remedy?.contains("The next full delivery will do it") == true)
            #expect(findings.contains(.init(sound: "baseline of york")))
            #expect(try Data(contentsOf: URL(filePath: stage.baselinePath("leeds"))) == before)
        }
    }

    @Test("of two baselines only the damaged one is made anew, from the delivery that was accepted")
    func oneOfTwo() async throws {
        try await sold { stage, run in
            let york = try Data(contentsOf: URL(filePath: stage.baselinePath("york")))
            let again = try await stage.away {
                try stage.damage(stage.baselinePath("leeds"))
                let findings = try await stage.recover()
                let leeds = try #require(findings.first { $0.part == "baseline of leeds" })
                #expect(leeds.isMended && leeds.remedy?.contains(run.text) == true)
                #expect(findings.contains(.init(sound: "baseline of york")))
            }
            #expect(try Data(contentsOf: URL(filePath: stage.baselinePath("york"))) == york)
            try FileManager.default.removeItem(atPath: "\(stage.folder)/leeds.csv")
            try stage.write(["AB-1": 4], at: "YORK", to: "york.csv")
            try await again.sync(["york"])
            #expect(stage.shown("AB-1") == 6)
            try again.shop.close()
        }
    }

    @Test("copies that accepted deliveries should have are missed")
    func archiveIsGone() async throws {
        try await sold { stage, run in
            try stage.shop.close()
            #expect(try await stage.recover(mends: false).allSatisfy { $0.damage == nil })
            for name in try FileManager.default.contentsOfDirectory(atPath: stage.state.archivePath)
            where name.hasSuffix(".zst") {
                try FileManager.default.removeItem(atPath: "\(stage.state.archivePath)/\(name)")
            }
            let findings = try await stage.recover(mends: false)
            #expect(findings.contains { $0.part == "archive, run \(run)" && !$0.isMended })
            #expect(findings.count { $0.part.hasPrefix("archive, run") } == 2)
        }
    }

    @Test("a copy that is gone is taken again from where the very bytes still lie, and from nowhere else")
    func takenAgain() async throws {
        try await sold { stage, run in
            try stage.shop.close()
            try FileManager.default.removeItem(atPath: stage.state.archivePath)
            try stage.write(["AB-1": 6], at: "YORK", to: "york.csv")
            let part = "archive, run \(run)"
            let seen = try #require(try await stage.recover(mends: false).first { $0.part == part })
            #expect(!seen.isMended && seen.remedy?.contains("still has the very bytes") == true)
            let findings = try await stage.recover()
            let leeds = try #require(findings.first { $0.part == part })
            #expect(leeds.isMended && leeds.remedy?.contains("leeds.csv") == true)
            let york = try #require(findings.first { $0.part.hasPrefix("archive, run") && $0.part != part })
            #expect(!york.isMended && york.remedy?.contains("nothing can give it back") == true)
            try stage.damage(stage.baselinePath("leeds"))
            let after = try await stage.recover()
            #expect(!after.contains { $0.part == part })
            #expect(after.contains { $0.part == "baseline of leeds" && $0.damage != nil && $0.isMended })
        }
    }

    @Test("the same bytes read again have no copy of their own, and none is missed")
    func readAgain() async throws {
        try await sold { stage, _ in
            try await stage.sync()
            try await stage.sync()
            let again = try await stage.away {
                let findings = try await stage.recover(mends: false)
                #expect(findings.allSatisfy { $0.damage == nil })
                let outcomes = try await BaselineRebuild(stage.shop.settings).perform()
                #expect(outcomes.count == 2)
            }
            try await again.sync()
            #expect(stage.shown("AB-1") == 7)
            try again.shop.close()
        }
    }

    @Test("what is put aside is named")
    func asideIsNamed() async throws {
        try await sold { stage, run in
            try stage.shop.close()
            try stage.damage(stage.copyPath(run))
            // Whatever is in the log beside it would stand in for the damaged pages.
            for ending in ["-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: stage.state.databasePath + ending)
            }
            let junk = Data(repeating: 0x55, count: 8192)
            try junk.write(to: URL(filePath: stage.state.databasePath))
            let names = try await stage.recover().compactMap(\.remedy).joined(separator: " ")
            let folder = stage.state.path
            let files = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { name in
                name.contains(".damaged") && !name.hasSuffix("-wal") && !name.hasSuffix("-shm")
            }
            #expect(files.count == 4)
            for file in files { #expect(names.contains("\(folder)/\(file)"), "\(file)") }
        }
    }

    @Test("the state's own is one of which nothing was accepted at first, and what was held is known again")
    func firstIsHeld() async throws {
        let rows = (1...12).map { "AB-\($0),WH-1,EA,\($0 > 9 ? "x" : "5")\n" }
        let text = "sku,location,unit,on_hand\n" + rows.joined()
        try await ShopStage.run { stage in
            try stage.write(text: text)
            let held = try #require(try await stage.sync().summaries.first)
            #expect(held.state == .held && stage.shown("AB-1") == 0)
            let second = try await stage.away {}
            _ = try await second.sync()
            #expect(Set(try await second.shop.state.doubts().all.compactMap(\.run)) == [held.run])
            let third = try await second.away {}
            _ = try await Approval(shop: third.shop, oro: third.oro).approve(held.run.text)
            let fourth = try await third.away {}
            #expect(stage.shown("AB-1") == 5)
            try await fourth.sync()
            #expect(try await fourth.shop.state.doubts().all.allSatisfy { !$0.waitsForDecision })
            try fourth.shop.close()
        }
    }

    @Test("a baseline that was made beside the state is refused, and made anew from what was accepted")
    func madeBeside() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(["AB-1": 5, "AB-2": 7])
            try stage.write(["AB-1": 90, "AB-2": 7])
            let again = try await stage.away {
                try FileManager.default.removeItem(atPath: stage.baselinePath())
                let lost = await #expect(throws: Fault.self) {
                    try await Shop.open(stage.shop.settings, command: "test")
                }
                #expect(lost?.code == .baselineNotFound && lost?.hint.contains("recover --mend") == true)
                _ = try ObservedBaseline.build(
                    from: try SnapshotFile.open(path: "\(stage.folder)/stock.csv"),
                    format: stage.shop.settings.sources[0].format,
                    path: stage.baselinePath(),
                    generation: 1
                ) { _ in }
                let fault = await #expect(throws: Fault.self) {
                    try await Shop.open(stage.shop.settings, command: "test")
                }
                #expect(fault?.code == .baselineOfAnotherState)
                #expect(fault?.hint.contains("recover --mend") == true)
                let read = await #expect(throws: Fault.self) {
                    try await Shop.openForReading(stage.shop.settings)
                }
                #expect(read?.code == .baselineOfAnotherState)
                #expect(try await stage.recover().allSatisfy(\.isMended))
            }
            let summary = try #require(try await again.sync().summaries.first)
            #expect(summary.counts.deltas.changed == 1 && stage.shown("AB-1") == 90)
            try again.shop.close()
        }
    }
}
