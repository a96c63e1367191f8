import Testing

@testable import OroSimulator

@Suite("Orders that nobody can see yet")
struct UncommittedOrderTests {
    private static let queries = [
        "orders", "orders?filter[id]=1", "orders?filter[id][gt]=0&sort=id", "orderlineitems",
        "orders?filter[updatedAt][gte]=2001-09-09T00:00:00Z&sort=updatedAt,id",
        "orders?filter[lineItems.product.sku]=A", "orderlineitems?filter[order]=1",
        "orderlineitems?filter[order.updatedAt][gte]=2001-09-09T00:00:00Z",
        "orderlineitems?filter[product.sku]=A", "orderlineitems?filter[order.internalStatus]=open",
    ]

    @Test("given a transaction that is not committed, then a later id is seen before an earlier one")
    func outOfOrder() async throws {
        try await OrderStage.with { simulator, client async throws in
            let first = simulator.placeOrder(
                OrderPlacement(OrderStage.positions, visibility: .uncommitted)
            )
            simulator.setClock(OrderStage.noon + 30)
            let second = simulator.placeOrder(OrderPlacement(OrderStage.positions, takesStock: .never))
            #expect([first, second] == ["1", "2"])
            #expect(try await OrderStage.ids(client, "orders?filter[id][gt]=0&sort=id") == ["2"])
            simulator.setClock(OrderStage.noon + 90)
            #expect(try await OrderStage.quantity(client) == "10")
            #expect(simulator.commitOrder(first) && !simulator.commitOrder(first))
            #expect(try await OrderStage.ids(client, "orders?filter[id][gt]=0&sort=id") == ["1", "2"])
            let began = Timestamp.text(OrderStage.noon)
            for name in ["createdAt", "updatedAt"] {
                #expect(try await OrderStage.attribute(client, "orders/1", name)?.text == began)
            }
            // Its decrement is of the same transaction.
            #expect(try await OrderStage.quantity(client) == "7")
        }
    }

    @Test("given an uncommitted order, then no list, filter, relationship or single read shows it")
    func hidden() async throws {
        try await OrderStage.with { simulator, client async throws in
            let order = simulator.placeOrder(
                OrderPlacement(OrderStage.positions, visibility: .uncommitted)
            )
            for query in Self.queries {
                #expect(try await OrderStage.ids(client, query) == [], "\(query)")
            }
            for path in ["orders/1", "orderlineitems/1", "orders/1/lineItems"] {
                #expect(try await client.api("GET", path).status == 404, "\(path)")
            }
            let note = #"{"data":{"type":"orders","id":"1","attributes":{"customerNotes":"x"}}}"#
            #expect(try await client.api("PATCH", "orders/1", note).status == 404)
            #expect(try await client.api("DELETE", "orders/1").status == 404)
            simulator.commitOrder(order)
            for query in Self.queries {
                #expect(try await OrderStage.ids(client, query) == ["1"], "\(query)")
            }
        }
    }

    @Test("given a transaction that is rolled back, then its ids stay a gap and nothing is taken")
    func rolledBack() async throws {
        try await OrderStage.with { simulator, client async throws in
            let order = simulator.placeOrder(
                OrderPlacement(OrderStage.positions, visibility: .uncommitted)
            )
            simulator.deleteOrder(order)
            #expect(!simulator.commitOrder(order))
            let next = simulator.placeOrder(OrderPlacement(OrderStage.positions, takesStock: .never))
            #expect(next == "2")
            #expect(try await OrderStage.ids(client, "orders") == ["2"])
            #expect(try await OrderStage.ids(client, "orderlineitems") == ["2"])
            #expect(try await OrderStage.quantity(client) == "10")
        }
    }

    @Test(
        "given a draft, then the API never shows it and it takes nothing",
        arguments: [Profile.v6_1, .v7_0]
    )
    func draft(profile: Profile) async throws {
        try await OrderStage.with(profile) { simulator, client async throws in
            let draft = simulator.placeOrder(OrderPlacement(OrderStage.positions, visibility: .draft))
            simulator.placeOrder(OrderPlacement(OrderStage.positions, takesStock: .never))
            #expect(!simulator.commitOrder(draft) && !simulator.finishCheckout(draft))
            simulator.setOrderStatus(draft, to: .cancelled)
            #expect(try await OrderStage.ids(client, "orders") == ["2"])
            #expect(try await OrderStage.ids(client, "orders?filter[id]=1,2") == ["2"])
            #expect(try await OrderStage.ids(client, "orderlineitems") == ["2"])
            #expect(try await client.api("GET", "orders/1").status == 404)
            #expect(try await OrderStage.quantity(client) == "10")
        }
    }
}
