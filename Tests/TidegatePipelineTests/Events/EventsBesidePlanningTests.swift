import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline
@testable import TidegateSettings

@Suite("Stock events while a delivery is planned that was judged before")
struct EventsBesidePlanningTests {
    private static let before = ["AB-1": 5, "AB-2": 7, "AB-3": 4]
    private static let after = ["AB-1": 6, "AB-2": 7, "AB-3": 3, "AB-4": 2]

    /// Delivers as of second 20 while these events are taken.
    private func deliver(
        _ events: [StockEvent],
        _ body: @escaping @Sendable (EventStage, EventStage) async throws -> Void
    ) async throws {
        try await EventStage.run { stage in
            try await stage.deliver(Self.before, at: 10)
            try stage.stage.write(Self.after)
            try stage.date(20)
            let meanwhile = stage.whilePlanning { try await stage.take(events) }
            try await body(stage, meanwhile)
        }
    }

    @Test("given later events, then they stay, and the delivery counts for all other positions")
    func later() async throws {
        try await deliver([
            EventStage.level("AB-1", 9, at: 30), EventStage.movement("AB-2", -3, at: 31),
            EventStage.movement("AB-3", 2, at: 32), EventStage.level("AB-5", 8, at: 33),
        ]) { stage, meanwhile in
            let summary = try await meanwhile.stage.sync().summaries[0]
            #expect(summary.state == .done)
            for (sku, quantity) in ["AB-1": 9, "AB-2": 4, "AB-3": 5, "AB-4": 2, "AB-5": 8] {
                #expect(try await stage.stock(sku) == quantity, "\(sku)")
                #expect(try await stage.pushed(sku) == quantity, "\(sku)")
            }
            #expect(stage.inbox.waitingCount() == 0)
        }
    }

    @Test("given events that are older than it, then the delivery counts")
    func older() async throws {
        try await deliver([
            EventStage.level("AB-1", 9, at: 15), EventStage.movement("AB-2", -3, at: 16),
            EventStage.movement("AB-3", 2, at: 17),
        ]) { stage, meanwhile in
            try await meanwhile.stage.sync()
            for (sku, quantity) in Self.after {
                #expect(try await stage.stock(sku) == quantity, "\(sku)")
                #expect(try await stage.pushed(sku) == quantity, "\(sku)")
            }
        }
    }

    @Test("given a delivery that differs in its bytes alone, and an older event, then the delivery counts")
    func olderThanTheSame() async throws {
        try await EventStage.run { stage in
            try await stage.deliver(Self.before, at: 10)
            let rows = Self.before.map { "\($0.key),WH-1,EA,\($0.value).0\n" }.sorted(by: >).joined()
            try stage.stage.write(text: "sku,location,unit,on_hand\n" + rows)
            try stage.date(20)
            try await stage.whilePlanning {
                try await stage.take([EventStage.level("AB-1", 9, at: 15)])
            }.stage.sync()
            #expect(try await stage.stock("AB-1") == 5)
            #expect(try await stage.pushed("AB-1") == 5)
        }
    }

    @Test("given a later event that states what was there before the delivery, then that stays")
    func unchanged() async throws {
        try await deliver([EventStage.level("AB-1", 5, at: 30)]) { stage, meanwhile in
            try await meanwhile.stage.sync()
            #expect(try await stage.stock("AB-1") == 5)
            #expect(try await stage.pushed("AB-1") == 5)
            #expect(try await stage.pushed("AB-3") == 3)
        }
    }

    @Test("given a delivery that changes nothing, then events count")
    func nothing() async throws {
        try await EventStage.run { stage in
            try await stage.deliver(Self.before, at: 10)
            try stage.date(20)
            try await stage.whilePlanning {
                try await stage.take([EventStage.level("AB-1", 9, at: 30)])
            }.stage.sync()
            #expect(try await stage.pushed("AB-1") == 9)
        }
    }

