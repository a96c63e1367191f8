import InventoryCore
import OroSimulator
import StateStore
import Testing

@testable import TidegatePipeline

/// Stock events beside web orders: a level that is stated contains what was acknowledged by then.
@Suite struct OrderEventTests {
    private static let orders =
        "orders: { read: { since: 2020-01-01T00:00:00+00:00 }, figure: available, grace: 1h }"

    private static func run(_ body: @escaping @Sendable (EventStage, OrderStage) async throws -> Void)
        async throws
    {
        try await EventStage.run(more: orders) { events in
            try await body(events, OrderStage(stage: events.stage))
        }
    }

    /// An order of four, placed at second 15.
    private static func order(_ stage: OrderStage) -> String {
        let position = RunningSimulator.OrderPosition(sku: "AB-1", quantity: "4")
        let placed = EventStage.at(15).microseconds / 1_000_000
        return stage.simulator.placeOrder(OrderPlacement([position], createdAtSeconds: placed))
    }

    @Test("given an acknowledgement, when an event states the level as of later, then the order leaves")
    func contained() async throws {
        try await Self.run { events, stage in
            try await events.deliver(["AB-1": 20], at: 10)
            let order = Self.order(stage)
            try await stage.poll()
            let at = EventStage.at(20)
            _ = try await stage.state.keep([OrderAcknowledgement(order: order, at: at)], at: .now)
            try await stage.poll()
            // In the run of the event itself, also where that changes no figure of the ERP.
            _ = try await events.take([EventStage.level("AB-1", 16, at: 30)])
            #expect(try await stage.open("AB-1") == .zero)
            try await stage.poll()
            #expect(stage.shown("AB-1") == 16)
        }
    }

    @Test("given a level that is known already, then it contains what was acknowledged all the same")
    func unchanged() async throws {
        try await Self.run { events, stage in
            try await events.deliver(["AB-1": 20], at: 10)
            let order = Self.order(stage)
            try await stage.poll()
            let at = EventStage.at(20)
            _ = try await stage.state.keep([OrderAcknowledgement(order: order, at: at)], at: .now)
            try await stage.poll()
            _ = try await events.take([EventStage.level("AB-1", 20, at: 30)])
            #expect(try await stage.open("AB-1") == .zero)
            try await stage.poll()
            #expect(stage.shown("AB-1") == 20)
        }
    }

    @Test("given a decrement right before an event, then it is read before anything is written")
    func readFirst() async throws {
        try await Self.run { events, stage in
            try await events.deliver(["AB-1": 20], at: 10)
            _ = Self.order(stage)
            _ = try await events.take([EventStage.level("AB-1", 30, at: 30)])
            _ = try await PushRun(shop: stage.stage.shop, oro: stage.stage.oro).push()
            #expect(try await stage.open("AB-1") == Quantity(units: 4))
            #expect(stage.shown("AB-1") == 26)
        }
    }

    @Test("given movements, then they contain nothing, whenever they were")
    func movements() async throws {
        try await Self.run { events, stage in
            try await events.deliver(["AB-1": 20], at: 10)
            let order = Self.order(stage)
            try await stage.poll()
            let at = EventStage.at(20)
            _ = try await stage.state.keep([OrderAcknowledgement(order: order, at: at)], at: .now)
            _ = try await events.take([EventStage.movement("AB-1", -4, at: 30)])
            try await stage.poll()
            #expect(try await stage.open("AB-1") == Quantity(units: 4))
            _ = try await events.take([EventStage.level("AB-1", 16, at: 40)])
            #expect(try await stage.open("AB-1") == .zero)
        }
    }

    @Test("given an event of before the acknowledgement, then the order counts on")
    func earlier() async throws {
        try await Self.run { events, stage in
            try await events.deliver(["AB-1": 20], at: 10)
            let order = Self.order(stage)
            try await stage.poll()
            let at = EventStage.at(40)
            _ = try await stage.state.keep([OrderAcknowledgement(order: order, at: at)], at: .now)
            _ = try await events.take([EventStage.level("AB-1", 21, at: 30)])
            try await stage.poll()
            #expect(try await stage.open("AB-1") == Quantity(units: 4))
            #expect(stage.shown("AB-1") == 17)
        }
    }
}
