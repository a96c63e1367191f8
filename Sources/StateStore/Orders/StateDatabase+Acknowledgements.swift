import GRDB
package import InventoryCore

/// An acknowledgement as it is kept.
package struct StoredAcknowledgement: Hashable, Sendable {
    package let number: Int64
    package let statement: OrderAcknowledgement
    /// The order that it is about; nothing where the shop has not shown it yet.
    package let order: OrderID?
    package let received: Timestamp
}

extension StateDatabase {
    /// Keeps what the ERP says of orders; the same statement again changes nothing.
    ///
    /// - Parameters:
    ///   - acknowledgements: what is said.
    ///   - now: when it came.
    /// - Returns: those that are new, in their order.
    /// - Throws: `Fault`.
    package func keep(
        _ acknowledgements: [OrderAcknowledgement],
        at now: Timestamp
    ) async throws -> [StoredAcknowledgement] {
        guard !acknowledgements.isEmpty else { return [] }
        return try await write("keep acknowledgements") { db in
            try db.keep(acknowledgements, at: now)
        }
    }

    /// Gives what was said of orders of these names before the shop showed them.
    package func waitingAcknowledgements(of names: [String]) async throws -> [StoredAcknowledgement] {
        try await read("read acknowledgements") { db in
            let statement = try db.cachedStatement(
                sql: """
                    \(StoredAcknowledgement.query) WHERE web_order IS NULL AND name = ? ORDER BY number
                    """
            )
            return try names.flatMap { name in
                try Row.fetchAll(statement, arguments: [name]).map { try StoredAcknowledgement($0) }
            }
        }
    }

    /// Gives acknowledgements that wait to be taken: whatever was kept and belongs to no order yet.
    package func untakenAcknowledgements(after number: Int64, limit: Int) async throws
        -> [StoredAcknowledgement]
    {
        try await read("read acknowledgements") { db in
            try Row.fetchAll(
                db,
                cached: """
                    \(StoredAcknowledgement.query) WHERE web_order IS NULL AND number > ?
                    ORDER BY number LIMIT ?
                    """,
                arguments: [number, limit]
            ).map { try StoredAcknowledgement($0) }
        }
    }

    /// Gives all that was said of an order, oldest first; also what waits, since it names no line of it.
    package func acknowledgements(of order: LedgerOrder) async throws -> [StoredAcknowledgement] {
        try await read("read acknowledgements") { db in
            try Row.fetchAll(
                db,
                cached: """
                    \(StoredAcknowledgement.query)
                    WHERE web_order = ?1 OR web_order IS NULL AND name IN (?2, ?3)
                    ORDER BY number LIMIT 1000
                    """,
                arguments: [order.id.number, order.identifier, order.id.description]
            ).map { try StoredAcknowledgement($0) }
        }
    }

    /// Gives who has released an order and why, newest first.
    package func releases(of order: OrderID) async throws -> [OrderRelease] {
        try await read("read releases") { db in
            try Row.fetchAll(
                db,
                cached: "SELECT at, who, reason FROM order_releases WHERE web_order = ? ORDER BY at DESC",
                arguments: [order.number]
            ).map { OrderRelease(at: Timestamp(microseconds: $0[0]), who: $0[1], reason: $0[2]) }
        }
    }
}

/// That a person has said of an order that it does not count.
package struct OrderRelease: Hashable, Sendable {
    package let at: Timestamp
    package let who: String
    package let reason: String

    package init(at: Timestamp, who: String, reason: String) {
        (self.at, self.who, self.reason) = (at, who, reason)
    }
}

extension Database {
    fileprivate func keep(
        _ acknowledgements: [OrderAcknowledgement],
        at now: Timestamp
    ) throws -> [StoredAcknowledgement] {
        let insert = try cachedStatement(
            sql: """
                INSERT OR IGNORE INTO order_acknowledgements
                    (name, web_order, line, quantity, state, at, source, received)
                VALUES (?, NULL, ?, ?, ?, ?, ?, ?)
                """
        )
        var kept: [StoredAcknowledgement] = []
        for one in acknowledgements {
            let values: [(any DatabaseValueConvertible)?] = [
                one.order, one.line, one.quantity?.millionths, one.state.rawValue, one.at.microseconds,
                one.source?.text ?? "", now.microseconds,
            ]
            try insert.execute(arguments: StatementArguments(values))
            guard changesCount > 0 else { continue }
            kept.append(
                StoredAcknowledgement(number: lastInsertedRowID, statement: one, order: nil, received: now)
            )
        }
        return kept
    }
}

extension StoredAcknowledgement {
    fileprivate static let query = """
        SELECT number, name, web_order, line, quantity, state, at, source, received
        FROM order_acknowledgements
        """

    fileprivate init(_ row: Row) throws {
        let text: String = row[5]
        guard let state = OrderAcknowledgement.State(rawValue: text) else {
            throw Fault.damaged("the state of an order “\(text)”")
        }
        let source: String = row[7]
        self.init(
            number: row[0],
            statement: OrderAcknowledgement(
                order: row[1],
                line: row[3],
                quantity: (row[4] as Int64?).map(Quantity.init(millionths:)),
                state: state,
                at: Timestamp(microseconds: row[6]),
                source: source.isEmpty ? nil : SourceID(source)
            ),
            order: (row[2] as Int64?).map { OrderID($0) },
            received: Timestamp(microseconds: row[8])
        )
    }
}
