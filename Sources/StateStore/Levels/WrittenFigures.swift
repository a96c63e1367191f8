import GRDB
import InventoryCore

/// What was written into levels that one answer of the shop calls otherwise than before.
///
/// The figure stays in the shop under the new name, so it stays ours.
struct WrittenFigures {
    /// A confirmed figure, and what may still arrive, with the name under which they were sent.
    struct Figure {
        /// The level as whose figure it was written, and its row.
        let key: LevelKey
        let writer: Int64
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
                SELECT l.level_id, w.sku, w.unit, w.warehouse, p.quantity, p.at, p.run,
                    max(ifnull((SELECT quantity FROM claims WHERE level = l.id), 0),
                        ifnull(\(Database.sent(to: "l.id")), 0)), w.id
                FROM levels l LEFT JOIN published p ON p.level = l.id AND p.at IS NOT NULL
                CROSS JOIN levels w ON w.id = ifnull(p.written_as, l.id)
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
        figures[LevelID(known[0])] = Figure(
            key: LevelKey(known, at: 1),
            writer: known[8],
            confirmed: confirmed,
            sent: sent
        )
    }

    /// Whether a level has lost an id in this answer into which we had written.
    func wereIn(_ row: Int64) -> Bool { rows.contains(row) }

    /// Keeps what no level has taken in this answer: a later one says where it is now.
    func keepRest(in db: Database, at now: Timestamp) throws {
        for (id, figure) in figures.sorted(by: { $0.key.text < $1.key.text }) {
            try db.keepStray(figure, in: id, at: now)
        }
    }

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
