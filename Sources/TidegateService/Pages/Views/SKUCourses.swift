import InventoryCore
import TidegatePipeline

/// A SKU's stock, its open web orders and what its levels have shown over a time.
struct SKUCourses: Sendable {
    private let from: Timestamp
    private let until: Timestamp
    private var courses: [Course] = []
    private var stockStates: [(at: Timestamp, stock: Quantity)] = []

    private struct Course {
        let label: String
        /// In the order in which they came; nothing where it was not known from then on.
        var states: [(at: Timestamp, quantity: Quantity?)] = []
        var marks: [Timestamp] = []

        /// What holds at an instant.
        func quantity(at instant: Timestamp) -> Quantity? {
            // The first one that came later.
            var (low, high) = (0, states.count)
            while low < high {
                let middle = (low + high) / 2
                if states[middle].at <= instant { low = middle + 1 } else { high = middle }
            }
            return low > 0 ? states[low - 1].quantity : nil
        }
    }

    /// Levels that are drawn.
    private static let levelsMax = 4
    /// Rows of the table that says the same.
    private static let tableRowsMax = 30

    /// Nothing is drawn of the time before the first thing that is known.
    init(_ history: SKUHistory, from: Timestamp, until: Timestamp) {
        self.from = max(from, history.steps.first?.at ?? from)
        self.until = until
        var stock = Course(label: "In stock, base units")
        var orders = Course(label: "Web orders that the ERP does not know")
        var levels: [LevelKey: Course] = [:]
        var keys: [LevelKey] = []
        for step in history.steps {
            switch step {
            case .stock(let state, let at, _, _):
                let total = SKUCourses.total(state, \.stock)
                stock.states.append((at, total))
                orders.states.append((at, SKUCourses.total(state, \.orders)))
                stockStates.append((at, total))
            case .figure(let change):
                let level = change.level
                if levels[level.key] == nil {
                    keys.append(level.key)
                    let place = level.key.place(besides: history.sku)
                    levels[level.key] = Course(label: "The shop shows: \(place)")
                }
                switch level.kind {
                case .refused: levels[level.key]?.marks.append(change.at)
                case .drifted:
                    levels[level.key]?.marks.append(change.at)
                    levels[level.key]?.states.append((change.at, level.after))
                default: levels[level.key]?.states.append((change.at, level.after))
                }
            case .decision: break
            }
        }
        if !stock.states.isEmpty { courses.append(stock) }
        if orders.states.contains(where: { $0.quantity ?? .zero > .zero }) { courses.append(orders) }
        courses += keys.sorted().prefix(SKUCourses.levelsMax).compactMap { levels[$0] }
    }

    private static func total(
        _ stock: HistoryStock,
        _ amount: KeyPath<HistoryStock.SiteFigures, Quantity>
    ) -> Quantity {
        stock.sites.reduce(.zero) { $0.capped(adding: $1[keyPath: amount]) }
    }

    /// What the stock was just before an instant, and from then on.
    func stock(around instant: Timestamp) -> (before: Quantity?, after: Quantity?) {
        var (low, high) = (0, stockStates.count)
        while low < high {
            let middle = (low + high) / 2
            if stockStates[middle].at < instant { low = middle + 1 } else { high = middle }
        }
        let after = low < stockStates.count ? stockStates[low].stock : nil
        return (low > 0 ? stockStates[low - 1].stock : nil, after)
    }

    /// What is drawn, in a sentence.
    var sentence: String {
        guard !courses.isEmpty else { return "Nothing is known of its past." }
        let span = "Since \(ShownTime.words(seconds: max(0, from.age(at: until))))"
        let parts = courses.map { course in
            let inside = course.states.filter { $0.at >= from }.compactMap(\.quantity)
            let all = [course.quantity(at: from)].compactMap(\.self) + inside
            guard let low = all.min(), let high = all.max() else { return "\(course.label): not known" }
            return low == high
                ? "\(course.label): \(low.shown) all the time"
                : "\(course.label): from \(low.shown) to \(high.shown)"
        }
        return "\(span): \(parts.joined(separator: "; "))."
    }

    /// Draws it; nothing where nothing is known.
    var chart: Chart? {
        guard !courses.isEmpty else { return nil }
        return StepRows(
            id: "past",
            title: "Stock and figures over time",
            says: sentence,
            rows: courses.map { course in
                StepRows.Row(
                    label: course.label,
                    value: course.quantity(at: until)?.shown ?? "not known",
                    course: StepRows.Course(points(of: course)),
                    marks: course.marks.filter { $0 >= from }.suffix(50).map(place)
                )
            },
            from: ShownTime.words(seconds: max(0, from.age(at: until))),
            until: "now",
            table: table
        ).chart
    }

    private func place(_ instant: Timestamp) -> Double {
        let length = Double(until.microseconds - from.microseconds)
        return Double(instant.microseconds - from.microseconds) / max(length, 1)
    }

    private func points(of course: Course) -> [StepRows.Course.Point] {
        let start = StepRows.Course.Point(place: 0, value: course.quantity(at: from)?.approximate)
        return [start]
            + course.states.drop { $0.at <= from }.map { state in
                StepRows.Course.Point(place: place(state.at), value: state.quantity?.approximate)
            }
    }

    /// The newest instants at which something has changed, with what held from then on.
    private var table: Chart.Table {
        let instants = Set(courses.flatMap { $0.states.map(\.at) }.filter { $0 > from }).sorted()
        let shown = instants.suffix(SKUCourses.tableRowsMax).reversed()
        var rows = shown.map { instant in
            [ShownTime(instant, at: until).exact]
                + courses.map { $0.quantity(at: instant)?.shown ?? "not known" }
        }
        if instants.count <= SKUCourses.tableRowsMax {
            let before = courses.map { $0.quantity(at: from)?.shown ?? "not known" }
            rows.append([ShownTime(from, at: until).exact] + before)
        }
        return Chart.Table("Stock and figures over time", ["From"] + courses.map(\.label), rows)
    }
}
