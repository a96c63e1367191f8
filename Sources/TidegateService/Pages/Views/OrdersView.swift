import InventoryCore
import StateStore
import TidegatePipeline
import TidegateSettings

/// Which web orders the ERP does not know, and which of them are too old.
struct OrdersView: Sendable {
    let mark: StateMark
    let sentence: String
    /// Nothing where no order is open.
    let ages: String?
    let rows: [Row]
    let isEmpty: Bool
    let next: String?
    let first: String?

    struct Row: Sendable {
        let order: String
        let href: String
        let placed: ShownTime
        let group: String
        let lines: String
        let open: String
        let mark: StateMark
        let reason: String
    }

    /// The spans of age that are counted.
    struct Ages: Sendable {
        let bounds: [Timestamp]
        static let labels = ["< 1 h", "1–6 h", "6–24 h", "1–3 d", "3–7 d", "> 7 d"]

        init(at now: Timestamp) {
            bounds = [3_600, 21_600, 86_400, 259_200, 604_800].map { now.adding(seconds: -$0) }
        }
    }

    static let rowsShown = 50

    /// Takes those of the page, one more than are shown, and how many there are of each age.
    init(
        _ orders: [LedgerOrder],
        _ standing: OrderStanding,
        counts: [Int],
        isFirst: Bool,
        _ visit: Visit
    ) {
        let (link, now) = (visit.link, visit.now)
        let late = standing.oldestUnacknowledged.map { max(0, $0.age(at: now)) }
        let settings = visit.shop.settings.orders
        let isLate =
            standing.oldestUnacknowledged.map { placed in
                settings.map { Double(placed.age(at: now)) > Double($0.rules(since: placed).deadlineSeconds) }
                    ?? false
            } ?? false
        mark =
            standing.orders == 0
            ? StateMark(.good, "none open")
            : isLate ? StateMark(.warn, "too old") : StateMark(.good, "in time")
        sentence =
            standing.orders == 0
            ? "The ERP knows every web order."
            : "\(standing.orders.shown("order is", "orders are")) not in the ERP's figures yet; "
                + "\(standing.unacknowledged.shown) not acknowledged"
                + (late.map { ", the oldest for \(ShownTime.length($0))." } ?? ".")
        ages = counts.allSatisfy { $0 == 0 } ? nil : OrdersView.chart(counts).html
        let shown = orders.prefix(OrdersView.rowsShown)
        rows = shown.map { Row($0, settings?.rules(since: $0.placed), link, at: now) }
        isEmpty = shown.isEmpty
        next =
            orders.count > shown.count
            ? link.to("orders", query: [("after", shown.last?.id.description)]) : nil
        first = isFirst ? nil : link.to("orders")
    }

    private static func chart(_ counts: [Int]) -> Chart {
        let rows = zip(Ages.labels, counts)
        return Columns(
            id: "ages",
            title: "Open orders by age",
            says: rows.filter { $0.1 > 0 }.map { "\($0.0): \($0.1.shown)" }.joined(separator: ", ") + ".",
            columns: rows.enumerated().map { place, row in
                Columns.Column(label: row.0, count: row.1, kind: place < 3 ? "good" : "warn")
            },
            table: Chart.Table("Open orders by age", ["Age", "Orders"], rows.map { [$0.0, $0.1.shown] })
        ).chart
    }
}

extension OrdersView.Row {
    fileprivate init(_ order: LedgerOrder, _ rules: LedgerRules?, _ link: PageLink, at now: Timestamp) {
        self.order = order.identifier.isEmpty ? order.id.description : order.identifier
        href = link.to("orders", query: [("order", order.id.description)])
        placed = ShownTime(order.placed, at: now)
        group = order.customerGroup ?? "–"
        let open = order.lines.filter { $0.open > .zero }
        lines = "\(open.count.shown) of \(order.lines.count.shown)"
        self.open = PageText.cut(
            open.prefix(3).map { "\($0.open.shown) \($0.unit) \($0.sku)" }.joined(separator: ", ")
                + (open.count > 3 ? ", …" : ""),
            to: 120
        )
        if let rules, order.isCancelledButBooked(rules) {
            mark = StateMark(.warn, "cancelled, but booked")
            reason = "It was cancelled in the shop, and the ERP still holds stock for it."
        } else if let rules, order.isOverdue(at: now, rules) {
            mark = StateMark(.warn, "too old")
            reason = "The ERP should have acknowledged it by now."
        } else if order.bookedAt != nil {
            mark = StateMark(.good, "booked")
            reason = "The ERP has it; it counts until a figure contains it."
        } else {
            mark = StateMark(.busy, "waits")
            reason = "The ERP has said nothing of it yet."
        }
    }
}

/// One web order with its lines.
struct OrderView: Sendable {
    let order: String
    let mark: StateMark
    let sentence: String
    let facts: [RunView.Fact]
    let lines: [Line]
    let mayRelease: Bool
    let action: String
    let name: String?

    struct Line: Sendable {
        let sku: String
        let href: String
        let unit: String
        let ordered: String
        let contained: String
        let open: String
        let state: String
    }

    init(_ shown: ShownOrder, _ visit: Visit) {
        let (order, link, now) = (shown.order, visit.link, visit.now)
        self.order = order.identifier.isEmpty ? order.id.description : order.identifier
        mark =
            !order.isOpen
            ? StateMark(.good, "settled")
            : shown.isOverdue ? StateMark(.warn, "too old") : StateMark(.busy, "counts")
        let open = order.lines.filter { $0.open > .zero }.count
        sentence =
            order.isOpen
            ? "\(open.shown("line counts", "lines count")) against the ERP's figures until they contain it."
            : "Nothing of it counts any more."
        facts = [
            RunView.Fact("Placed", order.placed, at: now),
            RunView.Fact("Changed", order.updated, at: now),
            RunView.Fact("Booked in the ERP", order.bookedAt, at: now),
            RunView.Fact("Customer group", order.customerGroup ?? "–"),
            RunView.Fact("Status in the shop", order.status ?? "–"),
        ]
        lines = order.lines.prefix(200).map { line in
            Line(
                sku: line.sku.text,
                href: link.to(line.sku),
                unit: line.unit.text,
                ordered: line.ordered.shown,
                contained: line.contained.shown,
                open: line.open.shown,
                state: line.word(at: now)
            )
        }
        mayRelease = order.isOpen && visit.mayOperate
        action = link.to("orders", "release", query: [("order", order.id.description)])
        name = visit.name
    }
}
