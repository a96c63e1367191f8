import GRDB
import InventoryCore

/// What an outbox entry waits for.
enum EntryState: Int, CaseIterable {
    /// Its turn.
    case ready = 0
    /// Another write: one in flight to the same level, or a decrease of the same stock that goes first.
    case waits = 1
    /// Its level's id at the shop.
    case unresolved = 2
    /// A person: the shop does not have the SKU or the level.
    case unknown = 3
    /// A person: the shop refused it.
    case refused = 4
}

extension Database {
    /// Puts planned wishes into the outbox; what the shop shows or what is on its way already is left out.
    ///
    /// Only one entry per level waits, so a newer wish takes the place of an older one, and its turn where
    /// that comes earlier: a level that changes again and again must not wait for ever. The work is done in
    /// sets: the wishes go to a table in memory, and one statement merges it (measured 3 times faster than
    /// a statement per row, because starting a statement costs more than the row).
    func wish(_ wishes: [AcceptedWish], run: Int64, at now: Timestamp) throws -> AcceptanceCounts {
        var counts = AcceptanceCounts()
        guard !wishes.isEmpty else { return counts }
        counts.unusable = try fillWished(wishes, run: run, at: now)
        try assignStocks(wishes)
        try releaseWaiting(levels: "SELECT level FROM temp.wished")
        try dropNeedless(run: run, at: now)
        let total = try Int.fetchOne(self, cached: "SELECT count(*) FROM temp.wished") ?? 0
        // Mostly nothing is in question, and a look for each wish would be felt.
        let someInQuestion = try hasQuestions()
        let inFlight = someInQuestion ? "ifnull(c.quantity, \(Database.sent(to: "w.level")))" : "c.quantity"
        let orDoubted = someInQuestion ? "OR \(Database.isDoubted("w.level", at: "w.quantity"))" : ""
        try execute(
            cached: """
                INSERT INTO outbox (level, sequence, quantity, wave, priority, run)
                SELECT w.level, w.sequence, w.quantity,
                    \(Database.wave(of: "w.quantity", inFlight: inFlight)), w.priority, ?1
                FROM temp.wished w
                LEFT JOIN published p ON p.level = w.level
                LEFT JOIN claims c ON c.level = w.level
                WHERE CASE WHEN c.level IS NULL THEN p.quantity IS NOT w.quantity \(orDoubted)
                    ELSE c.quantity <> w.quantity END
                ON CONFLICT(level) DO UPDATE SET
                    sequence = excluded.sequence, quantity = excluded.quantity, wave = excluded.wave,
                    priority = min(outbox.priority, excluded.priority), run = excluded.run, attempts = 0,
                    retry_at = NULL,
                    state = CASE outbox.state WHEN \(EntryState.unknown.rawValue) THEN outbox.state
                        ELSE \(EntryState.ready.rawValue) END
                WHERE outbox.quantity <> excluded.quantity
                """,
            arguments: [run]
        )
        counts.queued = changesCount
        counts.unchanged = total - counts.queued
        try execute(cached: "DELETE FROM temp.wished")
        return counts
    }

    /// The wave of a quantity as SQL, against `p.quantity`, what the shop last confirmed.
    ///
    /// While another value is in flight the shop may show either, so a quantity below either of the two
    /// counts as a decrease.
    static func wave(of quantity: String, inFlight: String? = nil) -> String {
        let shown =
            inFlight.map { "max(ifnull(p.quantity, \($0)), ifnull(\($0), p.quantity))" } ?? "p.quantity"
        return """
            CASE WHEN \(quantity) <= 0 THEN \(Wave.zero.rawValue)
                WHEN \(shown) > \(quantity) THEN \(Wave.decrease.rawValue)
                ELSE \(Wave.increase.rawValue) END
            """
    }

