import GRDB
import InventoryCore

extension StateDatabase {
    /// Counts what the outbox holds: a few milliseconds, however many entries of one kind there are.
    ///
    /// Of each kind up to `countedMax` are counted one by one before the count of all is asked for.
    package func backlog(countingTo countedMax: Int = 50_000) async throws -> Backlog {
        try await read("count the outbox") { db in
            var backlog = Backlog()
            for (kind, count) in try db.outboxCounts(countedMax) {
                switch (kind.state, kind.wave) {
                case (.ready, let wave?): backlog.waiting[wave] = count
                case (.ready, nil): break
                case (.waits, _): backlog.blocked = count
                case (.unresolved, _): backlog.unresolved = count
                case (.unknown, _): backlog.unknown = count
                case (.refused, _): backlog.refused = count
                }
            }
            backlog.inQuestion = try db.levelsInQuestion()
            backlog.claimed = try Int.fetchOne(db, cached: "SELECT count(*) FROM claims") ?? 0
            return backlog
        }
    }
}

/// Entries of the outbox that are counted together.
private struct OutboxKind: Hashable {
    let state: EntryState
    /// Nothing where all waves are meant.
    var wave: Wave?

    static let all =
        Wave.allCases.map { OutboxKind(state: .ready, wave: $0) }
        + EntryState.allCases.filter { $0 != .ready }.map { OutboxKind(state: $0) }
}

extension Database {
    /// Kinds without entries are missing.
    ///
    /// SQLite counts a whole table by its pages, a tenth of the time of counting a part of it: the largest
    /// kind is what the others leave of all. A million are parked where the shop lacks a whole catalogue, and
    /// wait where it is filled for the first time.
    fileprivate func outboxCounts(_ countedMax: Int) throws -> [OutboxKind: Int] {
        var counts: [OutboxKind: Int] = [:]
        var large: [OutboxKind] = []
        for kind in OutboxKind.all {
            let count = try outboxCount(of: kind, limit: countedMax)
            if count == countedMax { large.append(kind) } else if count > 0 { counts[kind] = count }
        }
        guard let last = large.popLast() else { return counts }
        for kind in large { counts[kind] = try outboxCount(of: kind, limit: -1) }
        let all = try Int.fetchOne(self, cached: "SELECT count(*) FROM outbox") ?? 0
        counts[last] = all - counts.values.reduce(0, +)
        return counts
    }

    private func outboxCount(of kind: OutboxKind, limit: Int) throws -> Int {
        let wave = kind.wave == nil ? "" : "AND wave = ?3"
        var arguments: StatementArguments = [limit, kind.state.rawValue]
        if let wave = kind.wave { arguments += [wave.rawValue] }
        return try Int.fetchOne(
            self,
            cached: """
                SELECT count(*) FROM (SELECT 1 FROM outbox WHERE state = ?2 \(wave) LIMIT ?1)
                """,
            arguments: arguments
        ) ?? 0
    }
}
