import InventoryCore
import OroSimulator
import Testing

@testable import TidegatePipeline

/// The worked examples of the order ledger (ORDERS.md, D.7), with the writes that they name.
@Suite struct OrderCourseTests {
    @Test("W1: given an order that the shop has taken, when the ERP still says 10, then nothing is written")
    func race() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 10], asOf: -600)
            let start = stage.simulator.ledgerCount
            let order = stage.order("AB-1", 3)
            try await stage.poll()
            #expect(try await stage.published("AB-1") == 7)
            try await stage.erp(["AB-1": 10], asOf: -300)
            #expect(stage.shown("AB-1") == 7)
            try await stage.acknowledge(order, at: -200)
            #expect(try await stage.open("AB-1") == Quantity(units: 3))
            try await stage.erp(["AB-1": 7], asOf: -100)
            #expect(try await stage.open("AB-1") == .zero)
            #expect(stage.shown("AB-1") == 7)
            #expect(stage.writes(since: start) == [])
        }
    }

    @Test("W2: given an order, when a receipt comes before its booking, then what is left is written once")
    func receiptFirst() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 10], asOf: -600)
            let start = stage.simulator.ledgerCount
            let order = stage.order("AB-1", 3)
            try await stage.poll()
            try await stage.erp(["AB-1": 15], asOf: -300)
            #expect(stage.shown("AB-1") == 12)
            try await stage.acknowledge(order, at: -200)
            try await stage.erp(["AB-1": 12], asOf: -100)
            #expect(stage.writes(since: start) == ["AB-1 12"])
        }
    }

    @Test("W3: given a checkout that is still running, when stock comes in, then the shop takes its own part")
    func runningCheckout() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 10], asOf: -600)
            let start = stage.simulator.ledgerCount
            let order = stage.order("AB-1", 3, takesStock: .later)
            try await stage.poll()
            #expect(stage.shown("AB-1") == 10)
            try await stage.erp(["AB-1": 15], asOf: -300)
            #expect(stage.shown("AB-1") == 15)
            #expect(stage.simulator.finishCheckout(order))
            #expect(stage.shown("AB-1") == 12)
            try await stage.poll()
            #expect(stage.shown("AB-1") == 12)
            #expect(stage.writes(since: start) == ["AB-1 15"])
        }
    }

    @Test(
        "W3: given a checkout that was given up, then its stock is kept back after the grace, until cancelled"
    )
    func abandonedCheckout() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 15], asOf: -600)
            let order = stage.order("AB-1", 3, takesStock: .later)
            try await stage.poll()
            let start = stage.simulator.ledgerCount
            #expect(stage.simulator.failPayment(order))
            try await stage.poll(after: 7_200)
            #expect(stage.shown("AB-1") == 12)
            stage.simulator.setOrderStatus(order, to: .cancelled)
            try await stage.poll(after: 7_300)
            #expect(stage.shown("AB-1") == 15)
            #expect(stage.writes(since: start) == ["AB-1 12", "AB-1 15"])
        }
    }

    @Test("W4: given an acknowledgement, when an older figure comes, then the order still counts")
    func acknowledgedBeforeTheFigure() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 20], asOf: -600)
            let order = stage.order("AB-1", 4)
            try await stage.poll()
            let start = stage.simulator.ledgerCount
            try await stage.acknowledge(order, at: -300)
            try await stage.erp(["AB-1": 20, "AB-2": 1], asOf: -310)
            #expect(stage.shown("AB-1") == 16)
            try await stage.erp(["AB-1": 16, "AB-2": 1], asOf: -100)
            #expect(try await stage.open("AB-1") == .zero)
            #expect(stage.writes(since: start) == ["AB-2 1"])
        }
    }

    @Test(
        "W4: given a figure with an order in it, when that is said later, then it counts twice till then"
    )
    func figureBeforeTheAcknowledgement() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 20], asOf: -600)
            let order = stage.order("AB-1", 4)
            try await stage.poll()
            let start = stage.simulator.ledgerCount
            try await stage.erp(["AB-1": 16], asOf: -100)
            #expect(stage.shown("AB-1") == 12)
            try await stage.acknowledge(order, at: -300)
            #expect(stage.shown("AB-1") == 16)
            #expect(stage.writes(since: start) == ["AB-1 12", "AB-1 16"])
        }
    }

    @Test("W5: given an order, when it is cancelled in the shop, then its stock is shown again")
    func cancelled() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 10], asOf: -600)
            let order = stage.order("AB-1", 3)
            try await stage.poll()
            let start = stage.simulator.ledgerCount
            stage.simulator.setOrderStatus(order, to: .cancelled)
            try await stage.poll()
            #expect(stage.shown("AB-1") == 10)
            #expect(stage.writes(since: start) == ["AB-1 10"])
        }
    }

    @Test("W7: given an order in parts that share its lines, then each line counts once")
    func subOrders() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 20, "AB-2": 20], asOf: -600)
            let positions = [
                RunningSimulator.OrderPosition(sku: "AB-1", quantity: "4"),
                RunningSimulator.OrderPosition(sku: "AB-2", quantity: "6"),
            ]
            stage.simulator.placeOrder(OrderPlacement(positions, subOrders: [[0], [1]]))
            try await stage.poll()
            #expect(try await stage.open("AB-1") == Quantity(units: 4))
            #expect(try await stage.open("AB-2") == Quantity(units: 6))
        }
    }

    @Test("W8: given kits, then their components are kept back, and the kit's own level is left alone")
    func kits() async throws {
        try await OrderStage.run(orders: ", kits: components") { stage in
            try await stage.erp(["AB-1": 20, "AB-2": 20, "AB-3": 5], asOf: -600)
            let kit = [
                RunningSimulator.KitComponent(sku: "AB-1", quantity: "2"),
                RunningSimulator.KitComponent(sku: "AB-2", quantity: "1"),
            ]
            let position = RunningSimulator.OrderPosition(sku: "AB-3", quantity: "3", kit: kit)
            stage.simulator.placeOrder(OrderPlacement([position], takesStock: .never))
            try await stage.poll()
            #expect(try await stage.open("AB-1") == Quantity(units: 6))
            #expect(try await stage.open("AB-2") == Quantity(units: 3))
            #expect(try await stage.open("AB-3") == .zero)
            try await stage.poll(after: 7_200)
            #expect([stage.shown("AB-1"), stage.shown("AB-2"), stage.shown("AB-3")] == [14, 17, 5])
        }
    }

    @Test("W9: given figures on hand only, then an order counts until it is shipped, by quantity")
    func onHandOnly() async throws {
        try await OrderStage.run(orders: ", acknowledge: shipped") { stage in
            try await stage.erp(["AB-1": 10], asOf: -600)
            let order = stage.order("AB-1", 3)
            try await stage.poll()
            let start = stage.simulator.ledgerCount
            try await stage.acknowledge(order, .booked, at: -500)
            try await stage.erp(["AB-1": 10, "AB-2": 1], asOf: -400)
            #expect(try await stage.open("AB-1") == Quantity(units: 3))
            try await stage.acknowledge(order, quantity: 2, .shipped, at: -300)
            try await stage.erp(["AB-1": 8, "AB-2": 1], asOf: -200)
            #expect(try await stage.open("AB-1") == Quantity(units: 1))
            try await stage.acknowledge(order, quantity: 1, .shipped, at: -150)
            try await stage.erp(["AB-1": 7, "AB-2": 1], asOf: -100)
            #expect(try await stage.open("AB-1") == .zero)
            #expect(stage.writes(since: start) == ["AB-2 1"])
        }
    }

    @Test("W10: given an order of the back office, which takes nothing, then its stock goes after the grace")
    func backOffice() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 10], asOf: -600)
            stage.order("AB-1", 3, takesStock: .never)
            try await stage.poll()
            #expect(stage.shown("AB-1") == 10)
            let start = stage.simulator.ledgerCount
            try await stage.poll(after: 7_200)
            #expect(stage.shown("AB-1") == 7)
            #expect(stage.writes(since: start) == ["AB-1 7"])
        }
    }

    @Test("W11: given an older flush of the shop over our write, then what is lost is written again")
    func lostUpdate() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 50], asOf: -600)
            let order = stage.order("AB-1", 5, takesStock: .later)
            #expect(stage.simulator.beginCheckout(order))
            let start = stage.simulator.ledgerCount
            try await stage.erp(["AB-1": 500], asOf: -100)
            #expect(stage.simulator.flushCheckout(order))
            #expect(stage.shown("AB-1") == 45)
            try await stage.poll()
            #expect(stage.shown("AB-1") == 495)
            #expect(stage.writes(since: start) == ["AB-1 500", "AB-1 495"])
        }
    }
}
