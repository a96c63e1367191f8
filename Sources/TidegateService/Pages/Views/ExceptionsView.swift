import InventoryCore
import StateStore
import TidegatePipeline
import TidegateSettings

/// Open exceptions, one of each cause: what, how grave, how many, how old, whose, what comes first.
struct ExceptionsView: Sendable {
    let mark: StateMark
    let sentence: String
    let bars: String
    let owners: [ShownLink]
    let severities: [ShownLink]
    /// The code that alone is shown, with the way back.
    let only: ShownLink?
    let rows: [Row]
    let isEmpty: Bool
    let next: String?
    let first: String?

    /// One piece of work.
    struct Row: Sendable {
        let href: String
        let words: String
        let number: String
        let subject: String?
        let subjectHref: String?
        let mark: StateMark
        let count: String
        let opened: ShownTime
        let due: ShownTime
        let isOverdue: Bool
        let snoozed: ShownTime?
        let owner: String
        let assignee: String?
        let firstStep: String
        let examples: [ShownLink]
        let hasMore: Bool
    }

    static let rowsShown = 50

    /// Takes how many there are of each code, and those of the page, one more than are shown.
    init(
        _ counts: [InventoryException.Code: ExceptionCount],
        _ listed: [ListedException],
        _ filter: ExceptionFilter,
        isFirst: Bool,
        _ visit: Visit
    ) {
        let (link, now, names) = (visit.link, visit.now, visit.shop.settings.owners)
        let shownCounts = counts.filter { filter.holds($0.key) }.map(\.value)
        mark = ExceptionsView.mark(counts)
        sentence = ExceptionsView.sentence(shownCounts, filter, names, at: now)
        bars = ExceptionsView.bars(counts, names, at: now).html
        owners = ExceptionsView.owners(filter, names, link)
        severities = ExceptionsView.severities(filter, link)
        only = filter.code.map { code in
            var rest = filter
            rest.code = nil
            return ShownLink(href: link.to("exceptions", query: rest.query), text: code.words)
        }
        let shown = listed.prefix(ExceptionsView.rowsShown)
        rows = shown.map { Row($0, names, link, at: now) }
        isEmpty = shown.isEmpty
        let last = listed.count > shown.count ? shown.last?.group.place : nil
        next = last.map { place in
            link.to("exceptions", query: filter.query + [("after", ExceptionFilter.text(of: place))])
        }
        first = isFirst ? nil : link.to("exceptions", query: filter.query)
    }

    private static func mark(_ counts: [InventoryException.Code: ExceptionCount]) -> StateMark {
        guard let gravest = counts.keys.map(\.severity).max() else { return StateMark(.good, "none open") }
        return counts.values.contains { $0.overdue > 0 } ? StateMark(.bad, "overdue") : StateMark(gravest)
    }

    private static func sentence(
        _ counts: [ExceptionCount],
        _ filter: ExceptionFilter,
        _ names: [InventoryException.Owner: String],
        at now: Timestamp
    ) -> String {
        let whose = filter.owner.map { " for \(names[$0] ?? $0.words)" } ?? ""
        let words = [filter.severity?.rawValue, filter.code?.words].compactMap(\.self)
        let kind = words.map { "\($0) " }.joined()
        let open = counts.map(\.groups).reduce(0, +)
        guard open > 0, let oldest = counts.map(\.oldest).min() else {
            return "No \(kind)exception is open\(whose)."
        }
        let cases = counts.map(\.cases).reduce(0, +)
        let overdue = counts.map(\.overdue).reduce(0, +)
        let many = cases > open ? " with \(cases.shown) cases" : ""
        return open.shown("\(kind)exception is", "\(kind)exceptions are")
            + " open\(whose)\(many), the oldest for \(ShownTime.length(max(0, oldest.age(at: now))))"
            + (overdue > 0 ? "; \(overdue.shown) overdue." : ".")
    }

