import HTTPTransport
import InventoryCore

/// What the answers to questions about orders mean.
enum OrderRules {
    /// How the shop can be asked for changes: 5.1 to 6.0.4 refuse the question by time.
    static func way(_ exchange: Exchange) -> OrderAnswer<OrderWay> {
        if case .reply(let reply) = exchange, case .refused(let faults) = Verdict(reply),
            faults.contains(where: refusesTime)
        {
            return .found(.ids)
        }
        switch ReadRules.answer(exchange, needing: .viewOrders) {
        case .failure(let trouble): return .trouble(trouble)
        case .success: return .found(.updated)
        }
    }

    /// Transcripts `815-orders-filter-updatedAt` and `815-orders-sort-updatedAt`; our time is a good one, so
    /// a filter is never refused for its value.
    private static func refusesTime(_ fault: ShopFault) -> Bool {
        fault.title == "filter constraint" && fault.parameter == "filter[updatedAt]"
            || fault.title == "sort constraint" && fault.parameter == "sort"
    }

    /// A page of orders, or why there is none.
    static func document(_ exchange: Exchange, mark: OrderMark?) -> OrderAnswer<ReadOrders> {
        switch ReadRules.answer(exchange, needing: .viewOrders) {
        case .failure(let trouble): return .trouble(trouble)
        case .success(let reply):
            do {
                let document = try OrderDocument(reply.body, mark: mark)
                return .found(
                    ReadOrders(document: document, shopTime: reply.shopTime, totalCount: reply.totalCount)
                )
            } catch {
                return .trouble(.outage("a page of orders came cut short (byte \(error.offset))"))
            }
        }
    }

    /// What it means that orders are shown without lines, by the answer to a question for one line.
    ///
    /// A role that may view orders and not their lines gets every order with an empty list (transcript
    /// `938-01-state-role-order-orders-list`). Taken for an answer, it says that nothing was sold. Where
    /// lines are shown, somebody has deleted those of this order (`927-03-orderlineitem-delete`).
    ///
    /// - Returns: the trouble; nothing where the orders have no lines indeed.
    static func trouble(withoutLines order: OrderID, _ lines: Exchange) -> ShopTrouble? {
        switch ReadRules.answer(lines, needing: .viewOrderLines) {
        case .success: nil
        case .failure(.notPermitted):
            .notPermitted(
                "it shows orders such as \(order) without lines, and refuses its list of lines (HTTP 403)",
                .viewOrderLines
            )
        case .failure(let trouble): trouble
        }
    }

    /// A page from which the walk does not move on.
    static let standstill = ShopTrouble.configuration(
        "a page of orders ends before it begins; a proxy before the shop may drop or cache queries"
    )
}

/// An answer with orders, read and not yet judged.
struct ReadOrders: Sendable {
    let document: OrderDocument
    let shopTime: Timestamp?
    let totalCount: Int?

    /// Whether the answer holds all that was asked for: pages can be shorter than asked for, so only the
    /// count tells, and where a proxy has dropped it, an empty page.
    var isWhole: Bool {
        document.orders.isEmpty || totalCount.map { document.orders.count >= $0 } == true
    }
}

extension HTTPReply {
    /// The server's clock.
    var shopTime: Timestamp? { date.flatMap { RetryAfter.date($0) } }
}
