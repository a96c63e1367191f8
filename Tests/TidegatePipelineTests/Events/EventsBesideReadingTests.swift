import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline

@Suite("Stock events while a delivery is read")
struct EventsBesideReadingTests {
    @Test("given later events, then they stay, and the delivery counts for all other positions")
    func later() async throws {
        try await EventStage.run { stage in
            try await stage.deliver(["AB-1": 5, "AB-2": 7, "AB-3": 4], at: 10)
            try stage.stage.write(["AB-1": 6, "AB-2": 7, "AB-3": 3, "AB-4": 2])
            try stage.date(20)
            try await stage.whileReading {
                try await stage.take([
                    EventStage.level("AB-1", 9, at: 30), EventStage.movement("AB-2", -3, at: 31),
                    EventStage.level("AB-5", 8, at: 32),
                ])
            }.stage.sync()
            #expect(try await stage.stock("AB-1") == 9)
            #expect(try await stage.stock("AB-2") == 4)
            #expect(try await stage.stock("AB-3") == 3)
            #expect(try await stage.stock("AB-4") == 2)
            #expect(try await stage.stock("AB-5") == 8)
        }
    }

    @Test("given events that are older than it, then the delivery counts, also where it repeats the last one")
    func older() async throws {
        try await EventStage.run { stage in
            try await stage.deliver(["AB-1": 5, "AB-2": 7, "AB-3": 4], at: 10)
            try stage.stage.write(["AB-1": 5, "AB-2": 8, "AB-3": 4])
            try stage.date(40)
            try await stage.whileReading {
                try await stage.take([
                    EventStage.level("AB-1", 9, at: 30), EventStage.movement("AB-2", -3, at: 31),
                    EventStage.level("AB-5", 8, at: 32),
                ])
            }.stage.sync()
            #expect(try await stage.pushed("AB-1") == 5)
            #expect(try await stage.pushed("AB-2") == 8)
            // Missing for the first time.
            #expect(try await stage.stock("AB-5") == 8)
        }
    }

    @Test("given the bytes of the last delivery, then the events stay")
    func sameBytes() async throws {
        try await EventStage.run { stage in
            try await stage.deliver(["AB-1": 5, "AB-2": 7], at: 10)
            try await stage.whileReading {
                try await stage.take([EventStage.level("AB-1", 9, at: 30)])
            }.stage.sync()
            #expect(try await stage.pushed("AB-1") == 9)
            #expect(try await stage.pushed("AB-2") == 7)
        }
    }

    @Test("given a unit without a factor, or an event as old as the delivery, then its sender hears of it")
    func admission() async throws {
        try await EventStage.run { stage in
            try await stage.deliver(["AB-1": 5], at: 10)
            let events = [
                EventStage.level("AB-1", 9, at: 30), EventStage.level("AB-1", 9, at: 10),
                EventStage.level("AB-1", 9, at: 31, unit: "BOX"),
                EventStage.level("AB-2", 1, at: 32, unit: ""),
            ]
            let source = try stage.stage.shop.source(.main).settings
            let door = try await stage.stage.shop.eventDoor(of: source)
            let admission = door.admit(events.enumerated().map { (index: $0, event: $1) })
            #expect(admission.admitted.map(\.index) == [0, 3])
            #expect(admission.stale == 1)
            #expect(admission.rejected.map(\.code) == ["unknown_unit"])
            #expect(admission.rejected.first?.index == 2)
        }
    }

    @Test("given refused events of which their sender was not told, then people are, until a full delivery")
    func refused() async throws {
        try await EventStage.run { stage in
            try await stage.deliver(["AB-1": 5], at: 10)
            try await stage.take([EventStage.level("AB-1", 4, at: 12)])
            let refused = EventRejection(index: 0, code: "bad_item", detail: "It is no object.")
            try await stage.stage.shop.note(refused: [refused], of: .main, at: EventStage.at(20))
            let told = try await stage.stage.openExceptions(.eventRefused)
            #expect(told.count == 1)
            #expect(told[0].exception.message.hasSuffix("the first one for bad_item: It is no object."))
            try await stage.deliver(["AB-1": 6], at: 15)
            #expect(try await stage.stage.openExceptions(.eventRefused).count == 1)
            try await stage.deliver(["AB-1": 7], at: 30)
            #expect(try await stage.stage.openExceptions(.eventRefused).isEmpty)
        }
    }
}
