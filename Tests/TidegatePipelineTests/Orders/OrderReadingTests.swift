import InventoryCore
import OroClient
import OroSimulator
import StateStore
import Testing

@testable import TidegatePipeline

/// How orders come to be known, whatever the version of the shop (spec/orders.md, 1).
@Suite struct OrderReadingTests {
    @Test(
        "given an order, when it is edited, deleted or cancelled, then what counts follows",
        arguments: [Profile.v6_0, .v6_1, .v7_0]
    )
    func changed(profile: Profile) async throws {
        try await OrderStage.run(profile) { stage in
            try await stage.erp(["AB-1": 20, "AB-2": 20, "AB-3": 20], asOf: -600)
            stage.order("AB-3", 1)
            let order = stage.order("AB-1", 4)
            try await stage.poll()
            #expect(try await stage.open("AB-1") == Quantity(units: 4))
            let line = try #require(stage.simulator.lineIds(ofOrder: order).first)
            stage.simulator.setQuantity("6", ofLine: line)
            stage.simulator.addLine(.init(sku: "AB-2", quantity: "2"), toOrder: order)
            try await stage.poll()
            #expect(try await stage.open("AB-1") == Quantity(units: 6))
            #expect(try await stage.open("AB-2") == Quantity(units: 2))
            stage.simulator.removeLine(line)
            try await stage.poll()
            #expect(try await stage.open("AB-1") == .zero)
            stage.simulator.deleteOrder(order)
            // Nothing tells of it: known orders are asked for once a minute.
            try await stage.poll(after: 120)
            #expect(try await stage.open("AB-2") == .zero)
            #expect(stage.shown("AB-1") == 20)
            #expect(stage.shown("AB-2") == 20)
        }
    }

    @Test("given OroCommerce 5.1, which tells no changes, then known orders are read again once a minute")
    func withoutChanges() async throws {
        try await OrderStage.run(.v5_1) { stage in
            try await stage.erp(["AB-1": 20, "AB-3": 20], asOf: -600)
            stage.order("AB-3", 1)
            let order = stage.order("AB-1", 4)
            try await stage.poll()
            #expect(try await stage.open("AB-1") == Quantity(units: 4))
            let line = try #require(stage.simulator.lineIds(ofOrder: order).first)
            stage.simulator.setQuantity("6", ofLine: line)
            try await stage.poll(after: 120)
            #expect(try await stage.open("AB-1") == Quantity(units: 6))
            stage.simulator.deleteOrder(order)
            try await stage.poll(after: 240)
            #expect(try await stage.open("AB-1") == .zero)
            #expect(stage.shown("AB-1") == 20)
        }
    }

    @Test(
        "given an order whose transaction ends late, when a later one was seen, then it is found too",
        arguments: [Profile.v5_1, .v6_1]
    )
    func outOfOrder(profile: Profile) async throws {
        try await OrderStage.run(profile) { stage in
            try await stage.erp(["AB-1": 20, "AB-2": 20, "AB-3": 20], asOf: -600)
            stage.order("AB-3", 1)
            try await stage.poll()
            let position = RunningSimulator.OrderPosition(sku: "AB-1", quantity: "4")
            let hidden = stage.simulator.placeOrder(OrderPlacement([position], visibility: .uncommitted))
            stage.order("AB-2", 5)
            try await stage.poll()
            #expect(try await stage.open("AB-2") == Quantity(units: 5))
            #expect(try await stage.open("AB-1") == .zero)
            stage.simulator.commitOrder(hidden)
            try await stage.poll(after: 61)
            #expect(try await stage.open("AB-1") == Quantity(units: 4))
            #expect(stage.shown("AB-1") == 16)
        }
    }

