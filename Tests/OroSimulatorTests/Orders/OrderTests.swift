import Testing

@testable import OroSimulator

@Suite("Orders of the web shop")
struct OrderTests {
    private static func options(_ profile: Profile) -> SimulatorOptions {
        var options = SimulatorOptions(catalogue: Catalogue(products: [("A", [("item", 0), ("kg", 3)])]))
        options.profile = profile
        return options
    }

    private static func count(_ client: ShopClient, _ path: String) async throws -> Int? {
        try await client.api("GET", path).json?.object?["data"]?.list?.count
    }

    @Test("an order that the checkout takes leaves its mark on the level and in the ledger")
    func placed() async throws {
        try await ShopClient.with(Self.options(.v6_0)) { simulator, client in
            simulator.setQuantity(level: "1", to: "10")
            let customer = simulator.addCustomer("C", group: simulator.addCustomerGroup("G"))
            let order = simulator.placeOrder([.init(sku: "A", quantity: "4")], customer: customer)
            #expect(simulator.ledger().last?.quantity == "6")
            #expect(simulator.ledger().last?.route == .checkout)
            let open = "orderlineitems?filter[order.internalStatus]=open&filter[product.sku]=A"
            let demand = try await Self.count(client, open)
            #expect(demand == 1)
            simulator.setOrderStatus(order, to: .cancelled)
            #expect(try await Self.count(client, open) == 0)
            #expect(simulator.ledger().last?.quantity == "6")
            simulator.deleteOrder(order)
            #expect(try await client.api("GET", "orders/" + order).status == 404)
        }
    }

    @Test("one poll by the time of the last change finds new and cancelled orders, but no deleted one")
    func poll() async throws {
        try await ShopClient.with(Self.options(.v6_0)) { simulator, client in
            simulator.setClock(1_000_000_000)
            let orders = (0..<3).map { _ in
                simulator.placeOrder([.init(sku: "A", quantity: "1")], takesStock: false)
            }
            simulator.setClock(1_000_000_060)
            simulator.setOrderStatus(orders[1], to: .cancelled)
            simulator.deleteOrder(orders[2])
            let since = "orders?filter[updatedAt][gte]=2001-09-09T01:47:40Z"
            let found = try await client.api("GET", since).json?.object?["data"]?.list
            #expect(found?.map { $0.object?["id"]?.text } == [orders[1]])
        }
    }

    @Test("5.1 knows neither the time of the last change nor a status")
    func before60() async throws {
        try await ShopClient.with(Self.options(.v5_1)) { simulator, client in
            let order = simulator.placeOrder([.init(sku: "A", quantity: "1")], takesStock: false)
            for query in ["filter[updatedAt][gte]=2001-09-09T00:00:00Z", "filter[internalStatus]=open"] {
                #expect(try await client.api("GET", "orders?" + query).status == 400)
            }
            let reply = try await client.api("GET", "orders/" + order)
            #expect(!reply.text.contains("internalStatus"))
            #expect(try await Self.count(client, "orders?filter[id][gt]=0&sort=id") == 1)
            #expect(try await client.api("GET", "orderinternalstatuses").status == 404)
        }
    }

    @Test("an order without rights on its lines looks empty")
    func rights() async throws {
        try await ShopClient.with(Self.options(.v6_0)) { simulator, client in
            let order = simulator.placeOrder([.init(sku: "A", quantity: "1")], takesStock: false)
            simulator.changeConditions { $0.permissions = .minimal.union(.viewOrders) }
            let reply = try await client.api("GET", "orders/\(order)?include=lineItems")
            let lines = reply.json?.object?["data"]?.object?["relationships"]?.object?["lineItems"]?.object
            #expect(lines?["data"] == .list([]))
            #expect(try await client.api("GET", "orderlineitems").status == 403)
            let note = #"{"data":{"type":"orders","id":"1","attributes":{"customerNotes":"x"}}}"#
            #expect(try await client.api("PATCH", "orders/1", note).status == 403)
        }
    }
}
