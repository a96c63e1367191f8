import GRDB
import InventoryCore

/// What goes into the next file of the history: these acts with their stock, and these changes of levels.
struct HistoryCut: Sendable {
    let acts: ClosedRange<Int64>?
    /// The last of the changes of levels.
    let levels: Int64
    /// The place of the file.
    let place: Int64

    /// Takes acts as long as their stock fits, then changes of levels that none of the later acts has caused.
    static func next(_ db: Database, _ entriesMax: Int) throws -> HistoryCut {
        let place = try HistoryCatalogue(db).next
        let first = try Int64.fetchOne(db, cached: "SELECT min(number) FROM history_acts")
        var last = try Int64.fetchOne(db, cached: "SELECT max(number) FROM history_acts")
        var room = entriesMax
        let rows = try Row.fetchCursor(
            db.cachedStatement(sql: "SELECT act, count FROM history_stocks ORDER BY number")
        )
        while let row = try rows.next() {
            let (act, count): (Int64, Int) = (row[0], row[1])
            // Of one act all: it may be more than that.
            if room <= 0, act > (last ?? 0) { break }
            if room > 0, room - count <= 0 { last = act }
            room -= count
        }
        let later = "SELECT min(number) - 1 FROM history_levels WHERE act > ?"
        // Where no act waits, all that have caused something are in files.
        let free = try last.flatMap { try Int64.fetchOne(db, cached: later, arguments: [$0]) }
        let begin = try Int64.fetchOne(db, cached: "SELECT min(number) FROM history_levels") ?? 0
        return HistoryCut(
            acts: first.flatMap { first in last.map { first...max(first, $0) } },
            levels: min(free ?? .max, begin + Int64(entriesMax) - 1),
            place: place
        )
    }

    func remove(from db: Database) throws {
        if let acts {
            try db.execute(cached: "DELETE FROM history_stocks WHERE act <= ?", arguments: [acts.upperBound])
            try db.execute(cached: "DELETE FROM history_acts WHERE number <= ?", arguments: [acts.upperBound])
        }
        try db.execute(cached: "DELETE FROM history_levels WHERE number <= ?", arguments: [levels])
        // Runs that are forgotten, and of which nothing can be answered any more.
        try db.execute(
            cached: """
                DELETE FROM history_runs WHERE run NOT IN (SELECT number FROM runs)
                    AND run NOT IN (SELECT run FROM outbox) AND run NOT IN (SELECT run FROM claims)
                    AND run NOT IN (SELECT run FROM questions)
                """
        )
    }
}

extension HistoryEntry {
    /// Sorts entries by SKU; of one SKU stock and levels each keep their order.
    static func sorted(_ stocks: [HistoryEntry], _ levels: [HistoryEntry]) -> [HistoryEntry] {
        let (stocks, levels) = (stocks.sorted(byBytesOf: \.sku), levels.sorted(byBytesOf: \.sku))
        var entries: [HistoryEntry] = []
        entries.reserveCapacity(stocks.count + levels.count)
        var (stock, level) = (0, 0)
        while stock < stocks.count || level < levels.count {
            let sku = HistoryEntry.least(stocks, stock, levels, level)
            let stockEnd = stocks[stock...].firstIndex { $0.sku != sku } ?? stocks.count
            let levelEnd = levels[level...].firstIndex { $0.sku != sku } ?? levels.count
            entries += merged(Array(stocks[stock..<stockEnd]), Array(levels[level..<levelEnd]))
            (stock, level) = (stockEnd, levelEnd)
        }
        return entries
    }

    private static func least(
        _ stocks: [HistoryEntry],
        _ stock: Int,
        _ levels: [HistoryEntry],
        _ level: Int
    ) -> SKU {
        guard stock < stocks.count else { return levels[level].sku }
        guard level < levels.count else { return stocks[stock].sku }
        return min(stocks[stock].sku, levels[level].sku)
    }
}
