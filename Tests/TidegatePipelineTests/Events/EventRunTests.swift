import Foundation
import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline

@Suite("A run of stock events")
struct EventRunTests {
    @Test("given levels and movements, they are in effect and reach the shop without a delivery")
    func reachesTheShop() async throws {
        try await EventStage.run { stage in
            try await stage.deliver(["AB-1": 5, "AB-2": 7], at: 10)
            let outcome = try await stage.take([
                EventStage.level("AB-1", 9, at: 20), EventStage.movement("AB-2", -3, at: 21),
            ])
            #expect(outcome?.tally.applied == 2 && outcome?.record?.events == 2)
            #expect(outcome?.record?.counts.deltas.changed == 2)
            #expect(try await stage.pushed("AB-1") == 9)
            #expect(try await stage.pushed("AB-2") == 4)
            #expect(try await stage.run() == nil && stage.inbox.waitingCount() == 0)
        }
    }

    @Test("given events as old as the delivery, they change nothing, and no run is recorded")
    func contained() async throws {
        try await EventStage.run { stage in
            try await stage.deliver(["AB-1": 5], at: 10)
            let runs = try await stage.stage.shop.state.lastRuns(limit: 99).count
            let outcome = try await stage.take([
                EventStage.level("AB-1", 9, at: 10), EventStage.movement("AB-1", -3, at: 9),
            ])
            #expect(outcome?.tally.stale == 2 && outcome?.record == nil)
            #expect(try await stage.stock("AB-1") == 5)
            #expect(try await stage.stage.shop.state.lastRuns(limit: 99).count == runs)
        }
    }

    @Test("given a delivery that is older than the events, then levels stay and movements come on top")
    func olderDelivery() async throws {
        try await EventStage.run { stage in
            try await stage.deliver(["AB-1": 5, "AB-2": 7, "AB-3": 4, "AB-4": 1], at: 10)
            try await stage.take([
                EventStage.level("AB-1", 9, at: 30), EventStage.movement("AB-2", -3, at: 31),
                EventStage.movement("AB-3", 2, at: 15),
            ])
            // As of 20: 8 of the second, of which 3 have gone since; of the third the movement is in it.
            try await stage.deliver(["AB-1": 6, "AB-2": 8, "AB-3": 6, "AB-4": 2], at: 20)
            #expect(try await stage.stock("AB-1") == 9)
            #expect(try await stage.stock("AB-2") == 5)
            #expect(try await stage.stock("AB-3") == 6)
            #expect(try await stage.stock("AB-4") == 2 && stage.stage.shown("AB-2") == 5)
        }
    }

    @Test(
        "given an older delivery that states what is known already, later movements come on top all the same"
    )
    func sameValue() async throws {
        try await EventStage.run { stage in
            try await stage.deliver(["AB-1": 5, "AB-2": 7], at: 10)
            try await stage.take([EventStage.movement("AB-1", -3, at: 30)])
            #expect(try await stage.stock("AB-1") == 2)
            // Three came in at 15, so that at 20 there were as many as now: of 2 + 6 = 8, 3 are gone.
            try await stage.deliver(["AB-1": 2, "AB-2": 7], at: 20)
            #expect(try await stage.stock("AB-1") == -1)
            // The same bytes state nothing new.
            try await stage.stage.sync()
            #expect(try await stage.stock("AB-1") == -1)
            try await stage.deliver(["AB-1": 2, "AB-2": 7], at: 20)
            #expect(try await stage.stock("AB-1") == -1)
        }
    }

    @Test("given a newer delivery, it counts, and the events are forgotten")
    func newerDelivery() async throws {
        try await EventStage.run { stage in
            try await stage.deliver(["AB-1": 5, "AB-2": 7], at: 10)
            try await stage.take([
                EventStage.level("AB-1", 9, at: 20), EventStage.movement("AB-2", -3, at: 21),
            ])
            #expect(try await stage.stage.shop.state.eventStanding(of: .main).kept == 2)
            try await stage.deliver(["AB-1": 8, "AB-2": 4], at: 30)
            #expect(try await stage.stock("AB-1") == 8)
            #expect(try await stage.stock("AB-2") == 4)
            let standing = try await stage.stage.shop.state.eventStanding(of: .main)
            #expect(standing.kept == 0 && standing.stated == EventStage.at(30))
            #expect(try await stage.take([EventStage.level("AB-1", 1, at: 25)])?.tally.stale == 1)
        }
    }

