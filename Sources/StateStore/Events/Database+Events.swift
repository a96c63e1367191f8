import GRDB
import InventoryCore

extension Database {
    /// Takes what a run changes in what is known of the events of its source.
    func apply(_ changes: EventChanges, of source: SourceID, at now: Timestamp) throws {
        try cachedStatement(sql: "INSERT OR IGNORE INTO event_sources (source) VALUES (?)")
            .execute(arguments: [source.text])
        var kept = 0
        if let stated = changes.stated { kept -= try take(stated, of: source, at: now) }
        kept += try store(changes, of: source)
        if changes.stated != nil { for key in changes.left { try settleMoves(key, of: source) } }
        try store(changes.hints, of: source, at: now)
        try store(changes.moved, of: source, at: now)
        let mark = changes.mark
        try cachedStatement(
            sql: """
                UPDATE event_sources SET inbox = ifnull(?2, inbox), taken = ifnull(?3, taken),
                    kept = max(0, kept + ?4) WHERE source = ?1
                """
        ).execute(arguments: [source.text, mark?.inbox, mark?.through, kept])
    }

    /// Gives how many rows there are more.
    private func store(_ changes: EventChanges, of source: SourceID) throws -> Int {
        var added = 0
        let before = totalChangesCount
        let level = try cachedStatement(
            sql: """
                INSERT INTO event_levels VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET net = excluded.net, as_of = excluded.as_of,
                    version = excluded.version
                """
        )
        let isKnown = try cachedStatement(
            sql: """
                SELECT EXISTS (SELECT 1 FROM event_levels
                    WHERE source = ? AND sku = ? AND location = ? AND unit = ? AND bin = ?)
                """
        )
        added -= try forget(changes.left, of: source)
        try note(opened: changes.opened, of: source)
        for (key, statement) in changes.levels {
            let place = key.arguments(of: source)
            if try Bool.fetchOne(isKnown, arguments: place) != true { added += 1 }
            let order = statement.order
            try level.execute(
                arguments: place + [statement.net.millionths, order.asOf.microseconds, order.version]
            )
        }
        let delete = try cachedStatement(
            sql: """
                DELETE FROM event_movements
                WHERE source = ? AND sku = ? AND location = ? AND unit = ? AND bin = ? AND number = ?
                """
        )
        for (key, movements) in changes.contained {
            for movement in movements {
                try delete.execute(arguments: key.arguments(of: source) + [movement.number])
                added -= changesCount
            }
        }
        let movement = try cachedStatement(
            sql: "INSERT OR IGNORE INTO event_movements VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        for (key, movements) in changes.movements {
            for statement in movements {
                let order = statement.order
                try movement.execute(
                    arguments: key.arguments(of: source) + [
                        statement.number, statement.change.millionths, order.asOf.microseconds, order.version,
                    ]
                )
                added += changesCount
            }
        }
        return totalChangesCount > before ? added : 0
    }

    /// Notes of positions that no delivery has stated them; the first that does overwrites it.
    private func note(opened: Set<PositionKey>, of source: SourceID) throws {
        guard !opened.isEmpty else { return }
        let note = try cachedStatement(sql: "INSERT OR IGNORE INTO event_stated VALUES (?, ?, ?, ?, ?, ?)")
        for key in opened {
            try note.execute(arguments: key.arguments(of: source) + [Timestamp.openedByEvent.microseconds])
        }
    }

    /// Forgets what is kept of some positions' events; gives how many rows that were.
    private func forget(_ left: Set<PositionKey>, of source: SourceID) throws -> Int {
        guard !left.isEmpty else { return 0 }
        var forgotten = 0
        let unmark = try cachedStatement(
            sql: """
                DELETE FROM event_stated
                WHERE source = ? AND sku = ? AND location = ? AND unit = ? AND bin = ? AND as_of = ?
                """
        )
        for key in left {
            try unmark.execute(arguments: key.arguments(of: source) + [Timestamp.openedByEvent.microseconds])
        }
        for table in ["event_levels", "event_movements"] {
            let delete = try cachedStatement(
                sql: """
                    DELETE FROM \(table)
                    WHERE source = ? AND sku = ? AND location = ? AND unit = ? AND bin = ?
                    """
            )
            for key in left {
                try delete.execute(arguments: key.arguments(of: source))
                forgotten += changesCount
            }
        }
        return forgotten
    }