    @Test("given an id that never comes, when its transaction can run no more, then nobody asks for it")
    func gap() async throws {
        try await OrderStage.run(.v5_1) { stage in
            try await stage.erp(["AB-1": 20, "AB-2": 20, "AB-3": 20], asOf: -600)
            stage.order("AB-3", 1)
            try await stage.poll()
            let position = RunningSimulator.OrderPosition(sku: "AB-1", quantity: "4")
            let late = stage.simulator.placeOrder(OrderPlacement([position], visibility: .uncommitted))
            let never = stage.simulator.placeOrder(OrderPlacement([position], visibility: .uncommitted))
            stage.order("AB-2", 5)
            try await stage.poll()
            func gaps() async throws -> Set<String> {
                Set(try await stage.state.orderCursor()?.gaps.keys.map { String($0) } ?? [])
            }
            #expect(try await gaps() == [late, never])
            stage.simulator.commitOrder(late)
            try await stage.poll(after: 800)
            #expect(try await stage.open("AB-1") == Quantity(units: 4))
            #expect(try await gaps() == [never])
            try await stage.poll(after: 960)
            #expect(try await gaps().isEmpty)
            stage.simulator.commitOrder(never)
            try await stage.poll(after: 1_100)
            #expect(try await stage.open("AB-1") == Quantity(units: 4))
        }
    }

    @Test("given orders from the ERP, drafts, and orders of before, then none of them counts")
    func notCounted() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 20], asOf: -600)
            let position = RunningSimulator.OrderPosition(sku: "AB-1", quantity: "4")
            stage.simulator.placeOrder(OrderPlacement([position], isExternal: true))
            stage.simulator.placeOrder(OrderPlacement([position], visibility: .draft))
            stage.simulator.placeOrder(
                OrderPlacement([position], takesStock: .never, createdAtSeconds: 1_500_000_000)
            )
            let written = RunningSimulator.OrderPosition(freeForm: "A service", quantity: "1")
            stage.simulator.placeOrder(OrderPlacement([written], takesStock: .never))
            try await stage.poll()
            #expect(try await stage.open("AB-1") == .zero)
            #expect(stage.shown("AB-1") == 20)
        }
    }

    @Test("given OroCommerce 5.1 with many old orders, then the walk begins where the new ones do")
    func beginsLate() async throws {
        try await OrderStage.run(.v5_1, orders: ", read: { since: 2026-01-01T00:00:00+00:00 }") { stage in
            let position = RunningSimulator.OrderPosition(sku: "AB-2", quantity: "1")
            for _ in 0..<350 {
                stage.simulator.placeOrder(
                    OrderPlacement([position], takesStock: .never, createdAtSeconds: 1_600_000_000)
                )
            }
            stage.order("AB-1", 4, takesStock: .never)
            let poll = try #require(OrderPoll(shop: stage.stage.shop, oro: stage.stage.oro))
            let before = stage.stage.oro.requestsSent
            _ = try await poll.perform()
            #expect(try await stage.open("AB-1") == Quantity(units: 4))
            #expect(try await stage.open("AB-2") == .zero)
            #expect(stage.stage.oro.requestsSent - before < 10)
            stage.order("AB-1", 1, takesStock: .never)
            try await stage.poll()
            #expect(try await stage.open("AB-1") == Quantity(units: 5))
        }
    }

    @Test("given a shop that shows no order at all, then those that are known count on")
    func nothingShown() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 20], asOf: -600)
            let order = stage.order("AB-1", 4)
            try await stage.poll()
            // Perhaps the role sees only some.
            stage.simulator.deleteOrder(order)
            try await stage.poll(after: 120)
            #expect(try await stage.open("AB-1") == Quantity(units: 4))
        }
    }

    @Test("given an empty poll, then it is one request")
    func cheap() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 20], asOf: -600)
            try await stage.poll(after: 120)
            let before = stage.stage.oro.requestsSent
            let poll = try #require(OrderPoll(shop: stage.stage.shop, oro: stage.stage.oro))
            _ = try await poll.perform()
            #expect(stage.stage.oro.requestsSent - before == 1)
        }
    }
}
