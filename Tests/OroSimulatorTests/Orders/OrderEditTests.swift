import Testing

@testable import OroSimulator

@Suite("Orders edited in the back office")
struct OrderEditTests {
    private static func changedSince(_ seconds: Int64, _ client: ShopClient) async throws -> [String] {
        try await OrderStage.ids(client, "orders?filter[updatedAt][gte]=\(Timestamp.text(seconds))")
    }

    @Test("given a changed, a removed or an added line, then the order's time moves and no stock does")
    func lines() async throws {
        try await OrderStage.with { simulator, client async throws in
            let order = simulator.placeOrder(OrderPlacement(OrderStage.positions))
            let line = try #require(simulator.lineIds(ofOrder: order).first)
            simulator.setClock(OrderStage.noon + 10)
            #expect(try await Self.changedSince(OrderStage.noon + 10, client) == [])
            #expect(simulator.setQuantity("2", ofLine: line))
            #expect(try await Self.changedSince(OrderStage.noon + 10, client) == [order])
            #expect(try await OrderStage.attribute(client, "orderlineitems/1", "quantity") == .number("2"))
            simulator.setClock(OrderStage.noon + 20)
            let added = try #require(
                simulator.addLine(.init(sku: "B", quantity: "5"), toOrder: order)
            )
            #expect(try await Self.changedSince(OrderStage.noon + 20, client) == [order])
            #expect(try await OrderStage.ids(client, "orders/1", "lineItems") == [line, added])
            simulator.setClock(OrderStage.noon + 30)
            #expect(simulator.removeLine(line) && !simulator.removeLine(line))
            #expect(try await Self.changedSince(OrderStage.noon + 30, client) == [order])
            #expect(try await OrderStage.ids(client, "orders/1", "lineItems") == [added])
            #expect(try await OrderStage.quantity(client) == "7")
        }
    }

    @Test("given a shared line that changes, then all its orders move")
    func sharedLine() async throws {
        try await OrderStage.with(.v6_1) { simulator, client async throws in
            var placement = OrderPlacement(OrderStage.positions, takesStock: .never)
            placement.subOrders = [[0], []]
            simulator.placeOrder(placement)
            simulator.setClock(OrderStage.noon + 10)
            simulator.setQuantity("1", ofLine: "1")
            #expect(try await Self.changedSince(OrderStage.noon + 10, client) == ["1", "2"])
        }
    }

    @Test("given a status that the installation lacks, then the back office adds it")
    func statuses() async throws {
        try await OrderStage.with(.v6_1) { simulator, client async throws in
            let order = simulator.placeOrder(OrderPlacement(OrderStage.positions))
            let installed = try await OrderStage.ids(client, "orderinternalstatuses")
            #expect(installed == ["cancelled", "closed", "open"])
            simulator.setOrderStatus(order, to: .processing)
            #expect(try await OrderStage.ids(client, "orders?filter[internalStatus]=processing") == [order])
            #expect(try await OrderStage.ids(client, "orderinternalstatuses").contains("processing"))
        }
    }

    @Test("given a customer group by name, then a customer of it orders")
    func customerGroup() async throws {
        try await OrderStage.with { simulator, client async throws in
            for _ in 0..<2 {
                simulator.placeOrder(
                    OrderPlacement(OrderStage.positions, customerGroup: "VIP", takesStock: .never)
                )
            }
            simulator.placeOrder(OrderPlacement(OrderStage.positions, takesStock: .never))
            #expect(try await OrderStage.ids(client, "orders?filter[customer.group.name]=VIP") == ["1", "2"])
            #expect(try await OrderStage.ids(client, "customers").count == 1)
        }
    }

    @Test("given a time of its own, then an order shows that as created and changed")
    func createdAt() async throws {
        try await OrderStage.with { simulator, client async throws in
            let began = OrderStage.noon - 3600
            simulator.placeOrder(
                OrderPlacement(OrderStage.positions, identifier: "fr-1", createdAtSeconds: began)
            )
            #expect(
                try await OrderStage.attribute(client, "orders/1", "createdAt")?.text
                    == Timestamp.text(began)
            )
            #expect(try await OrderStage.ids(client, "orders?filter[identifier]=FR-1,x") == ["1"])
        }
    }
}
