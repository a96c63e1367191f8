import Hummingbird
import InventoryCore
import StateStore
import TidegatePipeline
import TidegateSettings

/// Web orders that the ERP does not know yet: those that count, one with its story, and their release.
struct OrderRoutes: Sendable {
    let desk: ServiceDesk

    private static let path = "/v1/shops/{shop}/orders"
    private static let hook = "/v1/order-hooks/{shop}/{token}"

    var routes: [Route] {
        [
            Route(.get, OrderRoutes.path, .read, query: Page.keys, answer: list),
            Route(.get, "\(OrderRoutes.path)/{order}", .read, answer: show),
            Route(.post, "\(OrderRoutes.path)/{order}/release", .operate, answer: release),
            Route(
                .post,
                "\(OrderRoutes.path)/hints",
                .events,
                query: ["source"],
                asksSource: true,
                answer: hint
            ),
            // For the shop's own webhooks, which can only be given an address.
            Route(
                .post,
                OrderRoutes.hook,
                .events,
                query: nil,
                isHook: true,
                asksSource: true,
                answer: hint
            ),
        ]
    }

    private func list(_ call: Call) async throws -> Response {
        let shop = try desk.shop(call).shop
        guard shop.settings.orders != nil else { throw Fault.ordersNotRead }
        let page = try Page(call.query)
        var after: OrderID?
        if let cursor = page.cursor {
            guard let number = Int64(cursor) else { throw Page.badCursor }
            after = OrderID(number)
        }
        let found = try await shop.state.openOrders(after: after, limit: page.limit + 1)
        return page.answer(found, next: { $0.id.description }) { order in
            JSONPieces.line { $0.append(order, at: call.now) }
        }
    }

    private func show(_ call: Call) async throws -> Response {
        let shop = try desk.shop(call).shop
        guard shop.settings.orders != nil else { throw Fault.ordersNotRead }
        let shown = try await ShownOrder(call.value("order"), in: shop, at: call.now)
        return Answer.json(JSONPieces.line { $0.append(shown) })
    }

    /// Something has happened to an order: orders are read now, whatever the body says.
    private func hint(_ call: Call) async throws -> Response {
        let shop = try desk.shop(call)
        guard shop.shop.settings.orders != nil else { throw Fault.ordersNotRead }
        try desk.rates.take("\(call.caller.id)/\(shop.id)/orders")
        _ = try await call.bytes(max: OrderRoutes.hintBytesMax)
        shop.lookAtOrders()
        return Answer.empty
    }

    private static let hintBytesMax = 1 << 20

    private func release(_ call: Call) async throws -> Response {
        let served = try desk.shop(call)
        let fields = try await call.fields(["reason", "who"])
        let (reason, who) = (try fields.reason(), try call.who(fields))
        let order = call.value("order")
        let released = try await served.perform("release of an order") { shop, _ in
            try await OrderReleasing(shop).perform(order, who: who, reason: reason)
        }
        // What that changes is worked out at once.
        served.lookAtOrders()
        return Answer.json(JSONPieces.line { $0.append(released, at: call.now) })
    }
}
