import CSeparators
import InventoryCore
import SnapshotFormats

extension SnapshotDiff {
    /// Starts from a later generation of the same base, of which these positions may differ.
    ///
    /// A position without an entry is stated as the baseline had it, unless its rows are rejected; one that
    /// is removed is not stated.
    ///
    /// - Throws: `Fault` with `damaged`.
    func rebase(onto now: BaselineView, over touched: Set<PositionKey>) throws {
        var touched = try TouchedRows(touched, of: self, now)
        var changes: [Entry] = []
        var removals: [Entry] = []
        changes.reserveCapacity(entries.count)
        for entry in entries where !touched.take(entry) {
            if entry.kind == .removed { removals.append(entry) } else { changes.append(entry) }
        }
        for entry in touched.entries(now) {
            if entry.kind == .removed { removals.append(entry) } else { changes.append(entry) }
        }
        entries = changes + removals
        baseline = now
        (summary.counts, summary.locations) = (DeltaCounts(), [:])
        try sumUp()
    }
}

/// The rows that a baseline has taken changes of, and what a snapshot states of them.
private struct TouchedRows {
    private struct Statement {
        /// Nothing where the snapshot does not state it.
        var net: Int64?
        var rest: UInt64 = 0
    }

    private var statements: [UInt32: Statement] = [:]
    /// Rows that the baseline did not have before, by the digests of their keys.
    private var newRows: [KeyDigest: UInt32] = [:]
    private let seeds: KeySeeds

    init(_ keys: Set<PositionKey>, of diff: SnapshotDiff, _ now: BaselineView) throws(Fault) {
        seeds = now.seeds
        let before = diff.baseline
        for key in keys {
            let digest = seeds.digest(CanonicalKey.bytes(of: key))
            // One that has no row has not become a position either.
            guard let row = try now.findChecked(digest), !diff.rejectedKeys.contains(KeyDigest(digest)) else {
                continue
            }
            let isOld = row < before.overlay.rowLimit
            statements[UInt32(row)] = Statement(net: isOld ? before.current(row)?.net : nil)
            if !isOld { newRows[KeyDigest(digest)] = UInt32(row) }
        }
    }

    /// Takes what an entry states, if it is of one of the rows.
    mutating func take(_ entry: SnapshotDiff.Entry) -> Bool {
        guard let row = row(of: entry), statements[row] != nil else { return false }
        statements[row] = Statement(net: entry.kind == .removed ? nil : entry.after, rest: entry.rest)
        return true
    }

    private func row(of entry: SnapshotDiff.Entry) -> UInt32? {
        guard entry.isNew else { return entry.row }
        guard !newRows.isEmpty, let key = entry.key.baseAddress else { return nil }
        return newRows[KeyDigest(seeds.digest(key, entry.key.count))]
    }

    /// What the snapshot changes in these rows, in their order.
    func entries(_ now: BaselineView) -> [SnapshotDiff.Entry] {
        statements.sorted { $0.key < $1.key }.compactMap { row, statement in
            let before = now.current(Int(row))?.net
            guard before != statement.net else { return nil }
            return SnapshotDiff.Entry(
                kind: statement.net == nil ? .removed : before == nil ? .added : .changed,
                row: row,
                before: before ?? 0,
                after: statement.net ?? 0,
                rest: statement.rest,
                key: UnsafeBufferPointer(start: nil, count: 0)
            )
        }
    }
}
