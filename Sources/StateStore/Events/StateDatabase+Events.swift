import GRDB
package import InventoryCore

extension StateDatabase {
    /// Gives what is known of a source's events as such.
    package func eventStanding(of source: SourceID) async throws -> EventStanding {
        try await read("read how events stand") { db in
            let statement = try db.cachedStatement(
                sql: "SELECT stated, inbox, taken, kept FROM event_sources WHERE source = ?"
            )
            var standing = EventStanding()
            guard let row = try Row.fetchOne(statement, arguments: [source.text]) else { return standing }
            standing.stated = (row[0] as Int64?).map(Timestamp.init(microseconds:))
            let inbox: String = row[1]
            if !inbox.isEmpty { standing.mark = InboxMark(inbox: inbox, through: row[2]) }
            standing.kept = row[3]
            return standing
        }
    }

    /// Gives up to where the events of each source are in effect.
    package func inboxMarks() async throws -> [SourceID: InboxMark] {
        try await read("read the marks of the inbox") { db in
            let rows = try Row.fetchAll(
                db,
                cached: "SELECT source, inbox, taken FROM event_sources WHERE inbox <> ''"
            )
            return Dictionary(
                rows.map { (SourceID($0[0]), InboxMark(inbox: $0[1], through: $0[2])) }
            ) { $1 }
        }
    }

    /// Gives the events that are known of some positions, with when a delivery last stated each of them.
    ///
    /// That only where it is later than the source as a whole.
    ///
    /// Movements only of those in `moving`, since they may be many.
    package func events(
        about keys: [PositionKey],
        moving: Set<PositionKey>,
        of source: SourceID
    ) async throws -> [PositionKey: (events: PositionEvents, stated: Timestamp?)] {
        try await read("read the events of the positions") { db in
            let key = "source = ? AND sku = ? AND location = ? AND unit = ? AND bin = ?"
            let level = try db.cachedStatement(
                sql: "SELECT net, as_of, version FROM event_levels WHERE \(key)"
            )
            let movement = try db.cachedStatement(
                sql: "SELECT change, as_of, version, number FROM event_movements WHERE \(key)"
            )
            let stated = try db.cachedStatement(sql: "SELECT as_of FROM event_stated WHERE \(key)")
            // Where every delivery states everything there is none.
            let someStated = try Bool.fetchOne(
                db,
                cached: "SELECT EXISTS (SELECT 1 FROM event_stated WHERE source = ?)",
                arguments: [source.text]
            )
            var known: [PositionKey: (events: PositionEvents, stated: Timestamp?)] = [:]
            for key in keys {
                let place = key.arguments(of: source)
                var events = PositionEvents()
                events.level = try Row.fetchOne(level, arguments: place).map { LevelStatement($0) }
                if moving.contains(key) {
                    let rows = try Row.fetchAll(movement, arguments: place)
                    events.movements = rows.map { MovementStatement($0, at: 0) }
                }
                var asOf: Timestamp?
                if someStated == true {
                    asOf = try Int64.fetchOne(stated, arguments: place).map(Timestamp.init(microseconds:))
                }
                if !events.isEmpty || asOf != nil { known[key] = (events, asOf) }
            }
            return known
        }
    }

