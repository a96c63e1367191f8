import CSeparators
import Glibc
import InventoryCore
import SnapshotFormats

extension ObservedBaseline {
    /// A log of so many bytes, and of an eighth of the base, takes long to open.
    private static let logBytesMin = 1 << 20

    /// Whether a fold pays: the log is long, or a new order of rows was learnt.
    ///
    /// Bytes count and not commits: stock events make thousands of small ones.
    package var isFoldDue: Bool {
        let logBytes = logEnd - Int(image.header.baseBytes)
        return isOrderNew
            || logBytes > max(ObservedBaseline.logBytesMin, Int(image.header.baseBytes) / 8)
            || (overlay.patchCount + overlay.extraCount) * 10 > max(image.rowCount, 1 << 16)
    }

    /// Writes base and log as a new base under the same name, and goes on with it.
    ///
    /// Nothing is lost: the new file replaces the old one whole,
    /// and readers that have the old one open keep reading it.
    ///
    /// - Parameter generation: that the new base is to have, where that is another one: only for a file that
    ///   no database knows yet.
    /// - Throws: `Fault`; the baseline is as it was then.
    package func fold(as generation: UInt64? = nil) throws {
        let output = try BaselineOutput(for: path, memoryBytesMax: stagedBytesMax)
        let staged = StagedRows(output, seeds: image.seeds, isFirst: true)
        var isStaged = [UInt64](repeating: 0, count: overlay.rowLimit / 64 + 1)
        let view = view
        var keys = OrderedKeys(view)
        for run in learntOrder {
            for row in Int(run.row)..<Int(run.row + run.count)
            where isStaged[row >> 6] >> UInt64(row & 63) & 1 == 0 {
                isStaged[row >> 6] |= 1 << UInt64(row & 63)
                let key = try keys.key(of: row)
                if let patch = view.current(row) { try stage(row, patch, key, staged) }
            }
        }
        try view.forEachKey { row, patch, key in
            guard isStaged[row >> 6] >> UInt64(row & 63) & 1 == 0 else { return }
            try stage(row, patch, key, staged)
        }
        var state = BaselineCommit()
        state.generation = generation ?? self.generation
        state.standing = standing
        try replace(with: staged, output, state)
    }

    /// Writes what a commit leads to as a new base: for commits that are not much smaller than that.
    func rewrite(with commit: BaselineCommit) throws {
        var changes = BaselineCommit()
        changes.changes = commit.changes
        var next = overlay
        guard next.apply([changes], base: image) else {
            throw Fault.damaged(path, "a commit names unknown rows")
        }
        let output = try BaselineOutput(for: path, memoryBytesMax: stagedBytesMax)
        let staged = StagedRows(output, seeds: image.seeds, isFirst: true)
        let changed = BaselineView(
            path: path,
            generation: commit.generation,
            locationTotals: commit.standing.locations,
            image: image,
            overlay: next
        )
        try changed.forEachKey { row, patch, key in try stage(row, patch, key, staged) }
        var offset = 0
        for (row, length) in zip(commit.added, commit.addedKeyLengths) {
            try staged.append(row, key: Array(commit.addedKeys[offset..<offset + Int(length)]))
            offset += Int(length)
        }
        // The database does not know this generation yet: if it never does, the old file is needed.
        try BaselineFile.keepPrevious(path)
        try replace(with: staged, output, commit)
    }

    private func replace(
        with staged: StagedRows,
        _ output: BaselineOutput,
        _ state: BaselineCommit
    ) throws(Fault) {
        try staged.write()
        try staged.close()
        var writer = BaselineWriter(path: path, seeds: image.seeds, generation: state.generation)
        writer.standing = state.standing
        guard try writer.finish(output, [staged]).isEmpty else { throw .damaged(path, "it has a key twice") }
        try reopen()
    }

    private func stage(_ row: Int, _ patch: Overlay.Patch, _ key: [UInt8], _ staged: StagedRows)
        throws(Fault)
    {
        let digest = row < image.rowCount ? image.rows[row] : overlay.extras[row - image.rowCount]
        let next = BaselineRow(first: digest.first, second: digest.second, net: patch.net, rest: patch.rest)
        try staged.append(next, key: key)
    }
}

/// Reads keys in any order, cheaply where the order is mostly that of the file.
private struct OrderedKeys {
    private let baseline: BaselineView
    private var cursor: KeyCursor?
    private var next = -1
    private var checkedEnd = -1

    init(_ baseline: BaselineView) {
        self.baseline = baseline
    }

    /// Gives the key of a row, which is looked at only then: its checksums are compared before.
    mutating func key(of row: Int) throws(Fault) -> [UInt8] {
        guard row < baseline.image.rowCount else { return try baseline.key(of: row) }
        if row != next || row >= checkedEnd { checkedEnd = try baseline.image.check(from: row) }
        if row != next { cursor = baseline.image.keys(from: row) }
        next = row + 1
        guard cursor?.next() == true, let key = cursor?.key else {
            throw .damaged(baseline.path, "the key of row \(row) cannot be read")
        }
        return key
    }
}
