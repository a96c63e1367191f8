import Testing

@testable import OroSimulator

@Suite("Webhooks for orders")
struct OrderWebhookTests {
    /// What the next call is about, as `topic id`.
    private static func next(_ receiver: WebhookReceiver) async throws -> String {
        let call = try #require(await receiver.next())
        let data = try JsonReader.document(call.body).object?["eventData"]?.object?["data"]?.object
        return (call.fields["webhook-topic"] ?? "") + " " + (data?["id"]?.text ?? "")
    }

    /// Runs `body` with somebody who is told of everything that happens to orders.
    private static func with(
        _ body: @escaping @Sendable (RunningSimulator, ShopClient, WebhookReceiver) async throws -> Void
    ) async throws {
        try await WebhookReceiver.with([200]) { receiver in
            try await OrderStage.with(.v7_0) { simulator, client async throws in
                for event in ["created", "updated", "deleted"] {
                    let webhook = WebhookTests.webhook(
                        receiver.url,
                        topic: "order." + event,
                        format: "thin"
                    )
                    #expect(try await client.api("POST", "webhooks", webhook).status == 201)
                }
                try await body(simulator, client, receiver)
            }
        }
    }

    @Test("given an order that is placed, cancelled, edited and deleted, then each of it is told")
    func told() async throws {
        try await Self.with { simulator, client, receiver async throws in
            let order = simulator.placeOrder(OrderStage.positions)
            #expect(try await Self.next(receiver) == "order.created 1")
            simulator.setOrderStatus(order, to: .cancelled)
            #expect(try await Self.next(receiver) == "order.updated 1")
            let steps: [@Sendable () -> Void] = [
                { simulator.setQuantity("2", ofLine: "1") },
                { simulator.addLine(.init(sku: "B", quantity: "1"), toOrder: order) },
                { simulator.removeLine("1") }, { simulator.setExternalId("SO-1", ofOrder: order) },
            ]
            for step in steps {
                step()
                #expect(try await Self.next(receiver) == "order.updated 1")
            }
            simulator.deleteOrder(order)
            #expect(try await Self.next(receiver) == "order.deleted 1")
        }
    }

    @Test("given a change of an order or a line by API, then it is told too")
    func byAPI() async throws {
        try await Self.with { simulator, client, receiver async throws in
            simulator.placeOrder(OrderStage.positions)
            #expect(try await Self.next(receiver) == "order.created 1")
            let note = #"{"data":{"type":"orders","id":"1","attributes":{"customerNotes":"x"}}}"#
            #expect(try await client.api("PATCH", "orders/1", note).status == 200)
            #expect(try await Self.next(receiver) == "order.updated 1")
            let line = #"{"data":{"type":"orderlineitems","id":"1","attributes":{"quantity":2}}}"#
            #expect(try await client.api("PATCH", "orderlineitems/1", line).status == 200)
            #expect(try await Self.next(receiver) == "order.updated 1")
            #expect(try await client.api("DELETE", "orderlineitems/1").status == 204)
            #expect(try await Self.next(receiver) == "order.updated 1")
        }
    }

    @Test("given an order that is not committed or a draft, then nothing is told of it")
    func untold() async throws {
        try await Self.with { simulator, _, receiver async throws in
            let hidden = simulator.placeOrder(
                OrderPlacement(OrderStage.positions, visibility: .uncommitted)
            )
            let draft = simulator.placeOrder(OrderPlacement(OrderStage.positions, visibility: .draft))
            simulator.setOrderStatus(draft, to: .cancelled)
            simulator.deleteOrder(draft)
            simulator.placeOrder(OrderStage.positions, takesStock: false)
            #expect(try await Self.next(receiver) == "order.created 3")
            simulator.commitOrder(hidden)
            #expect(try await Self.next(receiver) == "order.created 1")
        }
    }
}
