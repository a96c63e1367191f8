package import InventoryCore

/// How a shop can be asked for what is new among its orders.
package enum OrderWay: String, Hashable, Sendable {
    /// By the time of the last change: what is new, changed or cancelled in one list (6.0.5 or newer).
    case updated
    /// By ascending ids: what is new only; 5.1 to 6.0.4 refuse the other question (transcript
    /// `815-orders-filter-updatedAt`).
    case ids
}

/// Where a walk over orders begins, or goes on.
///
/// It goes from key to key and never by page number: an order that is changed meanwhile moves to the end, all
/// behind it move up by one, and a numbered page would pass over the first of them.
package enum OrderPlace: Hashable, Sendable {
    /// What changed in the second of this instant, or later.
    case changedSince(Timestamp)
    /// What changed in one second, after an id: many orders can bear the same time.
    case changedIn(Timestamp, after: OrderID)
    /// What has a greater id.
    case numbered(after: OrderID)

    /// What a row is walked by.
    struct Key: Hashable, Sendable {
        let id: OrderID
        let updated: Timestamp
    }

    /// Where to go on after a page.
    ///
    /// - Parameters:
    ///   - last: the page's last row that could be read.
    ///   - isWhole: whether the page held all that there was.
    /// - Returns: the next place, or nothing at the end of the walk.
    func next(after last: Key?, isWhole: Bool) -> OrderPlace? {
        switch self {
        case .changedIn(let second, _) where isWhole:
            return .changedSince(second.wholeSecond.adding(seconds: 1))
        case _ where isWhole: return nil
        case .numbered: return last.map { .numbered(after: $0.id) }
        case .changedIn(let second, _): return last.map { .changedIn(second, after: $0.id) }
        case .changedSince(let since):
            guard let last else { return nil }
            let (second, shown) = (since.wholeSecond, last.updated.wholeSecond)
            return shown > second ? .changedSince(shown) : .changedIn(second, after: last.id)
        }
    }

    /// Whether another place lies behind this one; a walk that does not move on would never end.
    func isBefore(_ next: OrderPlace) -> Bool {
        switch (self, next) {
        case (.numbered(let here), .numbered(let there)): here < there
        case (.changedIn(let second, let here), .changedIn(let same, let there)):
            second == same && here < there
        case (.changedIn(let second, _), .changedSince(let later)),
            (.changedSince(let second), .changedSince(let later)):
            second.wholeSecond < later.wholeSecond
        case (.changedSince(let second), .changedIn(let same, _)): second.wholeSecond == same.wholeSecond
        default: false
        }
    }
}

extension Timestamp {
    /// The beginning of its second; the shop knows no parts of a second.
    var wholeSecond: Timestamp {
        let rest = microseconds % 1_000_000
        return Timestamp(microseconds: microseconds - (rest < 0 ? rest + 1_000_000 : rest))
    }
}
