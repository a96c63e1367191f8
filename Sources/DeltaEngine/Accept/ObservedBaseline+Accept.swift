import CSeparators
import Glibc
package import InventoryCore
import SnapshotFormats

extension ObservedBaseline {
    /// Makes the snapshot of a diff the baseline, durably when this returns.
    ///
    /// Killed at any instant, the file holds the old state or
    /// the new one. Its cost follows the number of deltas, and
    /// where most blocks of rows have no marks yet, that of blocks: twenty bytes each.
    ///
    /// - Parameters:
    ///   - diff: of this baseline, which has not changed since.
    ///   - generation: greater than the present one.
    ///   - others: changes of other origin that come in with it, of positions whose own are held.
    ///   - isHeld: whether a delta is to be left out; held ones are deltas again in the next diff.
    /// - Throws: `Fault` with `stale`, `damaged` or `cannot_write`.
    package func accept(
        _ diff: SnapshotDiff,
        generation: UInt64,
        with others: [Delta] = [],
        isHeld: ((Delta) -> Bool)? = nil
    ) throws {
        guard diff.baseline.image === image, diff.baseline.generation == self.generation else {
            throw stale()
        }
        if let order = diff.order { (learntOrder, isOrderNew) = (order.runs, order.isNew) }
        var commit = BaselineCommit()
        commit.standing.locations = locations
        commit.standing.format = diff.format
        var texts = KeyTexts()
        var held: [UInt32] = []
        var totals = LocationChanges()
        for entry in diff.entries {
            // What the row held goes into the totals.
            if Int(entry.row) < image.rowCount { try image.checkRow(Int(entry.row)) }
            try diff.withKey(of: entry) { key in
                if let isHeld, isHeld(try diff.delta(entry, key, &texts)) {
                    held.append(entry.row)
                    return
                }
                commit.take(entry, key, image.seeds)
                totals.count(
                    positions: entry.kind == .added ? 1 : entry.kind == .removed ? -1 : 0,
                    net: Int128(entry.after) - Int128(entry.before),
                    key,
                    after: (key.firstIndex(of: CanonicalKey.comma) ?? -1) + 1,
                    image.seeds
                )
            }
        }
        totals.apply(to: &commit.standing.locations)
        for change in diff.touched {
            guard let patch = overlay.current(Int(change.row), of: image), patch.net == change.net else {
                continue
            }
            commit.changes.append(
                BaselineCommit.Change(row: change.row, isRemoved: false, net: change.net, rest: change.rest)
            )
        }
        for delta in others {
            try take(delta.key, delta.after?.millionths, into: &commit)
            if let row = try row(of: delta.key) { held.append(UInt32(row)) }
        }
        commit.orderSample = diff.orderSample
        // If something is held back, the same bytes do not state what the baseline holds.
        if held.isEmpty, others.isEmpty { commit.standing.mark = diff.summary.content }
        commit.standing.newestAsOf = diff.summary.newestAsOf?.microseconds ?? .min
        commit.standing.newestKey = diff.newestKey ?? separators_digest()
        commit.marks = marks(of: diff.seenBlocks, after: commit, held: held)
        try append(&commit, generation: generation)
    }

    /// Goes on with the file of a first snapshot, which takes the name of this one's.
    ///
    /// - Throws: `Fault` with `stale` or `cannot_write`.
    func accept(_ first: FirstSnapshot, generation: UInt64) throws(Fault) {
        guard first.path == path, self.generation == 0, count == 0, generation == FirstSnapshot.generation
        else { throw stale() }
        try first.commit()
        try reopen()
    }

    /// Applies deltas of any origin, such as stock events, durably when this returns.
    ///
    /// Their `before` is ignored; the baseline then holds their `after`.
    ///
    /// - Throws: `Fault` with `stale` if the generation
    ///   is not greater than the present one, `damaged` or `cannot_write`.
    package func accept(_ deltas: some Sequence<Delta>, generation: UInt64) throws {
        var commit = BaselineCommit()
        commit.standing = standing
        // No snapshot has stated this.
        commit.standing.mark = ContentMark()
        var last: [PositionKey: Delta] = [:]
        var order: [PositionKey] = []
        for delta in deltas where last.updateValue(delta, forKey: delta.key) == nil {
            order.append(delta.key)
        }
        for key in order {
            guard let delta = last[key] else { continue }
            try take(key, delta.after?.millionths, into: &commit)
        }
        try append(&commit, generation: generation)
    }

