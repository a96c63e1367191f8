import Foundation
import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline

@Suite("Statements that are old, of the future, or come again")
struct StalenessTests {
    private static func timed(_ rows: [(sku: String, stock: Int, at: String)]) -> String {
        "sku,location,unit,on_hand,as_of\n"
            + rows.map { "\($0.sku),WH-1,EA,\($0.stock),\($0.at)\n" }.joined()
    }

    private static func manifest(_ stage: ShopStage, _ json: String?) throws {
        let path = stage.folder + "/stock.csv.manifest.json"
        try? FileManager.default.removeItem(atPath: path)
        if let json { try json.write(toFile: path, atomically: true, encoding: .utf8) }
    }

    @Test("a file without a manifest does not lower the mark")
    func markStays() async throws {
        try await ShopStage.run { stage in
            try Self.manifest(stage, #"{"sequence": 7, "asOf": "2026-11-20T10:00:00Z"}"#)
            try await stage.sync(["AB-1": 5])
            try Self.manifest(stage, nil)
            try await stage.sync(["AB-1": 4])
            let mark = try #require(try await stage.shop.state.highWaterMark(of: .main))
            #expect(mark.sequence == 7 && mark.asOf?.description == "2026-11-20T10:00:00Z")
            try Self.manifest(stage, #"{"sequence": 6}"#)
            let fault = await #expect(throws: Fault.self) { try await stage.sync(["AB-1": 9]) }
            #expect(fault?.code == "stale" && stage.shown("AB-1") == 4)
            #expect(try await stage.outcomes(of: "stock.csv") == [.taken, .taken, .stale])
        }
    }

    @Test("an as-of more than five minutes ahead is refused, and the next one is taken")
    func future() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(["AB-1": 5])
            try Self.manifest(stage, #"{"asOf": "2062-11-20T10:00:00Z"}"#)
            let fault = await #expect(throws: Fault.self) { try await stage.sync(["AB-1": 9]) }
            #expect(fault?.code == "as_of_in_future" && fault?.kind == .badInput)
            let soon = Timestamp.now.adding(seconds: 240)
            try Self.manifest(stage, #"{"asOf": "\#(soon)"}"#)
            try await stage.sync(["AB-1": 3])
            #expect(stage.shown("AB-1") == 3)
            let standing = try await Standing(stage.shop)
            #expect(standing.lagSeconds == nil)
        }
    }

    @Test("the figures for metrics say how each source, the outbox and the exceptions stand")
    func figures() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(["AB-1": 5, "NO-SUCH": 2])
            let figures = try await ShopFigures(stage.shop)
            #expect(figures.exceptions[.unknownSKU] == 1)
            let opened = try #require(figures.exceptionsSince[.unknownSKU])
            #expect(opened <= .now && opened > Timestamp.now.adding(seconds: -600))
            #expect(figures.heldPlans == 0 && figures.backlog.unsettled == 0)
            let source = try #require(figures.sources.first)
            #expect(source.id == .main && source.positions == 2 && source.locations.count == 1)
            #expect(!source.isSilent && figures.sources.count == 1)
        }
    }

    @Test("a row's time in the future is ignored and counted; its quantity counts")
    func futureRow() async throws {
        try await ShopStage.run { stage in
            let day = "2026-11-20T10:00:00Z"
            try stage.write(text: Self.timed([("AB-1", 5, day), ("AB-2", 6, "2062-01-01T00:00:00Z")]))
            try await stage.sync()
            let run = try #require(try await stage.shop.state.lastAccepted())
            #expect(run.asOf?.description == day)
            #expect(run.message == "1 row states a time in the future; such times are ignored.")
            try stage.write(text: Self.timed([("AB-1", 4, "2026-11-21T10:00:00Z"), ("AB-2", 3, day)]))
            try await stage.sync()
            #expect(stage.shown("AB-1") == 4 && stage.shown("AB-2") == 3)
        }
    }

    @Test("where only rows state times, an older newest row is stale if a value changes with it")
    func rowTimes() async throws {
        try await ShopStage.run { stage in
            let (old, new) = ("2026-11-20T10:00:00Z", "2026-11-21T10:00:00Z")
            try stage.write(text: Self.timed([("AB-1", 5, new), ("AB-2", 6, old)]))
            try await stage.sync()
            try stage.write(text: Self.timed([("AB-1", 9, old), ("AB-2", 6, old)]))
            let fault = await #expect(throws: Fault.self) { try await stage.sync() }
            #expect(fault?.code == "stale" && stage.shown("AB-1") == 5)
            // The newest row was taken out, and nothing else is said.
            try stage.write(text: Self.timed([("AB-2", 6, old)]))
            #expect(try await stage.sync().status == .done)
            #expect(try await stage.shop.state.highWaterMark(of: .main)?.newestRow?.description == new)
        }
    }

    @Test("a hundred rows that were accepted before and superseded since are held, again and again")
    func replayed() async throws {
        try await ShopStage.run(products: 110) { stage in
            let first = Dictionary(uniqueKeysWithValues: (1...110).map { ("AB-\($0)", 50 + $0) })
            var second = first
            second["AB-1"] = 2
            try await stage.sync(first)
            try await stage.sync(second)
            for _ in 0..<2 {
                let summary = try await stage.sync(first)
                #expect(summary.state == .held && stage.shown("AB-1") == 2)
            }
            var third = second
            third["AB-1"] = 1
            #expect(try await stage.sync(third).state == .done)
            #expect(stage.shown("AB-1") == 1)
        }
    }

