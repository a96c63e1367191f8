import InventoryCore
import StateStore
import TidegatePipeline
import TidegateSettings

/// All open exceptions by their codes: what, how many, how old, the first step, how each ends.
struct ExceptionGroupsView: Sendable {
    let mark: StateMark
    let sentence: String
    let bars: String
    let filters: [ShownLink]
    let groups: [Group]
    let isEmpty: Bool

    struct Group: Sendable {
        let words: String
        let code: String
        let count: String
        let href: String
        let owner: String
        let oldest: ShownTime?
        let firstStep: String
        let examples: [ShownLink]
    }

    /// What is known of one code.
    struct Counted: Sendable {
        let code: InventoryException.Code
        let count: Int
        let opened: Timestamp?
        let examples: [StoredException]
    }

    init(
        _ counted: [Counted],
        owner chosen: InventoryException.Owner?,
        owners: [InventoryException.Owner: String],
        _ link: PageLink,
        at now: Timestamp
    ) {
        let all = counted.map(\.count).reduce(0, +)
        let mine = counted.filter { chosen == nil || $0.code.owner == chosen }
        let oldest = mine.compactMap(\.opened).min()
        let count = mine.map(\.count).reduce(0, +)
        mark = all == 0 ? StateMark(.good, "none open") : StateMark(.warn, "open")
        let whose = chosen.map { " for \(owners[$0] ?? $0.words)" } ?? ""
        sentence =
            count == 0
            ? "No exception is open\(whose)."
            : "\(count.shown("exception is", "exceptions are")) open\(whose)"
                + (oldest.map { ", the oldest for \(ShownTime.length(max(0, $0.age(at: now))))." } ?? ".")
        bars = ExceptionGroupsView.bars(counted, owners, at: now).html
        filters =
            [ShownLink(href: link.to("exceptions"), text: "all", isCurrent: chosen == nil)]
            + InventoryException.Owner.allCases.map { owner in
                ShownLink(
                    href: link.to("exceptions", query: [("owner", owner.rawValue)]),
                    text: owners[owner] ?? owner.words,
                    isCurrent: owner == chosen
                )
            }
        groups = mine.map { Group($0, owners, link, at: now) }
        isEmpty = groups.isEmpty
    }

    /// By owner: how many, the old ones apart.
    private static func bars(
        _ counted: [Counted],
        _ owners: [InventoryException.Owner: String],
        at now: Timestamp
    ) -> Chart {
        let rows = InventoryException.Owner.allCases.map { owner in
            let own = counted.filter { $0.code.owner == owner }
            let oldest = own.compactMap(\.opened).min()
            return (
                name: owners[owner] ?? owner.words,
                count: own.map(\.count).reduce(0, +),
                age: oldest.map { ShownTime.length(max(0, $0.age(at: now))) }
            )
        }.filter { $0.count > 0 }
        return BarRows(
            id: "owners",
            title: "Open exceptions by owner",
            says: rows.isEmpty
                ? "None is open."
                : rows.map { "\($0.name): \($0.count.shown)" }.joined(separator: ", ") + ".",
            rows: rows.map { row in
                BarRows.Row(
                    label: row.name,
                    value: row.count.shown + (row.age.map { ", oldest \($0)" } ?? ""),
                    parts: [BarRows.Part(from: 0, to: Double(row.count), kind: "warn")]
                )
            },
            table: Chart.Table(
                "Open exceptions by owner",
                ["Owner", "Open", "Oldest"],
                rows.map { [$0.name, $0.count.shown, $0.age ?? "–"] }
            )
        ).chart()
    }
}

extension ExceptionGroupsView.Group {
    fileprivate init(
        _ counted: ExceptionGroupsView.Counted,
        _ owners: [InventoryException.Owner: String],
        _ link: PageLink,
        at now: Timestamp
    ) {
        let code = counted.code
        words = code.words
        self.code = code.rawValue
        count = counted.count.shown
        href = link.to("exceptions", query: [("code", code.rawValue)])
        owner = owners[code.owner] ?? code.owner.words
        oldest = counted.opened.map { ShownTime($0, at: now) }
        firstStep = PageText.marked(code.firstStep)
        examples = counted.examples.map { stored in
            let subject = stored.exception.subject
            return ShownLink(
                href: subject.sku.map { link.to($0) }
                    ?? link.to("exceptions", query: [("code", code.rawValue)]),
                text: PageText.cut(subject.sku?.text ?? subject.description, to: 40)
            )
        }
    }
}

/// The open exceptions of one code.
struct ExceptionsView: Sendable {
    let words: String
    let code: String
    let count: String
    let owner: String
    let firstStep: String
    let back: String
    let rows: [Row]
    let isEmpty: Bool
    let next: String?
    let first: String?
    let mayRetry: Bool
    let action: String
    let name: String?

    struct Row: Sendable {
        let subject: String
        let href: String?
        let message: String
        let opened: ShownTime
        let seen: ShownTime
        let run: ShownLink?
    }

    static let rowsShown = 50

    /// Takes those of the page, one more than are shown.
    init(
        _ code: InventoryException.Code,
        count: Int,
        _ stored: [StoredException],
        isFirst: Bool,
        _ visit: Visit
    ) {
        let (link, now) = (visit.link, visit.now)
        words = code.words
        self.code = code.rawValue
        self.count = count.shown("exception", "exceptions")
        owner = visit.shop.settings.owners[code.owner] ?? code.owner.words
        firstStep = PageText.marked(code.firstStep)
        back = link.to("exceptions")
        let shown = stored.prefix(ExceptionsView.rowsShown)
        rows = shown.map { Row($0, link, at: now) }
        isEmpty = shown.isEmpty
        let last = shown.last.map { SubjectPlace($0.exception.subject).text }
        next =
            stored.count > shown.count
            ? link.to("exceptions", query: [("code", code.rawValue), ("after", last)]) : nil
        first = isFirst ? nil : link.to("exceptions", query: [("code", code.rawValue)])
        mayRetry = code == .writeRefused && visit.mayOperate && !shown.isEmpty
        action = link.to("exceptions", "retry")
        name = visit.name
    }
}

extension ExceptionsView.Row {
    fileprivate init(
        _ stored: StoredException,
        _ link: PageLink,
        at now: Timestamp
    ) {
        let exception = stored.exception
        subject = exception.subject.description
        href =
            exception.subject.sku.map { link.to($0) }
            ?? exception.subject.source.map { link.to("sources", $0.text) }
            ?? exception.subject.order.map { link.to("orders", query: [("order", $0)]) }
        message = PageText.cut(exception.message, to: 240)
        opened = ShownTime(stored.opened, at: now)
        seen = ShownTime(stored.seen, at: now)
        run = stored.lastRun.map { ShownLink(href: link.to($0), text: $0.text) }
    }
}
