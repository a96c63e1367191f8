import GRDB
import InventoryCore

// What becomes part of the history, in the transaction that makes it true.
extension Database {
    /// Keeps an act of a run with the stock that it has come to.
    func keep(_ parts: HistoryParts, of run: RunRecord?, number: Int64?, at now: Timestamp) throws {
        let act = try insert(parts, of: run, at: now)
        if let number {
            try execute(
                cached: """
                    INSERT INTO history_runs VALUES (?, ?)
                    ON CONFLICT(run) DO UPDATE SET act = excluded.act
                    """,
                arguments: [number, act]
            )
        }
        if parts.isWhole, try self.number(.historyBase) == nil { try set(.historyBase, to: String(act)) }
        for stocks in parts.stocks { try insert(stocks, of: act) }
        if !parts.decided.isEmpty {
            var writer = HistoryBlockWriter()
            for sku in parts.decided.sorted(byBytesOf: \.self) {
                writer.append(HistoryEntry(sku: sku, at: now, act: act, event: .decision))
            }
            if let decided = try HistoryStocks(writer) { try insert(decided, of: act) }
        }
    }

    private func insert(_ parts: HistoryParts, of run: RunRecord?, at now: Timestamp) throws -> Int64 {
        try execute(
            cached: """
                INSERT INTO history_acts (kind, at, run, source, delivery, as_of, rules, plan, reverts,
                    who, reason, is_whole, is_first)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                parts.kind.rawValue, now.microseconds, run?.id.text, run?.source.text,
                run.flatMap { $0.delivery.isEmpty ? nil : $0.delivery }, run?.asOf?.microseconds,
                // The plan is that of this act, and named when the run is sealed.
                run?.rulesVersion, nil, run?.reverts?.text, parts.who, parts.reason,
                parts.isWhole, parts.isFirst,
            ]
        )
        return lastInsertedRowID
    }

    private func insert(_ stocks: HistoryStocks, of act: Int64) throws {
        try execute(
            cached: "INSERT INTO history_stocks (act, count, first, last, block) VALUES (?, ?, ?, ?, ?)",
            arguments: [act, stocks.count, stocks.first.text, stocks.last.text, stocks.block.blob]
        )
    }

    /// Names the plan of a run's newest act, which is known when the run is sealed.
    func note(plan digest: String, ofActOf run: Int64) throws {
        try execute(
            cached: """
                UPDATE history_acts SET plan = ?1
                WHERE number = (SELECT act FROM history_runs WHERE run = ?2)
                """,
            arguments: [digest, run]
        )
    }

    // MARK: what levels show

    /// Keeps a change of what a level shows; before and after may be the same only of what was refused.
    func noteHistory(
        of level: Int64,
        _ kind: HistoryLevel.Kind,
        before: Int64?,
        after: Int64?,
        act: Int64 = 0,
        at now: Timestamp
    ) throws {
        try execute(
            cached: """
                INSERT INTO history_levels (level, at, kind, before, after, act) VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [level, now.microseconds, kind.rawValue, before, after, act]
        )
    }

    /// Keeps that nobody knows any more what levels show; before `published` forgets it.
    func noteHistoryGone(levels query: String, at now: Timestamp) throws {
        try execute(
            cached: """
                INSERT INTO history_levels (level, at, kind, before, after, act)
                SELECT level, ?, \(HistoryLevel.Kind.gone.rawValue), quantity, NULL, 0
                FROM published WHERE level IN (\(query))
                """,
            arguments: [now.microseconds]
        )
    }

    /// What a level is known to show; nothing where that is not known.
    func shown(by level: Int64) throws -> Int64? {
        try Int64.fetchOne(
            self,
            cached: "SELECT quantity FROM published WHERE level = ?",
            arguments: [level]
        )
    }
}
