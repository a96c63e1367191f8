import Foundation
import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline
@testable import TidegateSettings

@Suite("Full deliveries in a folder, and what becomes of files")
struct FullDeliveryTests {
    private static let full = "scope: full, contract: { rows_min: 1 }"

    @Test("the newest counts, and older ones that were never read are superseded")
    func newest() async throws {
        try await ShopStage.runFolder(Self.full) { stage in
            try stage.drop("stock-1.csv", ["AB-1": 9], ago: 300)
            try stage.drop("stock-2.csv", ["AB-1": 5], ago: 200)
            try stage.drop("stock-3.csv", ["AB-1": 2], ago: 100)
            #expect(try await stage.sync().summaries.count == 1)
            #expect(stage.shown("AB-1") == 2)
            #expect(try await stage.outcomes(of: "stock-2.csv") == [.superseded])
            try await stage.sync()
            #expect(stage.shown("AB-1") == 2)
            #expect(try await stage.outcomes().count == 3)
        }
    }

    @Test("an older one that is touched last changes nothing, and neither does one that comes late")
    func touched() async throws {
        try await ShopStage.runFolder(Self.full) { stage in
            try stage.drop("stock-27.csv", ["AB-1": 9], ago: 300)
            try await stage.sync()
            try stage.drop("stock-28.csv", ["AB-1": 2], ago: 200)
            try await stage.sync()
            try stage.touch("stock-27.csv", ago: 0)
            try stage.drop("stock-26.csv", ["AB-1": 70], ago: 400)
            for _ in 0..<2 { try await stage.sync() }
            #expect(stage.shown("AB-1") == 2)
            #expect(try await stage.outcomes(of: "stock-27.csv") == [.taken, .repeated])
            #expect(try await stage.outcomes(of: "stock-26.csv") == [.superseded])
        }
    }

    @Test("one that was superseded unread is not taken when it is touched, nor is it an exception")
    func touchedUnread() async throws {
        try await ShopStage.runFolder(Self.full) { stage in
            try stage.drop("stock-27.csv", ["AB-1": 9], ago: 300)
            try stage.drop("stock-28.csv", ["AB-1": 2], ago: 200)
            try await stage.sync()
            try stage.touch("stock-27.csv", ago: 0)
            #expect(try await stage.sync().status == .done)
            #expect(stage.shown("AB-1") == 2)
            #expect(try await stage.outcomes(of: "stock-27.csv") == [.superseded, .superseded])
        }
    }

    @Test("a file whose clock was ahead does not make the later ones older")
    func clockAhead() async throws {
        try await ShopStage.runFolder(Self.full) { stage in
            try stage.drop("a.csv", ["AB-1": 9], ago: -86_400)
            try await stage.sync()
            try stage.drop("b.csv", ["AB-1": 2], ago: -1)
            try await stage.sync()
            #expect(stage.shown("AB-1") == 2)
        }
    }

    @Test("ordered by name, a dated file that comes late is older whatever its time")
    func lateByName() async throws {
        try await ShopStage.runFolder(Self.full + ", order_by: name") { stage in
            try stage.drop("stock-28.csv", ["AB-1": 2], ago: 200)
            try await stage.sync()
            try stage.drop("stock-27.csv", ["AB-1": 9], ago: 0)
            let fault = await #expect(throws: Fault.self) { try await stage.sync() }
            #expect(fault?.code == "stale")
            #expect(try await stage.sync().status == .done)
            #expect(stage.shown("AB-1") == 2)
        }
    }

