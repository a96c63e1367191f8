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
    /// a statement per row, because starting a statement costs more than the row). Wishes for levels of which
    /// nothing waits and nothing is on its way have nothing to be merged with: they are appended.
    func wish(_ wishes: [AcceptedWish], run: Int64, at now: Timestamp) throws -> AcceptanceCounts {
        var counts = AcceptanceCounts()
        guard !wishes.isEmpty else { return counts }
        let (wished, unusable) = try wished(wishes, run: run, at: now)
        counts.unusable = unusable
        try assignStocks(wishes)
        if try isIdle() {
            counts.queued = try append(wished, run: run)
        } else if wished.count >= Database.partedMin, let busy = try busyLevels() {
            counts.queued = try append(wished.filter { !busy.contains($0.level) }, run: run)
            counts.queued += try merge(wished.filter { busy.contains($0.level) }, run: run, at: now)
        } else {
            counts.queued = try merge(wished, run: run, at: now)
        }
        counts.unchanged = wished.count - counts.queued
        return counts
    }

    /// Fewer wishes are merged at once, and more busy levels are not told apart.
    private static let partedMin = 1_000
    private static let busyMax = 20_000

    /// Levels of which something waits, is on its way, or is in question; nothing where they are many.
    private func busyLevels() throws -> Set<Int64>? {
        let levels = try Int64.fetchAll(
            self,
            cached: """
                SELECT level FROM outbox UNION SELECT level FROM claims UNION SELECT level FROM questions
                LIMIT ?
                """,
            arguments: [Database.busyMax + 1]
        )
        return levels.count > Database.busyMax ? nil : Set(levels)
    }

    /// Whether nothing waits, nothing is on its way, and no level is in question.
    private func isIdle() throws -> Bool {
        let some = """
            SELECT EXISTS (SELECT 1 FROM outbox) OR EXISTS (SELECT 1 FROM claims)
                OR EXISTS (SELECT 1 FROM questions)
            """
        return try Bool.fetchOne(self, cached: some) == false
    }

    /// Fills an outbox that nothing waits in; gives how many wishes were needed.
    private func append(_ wished: [WishedLevel], run: Int64) throws -> Int {
        let look = try cachedStatement(sql: "SELECT quantity FROM published WHERE level = ?")
        let columns = "level, sequence, quantity, wave, priority, run"
        var insert = try IntegerInsert(self, "INSERT INTO outbox (\(columns))", columns: 6)
        var queued = 0
        for start in stride(from: 0, to: wished.count, by: Database.appendedAtOnce) {
            let part = wished[start..<min(start + Database.appendedAtOnce, wished.count)]
            let shown = try integers(look, of: part.map(\.level))
            for (wish, before) in zip(part, shown) where before != wish.quantity {
                let after = Quantity(millionths: wish.quantity)
                let wave = Wave(before: before.map(Quantity.init(millionths:)), after: after)
                insert.append(wish.level)
                insert.append(wish.sequence)
                insert.append(wish.quantity)
                insert.append(Int64(wave.rawValue))
                insert.append(wish.priority)
                insert.append(run)
                try insert.endRow()
                queued += 1
            }
        }
        try insert.flush()
        return queued
    }

    /// Wishes compared with what is shown before they are inserted; bounds the memory for it.
    private static let appendedAtOnce = 4_096

    /// Merges wishes with what waits and what is on its way; gives how many entries were made or changed.
    private func merge(_ wished: [WishedLevel], run: Int64, at now: Timestamp) throws -> Int {
        guard !wished.isEmpty else { return 0 }
        try fill(wished)
        try releaseWaiting(levels: "SELECT level FROM temp.wished")
        try dropNeedless(run: run, at: now)
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
        let queued = changesCount
        try execute(cached: "DELETE FROM temp.wished")
        return queued
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

    /// Gives the rows of all wishes, in their order and each once, and how many have a key that cannot be
    /// stored.
    private func wished(
        _ wishes: [AcceptedWish],
        run: Int64,
        at now: Timestamp
    ) throws -> (levels: [WishedLevel], unusable: Int) {
        let sequence = Int(try number(.sequence) ?? 0)
        var levels: [WishedLevel] = []
        levels.reserveCapacity(wishes.count)
        var unusable: [InventoryException] = []
        try execute(cached: "DELETE FROM temp.wished_keys")
        var byKey = BulkInsert(self, "INSERT INTO temp.wished_keys", columns: 6)
        for (place, accepted) in wishes.enumerated() {
            if let row = accepted.row {
                levels.append(WishedLevel(row.number, sequence + place + 1, accepted))
                continue
            }
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
        try byKey.flush()
        try set(.sequence, to: String(sequence + wishes.count))
        for exception in unusable { try open(exception, level: nil, run: run, at: now) }
        if byKey.rows > 0 { levels += try resolveWishedKeys() }
        // A table that is filled in its own order is filled in half the time.
        levels.sort { left, right in
            left.level < right.level || (left.level == right.level && left.sequence < right.sequence)
        }
        Database.keepLastOfEach(&levels)
        return (levels, unusable.count)
    }

    /// Of two wishes for one level the later counts.
    private static func keepLastOfEach(_ sorted: inout [WishedLevel]) {
        var count = 0
        for place in sorted.indices {
            if count > 0, sorted[count - 1].level == sorted[place].level { count -= 1 }
            sorted[count] = sorted[place]
            count += 1
        }
        sorted.removeLast(sorted.count - count)
    }

    private func fill(_ wished: [WishedLevel]) throws {
        try execute(cached: "DELETE FROM temp.wished")
        var insert = try IntegerInsert(self, "INSERT INTO temp.wished", columns: 4)
        for wish in wished {
            insert.append(wish.level)
            insert.append(wish.sequence)
            insert.append(wish.quantity)
            insert.append(wish.priority)
            try insert.endRow()
        }
        try insert.flush()
    }

    /// Makes the levels that are new, and gives the rows of all wishes that came by their keys.
    private func resolveWishedKeys() throws -> [WishedLevel] {
        try execute(
            cached: """
                INSERT INTO levels (sku, unit, warehouse)
                SELECT sku, unit, warehouse FROM temp.wished_keys WHERE true
                ON CONFLICT(sku, unit, warehouse) DO NOTHING
                """
        )
        let rows = try Row.fetchAll(
            self,
            cached: """
                SELECT l.id, w.sequence, w.quantity, w.priority
                FROM temp.wished_keys w CROSS JOIN levels l
                    ON l.sku = w.sku AND l.unit = w.unit AND l.warehouse = w.warehouse
                """
        )
        try execute(cached: "DELETE FROM temp.wished_keys")
        return rows.map { WishedLevel(level: $0[0], sequence: $0[1], quantity: $0[2], priority: $0[3]) }
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

/// A wish on its way into the outbox.
private struct WishedLevel {
    let level: Int64
    let sequence: Int64
    /// In millionths.
    let quantity: Int64
    let priority: Int64
}

extension WishedLevel {
    init(_ level: Int64, _ sequence: Int, _ accepted: AcceptedWish) {
        self.init(
            level: level,
            sequence: Int64(sequence),
            quantity: accepted.wish.after.millionths,
            priority: Int64(accepted.priority)
        )
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
