import Foundation
import InventoryCore
import StateStore
import TidegatePipeline

/// What the last audits found: where the shop differs from what was published, and why.
struct AuditView: Sendable {
    let mark: StateMark
    let sentence: String
    /// Nothing where nothing differs.
    let kinds: String?
    let isEmpty: Bool
    let rows: [Row]
    let past: [Past]
    let mayOperate: Bool
    let action: String
    let sample: String

    struct Row: Sendable {
        let sku: String
        let href: String
        let place: String
        let kind: String
        let published: String
        let shown: String
        let outcome: String
        let since: ShownTime?
    }

    struct Past: Sendable {
        let at: ShownTime
        let compared: String
        let drift: String
        let repaired: String
        let open: String
    }

    /// Levels that the form's audit looks at.
    static let sampleCount = 500
    private static let pastShown = 12

    /// What is kept of the newest audit.
    struct Report: Decodable, Sendable {
        let compared: Int
        let drift: [String: Int]
        let repaired: Int
        let open: Int
        let rows: [Drifted]

        struct Drifted: Decodable, Sendable {
            let `class`: String
            let outcome: String
            let sku: String
            let unit: String
            let warehouse: String?
            let published: String
            let shown: String?
            let since: String
        }
    }

    init(_ report: Report?, _ past: [PastAudit], _ visit: Visit) {
        let (link, now) = (visit.link, visit.now)
        isEmpty = report == nil
        let found = report?.drift.values.reduce(0, +) ?? 0
        let when = past.first.map { " (\(ShownTime($0.at, at: now).words))" } ?? ""
        if let report {
            mark =
                report.open > 0
                ? StateMark(.warn, "differs") : StateMark(.good, found == 0 ? "as published" : "explained")
            sentence =
                "The last audit\(when) compared \(report.compared.shown("level", "levels")): "
                + (found == 0
                    ? "all show what was published."
                    : "\(found.shown) differ, \(report.repaired.shown) mended, \(report.open.shown) left for "
                        + "a person.")
        } else {
            mark = StateMark(.idle, "none yet")
            sentence = "No audit has been made yet."
        }
        kinds = found == 0 ? nil : AuditView.chart(report?.drift ?? [:]).html
        rows = (report?.rows ?? []).map { Row($0, link, at: now) }
        self.past = past.prefix(AuditView.pastShown).map { one in
            Past(
                at: ShownTime(one.at, at: now),
                compared: one.compared.shown,
                drift: AuditView.words(one.drift),
                repaired: one.repaired.shown,
                open: one.open.shown
            )
        }
        mayOperate = visit.mayOperate
        action = link.to("audit")
        sample = AuditView.sampleCount.shown
    }

    private static func words(_ drift: [String: Int]) -> String {
        let some = drift.filter { $0.value > 0 }.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
        return some.isEmpty ? "none" : some.map { "\($0.value.shown) \($0.key)" }.joined(separator: ", ")
    }

    private static func chart(_ drift: [String: Int]) -> Chart {
        let kinds = Drift.Kind.allCases.map { ($0.rawValue, drift[$0.rawValue] ?? 0) }
        return Columns(
            id: "kinds",
            title: "Drift by kind",
            says: "\(words(drift)).",
            columns: kinds.map { name, count in
                Columns.Column(label: name, count: count, kind: name == "order" ? "idle" : "warn")
            },
            table: Chart.Table("Drift by kind", ["Kind", "Levels"], kinds.map { [$0.0, $0.1.shown] })
        ).chart
    }
}

extension AuditView.Row {
    fileprivate init(_ row: AuditView.Report.Drifted, _ link: PageLink, at now: Timestamp) {
        sku = row.sku
        href = link.to(SKU(row.sku))
        place = [row.unit, row.warehouse].compactMap(\.self).joined(separator: " · ")
        kind = row.class
        published = row.published
        shown = row.shown ?? "gone"
        outcome = row.outcome
        since = Timestamp(rfc3339: row.since).map { ShownTime($0, at: now) }
    }
}