    @Test(
        "given a commit that fails, then the events are in effect, and the next run takes the delivery",
        arguments: CommitStep.allCases
    )
    func failing(step: CommitStep) async throws {
        try await deliver([
            EventStage.level("AB-1", 9, at: 30), EventStage.movement("AB-2", -3, at: 31),
        ]) { stage, meanwhile in
            var shop = meanwhile.stage.shop
            shop.onCommitStep = { at in
                guard at == step else { return }
                throw Fault(.internalError, code: "stopped", message: "Stopped.", hint: "None.")
            }
            let broken = shop
            await #expect(throws: Fault.self) {
                try await SyncRun(shop: broken, oro: stage.stage.oro).perform()
            }
            try await stage.stage.shop.makeReady()
            #expect(try await stage.stock("AB-1") == 9)
            #expect(try await stage.stock("AB-2") == 4)
            #expect(try await stage.stock("AB-3") == 4)
            try await stage.stage.sync()
            for (sku, quantity) in ["AB-1": 9, "AB-2": 4, "AB-3": 3, "AB-4": 2] {
                #expect(try await stage.pushed(sku) == quantity, "\(sku)")
            }
        }
    }

    @Test("given events whose commit fails, then the delivery is taken, and they after it")
    func failingEvents() async throws {
        try await EventStage.run { stage in
            try await stage.deliver(Self.before, at: 10)
            try stage.stage.write(Self.after)
            try stage.date(20)
            var shop = stage.stage.shop
            shop.onCommitStep = { at in
                guard at == .seal else { return }
                throw Fault(.internalError, code: "stopped", message: "Stopped.", hint: "None.")
            }
            let broken = EventStage(
                stage: ShopStage(
                    folder: stage.stage.folder,
                    shop: shop,
                    oro: stage.stage.oro,
                    simulator: stage.stage.simulator
                ),
                inbox: stage.inbox
            )
            try await stage.send([EventStage.level("AB-1", 9, at: 30)])
            try await stage.whilePlanning {
                await #expect(throws: Fault.self) { _ = try await broken.run() }
            }.stage.sync()
            #expect(try await stage.pushed("AB-1") == 6)
            _ = try await stage.run()
            #expect(try await stage.pushed("AB-1") == 9)
            #expect(try await stage.pushed("AB-3") == 3)
        }
    }

    @Test("given deliveries of two files one after the other, events come in beside each")
    func twoFiles() async throws {
        try await EventStage.run { stage in
            try await stage.deliver(Self.before, at: 10)
            for (number, second) in [20, 40].enumerated() {
                try stage.stage.write(["AB-1": 6 + number, "AB-2": 7, "AB-3": 3 - number])
                try stage.date(second)
                try await stage.whilePlanning {
                    try await stage.take([EventStage.movement("AB-3", 10, at: second + 10)])
                }.stage.sync()
                #expect(try await stage.pushed("AB-1") == 6 + number)
                #expect(try await stage.pushed("AB-3") == 13 - number)
            }
        }
    }

    @Test("given an event while a delivery's file of orders is read, then both count")
    func besideOrders() async throws {
        try await EventStage.run(more: "orders: { export_takes: 0s }") { stage in
            try await stage.deliver(Self.before, at: 10)
            try stage.stage.write(Self.after)
            try stage.stage.write(text: "order,line,state\n73,,\n", to: "orders.csv")
            try stage.date(20)
            let summary = try await stage.whilePlanning {
                try await stage.take([EventStage.level("AB-1", 9, at: 30)])
            }.stage.sync().summaries[0]
            #expect(summary.state == .done)
            #expect(try await stage.pushed("AB-1") == 9)
            #expect(try await stage.pushed("AB-3") == 3)
        }
    }

    @Test("given an event of another source about the same SKU, then the figure has both")
    func otherSource() async throws {
        try await EventStage.run(sources: ShopStage.twoSources) { stage in
            try stage.stage.write(["AB-1": 5, "AB-2": 7], at: "LEEDS", to: "leeds.csv")
            try stage.stage.write(["AB-1": 1, "AB-2": 9], at: "YORK", to: "york.csv")
            try await stage.stage.sync()
            try stage.stage.write(["AB-1": 6, "AB-2": 7], at: "LEEDS", to: "leeds.csv")
            let later = Timestamp.now.adding(seconds: 5).microseconds - EventStage.begin.microseconds
            let seconds = Int(later / 1_000_000)
            try await stage.whilePlanning {
                let event = EventStage.level("AB-1", 3, at: seconds, location: "YORK")
                try await stage.take([event], of: "york")
            }.stage.sync(["leeds"])
            #expect(try await stage.pushed("AB-1") == 9)
            #expect(try await stage.stock("AB-1") == 9)
        }
    }
}
