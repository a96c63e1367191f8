import InventoryCore
import StateStore
import TidegatePipeline

/// What has become of a SKU's stock and of its figures in some days: courses, and every change with its
/// reason.
struct SKUPast: Sendable {
    let sentence: String
    /// Nothing where nothing is known of that time.
    let chart: String?
    let spans: [ShownLink]
    let rows: [Row]
    let isEmpty: Bool
    /// Said where there are more changes than are shown.
    let more: String?
    let document: String

    struct Row: Sendable {
        let at: ShownTime
        let what: String
        let place: String
        let change: String
        let why: String
        let run: ShownLink?
        let who: String?
    }

    static let daysUsual = 30
    private static let daysChoices = [1, 7, 30, 365]
    private static let rowsShown = 25

    /// - Throws: `bad_parameter` where `days` is none of those that the page offers.
    static func days(_ text: String?) throws(Fault) -> Int {
        guard let text else { return daysUsual }
        guard let days = Int(text), daysChoices.contains(days) else {
            throw .badParameter("days", "`days` is one of 1, 7, 30, 365.")
        }
        return days
    }

    init(_ history: SKUHistory, days: Int, _ visit: Visit) {
        let (link, now, sku) = (visit.link, visit.now, history.sku)
        let from = now.adding(seconds: -Int64(days) * 86_400)
        let courses = SKUCourses(history, from: from, until: now)
        sentence = courses.sentence
        chart = courses.chart?.html
        spans = SKUPast.daysChoices.map { choice in
            let name = choice == SKUPast.daysUsual ? nil : "\(choice)"
            let query = [("sku", sku.text as String?), ("days", name)]
            return ShownLink(
                href: link.to("sku", query: query),
                text: choice == 1 ? "a day" : choice == 365 ? "a year" : "\(choice) days",
                isCurrent: choice == days
            )
        }
        let steps = history.steps.reversed().prefix { $0.at >= from }
        rows = steps.prefix(SKUPast.rowsShown).map { Row($0, of: sku, courses, link, at: now) }
        isEmpty = rows.isEmpty
        more =
            steps.count > SKUPast.rowsShown
            ? "The newest \(SKUPast.rowsShown) of \(steps.count.shown) changes." : nil
        document =
            "/v1/shops/\(PageLink.escaped(visit.served.id.text))/skus/\(PageLink.escaped(sku.text))/history"
    }
}

extension SKUPast.Row {
    fileprivate init(
        _ step: SKUHistory.Step,
        of sku: SKU,
        _ courses: SKUCourses,
        _ link: PageLink,
        at now: Timestamp
    ) {
        at = ShownTime(step.at, at: now)
        run = step.act?.run.map { ShownLink(href: link.to($0), text: $0.text) }
        who = step.act?.who.map { who in
            step.act?.reason.map { PageText.cut("\(who): \($0)", to: 200) } ?? who
        }
        switch step {
        case .figure(let change):
            let level = change.level
            what = level.kind.sentence
            place = level.key.place(besides: sku)
            self.change =
                "\(level.before?.shown ?? "not known") → \(level.after?.shown ?? "not known")"
            let detail = level.refusal.map { " (\($0.rawValue.replacing("_", with: " ")))" } ?? ""
            why = change.cause.words + detail
        case .stock(let stock, let at, _, let cause):
            what = "stock"
            place = stock.sites.map(\.site.text).joined(separator: ", ")
            let (before, after) = courses.stock(around: at)
            self.change = "\(before?.shown ?? "not known") → \(after?.shown ?? "0")"
            why = cause.words
        case .decision(let act):
            what = "decision"
            place = ""
            self.change = "the stock stays as it is"
            why = act.kind == .rejection ? "rejected by a person" : "decided by a person"
        }
    }
}

extension HistoryLevel.Kind {
    /// What has happened to a figure, as people say it.
    fileprivate var sentence: String {
        switch self {
        case .applied, .arrived: "written"
        case .observed: "sold in the shop"
        case .drifted: "changed by somebody else"
        case .read: "read from the shop"
        case .refused: "refused by the shop"
        case .gone: "gone from the shop"
        }
    }
}

extension FigureCause {
    /// As people say it.
    fileprivate var words: String {
        switch self {
        case .erp: "a delivery"
        case .events: "stock events"
        case .orders: "web orders"
        case .checkout: "a checkout of the shop"
        case .rules: "rules"
        case .doubt: "it came into doubt, or left it"
        case .decided: "a person's decision"
        case .reverted: "a run was taken back"
        case .drift: "nobody here"
        case .repaired: "set right after a drift"
        case .read: "it was looked up"
        case .gone: "the shop has no such level"
        case .level: "its levels have changed"
        case .recount: "worked out anew"
        }
    }
}

extension MovementCause {
    /// As people say it.
    fileprivate var words: String {
        switch self {
        case .begun: "it was there when the history began"
        case .erp: "a delivery"
        case .events: "stock events"
        case .orders: "web orders"
        case .rules: "rules"
        case .doubt: "it came into doubt, or left it"
        case .decided: "a person's decision"
        case .recount: "worked out anew"
        }
    }
}
