import Foundation
import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline

/// Events that came before a delivery named the position: in other units, and without bins.
@Suite("Events before their position is stated")
struct EventHomesTests {
    private static let binned =
        "source: { kind: file, path: FOLDER/stock.csv, scope: full, contract: { rows_min: 1 }, "
        + "columns: { sku: sku, location: location, unit: unit, on_hand: on_hand, bin: bin } }"

    private static func deliver(_ rows: [String], at seconds: Int, _ stage: EventStage) async throws {
        let header = rows.allSatisfy { $0.split(separator: ",").count == 5 }
        let columns = "sku,location,unit,on_hand" + (header ? ",bin" : "")
        try stage.stage.write(text: ([columns] + rows).joined(separator: "\n") + "\n")
        try stage.date(seconds)
        _ = try await stage.stage.sync()
    }

    @Test("given a level in cases and an older file in pieces, then the stock counts once")
    func levelInAnotherUnit() async throws {
        try await EventStage.run { stage in
            try await Self.deliver(["AB-1,WH-1,EA,5"], at: 10, stage)
            try await stage.take([EventStage.level("AB-1", 2, at: 30, location: "WH-2", unit: "CS")])
            #expect(try await stage.pushed("AB-1") == 29)
            try await Self.deliver(["AB-1,WH-1,EA,5", "AB-1,WH-2,EA,30"], at: 20, stage)
            #expect(try await stage.pushed("AB-1") == 29)
            #expect(try await stage.stage.shop.state.doubts().isEmpty)
            // What follows finds the position that is left.
            try await stage.take([EventStage.movement("AB-1", -1, at: 31, location: "WH-2", unit: "CS")])
            #expect(try await stage.pushed("AB-1") == 17)
            try await Self.deliver(["AB-1,WH-1,EA,5", "AB-1,WH-2,EA,7"], at: 40, stage)
            #expect(try await stage.pushed("AB-1") == 12)
            #expect(try await stage.stage.shop.state.eventStanding(of: .main).kept == 0)
        }
    }

    @Test("given a movement in cases of a position that nobody has stated, then an older file is its base")
    func movementInAnotherUnit() async throws {
        try await EventStage.run { stage in
            try await Self.deliver(["AB-1,WH-1,EA,5"], at: 10, stage)
            try await stage.take([EventStage.movement("AB-2", -1, at: 30, unit: "CS")])
            try await Self.deliver(["AB-1,WH-1,EA,5", "AB-2,WH-1,EA,100"], at: 20, stage)
            #expect(try await stage.pushed("AB-2") == 88)
            try await stage.take([EventStage.movement("AB-2", -1, at: 31, unit: "EA")])
            #expect(try await stage.pushed("AB-2") == 87)
        }
    }

    @Test("given events in cases before the first file, then its positions take them")
    func beforeTheFirst() async throws {
        try await EventStage.run { stage in
            try await stage.take([
                EventStage.movement("AB-1", -1, at: 30, unit: "CS"),
                EventStage.level("AB-2", 2, at: 30, unit: "CS"),
            ])
            try await Self.deliver(["AB-1,WH-1,EA,100", "AB-2,WH-1,EA,100"], at: 20, stage)
            #expect(try await stage.pushed("AB-1") == 88)
            #expect(try await stage.pushed("AB-2") == 24)
        }
    }

    @Test("given events in cases beside a partial file in pieces, then the stock counts once")
    func partial() async throws {
        try await EventStage.run(sources: EventStage.partial) { stage in
            try await Self.deliver(["AB-1,WH-1,EA,5"], at: 10, stage)
            try await stage.take([
                EventStage.level("AB-1", 2, at: 30, location: "WH-2", unit: "CS"),
                EventStage.movement("AB-2", -1, at: 30, unit: "CS"),
            ])
            try await Self.deliver(["AB-1,WH-2,EA,30", "AB-2,WH-1,EA,100"], at: 20, stage)
            #expect(try await stage.pushed("AB-1") == 29)
            #expect(try await stage.pushed("AB-2") == 88)
        }
    }

    @Test("given a partial file that adds a second unit, then events about the first stay there")
    func secondUnit() async throws {
        try await EventStage.run(sources: EventStage.partial) { stage in
            try await Self.deliver(["AB-1,WH-1,CS,1"], at: 10, stage)
            try await stage.take([EventStage.level("AB-1", 2, at: 30, unit: "CS")])
            try await Self.deliver(["AB-1,WH-1,EA,5"], at: 20, stage)
            #expect(try await stage.pushed("AB-1") == 29)
        }
    }