    @Test("after old files that came again were rejected, the newest one once more is right")
    func rejectedReplays() async throws {
        try await ShopStage.run(products: 110) { stage in
            let first = Dictionary(uniqueKeysWithValues: (1...110).map { ("AB-\($0)", 50 + $0) })
            let second = first.merging(["AB-1": 3]) { $1 }
            let third = second.merging(["AB-2": 2]) { $1 }
            for stock in [first, second, third] { try await stage.sync(stock) }
            var held = try await stage.sync(first)
            held = try await stage.sync(second)
            #expect(held.state == .held)
            let run = try #require(try await stage.shop.state.doubts().all.first?.run)
            _ = try await Approval.reject(run.text, in: stage.shop)
            for _ in 0..<2 {
                #expect(try await stage.sync(third).state == .done)
                #expect(stage.shown("AB-1") == 3 && stage.shown("AB-2") == 2)
                #expect(try await stage.shop.state.doubts().isEmpty)
            }
        }
    }

    @Test("the same bytes under a later time state once more what is gone; the same file read again does not")
    func sameBytesLater() async throws {
        try await ShopStage.run { stage in
            func write(ago: Double) throws {
                try stage.write(["AB-1": 5])
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSinceNow: -ago)],
                    ofItemAtPath: stage.folder + "/stock.csv"
                )
            }
            try await stage.sync(["AB-1": 5, "AB-2": 7])
            try write(ago: 50)
            for _ in 0..<3 { try await stage.sync() }
            #expect(stage.shown("AB-2") == 7)
            try write(ago: 40)
            try await stage.sync()
            #expect(stage.shown("AB-2") == 0)
            #expect(try await stage.outcomes(of: "stock.csv") == [.taken, .taken, .repeated])
        }
    }

    @Test("a mark that is taken back lets an older number in, and says who did it and why")
    func reset() async throws {
        try await ShopStage.run { stage in
            try Self.manifest(stage, #"{"sequence": 700}"#)
            try await stage.sync(["AB-1": 5])
            try Self.manifest(stage, #"{"sequence": 8}"#)
            await #expect(throws: Fault.self) { try await stage.sync(["AB-1": 4]) }
            let reset = try await MarkReset(stage.shop)
                .perform(.main, toRun: nil, who: "ada", reason: "the counter began anew")
            #expect(reset.before?.sequence == 700)
            try await stage.sync(["AB-1": 4])
            #expect(stage.shown("AB-1") == 4)
            #expect(try await stage.shop.state.highWaterMark(of: .main)?.sequence == 8)
            let kept = try await stage.shop.state.resets(of: .main)
            #expect(kept.map(\.who) == ["ada"] && kept.first?.before?.sequence == 700)
            let run = try #require(try await stage.shop.state.lastRuns(limit: 9).last)
            _ = try await MarkReset(stage.shop)
                .perform(.main, toRun: run.id.text, who: "ada", reason: "back")
            #expect(try await stage.shop.state.highWaterMark(of: .main)?.sequence == 700)
        }
    }

    @Test("once a mark is taken back, the source is as old as the mark it has then, and not as the wrong one")
    func resetAge() async throws {
        let source = """
            source: { kind: file, path: FOLDER/stock.csv, scope: full, fresh_for: 20h, \
            contract: { rows_min: 1 } }
            """
        try await ShopStage.run(sources: source) { stage in
            func deliver(_ stock: Int, hoursAgo: Int64) async throws -> RunID {
                let asOf = Timestamp.now.adding(seconds: -3600 * hoursAgo)
                try Self.manifest(stage, #"{"asOf": "\#(asOf)"}"#)
                return try await stage.sync(["AB-1": stock]).run
            }
            /// How old the newest statement is, and what is confirmed at the shop.
            func hours() async throws -> [Int?] {
                let age = try await stage.shop.freshness(at: .now)[0].ageSeconds
                let lag = try await Standing(stage.shop).lagSeconds
                return [age, lag].map { $0.map { $0 / 3600 } }
            }
            let first = try await deliver(10, hoursAgo: 60)
            _ = try await deliver(11, hoursAgo: 2)
            #expect(try await hours() == [2, 2])
            #expect(try await stage.openExceptions(.sourceSilent).isEmpty)
            let reset = MarkReset(stage.shop)
            _ = try await reset.perform(.main, toRun: nil, who: "ada", reason: "a wrong clock")
            #expect(try await hours() == [nil, nil])
            let later = try await stage.shop.freshness(at: Timestamp.now.adding(seconds: 90_000))[0]
            #expect(later.isSilent && later.sentence.contains("since its mark was taken back, 25 h ago"))
            _ = try await deliver(12, hoursAgo: 50)
            #expect(try await hours() == [50, 50])
            #expect(try await stage.openExceptions(.sourceSilent).count == 1)
            _ = try await reset.perform(.main, toRun: first.text, who: "ada", reason: "back")
            #expect(try await hours() == [60, 60])
        }
    }

    @Test("a source whose newest statement is too old is an exception, until it says something")
    func silent() async throws {
        let source = """
            source: { kind: file, path: FOLDER/stock.csv, scope: partial, fresh_for: 1h }
            """
        try await ShopStage.run(sources: source) { stage in
            try stage.write(["AB-1": 5])
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -7300)],
                ofItemAtPath: stage.folder + "/stock.csv"
            )
            #expect(try await stage.sync().status == .exceptionsOpen)
            let open = try await stage.openExceptions(.sourceSilent)
            #expect(open.map(\.exception.subject) == [Subject(source: .main)])
            #expect(try await Standing(stage.shop).silent.map(\.source) == [.main])
            #expect(try await ListedSource.doubts(stage.shop.settings).count == 1)
            #expect(try await stage.sync(["AB-1": 5]).status == .done)
            #expect(try await stage.openExceptions(.sourceSilent).isEmpty)
        }
    }
}
