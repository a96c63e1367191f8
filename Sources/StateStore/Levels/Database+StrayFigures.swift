import GRDB
import InventoryCore

/// What was written into ids that no level has now.
///
/// The shop is asked again under which name they are, and may answer only after a restart.
extension Database {
    /// Makes the table of them (version 20).
    func makeStrayFigures() throws {
        try execute(
            sql: """
                CREATE TABLE stray_figures (
                    level_id TEXT PRIMARY KEY, writer INTEGER NOT NULL, quantity INTEGER, at INTEGER,
                    run INTEGER, sent INTEGER NOT NULL, noted INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID;
                """
        )
    }

    func hasStrayFigures() throws -> Bool {
        try Bool.fetchOne(cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM stray_figures)")) == true
    }

    func keepStray(_ figure: WrittenFigures.Figure, in id: LevelID, at now: Timestamp) throws {
        try execute(
            cached: """
                INSERT OR REPLACE INTO stray_figures (level_id, writer, quantity, at, run, sent, noted)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id.text, figure.writer, figure.confirmed?.quantity.millionths, figure.confirmed?.at,
                figure.confirmed?.run, figure.sent.millionths, now.microseconds,
            ]
        )
    }

    /// Keeps what was written into levels that lose their ids, which a query gives by their rows.
    func keepStrays(levels query: String, at now: Timestamp) throws {
        try execute(
            sql: """
                INSERT OR REPLACE INTO stray_figures (level_id, writer, quantity, at, run, sent, noted)
                SELECT l.level_id, ifnull(p.written_as, l.id), p.quantity, p.at, p.run, 0, ?
                FROM levels l JOIN published p ON p.level = l.id
                WHERE l.id IN (\(query)) AND l.level_id IS NOT NULL AND p.at IS NOT NULL
                """,
            arguments: [now.microseconds]
        )
    }

    /// Gives what was written into an id, once.
    func takeStray(of id: LevelID) throws -> WrittenFigures.Figure? {
        let row = try Row.fetchOne(
            cachedStatement(
                sql: """
                    SELECT w.sku, w.unit, w.warehouse, s.writer, s.quantity, s.at, s.run, s.sent
                    FROM stray_figures s CROSS JOIN levels w ON w.id = s.writer WHERE s.level_id = ?
                    """
            ),
            arguments: [id.text]
        )
        guard let row else { return nil }
        try execute(cached: "DELETE FROM stray_figures WHERE level_id = ?", arguments: [id.text])
        return WrittenFigures.Figure(
            key: LevelKey(row, at: 0),
            writer: row[3],
            confirmed: (row[5] as Int64?).map { at in
                WrittenFigures.Confirmed(quantity: Quantity(millionths: row[4]), at: at, run: row[6])
            },
            sent: Quantity(millionths: row[7])
        )
    }

    /// Forgets ids that a whole pass over the levels has not shown.
    func forgetStrays(before instant: Int64) throws {
        try execute(cached: "DELETE FROM stray_figures WHERE noted < ?", arguments: [instant])
    }
}