    @Test("given a full file, a level in cases and then a partial file in pieces, then the stock counts once")
    func partialAfterFull() async throws {
        let sources =
            "source: { kind: file, path: FOLDER/stock.csv, scope: full, contract: { rows_min: 1 }, "
            + "events: { answers: strict } }"
        try await EventStage.run(sources: sources) { stage in
            func partial(_ rows: [String], at seconds: Int) async throws {
                try stage.stage.write(text: #"{"scope": "partial"}"#, to: "stock.csv.manifest.json")
                try await Self.deliver(rows, at: seconds, stage)
                try FileManager.default.removeItem(atPath: "\(stage.stage.folder)/stock.csv.manifest.json")
            }
            try await Self.deliver(["AB-9,WH-1,EA,5", "AB-3,WH-1,CS,1"], at: 10, stage)
            try await stage.take([
                EventStage.level("AB-1", 2, at: 30, unit: "CS"),
                EventStage.level("AB-2", 2, at: 15, unit: "CS"),
                EventStage.level("AB-3", 2, at: 30, unit: "CS"),
            ])
            // A full one that is older says nothing of what events have opened later.
            try await Self.deliver(["AB-9,WH-1,EA,5", "AB-3,WH-1,CS,1"], at: 12, stage)
            try await partial(["AB-1,WH-1,EA,30", "AB-2,WH-1,EA,30", "AB-3,WH-1,EA,5"], at: 20)
            #expect(try await stage.pushed("AB-1") == 24)
            #expect(try await stage.pushed("AB-2") == 30)
            #expect(try await stage.pushed("AB-3") == 29)
            try await partial(["AB-1,WH-1,EA,40"], at: 40)
            #expect(try await stage.pushed("AB-1") == 40)
        }
    }

    @Test("given a row in another unit that is as of later than its file and the events, then it counts")
    func laterRow() async throws {
        let sources = "source: { kind: file, path: FOLDER/stock.csv, scope: full, contract: { rows_min: 1 } }"
        try await EventStage.run(sources: sources) { stage in
            func write(_ rows: [String], asOf: Int) async throws {
                let text = (["sku,location,unit,on_hand,as_of"] + rows).joined(separator: "\n") + "\n"
                try stage.stage.write(text: text)
                let manifest = #"{"asOf": "\#(EventStage.at(asOf))"}"#
                try stage.stage.write(text: manifest, to: "stock.csv.manifest.json")
                _ = try await stage.stage.sync()
            }
            try await write(["AB-9,WH-1,EA,5,\(EventStage.at(1))"], asOf: 10)
            try await stage.take([
                EventStage.level("AB-1", 408, at: 33), EventStage.movement("AB-2", -12, at: 33),
            ])
            let time = EventStage.at(35)
            let rows = [
                "AB-9,WH-1,EA,5,\(EventStage.at(1))", "AB-1,WH-1,CS,17,\(time)", "AB-2,WH-1,CS,17,\(time)",
            ]
            try await write(rows, asOf: 20)
            #expect(try await stage.pushed("AB-1") == 204)
            #expect(try await stage.pushed("AB-2") == 204)
        }
    }

    @Test("given a level of a location that is older than a file with its bin, then it leaves nothing behind")
    func olderThanItsBin() async throws {
        try await EventStage.run(sources: Self.binned) { stage in
            try await Self.deliver(["AB-1,WH-1,EA,5,B1"], at: 10, stage)
            try await stage.take([EventStage.level("AB-2", 228, at: 15)])
            try await Self.deliver(["AB-1,WH-1,EA,5,B1", "AB-2,WH-1,EA,192,B1"], at: 20, stage)
            #expect(try await stage.pushed("AB-2") == 192)
            try await stage.take([EventStage.movement("AB-2", -2, at: 22)])
            #expect(try await stage.pushed("AB-2") == 190)
        }
    }

    @Test("given a level of a location, and an older file that names its only bin, then it is the bin's")
    func oneBin() async throws {
        try await EventStage.run(sources: Self.binned) { stage in
            try await Self.deliver(["AB-1,WH-1,EA,5,B1"], at: 10, stage)
            try await stage.take([EventStage.level("AB-2", 25, at: 30)])
            #expect(try await stage.pushed("AB-2") == 25)
            try await Self.deliver(["AB-1,WH-1,EA,5,B1", "AB-2,WH-1,EA,20,B1"], at: 20, stage)
            #expect(try await stage.pushed("AB-2") == 25)
            #expect(try await stage.stage.shop.state.doubts().isEmpty)
        }
    }

    @Test("given a level of a location, and an older file that names two bins, then the file counts")
    func twoBins() async throws {
        try await EventStage.run(sources: Self.binned) { stage in
            try await Self.deliver(["AB-1,WH-1,EA,10,B1"], at: 10, stage)
            try await stage.take([
                EventStage.level("AB-1", 25, at: 30), EventStage.level("AB-2", 9, at: 30),
            ])
            let rows = ["AB-1,WH-1,EA,10,B1", "AB-1,WH-1,EA,15,B2", "AB-2,WH-1,EA,3,B1", "AB-2,WH-1,EA,4,B2"]
            try await Self.deliver(rows, at: 20, stage)
            #expect(try await stage.pushed("AB-1") == 25)
            #expect(try await stage.pushed("AB-2") == 7)
            #expect(try await stage.hints() == [.ambiguous, .ambiguous])
            #expect(try await stage.stage.shop.state.eventStanding(of: .main).kept == 0)
        }
    }
}

@Suite("What a partial delivery states beside events")
struct PartialStatementTests {
    @Test("given a partial file, then older events count for the positions that it does not list")
    func others() async throws {
        try await EventStage.run(sources: EventStage.partial) { stage in
            try await stage.deliver(["AB-1": 50, "AB-2": 50], at: 5)
            try await stage.deliver(["AB-3": 1], at: 20)
            let outcome = try await stage.take([
                EventStage.level("AB-1", 7, at: 10), EventStage.movement("AB-2", -5, at: 10),
                EventStage.level("AB-3", 9, at: 10),
            ])
            #expect(outcome?.tally.stale == 1)
            #expect(try await stage.pushed("AB-1") == 7)
            #expect(try await stage.pushed("AB-2") == 45)
            #expect(try await stage.pushed("AB-3") == 1)
        }
    }

