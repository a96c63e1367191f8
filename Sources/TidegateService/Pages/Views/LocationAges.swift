import InventoryCore
import TidegatePipeline

/// How old the stock is that the shop shows of each location, against how old it may be.
struct LocationAges: Sendable {
    private let rows: [Row]

    private struct Row {
        let location: String
        let source: String
        let age: Int?
        let limit: Double?
        let isLate: Bool
    }

    /// Bars that are drawn, the oldest first; the table has as many.
    private static let rowsMax = 6

    init(_ sources: [ShopFigures.SourceFigures], _ freshness: [Freshness], at now: Timestamp) {
        var rows: [Row] = []
        for source in sources {
            let limit = freshness.first { $0.source == source.id }?.limitSeconds
            let age = source.shownSince.map { Int((now.microseconds - $0.microseconds) / 1_000_000) }
            for location in source.locations {
                rows.append(
                    Row(
                        location: location.text.isEmpty ? "(no name)" : location.text,
                        source: source.id.text,
                        age: age,
                        limit: limit,
                        isLate: source.isSilent
                    )
                )
            }
        }
        self.rows = rows.sorted { ($0.age ?? .max) > ($1.age ?? .max) }
    }

    var chart: Chart {
        let shown = rows.prefix(LocationAges.rowsMax)
        let late = rows.filter(\.isLate).count
        let more = rows.count > shown.count ? " The oldest \(shown.count) of \(rows.count) are drawn." : ""
        let says =
            rows.isEmpty
            ? "No location has been stated yet."
            : (late == 0 ? "No location is older than it may be." : "\(late) are older than they may be.")
                + more
        return BarRows(
            id: "ages",
            title: "Age of the stock at each location",
            says: says,
            rows: shown.map(LocationAges.row),
            table: Chart.Table(
                "Age of the stock at each location. \(says)",
                ["Location", "Source", "Age", "May be"],
                shown.map { row in
                    [
                        row.location, row.source, row.age.map(ShownTime.length) ?? "not confirmed",
                        row.limit.map { ShownTime.length(Int($0)) } ?? "any",
                    ]
                }
            )
        ).chart()
    }

    private static func row(_ row: Row) -> BarRows.Row {
        let sign = row.isLate ? "▲ " : row.age == nil ? "○ " : "● "
        let age = row.age.map(ShownTime.length) ?? "not confirmed"
        let limit = row.limit.map { " of \(ShownTime.length(Int($0)))" } ?? ""
        let kind = row.isLate ? "warn" : "good"
        return BarRows.Row(
            label: sign + row.location,
            value: age + limit,
            parts: row.age.map { [BarRows.Part(from: 0, to: Double($0), kind: kind)] } ?? [],
            marks: row.limit.map { [BarRows.Mark(at: $0, kind: "limit")] } ?? []
        )
    }
}
