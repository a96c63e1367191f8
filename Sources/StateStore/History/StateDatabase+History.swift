import GRDB
package import InventoryCore

/// What the history has of one SKU.
package struct KeptHistory: Sendable {
    /// Stock and levels, each in the order in which they came.
    package internal(set) var entries: [HistoryEntry] = []
    /// What the entries come from, by number; those that are not kept any more are missing.
    package internal(set) var acts: [Int64: HistoryAct] = [:]
    /// The act with which the history began.
    package internal(set) var base: Int64 = 0
    /// Before this only the last state of the stock is kept.
    package internal(set) var since: Timestamp?
    package internal(set) var gaps: [HistoryGap] = []
}

/// A time of which changes are lost, because a file was damaged.
package struct HistoryGap: Hashable, Sendable {
    package let from: Timestamp
    package let until: Timestamp
    package let reason: String
}

extension StateDatabase {
    /// How often a look into the files begins again because the owner has merged some meanwhile.
    private static let attemptsMax = 5

    /// Gives all that is known of a SKU's past.
    ///
    /// - Throws: `history_damaged`, `history_missing`, or another `Fault`.
    package func history(of sku: SKU) async throws -> KeptHistory {
        try await consistent { [self] in
            let look = try await look { try $0.entries(of: sku) }
            let parts = look.catalogue.sound
            // A shop's year is a dozen files and more, each with an index to read: a few are read at once.
            let read = try await blocking(each: parts.count) { [folder] number in
                let file = try HistoryFile(of: parts[number], in: folder)
                return (file: file, entries: try file.entries(of: sku))
            }
            var stocks: [HistoryEntry] = []
            var levels: [HistoryEntry] = []
            for part in read { split(part.entries, &stocks, &levels) }
            split(look.pending, &stocks, &levels)
            var history = look.kept
            history.entries = merged(stocks, levels)
            let asked = Set(history.entries.lazy.map(\.act)).subtracting(history.acts.keys)
            let acts = try await blocking(each: read.count) { try read[$0].file.acts(numbered: asked) }
            for own in acts { for act in own { history.acts[act.number] = act } }
            return history
        }
    }

    /// What one look at the database says of the history.
    struct Look: Sendable {
        let catalogue: HistoryCatalogue
        let pending: [HistoryEntry]
        /// Without entries, and with the acts that the database has.
        let kept: KeptHistory

        /// Opens the files that can be read.
        func files(in folder: StateFolder) throws -> [HistoryFile] {
            try catalogue.sound.map { try HistoryFile(of: $0, in: folder) }
        }
    }

    func look(
        withAllActs: Bool = false,
        _ pending: @Sendable @escaping (HistoryPending) throws -> [HistoryEntry]
    ) async throws -> Look {
        try await read("read the history") { db in
            let waiting = HistoryPending(db)
            let catalogue = try HistoryCatalogue(db)
            var kept = KeptHistory()
            kept.base = try db.number(.historyBase) ?? 0
            kept.since = try db.number(.historySince).map(Timestamp.init(microseconds:))
            kept.gaps = catalogue.gaps
            let entries = try pending(waiting)
            if withAllActs {
                for act in try waiting.acts(0...Int64.max) { kept.acts[act.number] = act }
            } else {
                for number in Set(entries.lazy.map(\.act)) where number > 0 {
                    for act in try waiting.acts(number...number) { kept.acts[number] = act }
                }
            }
            return Look(catalogue: catalogue, pending: entries, kept: kept)
        }
    }

    /// Looks again where a file is gone that the owner of the folder has merged into another meanwhile.
    func consistent<T: Sendable>(_ body: @Sendable () async throws -> T) async throws -> T {
        for _ in 1..<StateDatabase.attemptsMax {
            do {
                return try await body()
            } catch let fault as Fault where fault.code == .historyMissing {
                continue
            }
        }
        return try await body()
    }
}

/// Adds entries to those of stock, or to those of levels.
private func split(_ entries: [HistoryEntry], _ stocks: inout [HistoryEntry], _ levels: inout [HistoryEntry])
{
    for entry in entries {
        if case .level = entry.event { levels.append(entry) } else { stocks.append(entry) }
    }
}
