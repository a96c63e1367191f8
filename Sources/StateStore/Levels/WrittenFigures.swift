import GRDB
package import InventoryCore

/// What was written into levels that one answer of the shop calls otherwise than before.
///
/// The figure stays in the shop under the new name, so it stays ours.
struct WrittenFigures {
    /// A confirmed figure, and what may still arrive, with the name under which they were sent.
    struct Figure {
        let key: LevelKey
        /// Nothing where none is confirmed.
        let confirmed: Confirmed?
        /// The greatest that was sent and not confirmed.
        let sent: Quantity
    }

    struct Confirmed {
        let quantity: Quantity
        /// In microseconds.
        let at: Int64
        let run: Int64?
    }

    private var figures: [LevelID: Figure] = [:]
    private var rows: Set<Int64> = []

    /// Keeps what a level shows by a write of ours; before it loses its id.
    mutating func note(_ row: Int64, in db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                SELECT l.level_id, l.sku, l.unit, l.warehouse, p.quantity, p.at, p.run,
                    max(ifnull((SELECT quantity FROM claims WHERE level = l.id), 0),
                        ifnull(\(Database.sent(to: "l.id")), 0))
                FROM levels l LEFT JOIN published p ON p.level = l.id AND p.at IS NOT NULL
                WHERE l.id = ? AND l.level_id IS NOT NULL
                """
        )
        guard let known = try Row.fetchOne(statement, arguments: [row]) else { return }
        let confirmed = (known[5] as Int64?).map { at in
            Confirmed(quantity: Quantity(millionths: known[4]), at: at, run: known[6])
        }
        let sent = Quantity(millionths: known[7])
        guard confirmed != nil || sent > .zero else { return }
        rows.insert(row)
        figures[LevelID(known[0])] = Figure(key: LevelKey(known, at: 1), confirmed: confirmed, sent: sent)
    }

    /// Whether a level has lost an id in this answer into which we had written.
    func wereIn(_ row: Int64) -> Bool { rows.contains(row) }

    /// Gives what was written into an id under another name, once.
    mutating func take(of id: LevelID) -> Figure? {
        figures.isEmpty ? nil : figures.removeValue(forKey: id)
    }
}

extension Database {
    /// Whether somebody is known to want a figure of a level: a wish waits for it, or a lack of its SKU is
    /// told of.
    func isWanted(_ key: LevelKey, row: Int64) throws -> Bool {
        let codes = InventoryException.Code.ofLacks.listInSQL
        return try Bool.fetchOne(
            cachedStatement(
                sql: """
                    SELECT EXISTS (SELECT 1 FROM outbox WHERE level = ?1)
                        OR EXISTS (SELECT 1 FROM claims WHERE level = ?1)
                        OR EXISTS (SELECT 1 FROM exceptions
                            WHERE closed IS NULL AND sku = ?2 AND code IN (\(codes)))
                    """
            ),
            arguments: [row, key.sku.text]
        ) == true
    }
}

extension StateDatabase {
    /// Gives the levels with figures of ours under names that no source states.
    package func strandedLevels() async throws -> Set<LevelRow> {
        try await read("read which figures are stranded") { db in
            let rows = try Int64.fetchAll(
                db,
                cached: """
                    SELECT level FROM exceptions WHERE closed IS NULL AND code = ? AND level IS NOT NULL
                    """,
                arguments: [InventoryException.Code.figureStranded.rawValue]
            )
            return Set(rows.map { LevelRow($0) })
        }
    }

    /// Takes note that stranded levels show something else by now: what they show is not ours any more.
    package func releaseStranded(_ shown: [LevelRow: Quantity], at now: Timestamp) async throws {
        guard !shown.isEmpty else { return }
        try await write("release stranded figures") { db in
            let update = try db.cachedStatement(
                sql: """
                    UPDATE published SET quantity = ?2, at = NULL, run = NULL, before = NULL WHERE level = ?1
                    """
            )
            for (row, quantity) in shown.sorted(by: { $0.key < $1.key }) {
                let before = try db.shown(by: row.number)
                try update.execute(arguments: [row.number, quantity.millionths])
                if let before, before != quantity.millionths {
                    try db.noteHistory(
                        of: row.number,
                        .read,
                        before: before,
                        after: quantity.millionths,
                        at: now
                    )
                }
                try db.close([.figureStranded], levels: "SELECT \(row.number)", at: now)
            }
        }
    }
}
