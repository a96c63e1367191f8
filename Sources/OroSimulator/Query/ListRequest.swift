/// A list as it was asked for: filters, order, page, view.
struct ListRequest: Sendable {
    /// Rows a page has when nobody says how many.
    static let defaultPageSize = 10

    struct Order: Sendable {
        let field: String
        let isDescending: Bool
    }

    let query: QueryString
    let conditions: [Condition]
    let order: [Order]
    /// nil is no limit.
    let pageSize: Int?
    let pageNumber: Int
    let view: View
    let wantsTotal: Bool

    init(
        query: QueryString,
        view: View,
        wantsTotal: Bool,
        kind: (String) -> FieldKind?
    ) throws(ApiError) {
        self.query = query.withoutOverruledFilters()
        self.view = view
        self.wantsTotal = wantsTotal
        conditions = try Condition.compile(query, kind: kind)
        var order: [Order] = []
        for name in (query.value("sort") ?? "").split(separator: ",") {
            let isDescending = name.first == "-"
            let field = isDescending ? String(name.dropFirst()) : String(name)
            guard kind(field) != nil else { throw .sort(field) }
            order.append(Order(field: field, isDescending: isDescending))
        }
        self.order = order
        let size = try Self.number(query, "size", default: Self.defaultPageSize, least: -1)
        pageSize = size < 0 ? nil : size
        pageNumber = try Self.number(query, "number", default: 1, least: 1)
    }

    /// Rows before the page.
    var offset: Int { (pageNumber - 1) * (pageSize ?? 0) }

    private static func number(
        _ query: QueryString,
        _ name: String,
        default fallback: Int,
        least: Int
    ) throws(ApiError) -> Int {
        guard let text = query.value("page", name) else { return fallback }
        guard let value = Int(text) else {
            throw .filter("Expected integer value. Given \"\(text)\".", "page[\(name)]")
        }
        if least > 0, value < 0 {
            throw .filter("Expected unsigned integer value. Given \"\(text)\".", "page[\(name)]")
        }
        guard value >= least else {
            throw .filter("The value should be greater than or equals to \(least).", "page[\(name)]")
        }
        return value
    }
}

/// One page of rows, and whether more follow.
struct ListPage: Sendable {
    var rows: [Int] = []
    var hasMore = false
    /// Only counted when it was asked for.
    var total: Int?

    /// No rows, for somebody who may not see any.
    static func empty(_ request: ListRequest) -> ListPage {
        ListPage(total: request.wantsTotal ? 0 : nil)
    }
}