    @Test("a counter that began anew is refused loudly, and taken once the mark is taken back")
    func counterBeganAnew() async throws {
        try await ShopStage.runFolder(Self.full) { stage in
            try stage.drop("a.csv", ["AB-1": 9], ago: 100)
            try stage.manifest("a.csv", #"{"sequence": 700, "scope": "full"}"#)
            try await stage.sync()
            try stage.drop("b.csv", ["AB-1": 2], ago: 50)
            try stage.manifest("b.csv", #"{"sequence": 1, "scope": "full"}"#)
            let fault = await #expect(throws: Fault.self) { try await stage.sync() }
            #expect(fault?.code == "stale" && stage.shown("AB-1") == 9)
            #expect(fault?.hint.contains("sources reset") == true)
            _ = try await MarkReset(stage.shop)
                .perform(.main, toRun: nil, who: "ada", reason: "the counter began anew")
            try await stage.sync()
            #expect(stage.shown("AB-1") == 2)
        }
    }

    @Test("what a manifest says counts also when the delivery is read again")
    func againWithManifest() async throws {
        try await ShopStage.runFolder { stage in
            try stage.drop("full.csv", ["AB-1": 5, "AB-2": 5])
            try stage.manifest("full.csv", #"{"scope": "full", "sequence": 3}"#)
            for _ in 0..<2 { try await stage.sync() }
            let runs = try await stage.shop.state.lastRuns(limit: 2)
            #expect(runs.map(\.scope) == [.full, .full] && runs.map(\.sequence) == [3, 3])
        }
    }

    @Test("what each manifest says of its scope counts: deltas before a full one are superseded by it")
    func mixed() async throws {
        try await ShopStage.runFolder { stage in
            try stage.drop("delta-1.csv", ["AB-1": 1], ago: 400)
            try stage.drop("full.csv", ["AB-1": 5, "AB-2": 6], ago: 300)
            try stage.manifest("full.csv", #"{"scope": "full"}"#)
            try stage.drop("delta-2.csv", ["AB-2": 7], ago: 200)
            let outcome = try await stage.sync()
            #expect(outcome.summaries.count == 2)
            #expect(stage.shown("AB-1") == 5 && stage.shown("AB-2") == 7)
            #expect(try await stage.outcomes(of: "delta-1.csv") == [.superseded])
        }
    }

    @Test("where the full one is refused, the deltas count all the same")
    func mixedRefused() async throws {
        try await ShopStage.runFolder { stage in
            try stage.drop("delta-1.csv", ["AB-1": 1], ago: 400)
            try stage.drop("full.csv", ["AB-1": 5], ago: 300)
            try stage.manifest("full.csv", #"{"scope": "full", "rows": 9}"#)
            try stage.drop("delta-2.csv", ["AB-2": 7], ago: 200)
            let outcome = try await stage.sync()
            #expect(outcome.faults.map(\.fault.code) == ["row_count"])
            #expect(stage.shown("AB-1") == 1 && stage.shown("AB-2") == 7)
            // It is older than what was taken after it, and stays refused until it is sent anew.
            #expect(try await stage.sync().faults.isEmpty)
            #expect(try await stage.openExceptions(.deliveryRefused).count == 1)
            try stage.drop("full.csv", ["AB-1": 4, "AB-2": 8], ago: 0)
            try stage.manifest("full.csv", #"{"scope": "full", "rows": 2}"#)
            #expect(try await stage.sync().status == .done)
            #expect(stage.shown("AB-1") == 4 && stage.shown("AB-2") == 8)
        }
    }

    @Test("where only full ones come, the newest is tried until it is mended or a newer one comes")
    func refusedIsTried() async throws {
        try await ShopStage.runFolder(Self.full) { stage in
            try stage.drop("stock-1.csv", ["AB-1": 1], ago: 400)
            try await stage.sync()
            try stage.drop("stock-2.csv", text: "nothing\n", ago: 300)
            for _ in 0..<2 {
                await #expect(throws: Fault.self) { try await stage.sync() }
            }
            #expect(try await stage.shop.state.deliveries(of: .main).first?.tries == 2)
            try stage.drop("stock-3.csv", ["AB-1": 3], ago: 200)
            #expect(try await stage.sync().status == .done)
            #expect(stage.shown("AB-1") == 3)
            #expect(try await stage.sync().status == .done)
        }
    }

    @Test("what was taken is moved with its manifest and marker, and sync goes on without it")
    func moves() async throws {
        let rule = "scope: partial, done_marker: .ready, after: { move: FOLDER/taken }"
        try await ShopStage.runFolder(rule) { stage in
            try stage.drop("delta-1.csv", ["AB-1": 5])
            try stage.manifest("delta-1.csv", #"{"sequence": 1}"#)
            try stage.drop("delta-2.csv", ["AB-2": 5])
            try stage.write(text: "", to: "drop/delta-1.csv.ready")
            try await stage.sync()
            #expect(try stage.dropped() == ["delta-2.csv"])
            #expect(
                try stage.dropped("taken") == [
                    "delta-1.csv", "delta-1.csv.manifest.json", "delta-1.csv.ready",
                ]
            )
            #expect(try await stage.sync().status == .done)
            // Another one of that name is another delivery, and does not overwrite the first.
            try stage.drop("delta-1.csv", ["AB-1": 6])
            try stage.write(text: "", to: "drop/delta-1.csv.ready")
            try await stage.sync()
            #expect(stage.shown("AB-1") == 6 && stage.shown("AB-2") == 0)
            #expect(try stage.dropped("taken").filter { $0.hasPrefix("delta-1.csv") }.count == 5)
        }
    }

    @Test("what was taken is deleted once it is durable, and what was refused stays")
    func deletes() async throws {
        try await ShopStage.runFolder("scope: partial, after: delete") { stage in
            try stage.drop("delta-1.csv", ["AB-1": 5])
            try stage.drop("delta-2.csv", text: "nothing\n")
            try await stage.sync()
            #expect(try stage.dropped() == ["delta-2.csv"])
            let run = try #require(try await stage.shop.state.lastAccepted())
            #expect(FileManager.default.fileExists(atPath: "\(stage.folder)/state/archive/\(run.id).zst"))
        }
    }

    @Test("without a new delivery the rules still apply, and no run is recorded where they change nothing")
    func nothingNew() async throws {
        try await ShopStage.runFolder("scope: partial, after: delete") { stage in
            let fault = await #expect(throws: Fault.self) { try await stage.sync() }
            #expect(fault?.code == "no_snapshot")
            try stage.drop("delta-1.csv", ["AB-1": 5])
            let first = try await stage.sync().summaries.map(\.run)
            #expect(try await stage.sync().summaries.map(\.run) == first)
            try await stage.shop.state.workOutEverythingNext()
            let next = try #require(try await stage.sync().summaries.first)
            #expect([next.run] != first && next.counts.rows == 0)
            #expect(try await stage.sync().summaries.map(\.run) == [next.run])
            #expect(stage.shown("AB-1") == 5)
        }
    }

    @Test("what is held stays held when its file was put away")
    func heldAndDeleted() async throws {
        let source = ShopStage.folder(Self.full + ", after: delete")
        try await ShopStage.run(products: 110, sources: source) { stage in
            try FileManager.default.createDirectory(
                atPath: stage.folder + "/drop",
                withIntermediateDirectories: true
            )
            let first = Dictionary(uniqueKeysWithValues: (1...110).map { ("AB-\($0)", 50 + $0) })
            let second = first.merging(["AB-1": 2]) { $1 }
            for (name, stock) in [("a.csv", first), ("b.csv", second), ("c.csv", first)] {
                try stage.drop(name, stock, ago: 0)
                try await stage.sync()
            }
            #expect(try stage.dropped().isEmpty)
            #expect(try await stage.sync().status == .held)
            #expect(stage.shown("AB-1") == 2)
        }
    }

    @Test("a file that cannot be moved is told, and stays accepted")
    func cannotMove() async throws {
        try await ShopStage.runFolder("scope: partial, after: { move: FOLDER/none/taken }") { stage in
            try stage.drop("delta-1.csv", ["AB-1": 5])
            let outcome = try await stage.sync()
            #expect(outcome.status == .done && outcome.faults.isEmpty)
            #expect(outcome.notes.map(\.fault.code) == ["cannot_put_away"])
            #expect(stage.shown("AB-1") == 5)
            try FileManager.default.createDirectory(
                atPath: stage.folder + "/none",
                withIntermediateDirectories: true
            )
            #expect(try await stage.sync().notes.isEmpty)
            #expect(try stage.dropped().isEmpty && stage.shown("AB-1") == 5)
        }
    }

    @Test("given uploads that a newer one replaces, their promised runs say so")
    func superseded() async throws {
        try await ShopStage.run(sources: "source: { kind: upload, scope: full, contract: { rows_min: 1 } }") {
            stage in
            let folder = stage.shop.settings.sources[0].path
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for (number, ago) in [(1, 90.0), (2, 60.0), (3, 30.0)] {
                let path = "\(folder)/20261130T10000\(number)Z-aaa\(number).csv"
                try "sku,location,unit,on_hand\nAB-1,WH-1,EA,\(number)\n"
                    .write(toFile: path, atomically: true, encoding: .utf8)
                let written = Date(timeIntervalSinceNow: -ago)
                try FileManager.default.setAttributes([.modificationDate: written], ofItemAtPath: path)
            }
            try await stage.sync()
            #expect(stage.shown("AB-1") == 3)
            var runs: [RunRecord.State.Kind?] = []
            for number in 1...3 {
                let run = RunID("20261130T10000\(number)Z-aaa\(number)")
                runs.append(try await stage.shop.state.run(run)?.state.kind)
            }
            #expect(runs == [.superseded, .superseded, .done])
            #expect(try await stage.shop.state.deliveries(of: .main).allSatisfy { $0.run != nil })
        }
    }

    @Test("given two that state their times, the newer one counts, whichever was written last")
    func orderByTime() async throws {
        try await ShopStage.runFolder("scope: full, contract: { rows_min: 1 }") { stage in
            try stage.drop("new.csv", ["AB-1": 13], ago: 100)
            try stage.manifest("new.csv", #"{"asOf": "2026-11-30T10:00:40Z"}"#)
            try stage.drop("old.csv", ["AB-1": 12], ago: 50)
            try stage.manifest("old.csv", #"{"asOf": "2026-11-30T10:00:30Z"}"#)
            try await stage.sync()
            #expect(stage.shown("AB-1") == 13)
            #expect(try await stage.outcomes(of: "old.csv") == [.superseded])
        }
    }
}
