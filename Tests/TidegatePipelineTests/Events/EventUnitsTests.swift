import Foundation
import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline

/// Events in several units about stock that no delivery has stated yet.
@Suite("Events in several units before their position is stated")
struct EventUnitsTests {
    private static let header = "sku,location,unit,on_hand\n"

    private static func deliver(_ rows: [String], at seconds: Int, _ stage: EventStage) async throws {
        try stage.stage.write(text: header + rows.joined(separator: "\n") + "\n")
        try stage.date(seconds)
        _ = try await stage.stage.sync()
    }

    @Test("given a level in cases and a later one in pieces that make no case, then the later one counts")
    func inexactLevel() async throws {
        try await EventStage.run { stage in
            try await Self.deliver(["AB-9,WH-1,EA,5"], at: 10, stage)
            try await stage.take([EventStage.level("AB-1", 2, at: 30, unit: "CS")])
            #expect(try await stage.pushed("AB-1") == 24)
            try await stage.take([EventStage.level("AB-1", 7, at: 31)])
            #expect(try await stage.pushed("AB-1") == 7)
            #expect(try await stage.hints().isEmpty)
            try await stage.take([EventStage.movement("AB-1", 1, at: 32, unit: "CS")])
            #expect(try await stage.pushed("AB-1") == 19)
            try await Self.deliver(["AB-9,WH-1,EA,5", "AB-1,WH-1,EA,100"], at: 20, stage)
            #expect(try await stage.pushed("AB-1") == 19)
            try await Self.deliver(["AB-9,WH-1,EA,5", "AB-1,WH-1,EA,3"], at: 40, stage)
            #expect(try await stage.pushed("AB-1") == 3)
            #expect(try await stage.stage.shop.state.eventStanding(of: .main).kept == 0)
        }
    }

    @Test("given movements in pieces on a level in cases, in one run or in two, then they add up")
    func inexactMovement() async throws {
        try await EventStage.run { stage in
            try await Self.deliver(["AB-9,WH-1,EA,5"], at: 10, stage)
            try await stage.take([
                EventStage.level("AB-1", 2, at: 30, unit: "CS"), EventStage.movement("AB-1", 7, at: 31),
                EventStage.level("AB-2", 2, at: 30, unit: "CS"),
            ])
            try await stage.take([EventStage.movement("AB-2", -7, at: 31)])
            #expect(try await stage.pushed("AB-1") == 31)
            #expect(try await stage.pushed("AB-2") == 17)
            try await stage.take([EventStage.movement("AB-2", -5, at: 29)])
            #expect(try await stage.pushed("AB-2") == 17)
        }
    }

    @Test("given events in two units and an older file that lists both, then each unit takes its own")
    func bothUnits() async throws {
        try await EventStage.run { stage in
            try await stage.take([
                EventStage.level("AB-1", 2, at: 30, unit: "CS"), EventStage.level("AB-1", 7, at: 31),
                EventStage.movement("AB-2", -1, at: 30, unit: "CS"), EventStage.movement("AB-2", 3, at: 31),
            ])
            let rows = [
                "AB-1,WH-1,CS,9", "AB-1,WH-1,EA,9", "AB-2,WH-1,CS,9", "AB-2,WH-1,EA,9",
            ]
            try await Self.deliver(rows, at: 20, stage)
            #expect(try await stage.pushed("AB-1") == 24 + 7)
            #expect(try await stage.pushed("AB-2") == 8 * 12 + 12)
        }
    }

    @Test("given events in two units after a file, and an older one that lists both, then each takes its own")
    func bothUnitsLater() async throws {
        try await EventStage.run { stage in
            try await Self.deliver(["AB-9,WH-1,EA,5"], at: 10, stage)
            try await stage.take([EventStage.level("AB-1", 2, at: 30, unit: "CS")])
            try await stage.take([EventStage.level("AB-1", 7, at: 31)])
            try await Self.deliver(["AB-9,WH-1,EA,5", "AB-1,WH-1,CS,9", "AB-1,WH-1,EA,9"], at: 20, stage)
            #expect(try await stage.pushed("AB-1") == 24 + 7)
        }
    }

