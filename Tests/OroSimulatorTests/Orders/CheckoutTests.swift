import Testing

@testable import OroSimulator

@Suite("Orders and the shop's own decrement")
struct CheckoutTests {
    @Test("given a buyer who is still paying, then the order is there before its decrement")
    func later() async throws {
        try await OrderStage.with { simulator, client async throws in
            let order = simulator.placeOrder(OrderPlacement(OrderStage.positions, takesStock: .later))
            #expect(try await OrderStage.ids(client, "orders") == [order])
            #expect(try await OrderStage.quantity(client) == "10")
            #expect(simulator.awaitedCheckouts == [order])
            #expect(simulator.finishCheckout(order))
            #expect(try await OrderStage.quantity(client) == "7")
            #expect(simulator.ledger().last?.route == .checkout)
            #expect(!simulator.finishCheckout(order) && simulator.awaitedCheckouts.isEmpty)
        }
    }

    @Test("given a time of the shop's clock, then the decrement comes at that time and not before")
    func afterSeconds() async throws {
        try await OrderStage.with { simulator, client async throws in
            simulator.placeOrder(OrderPlacement(OrderStage.positions, takesStock: .afterSeconds(60)))
            simulator.setClock(OrderStage.noon + 59)
            #expect(try await OrderStage.quantity(client) == "10")
            simulator.setClock(OrderStage.noon + 60)
            #expect(simulator.ledger().last?.quantity == "7")
            #expect(try await OrderStage.quantity(client) == "7")
        }
    }

    @Test("given a number of requests, then so many still see the stock")
    func afterRequests() async throws {
        try await OrderStage.with { simulator, client async throws in
            simulator.placeOrder(OrderPlacement(OrderStage.positions, takesStock: .afterRequests(2)))
            var seen: [String?] = []
            for _ in 0..<4 { seen.append(try await OrderStage.quantity(client)) }
            #expect(seen == ["10", "10", "7", "7"])
        }
    }

    @Test("given a failed payment, then the order stays, takes nothing, and can be cancelled later")
    func failedPayment() async throws {
        try await OrderStage.with { simulator, client async throws in
            let order = simulator.placeOrder(OrderPlacement(OrderStage.positions, takesStock: .later))
            #expect(simulator.failPayment(order))
            #expect(!simulator.finishCheckout(order) && !simulator.failPayment(order))
            #expect(try await OrderStage.ids(client, "orders?filter[internalStatus]=open") == [order])
            simulator.setOrderStatus(order, to: .cancelled)
            #expect(try await OrderStage.ids(client, "orders?filter[internalStatus]=cancelled") == [order])
            #expect(try await OrderStage.quantity(client) == "10")
        }
    }

    @Test("given an order by API, from the back office or from outside, then nothing is taken")
    func never() async throws {
        try await OrderStage.with { simulator, client async throws in
            simulator.placeOrder(OrderPlacement(OrderStage.positions, takesStock: .never))
            simulator.placeOrder(OrderPlacement(OrderStage.positions, isExternal: true))
            let body = """
                {"data":{"type":"orders","relationships":{"lineItems":{"data":[{"type":"orderlineitems",\
                "id":"l"}]}}},"included":[{"type":"orderlineitems","id":"l","attributes":{"quantity":3},\
                "relationships":{"product":{"data":{"type":"products","id":"1"}},\
                "productUnit":{"data":{"type":"productunits","id":"item"}}}}]}
                """
            #expect(try await client.api("POST", "orders", body).status == 201)
            #expect(try await OrderStage.ids(client, "orders").count == 3)
            #expect(simulator.awaitedCheckouts.isEmpty)
            #expect(try await OrderStage.quantity(client) == "10")
        }
    }

    @Test("given a write between a checkout's read and its flush, then the write is lost")
    func lostUpdate() async throws {
        try await OrderStage.with { simulator, client async throws in
            simulator.setQuantity(level: "1", to: "50")
            let position = RunningSimulator.OrderPosition(sku: "A", quantity: "5")
            let order = simulator.placeOrder(OrderPlacement([position], takesStock: .later))
            #expect(!simulator.flushCheckout(order))
            #expect(simulator.beginCheckout(order) && !simulator.beginCheckout(order))
            try await OrderStage.patch(client, to: "500")
            #expect(try await OrderStage.quantity(client) == "500")
            #expect(simulator.flushCheckout(order))
            #expect(try await OrderStage.quantity(client) == "45")
        }
    }

    @Test("given two checkouts that read the same stock, then the second to flush undoes the first")
    func interleaved() async throws {
        try await OrderStage.with { simulator, client async throws in
            let orders = (0..<2).map { _ in
                simulator.placeOrder(OrderPlacement(OrderStage.positions, takesStock: .later))
            }
            for order in orders { #expect(simulator.beginCheckout(order)) }
            for order in orders { #expect(simulator.flushCheckout(order)) }
            #expect(try await OrderStage.quantity(client) == "7")
        }
    }

    @Test("given two lines on one level, then it is written once; what there is not enough for is not taken")
    func linesOnOneLevel() async throws {
        try await OrderStage.with { simulator, client async throws in
            let positions = ["8", "5", "1"].map {
                RunningSimulator.OrderPosition(sku: "A", quantity: $0)
            }
            let before = simulator.ledgerCount
            simulator.placeOrder(OrderPlacement(positions))
            #expect(simulator.ledger(after: before).map(\.quantity) == ["1"])
            #expect(try await OrderStage.quantity(client) == "1")
        }
    }

    @Test("given a warehouse, then its level is the one that is decremented")
    func warehouse() async throws {
        var options = OrderStage.options(.enterprise)
        let file = "sku,unit,precision,quantity,warehouse\nA,item,0,10,North\nA,item,0,20,South\n"
        options.catalogue = try Catalogue.parse(Array(file.utf8), place: "c")
        try await ShopClient.with(options) { simulator, _ in
            simulator.placeOrder(OrderPlacement(OrderStage.positions, warehouse: "South"))
            #expect(simulator.ledger().last?.warehouse == "South")
            #expect(simulator.ledger().last?.quantity == "17")
            simulator.placeOrder(OrderPlacement(OrderStage.positions))
            #expect(simulator.ledger().last?.warehouse == "North")
        }
    }

    @Test("given a line changed while the buyer pays, then the changed quantity is taken")
    func changedMeanwhile() async throws {
        try await OrderStage.with { simulator, client async throws in
            let order = simulator.placeOrder(OrderPlacement(OrderStage.positions, takesStock: .later))
            #expect(simulator.setQuantity("4", ofLine: simulator.lineIds(ofOrder: order)[0]))
            #expect(try await OrderStage.quantity(client) == "10")
            simulator.finishCheckout(order)
            #expect(try await OrderStage.quantity(client) == "6")
        }
    }
}
