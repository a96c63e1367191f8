import GRDB
package import InventoryCore

/// A figure of ours in a level that was called otherwise when it was written.
package struct MovedFigure: Hashable, Sendable {
    package let row: LevelRow
    /// What the level is called now.
    package let key: LevelKey
    package let id: LevelID
    package let quantity: Quantity
    /// What it was called when it was written.
    package let former: LevelKey
}

extension StateDatabase {
    /// Gives the figures of ours that have moved and to which nothing is on its way, by row.
    package func movedFigures() async throws -> [MovedFigure] {
        try await read("read which figures have moved") { db in
            try Row.fetchAll(
                db,
                cached: """
                    SELECT l.id, l.sku, l.unit, l.warehouse, l.level_id, p.quantity,
                        w.sku, w.unit, w.warehouse
                    FROM published p INDEXED BY published_moved
                    CROSS JOIN levels l ON l.id = p.level
                    CROSS JOIN levels w ON w.id = p.written_as
                    WHERE p.written_as IS NOT NULL AND p.quantity > 0 AND l.level_id IS NOT NULL
                        AND p.level NOT IN (SELECT level FROM outbox)
                        AND p.level NOT IN (SELECT level FROM claims)
                    ORDER BY l.id
                    """
            ).map { MovedFigure($0) }
        }
    }

    /// Tells of moved figures that nobody follows, each once, and takes others for their present names' own;
    /// of those that the next run works out nothing is told.
    ///
    /// What has been written or has moved again since it was read stays as it is.
    package func settleMoved(
        stranded: [MovedFigure],
        own: [MovedFigure],
        followed: [MovedFigure],
        at now: Timestamp
    ) async throws {
        guard !stranded.isEmpty || !own.isEmpty || !followed.isEmpty else { return }
        try await write("settle figures that have moved") { db in
            let still = try db.cachedStatement(
                sql: """
                    SELECT EXISTS (SELECT 1 FROM published p CROSS JOIN levels l ON l.id = p.level
                        WHERE p.level = ?1 AND p.written_as IS NOT NULL AND l.level_id = ?2
                            AND NOT EXISTS (SELECT 1 FROM exceptions e WHERE e.level = ?1
                                AND e.closed IS NULL AND e.code = ?3))
                    """
            )
            let code = InventoryException.Code.figureStranded.rawValue
            for one in stranded {
                let arguments: StatementArguments = [one.row.number, one.id.text, code]
                guard try Bool.fetchOne(still, arguments: arguments) == true else { continue }
                let exception = InventoryException(
                    stranded: one.quantity,
                    in: one.id,
                    of: one.former,
                    now: one.key
                )
                try db.open(exception, level: one.row.number, run: nil, at: now)
            }
            let take = try db.cachedStatement(
                sql: "UPDATE published SET written_as = NULL WHERE level = ? AND quantity = ?"
            )
            for one in own {
                try take.execute(arguments: [one.row.number, one.quantity.millionths])
            }
            for one in own + followed {
                try db.close([.figureStranded], levels: "SELECT \(one.row.number)", at: now)
            }
        }
    }

    /// Takes note that stranded levels show something else by now: what they show is not ours any more.
    package func releaseStranded(_ shown: [LevelRow: Quantity], at now: Timestamp) async throws {
        guard !shown.isEmpty else { return }
        try await write("release stranded figures") { db in
            let update = try db.cachedStatement(
                sql: """
                    UPDATE published SET quantity = ?2, at = NULL, run = NULL, before = NULL,
                        written_as = NULL
                    WHERE level = ?1
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

extension MovedFigure {
    fileprivate init(_ row: Row) {
        self.init(
            row: LevelRow(row[0]),
            key: LevelKey(row, at: 1),
            id: LevelID(row[4]),
            quantity: Quantity(millionths: row[5]),
            former: LevelKey(row, at: 6)
        )
    }
}
