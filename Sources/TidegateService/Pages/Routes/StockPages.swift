import Hummingbird
import InventoryCore
import StateStore
import TidegatePipeline
import TidegateSettings

/// SKUs, fences and web orders.
struct StockPages: Sendable {
    let pages: PageDesk

    private static let releaseKeys: Set<String> = ["reason", "who"]
    /// SKUs that are worked out for the page of the fences, unless all are asked for.
    private static let fencedMax = 2_000

    var routes: [Route] {
        [
            pages.page("/sku", query: ["sku", "days"]) { visit in
                if let sku = visit.call.query["sku"], !sku.isEmpty { return try await story(of: sku, visit) }
                return visit.frame("SKU", place: "sku", refreshes: false)
                    .page(Search(action: "/sku", shop: visit.link.shop?.text), by: "sku_search")
            },
            pages.page("/sku/{sku}", query: ["days"]) { try await story(of: $0.call.value("sku"), $0) },
            pages.page("/fences", query: ["count"], fences),
            pages.page("/orders", query: ["after", "order"]) { visit in
                guard visit.shop.settings.orders != nil else { throw Fault.ordersNotRead }
                if let order = visit.call.query["order"] {
                    let shown = try await ShownOrder(order, in: visit.shop, at: visit.now)
                    return visit.frame("Order \(shown.order.identifier)", place: "orders", refreshes: false)
                        .page(OrderView(shown, visit), by: "order")
                }
                return try await orders(visit)
            },
            pages.form("/orders/release", query: ["order"], release),
        ]
    }

    struct Search: Sendable {
        let action: String
        let shop: String?
    }

    private func story(of text: String, _ visit: Visit) async throws -> Response {
        let days = try SKUPast.days(visit.call.query["days"])
        let flow = try await SKUFlow(of: SKU(text), in: visit.shop)
        let history = try await SKUHistory(of: text, isKnown: true, in: visit.shop)
        let past = SKUPast(history, days: days, visit)
        return visit.frame("SKU \(PageText.cut(text, to: 60))", place: "sku")
            .page(SKUView(flow, past, visit), by: "sku")
    }

    private func fences(_ visit: Visit) async throws -> Response {
        let isAll = visit.call.query["count"] == "all"
        let (shop, now) = (visit.shop, visit.now)
        let census =
            isAll
            ? try await pages.desk.comparisons.perform {
                try await FenceCensus(of: shop, skusMax: nil, at: now)
            } : try await FenceCensus(of: shop, skusMax: StockPages.fencedMax, at: now)
        let view = FencesView(census, fences: shop.settings.rules.fences, visit.link, at: now)
        return visit.frame("Fences", place: "fences", refreshes: !isAll).page(view, by: "fences")
    }

    private func orders(_ visit: Visit) async throws -> Response {
        let after = try visit.call.query["after"].map { (text) throws(Fault) -> OrderID in
            guard let number = Int64(text) else { throw Fault.badParameter("after", "It is no order's id.") }
            return OrderID(number)
        }
        let state = visit.shop.state
        let view = OrdersView(
            try await state.openOrders(after: after, limit: OrdersView.rowsShown + 1),
            try await state.orderStanding(),
            counts: try await state.openOrderCounts(placedSince: OrdersView.Ages(at: visit.now).bounds),
            isFirst: after == nil,
            visit
        )
        return visit.frame("Orders", place: "orders").page(view, by: "orders")
    }

    private func release(_ visit: Visit) async throws -> Response {
        let fields = try await visit.call.form(StockPages.releaseKeys)
        let (reason, who) = (try fields.reason(), try fields.person())
        let order = visit.call.query["order"] ?? ""
        _ = try await visit.served.perform("release of an order") { shop, _ in
            try await OrderReleasing(shop).perform(order, who: who, reason: reason)
        }
        visit.served.lookAtOrders()
        return PageFrame.redirect(
            to: visit.link.to("orders", query: [("order", order), ("done", "released")])
        )
    }
}
