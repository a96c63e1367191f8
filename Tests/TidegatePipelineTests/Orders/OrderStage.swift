import Foundation
import InventoryCore
import OroSimulator
import StateStore
import Testing

@testable import TidegatePipeline

/// A shop whose orders are read: what the web sells, what the ERP says, and what is written.
struct OrderStage: Sendable {
    let stage: ShopStage

    var simulator: RunningSimulator { stage.simulator }
    var state: StateDatabase { stage.shop.state }

    /// Runs with a shop of twelve products by the item, of a version of OroCommerce.
    ///
    /// `orders` are keys of that section beside those that every course needs, `more` further sections.
    static func run(
        _ profile: Profile = .v6_1,
        orders: String = "",
        more: String = "",
        _ body: @escaping @Sendable (OrderStage) async throws -> Void
    ) async throws {
        let isRead = orders.contains("read:")
        let read = isRead ? "stale_after: 10m" : "read: { since: 2020-01-01T00:00:00+00:00 }"
        let section = """
            orders: { \(read), figure: available, grace: 1h\(orders) }
            \(more)
            """
        try await ShopStage.run(more: section, profile: profile) { stage in
            try await body(OrderStage(stage: stage))
        }
    }

    // MARK: the ERP

    /// The ERP says this, as of so many seconds from now.
    func erp(_ stock: [String: Int], asOf seconds: Int64 = 0) async throws {
        try stage.write(stock)
        let manifest = "{ \"asOf\": \"\(Timestamp.now.adding(seconds: seconds))\", \"scope\": \"full\" }"
        try stage.write(text: manifest, to: "stock.csv.manifest.json")
        _ = try await stage.sync()
    }

    /// The ERP says that it has booked an order, or shipped it.
    func acknowledge(
        _ order: String,
        line: Int64? = nil,
        quantity: Int64? = nil,
        _ state: OrderAcknowledgement.State = .booked,
        at seconds: Int64
    ) async throws {
        let statement = OrderAcknowledgement(
            order: order,
            line: line,
            quantity: quantity.map(Quantity.init(units:)),
            state: state,
            at: Timestamp.now.adding(seconds: seconds)
        )
        _ = try await self.state.keep([statement], at: .now)
        try await poll()
    }

    // MARK: the web

    @discardableResult
    func order(
        _ sku: String,
        _ quantity: Int,
        takesStock: StockTaking = .now
    ) -> String {
        let position = RunningSimulator.OrderPosition(sku: sku, quantity: String(quantity))
        return simulator.placeOrder(OrderPlacement([position], takesStock: takesStock))
    }

    // MARK: Tidegate

    /// Reads the orders, as if it were so many seconds later, and writes what follows from them.
    func poll(after seconds: Int64 = 0) async throws {
        let now = Timestamp.now.adding(seconds: seconds)
        let poll = try #require(OrderPoll(shop: stage.shop, oro: stage.oro, at: now))
        _ = try await poll.perform()
        _ = try await OrderRun(shop: stage.shop, oro: stage.oro, at: now).perform()
        _ = try await PushRun(shop: stage.shop, oro: stage.oro).push()
    }

    func shown(_ sku: String) -> Int? { stage.shown(sku) }

    /// What the shop last confirmed of a product.
    func published(_ sku: String) async throws -> Int64? {
        try await state.levels(of: [SKU(sku)]).first?.published.map { $0.millionths / Quantity.scale }
    }

    /// What was written to the shop since a place in its ledger, in order; checkouts are not ours.
    func writes(since count: Int) -> [String] {
        simulator.ledger(after: count).filter { $0.route != .checkout && $0.route != .manual }
            .map { "\($0.sku) \($0.quantity)" }
    }

    /// What counts of a SKU's orders.
    func open(_ sku: String) async throws -> Quantity {
        let lines = try await state.openLines(of: [SKU(sku)], at: .now)
        let sum = lines.values.flatMap(\.self).reduce(0) { $0 + $1.open.millionths }
        return Quantity(millionths: sum)
    }
}