    /// Gives how many wishes have a key that cannot be stored.
    private func fillWished(_ wishes: [AcceptedWish], run: Int64, at now: Timestamp) throws -> Int {
        try execute(cached: "DELETE FROM temp.wished")
        try execute(cached: "DELETE FROM temp.wished_keys")
        let sequence = Int(try number(.sequence) ?? 0)
        var unusable: [InventoryException] = []
        // `OR REPLACE`: of two wishes for one level the later counts.
        var byRow = try IntegerInsert(self, "INSERT OR REPLACE INTO temp.wished", columns: 4)
        var byKey = BulkInsert(self, "INSERT INTO temp.wished_keys", columns: 6)
        for (row, place) in Database.inOrderOfRows(wishes) {
            byRow.append(row)
            byRow.append(Int64(sequence + place + 1))
            byRow.append(wishes[place].wish.after.millionths)
            byRow.append(Int64(wishes[place].priority))
            try byRow.endRow()
        }
        for (place, accepted) in wishes.enumerated() where accepted.row == nil {
            guard accepted.wish.key.isStorable else {
                unusable.append(InventoryException(unstorable: accepted.wish.key))
                continue
            }
            byKey.append(sequence + place + 1)
            byKey.append(accepted.wish.key)
            byKey.append(accepted.wish.after.millionths)
            byKey.append(accepted.priority)
            try byKey.endRow()
        }
        try byRow.flush()
        try byKey.flush()
        try set(.sequence, to: String(sequence + wishes.count))
        for exception in unusable { try open(exception, level: nil, run: run, at: now) }
        if byKey.rows > 0 { try resolveWishedKeys() }
        return unusable.count
    }

    /// The wishes whose row is known, with their places: a table that is filled in its own order is filled in
    /// half the time.
    private static func inOrderOfRows(_ wishes: [AcceptedWish]) -> [(row: Int64, place: Int)] {
        var known: [(row: Int64, place: Int)] = []
        known.reserveCapacity(wishes.count)
        for (place, wish) in wishes.enumerated() {
            if let row = wish.row { known.append((row.number, place)) }
        }
        known.sort { $0 < $1 }
        return known
    }

    private func resolveWishedKeys() throws {
        try execute(
            cached: """
                INSERT INTO levels (sku, unit, warehouse)
                SELECT sku, unit, warehouse FROM temp.wished_keys WHERE true
                ON CONFLICT(sku, unit, warehouse) DO NOTHING
                """
        )
        try execute(
            cached: """
                INSERT OR REPLACE INTO temp.wished
                SELECT l.id, w.sequence, w.quantity, w.priority
                FROM temp.wished_keys w CROSS JOIN levels l
                    ON l.sku = w.sku AND l.unit = w.unit AND l.warehouse = w.warehouse
                ORDER BY w.sequence
                """
        )
        try execute(cached: "DELETE FROM temp.wished_keys")
    }

    /// Takes older entries out of the outbox where the shop already shows, or is being sent, the newest wish.
    private func dropNeedless(run: Int64, at now: Timestamp) throws {
        guard try Bool.fetchOne(self, cached: "SELECT EXISTS (SELECT 1 FROM outbox)") == true else { return }
        try execute(cached: "DELETE FROM temp.touched")
        try execute(
            cached: """
                INSERT INTO temp.touched
                SELECT w.level FROM temp.wished w
                CROSS JOIN outbox o ON o.level = w.level
                LEFT JOIN published p ON p.level = w.level
                LEFT JOIN claims c ON c.level = w.level
                WHERE CASE WHEN c.level IS NULL
                        THEN p.quantity IS w.quantity
                            AND NOT \(Database.isDoubted("w.level", at: "w.quantity"))
                    ELSE c.quantity = w.quantity END
                """
        )
        try execute(cached: "DELETE FROM outbox WHERE level IN (SELECT level FROM temp.touched)")
        try close([.writeRefused, .increaseParked], levels: "SELECT level FROM temp.touched", at: now)
    }
}

extension LevelKey {
    /// A text that is bound ends at its first NUL, so such a key would become another SKU's.
    var isStorable: Bool {
        !sku.text.utf8.contains(0) && !unit.text.utf8.contains(0) && !(warehouse ?? "").utf8.contains(0)
    }
}

extension InventoryException {
    fileprivate init(unstorable key: LevelKey) {
        self.init(
            code: .unknownSKU,
            subject: Subject(key),
            message: "The key holds a NUL character (shown as ␀); no product of a shop has one."
        )
    }
}

extension BulkInsert {
    /// Appends a level's key as the columns SKU, unit and warehouse.
    mutating func append(_ key: LevelKey) {
        append(key.sku.text)
        append(key.unit.text)
        append(key.warehouse ?? "")
    }
}