    @Test("given an older partial file, then movements of positions that it does not list count once")
    func unlistedMovements() async throws {
        try await EventStage.run(sources: EventStage.partial) { stage in
            try await stage.deliver(["AB-1": 5, "AB-2": 7], at: 10)
            try await stage.take([
                EventStage.movement("AB-2", -3, at: 30), EventStage.movement("AB-1", -1, at: 30),
            ])
            try await stage.deliver(["AB-1": 6], at: 20)
            #expect(try await stage.pushed("AB-1") == 5)
            #expect(try await stage.pushed("AB-2") == 4)
        }
    }
}

@Suite("Events of one of two sources")
struct EventsOfTwoSourcesTests {
    private static let sources = """
        sources:
          erp: { kind: file, path: FOLDER/erp.csv, scope: full, contract: { rows_min: 1 } }
          two: { kind: file, path: FOLDER/two.csv, scope: full, contract: { rows_min: 1 } }
        """

    private static func deliver(_ rows: [String], at seconds: Int, to file: String, _ stage: EventStage)
        async throws
    {
        let dated = rows.map { "\($0),\(EventStage.at(seconds))" }
        let text = (["sku,location,unit,on_hand,as_of"] + dated).joined(separator: "\n") + "\n"
        try stage.stage.write(text: text, to: file)
        _ = try await stage.stage.sync([SourceID(file.replacing(".csv", with: ""))])
    }

    @Test(
        "given a position stated by an event, what grew elsewhere before is not taken off when it is missing"
    )
    func growthBefore() async throws {
        try await EventStage.run(sources: Self.sources) { stage in
            try await Self.deliver(["AB-1,WH-1,EA,10", "AB-2,WH-1,EA,1"], at: 0, to: "erp.csv", stage)
            try await Self.deliver(["AB-1,WH-2,EA,1"], at: 2, to: "two.csv", stage)
            try await Self.deliver(["AB-1,WH-2,EA,11"], at: 10, to: "two.csv", stage)
            try await stage.take([EventStage.level("AB-1", 4, at: 20)], of: "erp")
            #expect(try await stage.pushed("AB-1") == 15)
            try await Self.deliver(["AB-2,WH-1,EA,1"], at: 30, to: "erp.csv", stage)
            #expect(try await stage.pushed("AB-1") == 15)
        }
    }

    @Test("given a position stated by a delivery alone, what grew elsewhere since is taken off")
    func growthSince() async throws {
        try await EventStage.run(sources: Self.sources) { stage in
            try await Self.deliver(["AB-1,WH-1,EA,10", "AB-2,WH-1,EA,1"], at: 0, to: "erp.csv", stage)
            try await Self.deliver(["AB-1,WH-2,EA,1"], at: 2, to: "two.csv", stage)
            try await stage.take([EventStage.level("AB-2", 4, at: 5)], of: "erp")
            try await Self.deliver(["AB-1,WH-2,EA,7"], at: 10, to: "two.csv", stage)
            try await Self.deliver(["AB-2,WH-1,EA,1"], at: 30, to: "erp.csv", stage)
            #expect(try await stage.pushed("AB-1") == 11)
        }
    }
}
