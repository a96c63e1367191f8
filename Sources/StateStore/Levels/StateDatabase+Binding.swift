import GRDB
package import InventoryCore

extension StateDatabase {
    /// Gives the shop that the state belongs to; nothing before the first one was read.
    package func binding() async throws -> ShopBinding? {
        try await read("read which shop it is") { db in
            try Row.fetchOne(
                db,
                cached: """
                    SELECT address, created, bound, who, reason, confirmed FROM shop_bindings
                    ORDER BY number DESC LIMIT 1
                    """
            ).map { ShopBinding($0) }
        }
    }

    /// Binds the state to a shop of which it knows nothing yet; an earlier binding is replaced.
    package func bind(to address: String, at now: Timestamp) async throws {
        try await write("remember the shop") { db in
            try db.execute(cached: "DELETE FROM shop_bindings WHERE reason IS NULL")
            try db.execute(
                cached: "INSERT INTO shop_bindings (address, bound) VALUES (?, ?)",
                arguments: [address, now.microseconds]
            )
        }
    }

    /// Gives some known levels, spread over all of them.
    ///
    /// Rows are made in the order of the shop's ids, so that levels far apart in one are so in the other.
    package func nameSample(limit: Int = NameSample.levelsMax) async throws -> [LevelID: SKU] {
        try await read("choose levels to ask for") { db in
            let ends = try Row.fetchOne(
                db,
                cached: "SELECT min(id), max(id) FROM levels WHERE level_id IS NOT NULL"
            )
            guard let first = ends?[0] as Int64?, let last = ends?[1] as Int64? else { return [:] }
            let statement = try db.cachedStatement(
                sql: """
                    SELECT level_id, sku FROM levels WHERE level_id IS NOT NULL AND id >= ?
                    ORDER BY id LIMIT 1
                    """
            )
            var sample: [LevelID: SKU] = [:]
            for number in 0..<Int64(limit) {
                let row = first + (last - first) * number / Int64(max(1, limit - 1))
                guard let found = try Row.fetchOne(statement, arguments: [row]) else { continue }
                sample[LevelID(found[0])] = SKU(found[1])
            }
            return sample
        }
    }

    /// Remembers that a shop's names were found to agree; without a binding it is made.
    ///
    /// Levels of the sample that do not agree are not written before their names are known again.
    package func record(
        _ sample: NameSample,
        of address: String,
        created: String?,
        at now: Timestamp
    ) async throws {
        try await write("remember what the shop's levels are called") { db in
            let isBound = try Bool.fetchOne(db, cached: "SELECT EXISTS (SELECT 1 FROM shop_bindings)")
            if isBound != true {
                try db.execute(
                    cached: "INSERT INTO shop_bindings (address, bound) VALUES (?, ?)",
                    arguments: [address, now.microseconds]
                )
            }
            try db.execute(
                cached: """
                    UPDATE shop_bindings SET confirmed = ?, created = ifnull(created, ?)
                    WHERE number = (SELECT max(number) FROM shop_bindings)
                    """,
                arguments: [now.microseconds, created]
            )
            try db.setNamed(sample.agreeing, at: now)
            try db.setNamed(sample.different, at: nil)
        }
    }

    /// Whether something waits that only the shop can settle.
    package func hasWork(at now: Timestamp) async throws -> Bool {
        try await read("look for work") { db in
            try Bool.fetchOne(
                db,
                cached: """
                    SELECT EXISTS (SELECT 1 FROM claims) OR EXISTS (SELECT 1 FROM raised)
                        OR EXISTS (SELECT 1 FROM questions)
                        OR EXISTS (SELECT 1 FROM outbox WHERE state IN (?, ?, ?))
                        OR EXISTS (SELECT 1 FROM outbox WHERE state = ? AND retry_at <= ?)
                    """,
                arguments: [
                    EntryState.ready.rawValue, EntryState.waits.rawValue, EntryState.unresolved.rawValue,
                    EntryState.refused.rawValue, now.microseconds,
                ]
            ) ?? false
        }
    }
}

extension ShopBinding {
    fileprivate init(_ row: Row) {
        let (who, reason): (String?, String?) = (row[3], row[4])
        self.init(
            address: row[0],
            created: row[1],
            bound: Timestamp(microseconds: row[2]),
            adoption: reason.map { Adoption(who: who ?? "", reason: $0) },
            confirmed: (row[5] as Int64?).map(Timestamp.init(microseconds:))
        )
    }
}
