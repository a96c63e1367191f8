import Foundation
import InventoryCore
import StateStore

extension AuditReport {
    /// The report as `audit --json` prints it, with its largest drifts up to `limit`.
    package func document(limit: Int) -> Document {
        Document(
            read: levels.read,
            compared: levels.compared,
            in_motion: levels.inMotion,
            foreign: levels.foreign,
            new: levels.new,
            hidden: levels.hidden,
            resumed_from: resumedFrom?.description,
            drift: Dictionary(
                Drift.Kind.allCases.map { ($0.rawValue, counts[$0] ?? 0) },
                uniquingKeysWith: { first, _ in first }
            ),
            tolerated: count(.tolerated),
            repaired: count(.repaired),
            open: count(.open),
            requests: requests,
            seconds: seconds,
            rows: rows.prefix(limit).map { Document.Row($0) }
        )
    }

    /// The same as bytes, its members in the order of their names.
    package func json(limit: Int) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(document(limit: limit)))
    }

    /// Field names are those of the JSON; quantities are plain decimal strings.
    package struct Document: Encodable, Sendable {
        let read: Int
        let compared: Int
        let in_motion: Int
        let foreign: Int
        let new: Int
        let hidden: Int
        let resumed_from: String?
        let drift: [String: Int]
        let tolerated: Int
        let repaired: Int
        let open: Int
        let requests: Int
        let seconds: Double
        let rows: [Row]

        struct Row: Encodable, Sendable {
            let `class`: String
            let outcome: String
            let sku: String
            let unit: String
            let warehouse: String?
            let level: String
            let published: String
            let shown: String?
            let since: String

            init(_ row: AuditReport.Row) {
                let drift = row.drift
                `class` = drift.kind.rawValue
                outcome = row.outcome.rawValue
                sku = drift.key.sku.text
                unit = drift.key.unit.text
                warehouse = drift.key.warehouse
                level = drift.level.text
                published = drift.published.description
                shown = drift.shown?.description
                since = drift.since.description
            }
        }
    }
}