    /// By owner: how many, those that are overdue apart.
    private static func bars(
        _ counts: [InventoryException.Code: ExceptionCount],
        _ names: [InventoryException.Owner: String],
        at now: Timestamp
    ) -> Chart {
        let rows = InventoryException.Owner.allCases.compactMap { owner -> OwnedCount? in
            let own = counts.filter { $0.key.owner == owner }.map(\.value)
            guard let oldest = own.map(\.oldest).min() else { return nil }
            return OwnedCount(
                name: names[owner] ?? owner.words,
                open: own.map(\.groups).reduce(0, +),
                overdue: own.map(\.overdue).reduce(0, +),
                oldest: ShownTime.length(max(0, oldest.age(at: now)))
            )
        }
        return BarRows(
            id: "owners",
            title: "Open exceptions by owner",
            says: rows.isEmpty
                ? "None is open."
                : rows.map { "\($0.name): \($0.open.shown), \($0.overdue.shown) overdue" }
                    .joined(separator: "; ") + ".",
            rows: rows.map { row in
                let late = row.overdue > 0 ? ", \(row.overdue.shown) overdue" : ""
                return BarRows.Row(
                    label: row.name,
                    value: "\(row.open.shown)\(late), oldest \(row.oldest)",
                    parts: [
                        BarRows.Part(from: 0, to: Double(row.overdue), kind: "bad"),
                        BarRows.Part(from: Double(row.overdue), to: Double(row.open), kind: "warn"),
                    ]
                )
            },
            table: Chart.Table(
                "Open exceptions by owner",
                ["Owner", "Open", "Overdue", "Oldest"],
                rows.map { [$0.name, $0.open.shown, $0.overdue.shown, $0.oldest] }
            )
        ).chart()
    }

    private struct OwnedCount {
        let name: String
        let open: Int
        let overdue: Int
        let oldest: String
    }

    private static func owners(
        _ filter: ExceptionFilter,
        _ names: [InventoryException.Owner: String],
        _ link: PageLink
    ) -> [ShownLink] {
        ([nil] + InventoryException.Owner.allCases.map(\.self)).map { owner in
            var other = filter
            (other.owner, other.code) = (owner, nil)
            return ShownLink(
                href: link.to("exceptions", query: other.query),
                text: owner.map { names[$0] ?? $0.words } ?? "everybody's",
                isCurrent: owner == filter.owner
            )
        }
    }

    private static func severities(_ filter: ExceptionFilter, _ link: PageLink) -> [ShownLink] {
        ([nil] + ExceptionSeverity.allCases.reversed().map(\.self)).map { severity in
            var other = filter
            (other.severity, other.code) = (severity, nil)
            return ShownLink(
                href: link.to("exceptions", query: other.query),
                text: severity?.rawValue ?? "any severity",
                isCurrent: severity == filter.severity
            )
        }
    }
}

extension ExceptionsView.Row {
    fileprivate init(
        _ listed: ListedException,
        _ names: [InventoryException.Owner: String],
        _ link: PageLink,
        at now: Timestamp
    ) {
        let (group, code) = (listed.group, listed.group.code)
        href = link.to("exceptions", "\(group.number)")
        words = code.words
        number = "#\(group.number)"
        let about = listed.subject.description
        subject = about.isEmpty ? nil : PageText.cut(about, to: 60)
        subjectHref = listed.subject.page(link)
        mark = StateMark(code.severity)
        count = group.count.shown
        opened = ShownTime(group.opened, at: now)
        due = ShownTime(listed.due, at: now)
        isOverdue = listed.isOverdue(at: now)
        snoozed = group.isSnoozed(at: now) ? group.snoozedUntil.map { ShownTime($0, at: now) } : nil
        owner = names[code.owner] ?? code.owner.words
        assignee = group.assignee
        firstStep = PageText.marked(code.firstStep)
        let isOne = group.count == 1
        examples =
            isOne
            ? [] : listed.examples.map { ShownLink(one: $0.subject, besides: group.cause.subject, link) }
        hasMore = !isOne && group.count > listed.examples.count
    }
}

extension ShownLink {
    /// One of many exceptions, with where more is known of it.
    init(one subject: Subject, besides shared: Subject, _ link: PageLink) {
        let own = Subject(
            sku: subject.sku,
            unit: shared.unit == nil ? subject.unit : nil,
            order: subject.order
        ).description
        self.init(
            href: subject.page(link) ?? link.to("exceptions"),
            text: PageText.cut(own.isEmpty ? subject.description : own, to: 40)
        )
    }
}

extension Subject {
    /// The page that knows more of it; nothing where there is none.
    func page(_ link: PageLink) -> String? {
        sku.map { link.to($0) } ?? order.map { link.to("orders", query: [("order", $0)]) }
            ?? source.map { link.to("sources", $0.text) }
    }
}

extension StateMark {
    init(_ severity: ExceptionSeverity) {
        let tone: Tone =
            switch severity {
            case .critical: .bad
            case .warning: .warn
            case .notice: .idle
            }
        self.init(tone, severity.rawValue)
    }
}