    /// Gives the positions of some SKUs that events are kept of.
    package func eventKeys(of skus: [SKU], _ source: SourceID) async throws -> [SKU: [PositionKey]] {
        try await read("read what events are about") { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT sku, location, unit, bin FROM event_levels WHERE source = ?1 AND sku = ?2
                    UNION SELECT sku, location, unit, bin FROM event_movements WHERE source = ?1 AND sku = ?2
                    """
            )
            var keys: [SKU: [PositionKey]] = [:]
            for sku in skus {
                let rows = try Row.fetchAll(statement, arguments: [source.text, sku.text])
                if !rows.isEmpty { keys[sku] = rows.map { PositionKey($0, at: 0) } }
            }
            return keys
        }
    }

    /// Gives those positions of some SKUs that only events have stated.
    package func openedPositions(of skus: [SKU], _ source: SourceID) async throws -> Set<PositionKey> {
        try await read("read what only events have stated") { db in
            let opened = Timestamp.openedByEvent.microseconds
            let some = try Bool.fetchOne(
                db,
                cached: "SELECT EXISTS (SELECT 1 FROM event_stated WHERE source = ? AND as_of = ?)",
                arguments: [source.text, opened]
            )
            guard some == true else { return [] }
            let statement = try db.cachedStatement(
                sql: """
                    SELECT sku, location, unit, bin FROM event_stated
                    WHERE source = ? AND sku = ? AND as_of = ?
                    """
            )
            var keys: Set<PositionKey> = []
            for sku in skus {
                let rows = try Row.fetchAll(statement, arguments: [source.text, sku.text, opened])
                for row in rows { keys.insert(PositionKey(row, at: 0)) }
            }
            return keys
        }
    }

    /// Gives all events that are kept of a source, by position.
    package func events(of source: SourceID) async throws -> [PositionKey: PositionEvents] {
        try await read("read the events") { db in
            let arguments: StatementArguments = [source.text]
            var known: [PositionKey: PositionEvents] = [:]
            let columns = "sku, location, unit, bin"
            let levels = try Row.fetchCursor(
                db,
                sql: "SELECT net, as_of, version, \(columns) FROM event_levels WHERE source = ?",
                arguments: arguments
            )
            while let row = try levels.next() {
                known[PositionKey(row, at: 3), default: PositionEvents()].level = LevelStatement(row)
            }
            let movements = try Row.fetchCursor(
                db,
                sql: """
                    SELECT \(columns), change, as_of, version, number FROM event_movements
                    WHERE source = ?
                    """,
                arguments: arguments
            )
            while let row = try movements.next() {
                known[PositionKey(row, at: 0), default: PositionEvents()].movements
                    .append(MovementStatement(row, at: 4))
            }
            return known
        }
    }

    /// Gives what events did to the locations of a source in the last minutes.
    ///
    /// `turning` are positions that sell out or are there again now: that they have sold out lately is not
    /// counted.
    package func eventMoves(
        of source: SourceID,
        turning: [PositionKey] = [],
        at now: Timestamp
    ) async throws -> [Location: EventMoves] {
        try await read("read what events did lately") { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT location, sum(newly_zero), sum(change) FROM event_minutes
                    WHERE source = ? AND minute > ? GROUP BY location
                    """
            )
            let since = now.microseconds / 60_000_000 - EventMoves.minutesMax
            var moves: [Location: EventMoves] = [:]
            for row in try Row.fetchAll(statement, arguments: [source.text, since]) {
                let change: Double = row[2]
                moves[Location(row[0])] = EventMoves(newlyZero: row[1], change: Int128(change))
            }
            guard moves.values.contains(where: { $0.newlyZero > 0 }) else { return moves }
            let soldOut = try db.cachedStatement(
                sql: """
                    SELECT ifnull(sum(newly_zero), 0) FROM event_moves
                    WHERE source = ? AND sku = ? AND location = ? AND unit = ? AND bin = ? AND minute > ?
                    """
            )
            for key in turning {
                let count = try Int.fetchOne(soldOut, arguments: key.arguments(of: source) + [since]) ?? 0
                if count != 0 { moves[key.location]?.newlyZero -= count }
            }
            return moves
        }
    }

    /// Gives the newest run of a source's events that waits for a person, by the guard that holds it.
    package func plansOfEvents(of source: SourceID) async throws -> [GuardTrip.Code: RunID] {
        try await read("read what events have left to decide") { db in
            let rows = try Row.fetchAll(
                db,
                cached: """
                    SELECT id, ifnull(
                        (SELECT guard_code FROM doubts d
                            WHERE d.run = r.number AND guard_code IS NOT NULL LIMIT 1),
                        (SELECT guard_code FROM holds h WHERE h.run = r.number AND NOT rejected LIMIT 1))
                    FROM runs r WHERE events IS NOT NULL AND state = 'held' AND source = ? ORDER BY number
                    """,
                arguments: [source.text]
            )
            var plans: [GuardTrip.Code: RunID] = [:]
            for row in rows {
                guard let code = (row[1] as String?).flatMap(GuardTrip.Code.init(rawValue:)) else { continue }
                plans[code] = RunID(row[0])
            }
            return plans
        }
    }

    /// Gives how much waits for the next delivery of a source.
    package func waitingHints(of source: SourceID) async throws -> WaitingHints {
        try await read("count the hints") { db in
            let row = try Row.fetchOne(
                db,
                cached: "SELECT ifnull(sum(count), 0), min(since) FROM event_hints WHERE source = ?",
                arguments: [source.text]
            )
            return WaitingHints(
                count: row?[0] ?? 0,
                oldest: (row?[1] as Int64?).map(Timestamp.init(microseconds:))
            )
        }
    }

    /// Gives what waits for the next delivery of a source, the oldest first.
    package func hints(of source: SourceID, limit: Int) async throws -> [EventHint] {
        try await read("read the hints") { db in
            let rows = try Row.fetchAll(
                db,
                cached: """
                    SELECT sku, location, as_of, reason FROM event_hints WHERE source = ?
                    ORDER BY since, sku, location LIMIT ?
                    """,
                arguments: [source.text, limit]
            )
            return try rows.map { row in
                let (sku, location, text): (String, String, String) = (row[0], row[1], row[3])
                guard let reason = EventHint.Reason(rawValue: text) else {
                    throw Fault.damaged("a hint for “\(text)”")
                }
                return EventHint(
                    sku: sku.isEmpty ? nil : SKU(sku),
                    location: location.isEmpty ? nil : Location(location),
                    asOf: Timestamp(microseconds: row[2]),
                    reason: reason
                )
            }
        }
    }

    /// Gives as of when what waits for the next delivery is, of some SKUs at some locations.
    package func hintTimes(of source: SourceID, at shelves: [Shelf]) async throws -> [Shelf: Timestamp] {
        try await read("read the hints") { db in
            let statement = try db.cachedStatement(
                sql: "SELECT as_of FROM event_hints WHERE source = ? AND sku = ? AND location = ?"
            )
            var times: [Shelf: Timestamp] = [:]
            for shelf in shelves {
                let arguments: StatementArguments = [source.text, shelf.sku.text, shelf.location.text]
                times[shelf] = try Int64.fetchOne(statement, arguments: arguments)
                    .map(Timestamp.init(microseconds:))
            }
            return times
        }
    }

    /// Takes note of events that change no figure, so that no run is made of them.
    ///
    /// - Throws: `Fault`.
    package func take(
        _ changes: EventChanges,
        _ exceptions: ExceptionChanges,
        of source: SourceID,
        at now: Timestamp
    ) async throws {
        try await write("take note of events") { db in
            try db.apply(changes, of: source, at: now)
            try db.apply(exceptions, run: nil, at: now)
        }
    }

    /// Gives the positions in doubt of some SKUs, of all these sources.
    package func doubts(of skus: [SKU], in sources: [SourceID]) async throws -> DoubtBook {
        try await read("read the positions in doubt") { db in
            guard try Bool.fetchOne(db, cached: "SELECT EXISTS (SELECT 1 FROM doubts)") == true else {
                return DoubtBook()
            }
            var found: [Doubt] = []
            for source in sources {
                for sku in skus {
                    let condition = "WHERE source = ? AND sku = ?"
                    found += try Database.doubts(db, condition, [source.text, sku.text]).all
                }
            }
            var book = DoubtBook(found)
            if !found.isEmpty { book.past = try db.pastFactors() }
            return book
        }
    }
}

extension PositionKey {
    fileprivate init(_ row: Row, at column: Int) {
        self.init(
            sku: SKU(row[column]),
            location: Location(row[column + 1]),
            unit: StockUnit(row[column + 2]),
            bin: Bin(row[column + 3])
        )
    }
}

extension LevelStatement {
    fileprivate init(_ row: Row) {
        let asOf = Timestamp(microseconds: row[1])
        self.init(net: Quantity(millionths: row[0]), order: EventOrder(asOf: asOf, version: row[2]))
    }
}

extension MovementStatement {
    fileprivate init(_ row: Row, at column: Int) {
        let asOf = Timestamp(microseconds: row[column + 1])
        self.init(
            change: Quantity(millionths: row[column]),
            order: EventOrder(asOf: asOf, version: row[column + 2]),
            number: row[column + 3]
        )
    }
}