    private func row(of key: PositionKey) throws(Fault) -> Int? {
        let digest = image.seeds.digest(CanonicalKey.bytes(of: key))
        return try image.findChecked(digest) ?? overlay.findExtra(digest)
    }

    private func take(
        _ key: PositionKey,
        _ after: Int64?,
        into commit: inout BaselineCommit
    ) throws(Fault) {
        let bytes = CanonicalKey.bytes(of: key)
        let digest = image.seeds.digest(bytes)
        let row = try image.findChecked(digest) ?? overlay.findExtra(digest)
        let before = row.flatMap { overlay.current($0, of: image) }
        var total = commit.standing.locations[key.location]
        total.positions += (after == nil ? 0 : 1) - (before == nil ? 0 : 1)
        total.net += Int128(after ?? 0) - Int128(before?.net ?? 0)
        commit.standing.locations[key.location] = total
        if let row {
            commit.changes.append(
                BaselineCommit.Change(row: UInt32(row), isRemoved: after == nil, net: after ?? 0, rest: 0)
            )
        } else if let after {
            commit.added.append(BaselineRow(first: digest.first, second: digest.second, net: after, rest: 0))
            commit.addedKeyLengths.append(UInt32(bytes.count))
            commit.addedKeys += bytes
        }
    }

    private func stale() -> Fault {
        Fault(
            .badInput,
            code: .baselineStale,
            place: path,
            message: "The baseline has moved on to generation \(generation) since these deltas were made.",
            hint: "Make the diff again."
        )
    }

    /// More added rows than this, and than a quarter of the base, go into a new base instead of the log.
    private static let addedMin = 1 << 16

    /// Writes a commit behind the last one and waits until it is durable.
    private func append(_ commit: inout BaselineCommit, generation: UInt64) throws {
        guard generation > self.generation else { throw stale() }
        guard commit.standing.locations.arePossible else {
            throw Fault.damaged(path, "its totals by location contradict its rows")
        }
        commit.generation = generation
        guard commit.added.count <= max(ObservedBaseline.addedMin, image.rowCount / 4) else {
            return try rewrite(with: commit)
        }
        let offset = logEnd
        let bytes = commit.encoded(identity: image.header.identity, seeds: image.seeds, offset: offset)
        // Cuts off what a discarded commit has left, so that it cannot stand behind this one.
        guard ftruncate(descriptor, off_t(offset)) == 0 else { throw Fault.cannotWrite(path, errno) }
        try bytes.withUnsafeBufferPointer { bytes throws(Fault) in
            try BaselineFile.write(descriptor, UnsafeRawBufferPointer(bytes), at: offset, path: path)
        }
        guard fdatasync(descriptor) == 0 else { throw Fault.cannotWrite(path, errno) }
        try take(commit)
        // The database knows the generation that this follows: the file before it is not needed any more.
        unlink(BaselineFile.previous(path))
        logEnd = offset + bytes.count
        logCommits += 1
    }
}

extension BaselineCommit {
    /// Takes one delta of a diff.
    fileprivate mutating func take(
        _ entry: SnapshotDiff.Entry,
        _ key: UnsafeBufferPointer<UInt8>,
        _ seeds: KeySeeds
    ) {
        guard entry.isNew else {
            let isRemoved = entry.kind == .removed
            changes.append(Change(row: entry.row, isRemoved: isRemoved, net: entry.after, rest: entry.rest))
            return
        }
        guard let base = key.baseAddress else { return }
        let digest = seeds.digest(base, key.count)
        added.append(
            BaselineRow(first: digest.first, second: digest.second, net: entry.after, rest: entry.rest)
        )
        addedKeyLengths.append(UInt32(key.count))
        addedKeys.append(contentsOf: key)
    }
}
