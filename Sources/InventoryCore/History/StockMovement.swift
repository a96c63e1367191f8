/// Why accepted stock, or what is ordered of it, has changed.
package enum MovementCause: String, Hashable, Sendable, CaseIterable {
    /// It was there when the history began: nobody knows how it came about.
    case begun
    /// A delivery of an ERP.
    case erp
    /// Stock events.
    case events
    /// Web orders were placed, contained in the ERP's figure, or ended.
    case orders
    /// Rules, units or sites.
    case rules
    /// Something came into doubt or left it.
    case doubt
    /// A person has decided what was held.
    case decided
    /// It was worked out anew without one of these reasons.
    case recount
}

/// What became of one SKU's stock at one site in a period: `opening` + Σ `moved` = `closing`.
package struct StockMovement: Hashable, Sendable {
    package let sku: SKU
    package let site: SiteID
    package let opening: Balance
    package let closing: Balance
    /// Changes of what is available, by cause; causes without one are missing.
    package let moved: [MovementCause: Int128]

    /// What counts and what is ordered of it, in base units.
    package struct Balance: Hashable, Sendable {
        package var stock: Quantity
        package var orders: Quantity

        package static let none = Balance(stock: .zero, orders: .zero)

        package init(stock: Quantity, orders: Quantity) {
            (self.stock, self.orders) = (stock, orders)
        }

        /// What can be sold, in millionths; below zero where more is ordered than there is.
        package var available: Int128 { Int128(stock.millionths) - Int128(orders.millionths) }
    }

    /// Whether nothing was there and nothing came.
    package var isEmpty: Bool { opening == .none && closing == .none && moved.isEmpty }

    /// Whether both sides agree: always, or the history is damaged.
    package var holds: Bool { opening.available + moved.values.reduce(0, +) == closing.available }
}

/// The states of one SKU's stock, in the order in which they were committed.
package struct StockCourse: Sendable {
    package let sku: SKU
    private let base: Int64
    private var states: [State] = []

    private struct State {
        let at: Timestamp
        let stock: HistoryStock
        let cause: MovementCause
    }

    /// Makes a course without states; `base` is the number of the act with which the history began.
    package init(of sku: SKU, base: Int64) {
        (self.sku, self.base) = (sku, base)
    }

    /// Takes the states out of entries of a SKU; `act` gives what they come from.
    package init(
        of sku: SKU,
        base: Int64,
        _ entries: [HistoryEntry],
        act: (Int64) -> HistoryAct?
    ) {
        self.init(of: sku, base: base)
        for entry in entries {
            guard case .stock(let stock) = entry.event else { continue }
            append(stock, at: entry.at, number: entry.act, act: act(entry.act))
        }
    }

    package var isEmpty: Bool { states.isEmpty }

    /// Adds the next state; `act` is missing where it is not kept any more.
    package mutating func append(_ stock: HistoryStock, at: Timestamp, number: Int64, act: HistoryAct?) {
        let isNew = states.isEmpty && number <= base && act?.isFirst != true
        let cause = isNew ? .begun : MovementCause(stock.reasons, of: act?.kind)
        states.append(State(at: at, stock: stock, cause: cause))
    }

    /// Gives what became of the stock from an instant on until before another, by the sites' names.
    ///
    /// A clock that was set back changes nothing in the order of the states: the period begins and ends
    /// behind the last one that is earlier.
    package func movements(from: Timestamp, to: Timestamp) -> [StockMovement] {
        let first = (states.lastIndex { $0.at < from } ?? -1) + 1
        let end = max(first, (states.lastIndex { $0.at < to } ?? -1) + 1)
        var sites: Set<SiteID> = []
        for state in states[max(0, first - 1)..<end] { sites.formUnion(state.stock.sites.lazy.map(\.site)) }
        return sites.sorted().map { site in
            var moved: [MovementCause: Int128] = [:]
            let opening = first > 0 ? states[first - 1].stock.balance(at: site) : .none
            var balance = opening
            for state in states[first..<end] {
                let next = state.stock.balance(at: site)
                let stock = Int128(next.stock.millionths) - Int128(balance.stock.millionths)
                let orders = Int128(balance.orders.millionths) - Int128(next.orders.millionths)
                if stock != 0 { moved[state.cause, default: 0] += stock }
                if orders != 0 { moved[.orders, default: 0] += orders }
                balance = next
            }
            return StockMovement(sku: sku, site: site, opening: opening, closing: balance, moved: moved)
        }
        .filter { !$0.isEmpty }
    }
}

extension MovementCause {
    /// What has moved the stock itself: a statement before a doubt, and both before rules.
    package init(_ reasons: HistoryReasons, of kind: HistoryAct.Kind?) {
        if kind == .approval {
            self = .decided
        } else if reasons.contains(.stated) {
            self = kind == .events ? .events : .erp
        } else if reasons.contains(.doubt) {
            self = .doubt
        } else if reasons.contains(.rules) {
            self = .rules
        } else {
            self = .recount
        }
    }
}

extension HistoryStock {
    fileprivate func balance(at site: SiteID) -> StockMovement.Balance {
        let figures = self[site]
        return StockMovement.Balance(stock: figures.stock, orders: figures.orders)
    }
}
