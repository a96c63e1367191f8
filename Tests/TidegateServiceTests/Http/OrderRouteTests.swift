import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline
@testable import TidegateService
@testable import TidegateSettings

@Suite("The routes of the order ledger", .serialized)
struct OrderRouteTests {
    private static let path = "/v1/shops/main/orders"
    private static let orders = "orders: { acknowledge: booked }"

    /// Keeps so many orders of one piece each.
    private static func keep(_ count: Int64, in stage: HTTPStage) async throws {
        let placed = Timestamp(microseconds: 1_760_000_000_000_000)
        var changes = LedgerChanges()
        for number in 1...count {
            let id = OrderID(number)
            var order = LedgerOrder(id: id, identifier: "W-\(number)", placed: placed, updated: placed)
            order.lines = [
                LedgerLine(
                    id: LedgerLine.ID(line: number),
                    order: id,
                    sku: "AB-1",
                    unit: "item",
                    ordered: Quantity(units: 2),
                    placed: placed,
                    youngUntil: LedgerLine.settled
                )
            ]
            changes.orders.append(order)
        }
        _ = try await stage.shop.shop.state.save(changes, at: placed)
    }

    @Test("lists what counts page by page, and shows one order by its number or its id")
    func shown() async throws {
        try await HTTPStage.run(more: Self.orders) { stage in
            try await Self.keep(3, in: stage)
            let first = try await stage.get(Self.path + "?limit=2")
            #expect(first.status == 200 && first.text.contains(#""identifier":"W-2""#))
            #expect(!first.text.contains(#""identifier":"W-3""#))
            let cursor = try #require(first["next"])
            let second = try await stage.get(Self.path + "?limit=2&cursor=\(cursor)")
            #expect(second.text.contains(#""identifier":"W-3""#) && second.text.contains(#""next":null"#))
            #expect(try await stage.get(Self.path + "/W-2")["order"] == "2")
            #expect(try await stage.get(Self.path + "/2")["identifier"] == "W-2")
            let unknown = try await stage.get(Self.path + "/W-9")
            #expect(unknown.status == 404 && unknown["code"] == "unknown_order")
            #expect(try await stage.get(Self.path + "?cursor=x").status == 400)
        }
    }

    @Test("releases an order with a reason, once, and has what follows worked out")
    func released() async throws {
        try await HTTPStage.run(more: Self.orders) { stage in
            try await Self.keep(1, in: stage)
            #expect(try await stage.post(Self.path + "/W-1/release", "{}").status == 400)
            let reply = try await stage.post(Self.path + "/W-1/release", #"{"reason":"by phone"}"#)
            #expect(reply.status == 200 && reply.text.contains(#""open":false"#))
            #expect(stage.shop.calls.last == "orders")
            #expect(try await stage.get(Self.path + "/W-1").text.contains(#""reason":"by phone""#))
            let again = try await stage.post(Self.path + "/W-1/release", #"{"reason":"by phone"}"#)
            #expect(again.status == 404 && again["code"] == "order_not_open")
        }
    }

    @Test("hints have orders read, whatever they say")
    func hinted() async throws {
        try await HTTPStage.run(more: Self.orders) { stage in
            let reply = try await stage.post(Self.path + "/hints", #"{"data":{"type":"orders"}}"#)
            #expect(reply.status == 204 && stage.shop.calls == ["orders"])
        }
    }

    @Test("a shop whose orders are not read says so")
    func notRead() async throws {
        try await HTTPStage.run { stage in
            for path in [Self.path, Self.path + "/1"] {
                let reply = try await stage.get(path)
                #expect(reply.status == 409 && reply["code"] == "orders_not_read", "\(path)")
            }
        }
    }
}