    @Test("given a file that does not list them, then events in two units are one stock still")
    func unlisted() async throws {
        try await EventStage.run { stage in
            try await stage.take([
                EventStage.level("AB-1", 2, at: 30, unit: "CS"), EventStage.level("AB-1", 7, at: 29),
            ])
            try await Self.deliver(["AB-9,WH-1,EA,5"], at: 10, stage)
            #expect(try await stage.pushed("AB-1") == 24)
            try await stage.take([EventStage.level("AB-1", 8, at: 31)])
            #expect(try await stage.pushed("AB-1") == 8)
            // Older than the level in cases no more, and than that in pieces.
            try await Self.deliver(["AB-9,WH-1,EA,6"], at: 30, stage)
            #expect(try await stage.pushed("AB-1") == 8)
            try await Self.deliver(["AB-9,WH-1,EA,6", "AB-1,WH-1,CS,1"], at: 40, stage)
            #expect(try await stage.pushed("AB-1") == 12)
            #expect(try await stage.stage.shop.state.doubts().isEmpty)
        }
    }

    @Test("given partial files, then events in two units are one stock until one states it")
    func partial() async throws {
        try await EventStage.run(sources: EventStage.partial) { stage in
            try await Self.deliver(["AB-9,WH-1,EA,5"], at: 10, stage)
            try await stage.take([EventStage.level("AB-1", 2, at: 30, unit: "CS")])
            try await stage.take([EventStage.level("AB-1", 7, at: 31)])
            try await Self.deliver(["AB-9,WH-1,EA,6"], at: 32, stage)
            #expect(try await stage.pushed("AB-1") == 7)
            try await Self.deliver(["AB-1,WH-1,CS,3"], at: 35, stage)
            #expect(try await stage.pushed("AB-1") == 36)
        }
    }

    @Test("given a guard that holds the change to another unit, then nothing leaves its unit")
    func heldMove() async throws {
        let guards = "{ total_rise_percent_max: 100 }"
        try await EventStage.run(products: 60, guards: guards) { stage in
            let rows = (1...30).map { "AB-\($0 + 1),WH-1,EA,1" }
            try await Self.deliver(rows, at: 10, stage)
            try await stage.take([EventStage.level("AB-1", 2, at: 30, unit: "CS")])
            #expect(try await stage.pushed("AB-1") == 24)
            try await stage.take([EventStage.level("AB-1", 607, at: 31)])
            #expect(try await stage.pushed("AB-1") == 24)
            try await Self.deliver(rows + ["AB-1,WH-1,EA,20"], at: 20, stage)
            let kept = try await stage.stage.shop.state.events(of: .main)
            #expect(kept.values.compactMap(\.level?.net) == [Quantity(units: 607)])
        }
    }
}

@Suite("Deliveries that say of stock of events nothing that is clear")
struct UnclearHomesTests {
    /// Rows that cannot be read hold nothing else.
    private static let guards = "{ rejected_rows_percent_max: 100, total_rise_percent_max: 100000 }"

    private static let header = "sku,location,unit,on_hand\n"

    private static func deliver(_ rows: [String], at seconds: Int, _ stage: EventStage) async throws {
        try stage.stage.write(text: header + rows.joined(separator: "\n") + "\n")
        try stage.date(seconds)
        _ = try await stage.stage.sync()
    }

    @Test(
        "given a level in cases and a row in pieces that cannot be read, then the level was clear last",
        arguments: [false, true]
    )
    func unreadableAfter(isPartial: Bool) async throws {
        let sources = isPartial ? EventStage.partial : EventStage.full
        try await EventStage.run(sources: sources, guards: Self.guards) { stage in
            try await Self.deliver(["AB-9,WH-1,EA,5"], at: 10, stage)
            try await stage.take([
                EventStage.level("AB-1", 2, at: 15, unit: "CS"),
                EventStage.level("AB-2", 2, at: 30, unit: "CS"),
            ])
            let rows = ["AB-9,WH-1,EA,5", "AB-1,WH-1,EA,n/a", "AB-2,WH-1,EA,n/a"]
            try await Self.deliver(rows, at: 20, stage)
            #expect(try await stage.pushed("AB-1") == 24)
            #expect(try await stage.pushed("AB-2") == 24)
            let doubts = try await stage.stage.shop.state.doubts().all
            #expect(doubts.map(\.key.sku) == ["AB-1"])
            #expect(doubts.map(\.last) == [Quantity(units: 2)])
            // Again, and then one that can be read.
            try await Self.deliver(rows + ["AB-8,WH-1,EA,1"], at: 25, stage)
            #expect(try await stage.stage.shop.state.doubts().all.map(\.last) == [Quantity(units: 2)])
            try await stage.take([EventStage.level("AB-1", 1, at: 31, unit: "CS")])
            #expect(try await stage.pushed("AB-1") == 12)
            try await Self.deliver(["AB-9,WH-1,EA,5", "AB-1,WH-1,EA,7", "AB-2,WH-1,EA,8"], at: 40, stage)
            #expect(try await stage.pushed("AB-1") == 7)
            #expect(try await stage.pushed("AB-2") == 8)
            #expect(try await stage.stage.shop.state.doubts().count == (isPartial ? 0 : 1))
        }
    }