    private func store(_ hints: [EventHint], of source: SourceID, at now: Timestamp) throws {
        guard !hints.isEmpty else { return }
        var room =
            EventChanges.hintsMax
            - (try Int.fetchOne(
                self,
                cached: "SELECT count(*) FROM event_hints WHERE source = ?",
                arguments: [source.text]
            ) ?? 0)
        let insert = try cachedStatement(
            sql: """
                INSERT INTO event_hints VALUES (?, ?, ?, ?, ?, ?, 1)
                ON CONFLICT DO UPDATE SET count = count + 1, reason = excluded.reason,
                    as_of = max(as_of, excluded.as_of)
                """
        )
        for hint in hints {
            let isRoom = room > 0
            try insert.execute(
                arguments: [
                    source.text, isRoom ? hint.sku?.text ?? "" : "",
                    isRoom ? hint.location?.text ?? "" : "", hint.reason.rawValue,
                    (hint.asOf ?? now).microseconds, now.microseconds,
                ]
            )
            room -= 1
        }
    }

    /// Takes back as of when the positions of a source were stated; events may be later again.
    func takeBackStated(of source: SourceID, to asOf: Timestamp?) throws {
        let arguments: StatementArguments = [source.text, asOf?.microseconds]
        try execute(cached: "UPDATE event_sources SET stated = ?2 WHERE source = ?1", arguments: arguments)
        try execute(
            cached: "DELETE FROM event_stated WHERE source = ?1 AND (?2 IS NULL OR as_of > ?2)",
            arguments: arguments
        )
    }

    // MARK: what a delivery answers

    /// Forgets the events that a delivery's statement contains, and what waited for it.
    ///
    /// Gives how many rows of events that were.
    private func take(_ stated: StatedPositions, of source: SourceID, at now: Timestamp) throws -> Int {
        stated.isFull
            ? try takeFull(stated, of: source, at: now) : try takePartial(stated, of: source, at: now)
    }

    private func takeFull(_ stated: StatedPositions, of source: SourceID, at now: Timestamp) throws -> Int {
        let until: StatementArguments = [source.text, stated.asOf.microseconds]
        try execute(
            cached: "UPDATE event_sources SET stated = max(ifnull(stated, ?2), ?2) WHERE source = ?1",
            arguments: until
        )
        var forgotten = 0
        for table in ["event_levels", "event_movements"] {
            try execute(cached: "DELETE FROM \(table) WHERE source = ? AND as_of <= ?", arguments: until)
            forgotten += changesCount
        }
        try execute(cached: "DELETE FROM event_stated WHERE source = ? AND as_of <= ?", arguments: until)
        try execute(cached: "DELETE FROM event_hints WHERE source = ? AND as_of <= ?", arguments: until)
        try settleMoves(of: source)
        return forgotten + (try takePartial(stated, of: source, at: now))
    }

    private func hasRows(_ table: String, of source: SourceID) throws -> Bool {
        try Bool.fetchOne(
            self,
            cached: "SELECT EXISTS (SELECT 1 FROM \(table) WHERE source = ?)",
            arguments: [source.text]
        ) == true
    }

    private func takePartial(
        _ stated: StatedPositions,
        of source: SourceID,
        at now: Timestamp
    ) throws -> Int {
        var forgotten = 0
        let note = try cachedStatement(
            sql: """
                INSERT INTO event_stated VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET as_of = max(as_of, excluded.as_of)
                """
        )
        // A large delivery mostly answers nothing: then its positions are only noted.
        let kept = try ["event_levels", "event_movements"].filter { try hasRows($0, of: source) }
        let forget = try kept.map { table in
            try cachedStatement(
                sql: """
                    DELETE FROM \(table)
                    WHERE source = ? AND sku = ? AND location = ? AND unit = ? AND bin = ? AND as_of <= ?
                    """
            )
        }
        let hasMoves = try hasRows("event_moves", of: source)
        let hasHints = try hasRows("event_hints", of: source)
        let answer = try cachedStatement(
            sql: """
                DELETE FROM event_hints
                WHERE source = ? AND sku = ? AND (location = ? OR location = '') AND as_of <= ?
                """
        )
        try stated.times.forEach { key, asOf in
            let place = key.arguments(of: source)
            try note.execute(arguments: place + [asOf.microseconds])
            for statement in forget {
                try statement.execute(arguments: place + [asOf.microseconds])
                forgotten += changesCount
            }
            if hasMoves { try settleMoves(key, of: source) }
            guard hasHints else { return }
            try answer.execute(
                arguments: [source.text, key.sku.text, key.location.text, asOf.microseconds]
            )
        }
        return forgotten
    }
}

extension PositionKey {
    /// Source and key, as columns.
    func arguments(of source: SourceID) -> StatementArguments {
        [source.text, sku.text, location.text, unit.text, bin.text]
    }
}
