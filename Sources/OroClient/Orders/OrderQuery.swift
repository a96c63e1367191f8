import InventoryCore

/// The paths and queries that ask for orders.
///
/// Every version ignores the names in `include` and `fields` that it does not know (transcript
/// `743-orders-include-unknown`; API contract, section 11), so one list of names serves all. Unknown filters
/// are refused.
struct OrderQuery: Sendable {
    /// The field that is read as the ERP's acknowledgement.
    var mark: OrderMark?

    static let collection = "/orders"

    /// One page of a walk.
    ///
    /// One operator on a field only: of two the shop silently keeps one (transcript
    /// `931-04-orders-two-updatedAt-operators-next`). Different fields combine
    /// (`915-10-orders-updatedAt-and-id`), and one second is a range (`915-02-orders-updatedAt-range`).
    func page(at place: OrderPlace, size: Int) -> String {
        let which: String
        switch place {
        case .changedSince(let since):
            which = "filter%5BupdatedAt%5D%5Bgte%5D=\(OrderQuery.encoded(since))&sort=updatedAt,id"
        case .changedIn(let second, let after):
            let time = OrderQuery.encoded(second)
            which = "filter%5BupdatedAt%5D=\(time)..\(time)&filter%5Bid%5D%5Bgt%5D=\(after)&sort=id"
        case .numbered(let after): which = "filter%5Bid%5D%5Bgt%5D=\(after)&sort=id"
        }
        return "\(OrderQuery.collection)?\(which)&page%5Bsize%5D=\(size)\(whole)"
    }

    /// The order with the greatest id, and the first of those that were placed at a time or later; all
    /// versions know both questions (transcripts `701-orders-page2-size3-sort-desc`,
    /// `706-orders-filter-createdAt-gte`).
    static let last = "\(collection)?sort=-id&page%5Bsize%5D=1\(timesOnly)"

    static func first(placedSince time: Timestamp) -> String {
        "\(collection)?filter%5BcreatedAt%5D%5Bgte%5D=\(encoded(time))&sort=id&page%5Bsize%5D=1\(timesOnly)"
    }

    /// Some orders by their ids.
    func orders(_ list: Substring, size: Int) -> String { OrderQuery.named(list, size) + whole }

    /// When some orders were changed last, and how they stand: a small part of what they cost whole.
    static func glances(_ list: Substring, size: Int) -> String { named(list, size) + timesOnly }

    /// The first order: an answer says that the role may view orders.
    var any: String { "\(OrderQuery.collection)?page%5Bsize%5D=1\(OrderQuery.timesOnly)\(marked)" }

    /// The first order by time of change, which only 6.0.5 and newer can be asked for.
    static let byTime =
        "\(collection)?filter%5BupdatedAt%5D%5Bgte%5D=1970-01-01T00%3A00%3A00Z&sort=updatedAt,id"
        + "&page%5Bsize%5D=1\(timesOnly)"

    /// Order line items have a right of their own; without it orders are shown without lines (transcript
    /// `938-01-state-role-order-orders-list`).
    static let anyLine = "/orderlineitems?page%5Bsize%5D=1&fields%5Borderlineitems%5D=quantity"
    static let anyKitPart =
        "/orderproductkititemlineitems?page%5Bsize%5D=1&fields%5Borderproductkititemlineitems%5D=quantity"
    static let anyCustomer = "/customers?page%5Bsize%5D=1&fields%5Bcustomers%5D=name"
    static let anyCustomerGroup = "/customergroups?page%5Bsize%5D=1&fields%5Bcustomergroups%5D=name"

    /// Divides ids into lists that fit the URL.
    static func lists(
        _ ids: [OrderID],
        countMax: Int,
        urlBytesMax: Int
    ) -> [(range: Range<Int>, list: Substring)] {
        LevelQuery(urlBytesMax: urlBytesMax - (fixedBytes - LevelQuery.fixedBytes))
            .lists(ids.map(\.description), countMax: countMax)
    }

    /// Room for the path and the fixed part of a query before a list.
    static let fixedBytes = 900

    private static func named(_ list: Substring, _ size: Int) -> String {
        "\(collection)?filter%5Bid%5D=\(list)&sort=id&page%5Bsize%5D=\(size)"
    }

    private static let timesOnly = "&fields%5Borders%5D=updatedAt,internalStatus"

    private static func encoded(_ time: Timestamp) -> String {
        LevelQuery.encoded(time.wholeSecond.description)
    }

    private var marked: String { mark.map { ",\($0.rawValue)" } ?? "" }

    private var whole: String {
        OrderQuery.included
            + "&fields%5Borders%5D=identifier,createdAt,updatedAt,external,internalStatus,parent,customer"
            + ",lineItems\(marked)"
            + "&fields%5Borderlineitems%5D=productSku,productUnitCode,quantity,freeFormProduct,product"
            + ",productUnit,kitItemLineItems,warehouse"
            + "&fields%5Borderproductkititemlineitems%5D=productSku,productUnitCode,quantity,product"
            + ",productUnit"
            + "&fields%5Bproducts%5D=sku,productType&fields%5Bwarehouses%5D=name"
            + "&fields%5Bcustomers%5D=group&fields%5Bcustomergroups%5D=name"
    }

    private static let included =
        "&include=lineItems,lineItems.product,lineItems.kitItemLineItems"
        + ",lineItems.kitItemLineItems.product,lineItems.warehouse,customer,customer.group"
}
