import GRDB
package import InventoryCore

extension StateDatabase {
    /// Parks the wishes of levels that the shop does not have, and opens an exception for each.
    ///
    /// They come back by themselves when a page of the index brings the level.
    package func park(_ unknown: [UnknownLevel], at now: Timestamp) async throws {
        try await write("park wishes") { db in
            let park = try db.cachedStatement(
                sql: """
                    UPDATE outbox SET state = \(EntryState.unknown.rawValue)
                    WHERE level = ? AND level IN (SELECT id FROM levels WHERE level_id IS NULL)
                    RETURNING run
                    """
            )
            for level in unknown {
                guard let run = try Int64.fetchOne(park, arguments: [level.row.number]) else { continue }
                try db.open(level.exception, level: level.row.number, run: run, at: now)
                try db.releaseWaiting(levels: "SELECT \(level.row.number)")
            }
        }
    }

    /// Parks the wishes of levels whose names are stale and that the shop shows without a name, and opens an
    /// exception for each.
    ///
    /// They keep their ids, and come back by themselves when an answer names them.
    package func park(unnamed levels: [LevelID], at now: Timestamp) async throws {
        guard !levels.isEmpty else { return }
        try await write("park wishes of levels without a name") { db in
            let find = try db.cachedStatement(
                sql: """
                    SELECT l.id, l.sku, l.unit, l.warehouse, o.run
                    FROM levels l CROSS JOIN outbox o ON o.level = l.id
                    WHERE l.level_id = ? AND o.state IN (\(Database.unsettledStates))
                        AND \(Database.isNameStale)
                    """
            )
            for level in levels {
                guard let row = try Row.fetchOne(find, arguments: [level.text]) else { continue }
                let number: Int64 = row[0]
                try db.execute(
                    cached: "UPDATE outbox SET state = \(EntryState.unknown.rawValue) WHERE level = ?",
                    arguments: [number]
                )
                let unknown = UnknownLevel(row: LevelRow(number), key: LevelKey(row, at: 1), lack: .view)
                try db.open(unknown.exception, level: number, run: row[4], at: now)
            }
        }
    }

    /// Opens an exception for each increase that the push keeps back behind a refused decrease.
    ///
    /// It ends when the increase is claimed again, confirmed or no longer wanted.
    package func note(_ parked: [ParkedIncrease], at now: Timestamp) async throws {
        guard !parked.isEmpty else { return }
        try await write("note parked increases") { db in
            let claim = try db.cachedStatement(sql: "SELECT level, run FROM claims WHERE sequence = ?")
            for increase in parked {
                // Without a claim it has been settled already.
                guard let row = try Row.fetchOne(claim, arguments: [increase.wish.sequence]) else { continue }
                let exception = InventoryException(
                    parked: increase.wish.key,
                    to: increase.wish.quantity,
                    behind: increase.behind
                )
                try db.open(exception, level: row[0], run: row[1], at: now)
            }
        }
    }

    /// Lets refused wishes be sent again, after a person has mended the cause; gives how many.
    ///
    /// With a time only those whose rest is over by then.
    @discardableResult
    package func retryRefused(restedBy now: Timestamp? = nil) async throws -> Int {
        try await write("retry refused wishes") { db in
            let some = try Bool.fetchOne(
                db,
                cached: "SELECT EXISTS (SELECT 1 FROM outbox WHERE state = ?)",
                arguments: [EntryState.refused.rawValue]
            )
            guard some == true else { return 0 }
            try db.execute(
                cached: """
                    UPDATE outbox SET state = ?1, retry_at = NULL
                    WHERE state = ?2 AND (?3 IS NULL OR ifnull(retry_at, 0) <= ?3)
                    """,
                arguments: [EntryState.ready.rawValue, EntryState.refused.rawValue, now?.microseconds]
            )
            return db.changesCount
        }
    }
}

extension Database {
    /// The states of outbox entries that are neither parked nor done, for SQL.
    static let unsettledStates = [EntryState.ready, .waits, .unresolved]
        .map { String($0.rawValue) }.joined(separator: ", ")
}

extension UnknownLevel {
    fileprivate var exception: InventoryException {
        switch lack {
        case .product:
            InventoryException(
                code: .unknownSKU,
                subject: Subject(sku: key.sku),
                message: "OroCommerce shows no product with this SKU."
            )
        case .level:
            InventoryException(
                code: .unknownLevel,
                subject: Subject(key),
                message: "OroCommerce has the product, and no inventory level of this unit any more: "
                    + "its row was deleted. It comes back by an import of inventory, or when a quantity is "
                    + "entered for it in the product's inventory."
            )
        case .view: InventoryException(unnamed: key)
        }
    }
}

extension InventoryException {
    /// A level that the shop lists without product or unit.
    package init(unnamed key: LevelKey, showing stock: SKU? = nil) {
        self.init(
            code: .unknownLevel,
            subject: Subject(key),
            stock: stock,
            message: "OroCommerce lists the level without its product: the role may not view it, so nobody "
                + "knows whose level it is by now. It is written again once it is shown."
        )
    }

    /// An increase that waits for a decrease of the same stock which the shop refused.
    init(parked key: LevelKey, to quantity: Quantity, behind refused: LevelKey) {
        self.init(
            code: .increaseParked,
            subject: Subject(key),
            message:
                "The increase to \(quantity) waits: OroCommerce refused the decrease of \(refused)."
        )
    }
}