    @Test(
        "given an older delivery without a position, or with a row that cannot be read, a later level stays"
    )
    func absentOrUnreadable() async throws {
        try await EventStage.run { stage in
            try await stage.deliver(["AB-1": 5, "AB-2": 7, "AB-3": 3], at: 10)
            try await stage.take([
                EventStage.level("AB-1", 9, at: 30), EventStage.level("AB-2", 8, at: 30),
                EventStage.level("AB-9", 4, at: 30),
            ])
            try stage.stage.write(text: "sku,location,unit,on_hand\nAB-2,WH-1,EA,x\nAB-3,WH-1,EA,3\n")
            try stage.date(20)
            try await stage.stage.sync()
            #expect(try await stage.stock("AB-1") == 9)
            #expect(try await stage.stock("AB-2") == 8)
            #expect(try await stage.stock("AB-9") == 4)
            #expect(try await stage.stage.shop.state.doubts().isEmpty)
        }
    }

    @Test("given events before the first delivery, they wait for it, and those later than it count then")
    func beforeTheFirst() async throws {
        try await EventStage.run { stage in
            let outcome = try await stage.take([
                EventStage.level("AB-1", 9, at: 30), EventStage.movement("AB-2", -3, at: 31),
                EventStage.level("AB-3", 1, at: 5),
            ])
            #expect(outcome?.tally.parked == [.noDelivery: 3])
            #expect(try await stage.stock("AB-1") == nil)
            #expect(try await stage.hints() == [.noDelivery, .noDelivery, .noDelivery])
            try await stage.deliver(["AB-1": 5, "AB-2": 7, "AB-3": 4], at: 20)
            #expect(try await stage.stock("AB-1") == 9)
            #expect(try await stage.stock("AB-2") == 4)
            #expect(try await stage.stock("AB-3") == 4)
            #expect(stage.stage.shown("AB-1") == 9)
        }
    }

