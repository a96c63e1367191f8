package import InventoryCore

/// Goes through the stock of all SKUs, in byte order, as it was after each act; reads files and blocks.
package struct HistoryWalk {
    private var merge: HistoryMerge
    private let kinds: HistoryActKinds
    /// The act with which the history began.
    package let base: Int64

    init(_ look: StateDatabase.Look, in folder: StateFolder) throws {
        let files = try look.files(in: folder)
        merge = try HistoryMerge(files, then: look.pending)
        kinds = try HistoryActKinds(files, look.kept.acts.values)
        base = look.kept.base
    }

    /// Gives the course of the next SKU's stock; nothing at the end.
    ///
    /// - Throws: `history_damaged`.
    package mutating func next() throws(Fault) -> StockCourse? {
        while let entries = try merge.next() {
            guard let sku = entries.first?.sku else { continue }
            let course = StockCourse(of: sku, base: base, entries) { kinds[$0] }
            if !course.isEmpty { return course }
        }
        return nil
    }
}

/// What acts are, one byte for each: there may be millions of them.
private struct HistoryActKinds {
    private var first: Int64 = 0
    private var bytes: [UInt8] = []

    init(_ files: [HistoryFile], _ others: some Collection<HistoryAct>) throws(Fault) {
        let firsts = files.map(\.index.extent.firstAct).filter { $0 > 0 } + others.map(\.number)
        let lasts = files.map(\.index.extent.lastAct) + others.map(\.number)
        guard let first = firsts.min(), let last = lasts.max(), first <= last else { return }
        self.first = first
        bytes = Array(repeating: 0, count: Int(last - first) + 1)
        for file in files {
            for block in file.index.acts.indices {
                for act in try file.acts(block) { note(act) }
            }
        }
        for act in others { note(act) }
    }

    private mutating func note(_ act: HistoryAct) {
        bytes[Int(act.number - first)] = 1 | act.kind.rawValue << 2 | (act.isFirst ? 2 : 0)
    }

    /// An act with its kind alone.
    subscript(number: Int64) -> HistoryAct? {
        guard number >= first, Int(number - first) < bytes.count else { return nil }
        let byte = bytes[Int(number - first)]
        guard byte > 0, let kind = HistoryAct.Kind(rawValue: byte >> 2) else { return nil }
        var act = HistoryAct(number: number, kind: kind, at: Timestamp(microseconds: 0))
        act.isFirst = byte & 2 != 0
        return act
    }
}

extension StateDatabase {
    /// Runs with the stock of all SKUs as it was after each act, on a thread that may wait for files.
    ///
    /// - Returns: what the body gives.
    /// - Throws: `history_damaged`, `history_missing`, what the body throws, or another `Fault`.
    package func withHistory<Result: Sendable>(
        _ body: @escaping @Sendable (inout HistoryWalk, KeptHistory) throws -> Result
    ) async throws -> Result {
        try await consistent { [self] in
            let look = try await look { try $0.stocks() }
            return try await blocking { [folder] in
                var walk = try HistoryWalk(look, in: folder)
                return try body(&walk, look.kept)
            }
        }
    }
}