    @Test("given a row that cannot be read and then a level in another unit, then that is clear")
    func unreadableBefore() async throws {
        try await EventStage.run(guards: Self.guards) { stage in
            try await Self.deliver(["AB-9,WH-1,EA,5", "AB-1,WH-1,EA,n/a"], at: 10, stage)
            try await stage.take([EventStage.level("AB-1", 2, at: 15, unit: "CS")])
            #expect(try await stage.pushed("AB-1") == 24)
            #expect(try await stage.stage.shop.state.doubts().isEmpty)
        }
    }

    @Test("given a delivery held whole that states events' stock in another unit, then events go on counting")
    func heldWhole() async throws {
        try await EventStage.run { stage in
            let some = (2...9).map { "AB-\($0),WH-1,EA,5" }
            try await Self.deliver(some, at: 10, stage)
            try await stage.take([EventStage.level("AB-1", 2, at: 30, unit: "CS")])
            try await stage.take([EventStage.level("AB-12", 3, at: 15, unit: "CS")])
            let broken = (1...5).map { ",WH-1,EA,\($0)" }
            try await Self.deliver(some + ["AB-1,WH-1,EA,30", "AB-12,WH-1,EA,30"] + broken, at: 20, stage)
            #expect(try await stage.stage.shop.state.doubts().all.contains { $0.guardCode != nil })
            try await stage.take([
                EventStage.movement("AB-1", -1, at: 31, unit: "CS"), EventStage.movement("AB-12", -7, at: 31),
            ])
            #expect(try await stage.pushed("AB-1") == 12)
            try await stage.take([EventStage.level("AB-1", 5, at: 32)])
            #expect(try await stage.pushed("AB-1") == 5)
            #expect(try await stage.hints().isEmpty)
            let run = try #require(try await stage.stage.shop.state.doubts().all.compactMap(\.run).first)
            _ = try await Approval(shop: stage.stage.shop, oro: stage.stage.oro).approve(run.text)
            #expect(try await stage.pushed("AB-12") == 23)
            #expect(try await stage.pushed("AB-1") == 5)
            try await Self.deliver(some + ["AB-1,WH-1,EA,30", "AB-12,WH-1,EA,30"], at: 25, stage)
            #expect(try await stage.pushed("AB-1") == 5)
            #expect(try await stage.pushed("AB-12") == 23)
        }
    }

    @Test("given a level of stock that a held delivery states in another unit, then the stock counts once")
    func heldWholeLevel() async throws {
        try await EventStage.run { stage in
            let some = (2...9).map { "AB-\($0),WH-1,EA,5" }
            try await Self.deliver(some, at: 10, stage)
            try await stage.take([EventStage.level("AB-1", 2, at: 15, unit: "CS")])
            let broken = (1...5).map { ",WH-1,EA,\($0)" }
            try await Self.deliver(some + ["AB-1,WH-1,EA,30"] + broken, at: 20, stage)
            try await stage.take([EventStage.level("AB-1", 3, at: 31, unit: "CS")])
            #expect(try await stage.pushed("AB-1") == 36)
        }
    }

    @Test(
        "given a level and a file with the same stock in a unit that nobody knows, then the level counts",
        arguments: [false, true]
    )
    func unknownUnit(isStated: Bool) async throws {
        try await EventStage.run { stage in
            let first = isStated ? ["AB-9,WH-1,EA,5", "AB-1,WH-1,EA,24"] : ["AB-9,WH-1,EA,5"]
            try await Self.deliver(first, at: 10, stage)
            try await stage.take([EventStage.level("AB-1", 30, at: 30)])
            #expect(try await stage.pushed("AB-1") == 30)
            // Older than the level, then newer, then the same once more.
            for (round, seconds) in [20, 40, 50, 50].enumerated() {
                try await Self.deliver(["AB-9,WH-1,EA,\(round)", "AB-1,WH-1,EACH,9"], at: seconds, stage)
                #expect(try await stage.pushed("AB-1") == 30, "round \(round)")
            }
            try await Self.deliver(["AB-9,WH-1,EA,5", "AB-1,WH-1,CS,1"], at: 60, stage)
            #expect(try await stage.pushed("AB-1") == 12)
        }
    }
}
