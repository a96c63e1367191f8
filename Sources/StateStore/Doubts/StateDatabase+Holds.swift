import GRDB
package import InventoryCore

// Figures that a guard on the publication keeps back.
extension StateDatabase {
    /// Gives all of them by level, or those of one run.
    package func heldFigures(of run: RunID? = nil) async throws -> [HeldFigure] {
        try await read("read the figures that are held") { db in
            let rows = try Row.fetchAll(
                db,
                cached: """
                    SELECT h.sku, h.unit, h.warehouse, h.stock, h.shown, h.quantity, h.guard_code, r.id,
                        h.rejected
                    FROM holds h JOIN runs r ON r.number = h.run
                    WHERE ?1 IS NULL OR r.id = ?1 AND NOT h.rejected
                    ORDER BY h.sku, h.unit, h.warehouse
                    """,
                arguments: [run?.text]
            )
            return try rows.map { row in
                let (code, warehouse): (String, String) = (row[6], row[2])
                guard let guardCode = GuardTrip.Code(rawValue: code) else {
                    throw Fault.damaged("the guard “\(code)”")
                }
                return HeldFigure(
                    key: LevelKey(
                        sku: SKU(row[0]),
                        unit: StockUnit(row[1]),
                        warehouse: warehouse.isEmpty ? nil : warehouse
                    ),
                    stock: SKU(row[3]),
                    shown: (row[4] as Int64?).map(Quantity.init(millionths:)),
                    wanted: Quantity(millionths: row[5]),
                    guardCode: guardCode,
                    run: RunID(row[7]),
                    isRejected: row[8]
                )
            }
        }
    }

    /// Replaces what a run holds of figures by what they are now, and ends its hold where nothing is left.
    ///
    /// - Parameters:
    ///   - run: the run as it is from now on.
    ///   - figures: what it holds.
    ///   - released: levels of which no figure is kept back any more.
    ///   - exceptions: what is told of it.
    ///   - now: when.
    /// - Throws: `Fault`.
    package func renewHolds(
        of run: RunRecord,
        _ figures: [HeldFigure],
        released: [LevelKey],
        _ exceptions: ExceptionChanges,
        at now: Timestamp
    ) async throws {
        try await write("renew what is held") { db in
            let number = try db.upsert(run)
            try db.replaceHolds(figures, released: released)
            try db.apply(exceptions, run: number, at: now)
            try db.endHeldRuns(at: now)
        }
    }

    /// Counts the positions and the figures that wait for a decision on a run.
    package func heldCount(of run: RunID) async throws -> Int {
        try await read("count what is held") { db in
            try Int.fetchOne(
                db,
                cached: """
                    SELECT (SELECT count(*) FROM holds h WHERE h.run = r.number AND NOT h.rejected)
                        + (SELECT count(*) FROM doubts d WHERE d.run = r.number)
                    FROM runs r WHERE r.id = ?
                    """,
                arguments: [run.text]
            ) ?? 0
        }
    }

    /// Gives the levels of these warehouses that show more than 0 and are of none of these products, by their
    /// keys.
    ///
    /// `products` come in byte order; an empty name stands for no warehouse. The shop's levels pass by once.
    package func levelsShown(
        besides products: [SKU],
        in warehouses: Set<String>
    ) async throws -> [(key: LevelKey, shown: Quantity)] {
        try await read("look for levels of unknown SKUs") { db in
            let isAnyShown = try Bool.fetchOne(
                db,
                cached: "SELECT EXISTS (SELECT 1 FROM published WHERE quantity > 0)"
            )
            guard isAnyShown == true else { return [] }
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT l.sku, l.unit, l.warehouse, p.quantity
                    FROM levels l CROSS JOIN published p ON p.level = l.id
                    WHERE p.quantity > 0 AND l.level_id IS NOT NULL
                    ORDER BY l.sku, l.unit, l.warehouse
                    """
            )
            var others: [(key: LevelKey, shown: Quantity)] = []
            var next = 0
            while let row = try rows.next() {
                let key = LevelKey(row, at: 0)
                while next < products.count, products[next] < key.sku { next += 1 }
                if next < products.count, products[next] == key.sku { continue }
                guard warehouses.contains(key.warehouse ?? "") else { continue }
                others.append((key, Quantity(millionths: row[3])))
            }
            return others
        }
    }

    /// Counts what the shop shows above 0, in all warehouses or in one, until it is enough.
    ///
    /// Levels without a warehouse are those of none; where no level has one (`isOnly`), `published` alone
    /// tells.
    package func shown(
        in warehouse: String?,
        isOnly: Bool,
        enough: PublicationGuards.Shown
    ) async throws -> PublicationGuards.Shown {
        try await read("count what the shop shows") { db in
            // What is on its way counts as shown: the plan's changes are measured from there, too.
            let isMoving = try Bool.fetchOne(
                db,
                cached: "SELECT EXISTS (SELECT 1 FROM outbox) OR EXISTS (SELECT 1 FROM claims)"
            )
            let moving = isMoving == true
            let figure = moving ? "ifnull(o.quantity, ifnull(c.quantity, p.quantity))" : "p.quantity"
            let joins =
                moving
                ? "LEFT JOIN outbox o ON o.level = p.level LEFT JOIN claims c ON c.level = p.level" : ""
            let levels = isOnly ? "" : "CROSS JOIN levels l ON l.id = p.level AND l.warehouse = ?"
            let sql = "SELECT \(figure) FROM published p \(levels) \(joins) WHERE \(figure) > 0"
            let arguments: StatementArguments = isOnly ? [] : [warehouse ?? ""]
            var shown = PublicationGuards.Shown(levels: 0, sum: 0)
            let quantities = try Int64.fetchCursor(db, sql: sql, arguments: arguments)
            while shown.levels < enough.levels || shown.sum < enough.sum {
                guard let quantity = try quantities.next() else { break }
                shown.levels += 1
                shown.sum += Int128(quantity)
            }
            return shown
        }
    }

    /// Whether some level lies in a warehouse.
    package func hasWarehouses() async throws -> Bool {
        try await read("look for warehouses") { db in
            // The newest level tells; a shop has warehouses for all of its levels or for none.
            let sql = "SELECT warehouse FROM levels ORDER BY id DESC LIMIT 1"
            return try String.fetchOne(db, cached: sql).map { !$0.isEmpty } ?? false
        }
    }
}

extension Database {
    /// Keeps these figures back, and forgets those of levels that are decided anew.
    func replaceHolds(_ held: [HeldFigure], released: [LevelKey]) throws {
        let delete = try cachedStatement(
            sql: "DELETE FROM holds WHERE sku = ? AND unit = ? AND warehouse = ?"
        )
        for key in released {
            try delete.execute(arguments: [key.sku.text, key.unit.text, key.warehouse ?? ""])
        }
        var numbers: [RunID: Int64] = [:]
        // `OR REPLACE` is safe here: nothing refers to these rows.
        var insert = BulkInsert(self, "INSERT OR REPLACE INTO holds", columns: 9)
        for figure in held {
            guard let run = try number(of: figure.run, &numbers) else { continue }
            insert.append(figure.key)
            insert.append(figure.stock.text)
            insert.append(figure.shown?.millionths)
            insert.append(figure.wanted.millionths)
            insert.append(figure.guardCode.rawValue)
            insert.append(run)
            insert.append(figure.isRejected)
            try insert.endRow()
        }
        try insert.flush()
    }
}