    @Test(
        "given a movement of a position that nobody has stated, it waits and comes on top of what is stated"
    )
    func noBase() async throws {
        try await EventStage.run { stage in
            try await stage.deliver(["AB-1": 5], at: 10)
            #expect(
                try await stage.take([EventStage.movement("AB-2", -3, at: 30)])?.tally.parked == [.noBase: 1]
            )
            let waiting = try await stage.stage.shop.state.waitingHints(of: .main)
            #expect(waiting.count == 1 && waiting.oldest != nil)
            try await stage.deliver(["AB-1": 5, "AB-2": 7], at: 20)
            #expect(try await stage.stock("AB-2") == 4)
            // The hint is of 30, and this is the first statement later than it.
            try await stage.deliver(["AB-1": 5, "AB-2": 4], at: 40)
            #expect(try await stage.hints().isEmpty)
        }
    }

    @Test("given partial deliveries, each states its own positions only")
    func partial() async throws {
        try await EventStage.run(sources: EventStage.partial) { stage in
            try await stage.deliver(["AB-1": 5, "AB-2": 7, "AB-3": 1], at: 10)
            try await stage.take([EventStage.movement("AB-1", -1, at: 30)])
            try await stage.deliver(["AB-2": 8, "AB-3": 1], at: 50)
            // Late, and later than the last statement about its own position.
            let outcome = try await stage.take([
                EventStage.movement("AB-1", -1, at: 40), EventStage.movement("AB-2", -1, at: 41),
                EventStage.movement("AB-3", -1, at: 42),
            ])
            #expect(outcome?.tally.applied == 1 && outcome?.tally.stale == 2)
            #expect(try await stage.stock("AB-1") == 3)
            #expect(try await stage.stock("AB-2") == 8)
            try await stage.deliver(["AB-1": 9], at: 35)
            #expect(try await stage.stock("AB-1") == 8)
        }
    }

    @Test("given names and units as the ERP writes them, they are read as those of its files are")
    func normalises() async throws {
        let source = """
            source:
              kind: file
              path: FOLDER/stock.csv
              scope: full
              contract: { rows_min: 1 }
              columns: { sku: { name: sku, strip_leading_zeros: true }, location: location, unit: unit, \
            on_hand: on_hand }
            """
        try await EventStage.run(sources: source) { stage in
            try await stage.deliver(["AB-1": 5], at: 10)
            try await stage.take([
                EventStage.level("00AB-1", 9, at: 20), EventStage.level(" AB-2", 3, at: 20, unit: ""),
            ])
            #expect(try await stage.stock("AB-1") == 9)
            let unknown = try await stage.take([EventStage.level("AB-1", 2, at: 30, unit: "BOX")])
            #expect(unknown?.tally.parked == [.unit: 1])
            #expect(try await stage.stock("AB-1") == 9)
            #expect(try await stage.hints().contains(.unit))
        }
    }

    @Test("given contradicting events, then the first delivery that is as late as they are ends it")
    func contradictionEnds() async throws {
        let sources =
            "source: { kind: file, path: FOLDER/stock.csv, scope: full, contract: { rows_min: 1 }, "
            + "events: { answers: strict } }"
        try await EventStage.run(sources: sources) { stage in
            try await stage.deliver(["AB-1": 50, "AB-2": 50], at: 10)
            try await stage.take([
                EventStage.level("AB-1", 7, at: 30), EventStage.level("AB-1", 8, at: 30),
                EventStage.level("AB-2", 7, at: 30), EventStage.level("AB-2", 8, at: 30),
            ])
            func open() async throws -> [SKU?] {
                try await stage.stage.openExceptions(.conflictingEvent).map(\.exception.subject.sku)
            }
            #expect(try await open() == ["AB-1", "AB-2"])
            // An older one says nothing of it, whether it states everything or a part.
            try stage.stage.write(text: #"{"scope": "partial"}"#, to: "stock.csv.manifest.json")
            try await stage.deliver(["AB-1": 49], at: 20)
            #expect(try await open() == ["AB-1", "AB-2"])
            try await stage.deliver(["AB-1": 48], at: 35)
            #expect(try await open() == ["AB-2"])
            try FileManager.default.removeItem(atPath: "\(stage.stage.folder)/stock.csv.manifest.json")
            try await stage.deliver(["AB-1": 48, "AB-2": 47], at: 25)
            #expect(try await open() == ["AB-2"])
            try await stage.deliver(["AB-1": 48, "AB-2": 46], at: 40)
            #expect(try await open().isEmpty)
        }
    }

    @Test(
        "given two levels of one time that differ, the first counts, and an exception stays until a delivery"
    )
    func contradiction() async throws {
        try await EventStage.run { stage in
            try await stage.deliver(["AB-1": 5], at: 10)
            let outcome = try await stage.take([
                EventStage.level("AB-1", 9, at: 20), EventStage.level("AB-1", 8, at: 20),
            ])
            #expect(outcome?.tally.applied == 1 && outcome?.tally.conflicting == 1)
            #expect(try await stage.stock("AB-1") == 9)
            let open = try await stage.stage.openExceptions(.conflictingEvent)
            #expect(open.map(\.exception.subject.sku) == ["AB-1"])
            try await stage.deliver(["AB-1": 8], at: 400 * 60)
            #expect(try await stage.stage.openExceptions(.conflictingEvent).isEmpty)
        }
    }

    @Test("given a location of another source, the event is left out with an exception")
    func otherSource() async throws {
        try await EventStage.run(sources: ShopStage.twoSources) { stage in
            try stage.stage.write(["AB-1": 5], at: "LEEDS", to: "leeds.csv")
            try stage.stage.write(["AB-1": 2], at: "YORK", to: "york.csv")
            try await stage.stage.sync()
            let events = [
                EventStage.level("AB-1", 50, at: 400 * 60, location: "LEEDS"),
                EventStage.level("AB-1", 4, at: 400 * 60, location: "YORK"),
            ]
            // Both files are of now, so the events have to be later.
            let outcome = try await stage.take(events.map { $0.dated(.now) }, of: "york")
            #expect(outcome?.tally.parked == [.otherSource: 1])
            #expect(try await stage.pushed("AB-1") == 9)
            #expect(try await stage.stage.openExceptions(.locationOfAnotherSource).count == 1)
        }
    }
}

extension StockEvent {
    func dated(_ time: Timestamp) -> StockEvent {
        StockEvent(
            identity: identity,
            statement,
            sku: sku,
            location: location,
            unit: unit,
            asOf: time,
            version: version
        )
    }
}
