import InventoryCore
import OroSimulator
import StateStore
import Testing

@testable import TidegatePipeline

/// What an acknowledgement names: a part of an order, a line that is not there, or one of several orders.
@Suite struct OrderNamingTests {
    private static func place(_ stage: OrderStage) -> (order: String, parts: [String]) {
        let positions = ["AB-1", "AB-2"].map { RunningSimulator.OrderPosition(sku: $0, quantity: "2") }
        let placed = Timestamp.now.adding(seconds: -60).microseconds / 1_000_000
        let order = stage.simulator.placeOrder(
            OrderPlacement(positions, createdAtSeconds: placed, subOrders: [[0], [1]])
        )
        return (order, stage.simulator.subOrderIds(ofOrder: order))
    }

    @Test(
        "given sub-orders, when the ERP acknowledges one of them, then its lines leave and no others",
        arguments: [Profile.v5_1, .v6_0, .v6_1]
    )
    func part(profile: Profile) async throws {
        try await OrderStage.run(profile) { stage in
            try await stage.erp(["AB-1": 10, "AB-2": 10], asOf: -600)
            let (order, parts) = Self.place(stage)
            // Said before the shop shows it.
            try await stage.acknowledge(parts[1], at: -300)
            try await stage.poll()
            try await stage.erp(["AB-1": 10, "AB-2": 8], asOf: -100)
            #expect(try await stage.open("AB-1") == Quantity(units: 2))
            #expect(try await stage.open("AB-2") == .zero)
            #expect([stage.shown("AB-1"), stage.shown("AB-2")] == [8, 8])
            try await stage.acknowledge(parts[0], at: -50)
            try await stage.erp(["AB-1": 8, "AB-2": 8], asOf: -10)
            #expect(try await stage.open("AB-1") == .zero)
            let shown = try await ShownOrder(order, in: stage.stage.shop)
            #expect(shown.acknowledgements.map(\.statement.order).sorted() == parts.sorted())
        }
    }

    @Test("given a manifest through a sub-order, then its order is known once all of its parts are")
    func manifest() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 10, "AB-2": 10], asOf: -600)
            let (_, parts) = Self.place(stage)
            try await stage.poll()
            func deliver(_ net: Int, asOf seconds: Int64, _ more: String) async throws {
                try stage.stage.write(["AB-1": net, "AB-2": net])
                let asOf = Timestamp.now.adding(seconds: seconds)
                let manifest = "{ \"asOf\": \"\(asOf)\", \"scope\": \"full\", \(more) }"
                try stage.stage.write(text: manifest, to: "stock.csv.manifest.json")
                _ = try await stage.stage.sync()
            }
            try await deliver(10, asOf: -20, "\"orders_through\": \(parts[0])")
            #expect(try await stage.open("AB-1") == Quantity(units: 2))
            let missing = "\"orders_through\": \(parts[1]), \"orders_missing\": [\(parts[0])]"
            try await deliver(10, asOf: -10, missing)
            #expect(try await stage.open("AB-1") == Quantity(units: 2))
            try await deliver(8, asOf: 0, "\"orders_through\": \(parts[1])")
            #expect(try await stage.open("AB-1") == .zero)
            #expect(try await stage.open("AB-2") == .zero)
            #expect([stage.shown("AB-1"), stage.shown("AB-2")] == [8, 8])
        }
    }

    @Test("given a line that the order does not have, then somebody is told, until it has or is acknowledged")
    func line() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 10, "AB-2": 10], asOf: -600)
            let order = stage.order("AB-1", 3)
            try await stage.poll()
            try await stage.acknowledge(order, line: 2, at: -300)
            let told = try await stage.stage.openExceptions(.acknowledgementUnclear)
            #expect(told.map(\.exception.subject.order) == [order])
            let shown = try await ShownOrder(order, in: stage.stage.shop)
            #expect(shown.acknowledgements.map(\.statement.line) == [2])
            // The line comes after all.
            stage.simulator.addLine(.init(sku: "AB-2", quantity: "2"), toOrder: order)
            try await stage.poll()
            try await stage.erp(["AB-1": 10, "AB-2": 8], asOf: -100)
            #expect(try await stage.open("AB-2") == .zero)
            #expect(try await stage.open("AB-1") == Quantity(units: 3))
            try await stage.acknowledge(order, at: -50)
            try await stage.poll(after: 120)
            #expect(try await stage.stage.openExceptions(.acknowledgementUnclear).isEmpty)
        }
    }

    @Test("given two orders of one number, then somebody is told which they are")
    func ambiguous() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 10], asOf: -600)
            let position = RunningSimulator.OrderPosition(sku: "AB-1", quantity: "1")
            let ids = (0..<2).map { _ in
                stage.simulator.placeOrder(OrderPlacement([position], identifier: "FR-1"))
            }
            try await stage.poll()
            try await stage.acknowledge("FR-1", at: -300)
            let told = try await stage.stage.openExceptions(.acknowledgementUnclear)
            #expect(told.count == 1)
            #expect(told.first?.exception.message.contains(ids.joined(separator: ", ")) == true)
            for id in ids { try await stage.acknowledge(id, at: -200) }
            try await stage.poll(after: 120)
            #expect(try await stage.stage.openExceptions(.acknowledgementUnclear).isEmpty)
        }
    }
}
