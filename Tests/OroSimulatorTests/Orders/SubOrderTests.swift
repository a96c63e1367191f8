import Testing

@testable import OroSimulator

@Suite("Sub-orders, kits and orders from outside")
struct SubOrderTests {
    private static let placement = OrderPlacement(
        [
            RunningSimulator.OrderPosition(sku: "A", quantity: "4"),
            RunningSimulator.OrderPosition(sku: "B", quantity: "6"),
        ],
        subOrders: [[0], [1]]
    )

    @Test(
        "given 6.1 or later, then sub-orders have the very lines of their main order",
        arguments: [Profile.v6_1, .v7_0]
    )
    func shared(profile: Profile) async throws {
        try await OrderStage.with(profile) { simulator, client async throws in
            let main = simulator.placeOrder(Self.placement)
            let subs = simulator.subOrderIds(ofOrder: main)
            #expect(main == "1" && subs == ["2", "3"])
            #expect(try await OrderStage.ids(client, "orders/1", "lineItems") == ["1", "2"])
            #expect(try await OrderStage.ids(client, "orders/2", "lineItems") == ["1"])
            #expect(try await OrderStage.ids(client, "orders/3", "lineItems") == ["2"])
            #expect(try await OrderStage.ids(client, "orderlineitems/1", "orders") == ["1", "2"])
            #expect(try await OrderStage.ids(client, "orderlineitems") == ["1", "2"])
            #expect(try await OrderStage.ids(client, "orderlineitems?filter[orders]=3") == ["2"])
            let open = "orderlineitems?filter[orders.internalStatus]=open"
            simulator.setOrderStatus(main, to: .cancelled)
            #expect(try await OrderStage.ids(client, open) == ["1", "2"])
            for sub in subs { simulator.setOrderStatus(sub, to: .cancelled) }
            #expect(try await OrderStage.ids(client, open) == [])
            #expect(try await client.api("GET", "orderlineitems?filter[order]=1").status == 400)
        }
    }

    @Test(
        "given an earlier version, then sub-orders have copies with ids of their own",
        arguments: [Profile.v5_1, .v6_0]
    )
    func copied(profile: Profile) async throws {
        try await OrderStage.with(profile) { simulator, client async throws in
            simulator.placeOrder(Self.placement)
            #expect(try await OrderStage.ids(client, "orders/1", "lineItems") == ["1", "2"])
            #expect(try await OrderStage.ids(client, "orders/2", "lineItems") == ["3"])
            #expect(try await OrderStage.ids(client, "orders/3", "lineItems") == ["4"])
            #expect(try await OrderStage.ids(client, "orderlineitems/4", "order") == ["3"])
            #expect(try await client.api("GET", "orderlineitems?filter[orders]=1").status == 400)
        }
    }

    @Test(
        "given sub-orders, then main orders can be told from them and stock is taken once",
        arguments: [Profile.v5_1, .v6_1]
    )
    func mainOrders(profile: Profile) async throws {
        try await OrderStage.with(profile) { simulator, client async throws in
            let main = simulator.placeOrder(Self.placement)
            #expect(try await OrderStage.quantity(client) == "6")
            #expect(try await OrderStage.ids(client, "orders?filter[parent][exists]=false") == ["1"])
            #expect(try await OrderStage.ids(client, "orders?filter[parent]=1") == ["2", "3"])
            #expect(try await OrderStage.ids(client, "orders/1", "subOrders") == ["2", "3"])
            #expect(try await OrderStage.ids(client, "orders/2", "parent") == ["1"])
            #expect(try await OrderStage.ids(client, "orders/1", "parent") == [])
            #expect(try await OrderStage.ids(client, "orders/1/subOrders") == ["2", "3"])
            simulator.deleteOrder("3")
            #expect(try await OrderStage.ids(client, "orders/1", "lineItems") == ["1", "2"])
            simulator.deleteOrder(main)
            #expect(try await OrderStage.ids(client, "orders") == [])
            #expect(try await OrderStage.ids(client, "orderlineitems") == [])
        }
    }

    @Test("given an uncommitted order, then its sub-orders are hidden and appear with it")
    func uncommitted() async throws {
        try await OrderStage.with(.v6_1) { simulator, client async throws in
            var placement = Self.placement
            placement.visibility = .uncommitted
            let main = simulator.placeOrder(placement)
            #expect(try await OrderStage.ids(client, "orders") == [])
            #expect(try await OrderStage.ids(client, "orderlineitems") == [])
            simulator.commitOrder(main)
            #expect(try await OrderStage.ids(client, "orders") == ["1", "2", "3"])
        }
    }

