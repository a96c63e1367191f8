import Foundation
import InventoryCore
import OroSimulator
import SnapshotSources
import StateStore
import Testing

@testable import TidegatePipeline

@Suite("Partial deliveries in a folder")
struct PartialDeliveryTests {
    @Test("every one counts, oldest first, and one push shows what all of them come to")
    func allCount() async throws {
        try await ShopStage.runFolder { stage in
            try stage.drop("delta-1.csv", ["AB-1": 10, "AB-2": 10, "AB-3": 10])
            try await stage.sync()
            try stage.drop("delta-2.csv", ["AB-1": 50])
            try stage.drop("delta-3.csv", ["AB-2": 0, "AB-4": 1])
            try stage.drop("delta-4.csv", ["AB-1": 2])
            let outcome = try await stage.sync()
            #expect(outcome.summaries.count == 3 && outcome.status == .done)
            #expect(stage.shown("AB-1") == 2 && stage.shown("AB-2") == 0 && stage.shown("AB-3") == 10)
            #expect(stage.simulator.ledger().allSatisfy { $0.quantity.hasPrefix("50") == false })
            #expect(try await stage.shop.state.lastRuns(limit: 4).allSatisfy { $0.state.kind == .done })
        }
    }

    @Test("one that was taken is not taken again, whatever its time")
    func touched() async throws {
        try await ShopStage.runFolder { stage in
            try stage.drop("delta-1.csv", ["AB-1": 10])
            try stage.drop("delta-2.csv", ["AB-1": 3])
            try await stage.sync()
            try stage.touch("delta-1.csv", ago: 0)
            for _ in 0..<2 {
                try await stage.sync()
                #expect(stage.shown("AB-1") == 3)
            }
            #expect(
                try await stage.outcomes() == [
                    "delta-1.csv taken", "delta-2.csv taken", "delta-1.csv repeated",
                ]
            )
        }
    }

    @Test("an export that always has the same name may say again what it said before the last time")
    func sameName() async throws {
        try await ShopStage.runFolder { stage in
            for (index, stock) in [1, 5, 1].enumerated() {
                try stage.drop("delta.csv", ["AB-1": stock], ago: 100 - Double(index))
                try await stage.sync()
                #expect(stage.shown("AB-1") == stock)
            }
        }
    }

    @Test("the order is that of the sequences, or whatever is configured")
    func order() async throws {
        try await ShopStage.runFolder { stage in
            try stage.drop("a.csv", ["AB-1": 2])
            try stage.manifest("a.csv", #"{"sequence": 2}"#)
            try stage.drop("b.csv", ["AB-1": 1])
            try stage.manifest("b.csv", #"{"sequence": 1}"#)
            try await stage.sync()
            #expect(stage.shown("AB-1") == 2)
        }
        try await ShopStage.runFolder("scope: partial, order_by: time") { stage in
            try stage.drop("a.csv", ["AB-1": 2], ago: 10)
            try stage.drop("b.csv", ["AB-1": 1], ago: 20)
            try await stage.sync()
            #expect(stage.shown("AB-1") == 2)
        }
    }

    @Test("ordered by name, one that comes too late is refused and told until it is taken away")
    func lateByName() async throws {
        try await ShopStage.runFolder("scope: partial, order_by: name") { stage in
            try stage.drop("01.csv", ["AB-1": 10])
            try stage.drop("03.csv", ["AB-1": 3])
            try await stage.sync()
            try stage.drop("02.csv", ["AB-1": 20])
            let fault = await #expect(throws: Fault.self) { try await stage.sync() }
            #expect(fault?.code == "stale" && stage.shown("AB-1") == 3)
            try stage.drop("04.csv", ["AB-2": 1])
            try await stage.sync()
            #expect(stage.shown("AB-1") == 3 && stage.shown("AB-2") == 1)
            #expect(try await stage.openExceptions(.deliveryRefused).count == 1)
            try FileManager.default.removeItem(atPath: stage.folder + "/drop/02.csv")
            try await stage.sync()
            #expect(try await stage.openExceptions(.deliveryRefused).isEmpty)
        }
    }

    @Test("a broken one does not hold up the others, and stays an open exception until it is mended")
    func broken() async throws {
        try await ShopStage.runFolder { stage in
            try stage.drop("delta-1.csv", ["AB-1": 10])
            try stage.drop("delta-2.csv", text: "sku;number\nAB-1;7\n")
            try stage.drop("delta-3.csv", ["AB-2": 4])
            let outcome = try await stage.sync()
            #expect(outcome.summaries.count == 2 && outcome.faults.map(\.fault.kind) == [.badInput])
            #expect(stage.shown("AB-1") == 10 && stage.shown("AB-2") == 4)
            #expect(try await stage.outcomes(of: "delta-2.csv") == [.rejected])
            // It is neither tried again nor forgotten.
            #expect(try await stage.sync().faults.isEmpty)
            let open = try await stage.openExceptions(.deliveryRefused)
            #expect(open.first?.exception.message.contains("delta-2.csv") == true)
            try stage.drop("delta-2.csv", ["AB-1": 7])
            try await stage.sync()
            #expect(stage.shown("AB-1") == 7)
            #expect(try await stage.openExceptions(.deliveryRefused).isEmpty)
        }
    }

    @Test("what one had held waits for a decision, and each pass ends as held until it is made")
    func waitsForDecision() async throws {
        try await ShopStage.runFolder { stage in
            try stage.drop("delta-1.csv", Dictionary(uniqueKeysWithValues: (1...6).map { ("AB-\($0)", 10) }))
            try await stage.sync()
            try stage.drop("delta-2.csv", ["AB-1": 0, "AB-2": 0, "AB-3": 0, "AB-4": 0, "AB-5": 9])
            let held = try await stage.sync()
            let run = try #require(held.summaries.first?.run)
            #expect(held.status == .held && held.waiting.isEmpty)
            try stage.drop("delta-3.csv", ["AB-6": 4])
            for _ in 0..<2 {
                let next = try await stage.sync()
                #expect(next.status == .held && next.waiting == [run])
            }
            #expect(stage.shown("AB-1") == 10 && stage.shown("AB-6") == 4)
            _ = try await Approval(shop: stage.shop, oro: stage.oro).approve(run.text)
            let decided = try await stage.sync()
            #expect(decided.status == .done && decided.waiting.isEmpty && stage.shown("AB-1") == 0)
        }
    }

    @Test("a manifest that cannot be understood holds only its own file up")
    func badManifest() async throws {
        try await ShopStage.runFolder { stage in
            try stage.drop("delta-1.csv", ["AB-1": 10])
            try stage.manifest("delta-1.csv", "{")
            try stage.drop("delta-2.csv", ["AB-2": 4])
            let outcome = try await stage.sync()
            #expect(stage.shown("AB-2") == 4)
            #expect(outcome.faults.map(\.fault.code) == ["bad_manifest"])
            #expect(try await stage.sync().status == .exceptionsOpen)
            try stage.manifest("delta-1.csv", #"{"sequence": 1}"#)
            #expect(try await stage.sync().status == .done)
            #expect(stage.shown("AB-1") == 10)
        }
    }

    @Test("one that cannot be opened holds the later ones up, but not for ever")
    func unreadable() async throws {
        try await ShopStage.runFolder { stage in
            try stage.drop("delta-1.csv", ["AB-1": 10])
            try stage.drop("delta-2.csv", ["AB-2": 4])
            let path = stage.folder + "/drop/delta-1.csv"
            let found = try #require(DropFolder.Found(at: path))
            let settings = stage.shop.sources[0].settings
            let failed = DeliveryRecord(found, in: settings, outcome: .unreadable, at: .now)
            for _ in 1..<Inbox.triesMax { try await stage.shop.state.record([failed]) }
            let inbox = await stage.shop.inbox(of: stage.shop.sources[0])
            #expect(try await inbox.due().partials.map(\.name) == ["delta-1.csv", "delta-2.csv"])
            try await stage.shop.state.record([failed])
            #expect(try await stage.sync().status == .exceptionsOpen)
            #expect(stage.shown("AB-1") == 0 && stage.shown("AB-2") == 4)
            try stage.touch("delta-1.csv", ago: 0)
            #expect(try await stage.sync().status == .done)
            #expect(stage.shown("AB-1") == 10)
        }
    }

    @Test("an older sequence that comes late is refused as stale, and said once")
    func stale() async throws {
        try await ShopStage.runFolder { stage in
            try stage.drop("b.csv", ["AB-1": 2])
            try stage.manifest("b.csv", #"{"sequence": 7}"#)
            try await stage.sync()
            try stage.drop("a.csv", ["AB-1": 9])
            try stage.manifest("a.csv", #"{"sequence": 6}"#)
            let fault = await #expect(throws: Fault.self) { try await stage.sync() }
            #expect(fault?.code == "stale")
            #expect(try await stage.sync().faults.isEmpty)
            #expect(stage.shown("AB-1") == 2)
            #expect(try await stage.outcomes(of: "a.csv") == [.stale])
        }
    }

    @Test("a name that is no text is taken like any other, and shown escaped")
    func nameOfBytes() async throws {
        try await ShopStage.runFolder { stage in
            try stage.drop("delta.csv", ["AB-1": 5])
            let from = "\(stage.folder)/drop/delta.csv"
            let bytes = Array("\(stage.folder)/drop/delta-".utf8) + [0xE4, 0xFF] + Array(".csv".utf8) + [0]
            let result = bytes.withUnsafeBufferPointer { buffer in
                buffer.withMemoryRebound(to: CChar.self) { rename(from, $0.baseAddress!) }
            }
            #expect(result == 0)
            try await stage.sync()
            #expect(stage.shown("AB-1") == 5)
            #expect(try await stage.outcomes() == [#"delta-\xE4\xFF.csv taken"#])
        }
    }

    @Test("no more than a hundred are taken in one pass, and the next goes on from there")
    func bounded() async throws {
        try await ShopStage.runFolder { stage in
            for number in 0..<(SourcePass.deliveriesMax + 2) {
                try stage.drop("delta-\(1000 + number).csv", ["AB-1": 1 + number])
            }
            #expect(try await stage.sync().summaries.count == SourcePass.deliveriesMax)
            #expect(stage.shown("AB-1") == SourcePass.deliveriesMax)
            #expect(try await stage.sync().summaries.count == 2)
            #expect(stage.shown("AB-1") == SourcePass.deliveriesMax + 2)
        }
    }

    @Test("a folder that an earlier version read is not replayed from its first file")
    func migrated() async throws {
        try await ShopStage.runFolder { stage in
            try stage.drop("delta-1.csv", ["AB-1": 90], ago: 200)
            try stage.drop("delta-2.csv", ["AB-1": 5], ago: 100)
            var run = RunRecord(id: "old", state: .accepted(), source: .main, scope: .partial, started: .now)
            run.delivery = stage.folder + "/drop/delta-2.csv"
            try await stage.shop.state.record(run)
            var taken = DeliveryRecord(
                source: .main,
                name: "delta-2.csv",
                path: run.delivery,
                outcome: .taken,
                at: .now
            )
            taken.sizeBytes = Int64("sku,location,unit,on_hand\nAB-1,WH-1,EA,5\n".utf8.count)
            try await stage.shop.state.record([taken])
            try stage.drop("delta-3.csv", ["AB-2": 4], ago: -10)
            try await stage.sync()
            #expect(stage.shown("AB-1") == 0 && stage.shown("AB-2") == 4)
            #expect(try await stage.outcomes(of: "delta-1.csv") == [.superseded])
        }
    }
}
