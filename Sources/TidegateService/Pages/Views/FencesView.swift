import InventoryCore
import TidegatePipeline

/// Who is short of what is set apart for them.
struct FencesView: Sendable {
    let mark: StateMark
    let sentence: String
    let bars: String
    let rows: [Row]
    let shorts: [Short]
    let isEmpty: Bool
    /// Said where not all was counted.
    let extent: String
    let countAll: String?
    let counted: ShownTime

    struct Row: Sendable {
        let fence: String
        let group: String
        let site: String
        let target: String
        let filled: String
        let dedicated: String
        let short: String
        let quota: String
        let skus: String
        let mark: StateMark
    }

    struct Short: Sendable {
        let sku: String
        let href: String
        let fence: String
        let site: String
        let target: String
        let filled: String
        let missing: String
    }

    init(_ census: FenceCensus, fences: [Fence], _ link: PageLink, at now: Timestamp) {
        let groups = Dictionary(fences.map { ($0.id, $0.customerGroup) }) { first, _ in first }
        isEmpty = fences.isEmpty
        rows = census.rows.map { row in
            Row(
                fence: row.fence.text,
                group: groups[row.fence] ?? "",
                site: row.site.text,
                target: row.target.shown,
                filled: row.filled.shown,
                dedicated: row.dedicated.shown,
                short: row.shortSKUs == 0
                    ? "–" : "\(row.short.shown), of \(row.shortSKUs.shown("SKU", "SKUs"))",
                quota: row.quota.map { "\(row.consumed.shown) of \($0.shown)" } ?? "none",
                skus: row.skus.shown,
                mark: row.shortSKUs > 0 ? StateMark(.warn, "short") : StateMark(.good, "filled")
            )
        }
        shorts = census.shorts.prefix(20).map { short in
            Short(
                sku: short.sku.text,
                href: link.to(short.sku),
                fence: short.fence.text,
                site: short.site.text,
                target: short.target.shown,
                filled: short.filled.shown,
                missing: short.missing.shown
            )
        }
        let lacking = census.rows.filter { $0.shortSKUs > 0 }
        mark =
            fences.isEmpty
            ? StateMark(.idle, "no fences")
            : lacking.isEmpty ? StateMark(.good, "all filled") : StateMark(.warn, "short")
        sentence = FencesView.sentence(lacking, fences)
        bars = FencesView.bars(census).html
        extent =
            census.isComplete
            ? "Of all \(census.skus.shown("SKU", "SKUs")) that fences have to do with."
            : "Of the first \(census.skus.shown("SKU", "SKUs")) that fences have to do with; there are more."
        countAll = census.isComplete ? nil : link.to("fences", query: [("count", "all")])
        counted = ShownTime(census.at, at: now)
    }

    private static func sentence(_ lacking: [FenceCensus.Row], _ fences: [Fence]) -> String {
        guard !fences.isEmpty else { return "The rules set nothing apart: there are no fences." }
        guard let worst = lacking.max(by: { $0.short.approximate < $1.short.approximate }) else {
            return "Every fence has what its rules ask for."
        }
        let names = Set(lacking.map(\.fence.text)).sorted().joined(separator: ", ")
        let missing = "\(worst.short.shown) missing, of \(worst.shortSKUs.shown("SKU", "SKUs"))"
        guard Set(lacking.map(\.fence)).count > 1 else { return "\(names) is short: \(missing)." }
        return "\(names) are short; most \(worst.fence): \(missing)."
    }

    private static func bars(_ census: FenceCensus) -> Chart {
        let shown = census.rows.prefix(8)
        let sites = Set(census.rows.map(\.site)).count
        func name(_ row: FenceCensus.Row) -> String {
            (row.shortSKUs > 0 ? "▲ " : "● ") + row.fence.text + (sites > 1 ? " at \(row.site)" : "")
        }
        return BarRows(
            id: "fences",
            title: "What fences have of what their rules ask for",
            says: shown.map { "\($0.fence): \($0.filled) of \($0.target)" }.joined(separator: ", ") + ".",
            rows: shown.map { row in
                let target = max(row.target.approximate, .leastNonzeroMagnitude)
                let filled = row.filled.approximate / target
                var parts = [
                    BarRows.Part(from: 0, to: min(1, filled), kind: row.shortSKUs > 0 ? "warn" : "good")
                ]
                if let quota = row.quota, quota.approximate > 0 {
                    let used = min(1, row.consumed.approximate / quota.approximate)
                    parts.append(BarRows.Part(from: 0, to: used, kind: "thin"))
                }
                return BarRows.Row(
                    label: name(row),
                    value: "\(row.filled.shown) of \(row.target.shown)",
                    parts: row.target == .zero ? [] : parts,
                    marks: row.target == .zero ? [] : [BarRows.Mark(at: 1, kind: "limit")]
                )
            },
            table: Chart.Table(
                "What fences have of what their rules ask for",
                ["Fence", "Site", "Target", "Filled", "Short"],
                census.rows.map {
                    [$0.fence.text, $0.site.text, "\($0.target)", "\($0.filled)", "\($0.short)"]
                }
            )
        ).chart(limit: 1.05)
    }
}