    @Test("given a kit, then its components are read with it and none of them is decremented")
    func kit() async throws {
        try await OrderStage.with { simulator, client async throws in
            simulator.setQuantity(level: "2", to: "10")
            let components = [
                RunningSimulator.KitComponent(sku: "A", quantity: "2"),
                RunningSimulator.KitComponent(sku: "B", quantity: "1"),
            ]
            let kit = RunningSimulator.OrderPosition(sku: "KIT", quantity: "3", kit: components)
            simulator.placeOrder(OrderPlacement([kit]))
            #expect(try await OrderStage.quantity(client) == "10")
            #expect(try await OrderStage.quantity(client, level: "2") == "10")
            #expect(try await OrderStage.ids(client, "orderlineitems/1", "kitItemLineItems") == ["1", "2"])
            let path = "orders?include=lineItems.kitItemLineItems"
            let included = try await client.api("GET", path).json?.object?["included"]?.list ?? []
            let items = included.compactMap(\.object).filter {
                $0["type"]?.text == "orderproductkititemlineitems"
            }
            #expect(items.map { $0["attributes"]?.object?["productSku"]?.text } == ["A", "B"])
            #expect(items.map { $0["attributes"]?.object?["quantity"]?.number } == [2, 1])
            let list = "orderproductkititemlineitems?filter[lineItem]=1&filter[product]=2"
            #expect(try await OrderStage.ids(client, list) == ["2"])
            simulator.removeLine("1")
            #expect(try await client.api("GET", "orderproductkititemlineitems/1").status == 404)
        }
    }

    @Test("given a line written by hand, then it has no product and takes nothing")
    func freeForm() async throws {
        try await OrderStage.with { simulator, client async throws in
            let before = simulator.ledgerCount
            simulator.placeOrder(OrderPlacement([.init(freeForm: "Engraving", quantity: "2.5")]))
            #expect(simulator.ledgerCount == before)
            let line = "orderlineitems/1"
            #expect(try await OrderStage.ids(client, line, "product") == [])
            #expect(try await OrderStage.attribute(client, line, "freeFormProduct")?.text == "Engraving")
            #expect(try await OrderStage.attribute(client, line, "quantity") == .number("2.5"))
        }
    }

    @Test("given 6.1, then orders have an external flag and an external id that can be found by list")
    func external() async throws {
        try await OrderStage.with(.v6_1) { simulator, client async throws in
            simulator.placeOrder(OrderPlacement(OrderStage.positions, externalId: "SO-1", isExternal: true))
            simulator.placeOrder(OrderPlacement(OrderStage.positions))
            simulator.placeOrder(OrderPlacement(OrderStage.positions, takesStock: .never))
            simulator.setClock(OrderStage.noon + 60)
            simulator.setExternalId("SO-2", ofOrder: "2")
            #expect(try await OrderStage.ids(client, "orders?filter[external]=true") == ["1"])
            #expect(try await OrderStage.ids(client, "orders?filter[external]=false") == ["2", "3"])
            #expect(try await OrderStage.ids(client, "orders?filter[externalId]=SO-1,SO-2") == ["1", "2"])
            #expect(try await OrderStage.ids(client, "orders?filter[externalId][exists]=false") == ["3"])
            let since = "orders?filter[updatedAt][gte]=\(Timestamp.text(OrderStage.noon + 60))"
            #expect(try await OrderStage.ids(client, since) == ["2"])
            let body =
                #"{"data":{"type":"orders","id":"3","attributes":{"externalId":"SO-3","external":true}}}"#
            #expect(try await client.api("PATCH", "orders/3", body).status == 200)
            #expect(try await OrderStage.attribute(client, "orders/3", "externalId")?.text == "SO-3")
            #expect(try await OrderStage.attribute(client, "orders/3", "external") == .bool(false))
        }
    }

    @Test("given 6.0, then there is no external id")
    func externalBefore() async throws {
        try await OrderStage.with(.v6_0) { simulator, client async throws in
            simulator.placeOrder(OrderPlacement(OrderStage.positions, externalId: "SO-1"))
            #expect(try await client.api("GET", "orders?filter[externalId]=SO-1").status == 400)
            #expect(try await OrderStage.attribute(client, "orders/1", "externalId") == nil)
        }
    }
}
