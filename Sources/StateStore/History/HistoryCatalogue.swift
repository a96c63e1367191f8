import GRDB
import InventoryCore

/// Which files the history has: the database names them.
struct HistoryCatalogue: Sendable {
    /// In the order of time.
    private(set) var parts: [Part]

    struct Part: Hashable, Sendable {
        let extent: HistoryExtent
        let bytes: Int64
        /// Why it cannot be read any more; its file was put aside.
        let damage: String?
    }

    init(_ db: Database) throws {
        parts = try Row.fetchAll(
            db,
            cached: """
                SELECT first, last, entries, first_act, last_act, since, until, bytes, is_base, damage
                FROM history_segments ORDER BY first
                """
        ).map { row in
            let (first, last): (Int64, Int64) = (row[0], row[1])
            guard first <= last else { throw Fault.damaged("a file of the history from \(first) to \(last)") }
            var extent = HistoryExtent(places: first...last)
            (extent.entries, extent.firstAct, extent.lastAct) = (row[2], row[3], row[4])
            extent.since = Timestamp(microseconds: row[5])
            extent.until = Timestamp(microseconds: row[6])
            extent.isBase = row[8]
            return Part(extent: extent, bytes: row[7], damage: row[9])
        }
    }

    /// The place of the next file.
    var next: Int64 { (parts.last?.extent.places.upperBound ?? 0) + 1 }

    /// The files that can be read.
    var sound: [Part] { parts.filter { $0.damage == nil } }

    /// Times of which changes are lost.
    var gaps: [HistoryGap] {
        parts.compactMap { part in
            part.damage.map {
                HistoryGap(from: part.extent.since, until: part.extent.until, reason: $0)
            }
        }
    }
}

extension Database {
    /// Names a file of the history in the place of others.
    func insert(_ extent: HistoryExtent, bytes: Int64) throws {
        try execute(
            cached: "DELETE FROM history_segments WHERE first BETWEEN ? AND ?",
            arguments: [extent.places.lowerBound, extent.places.upperBound]
        )
        try execute(
            cached: "INSERT INTO history_segments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
            arguments: [
                extent.places.lowerBound, extent.places.upperBound, extent.entries, extent.firstAct,
                extent.lastAct, extent.since.microseconds, extent.until.microseconds, bytes, extent.isBase,
            ]
        )
    }

    /// Notes that a file cannot be read any more.
    func noteDamage(of extent: HistoryExtent, _ reason: String) throws {
        try execute(
            cached: "UPDATE history_segments SET damage = ? WHERE first = ?",
            arguments: [reason, extent.places.lowerBound]
        )
    }
}
