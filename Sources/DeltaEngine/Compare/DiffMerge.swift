import CSeparators
import InventoryCore
import SnapshotFormats

/// Puts what the workers found together: keys with several rows
/// become one by the rule, and what none has seen is removed.
struct DiffMerge {
    private let baseline: BaselineView
    private let parts: [SnapshotPass.Part<DiffWorker>]
    private let rule: DuplicateRule
    private let altered: AlteredKeys
    /// Where each worker's rows begin.
    private var places: [Int] = []
    /// For each worker, the common number of each of its added keys.
    private var numbers: [[Int]] = []
    private var newKeys: [(worker: Int, number: Int)] = []
    private var groups: [UInt32: Group] = [:]
    /// Groups whose rows are written in several ways.
    private var collided: Set<UInt32> = []

    /// All rows of one key that has several.
    private struct Group {
        var nets: [Int64] = []
        var lines: [Int] = []
        var place = 0
    }

    /// Finds the keys that have several rows.
    init(
        _ baseline: BaselineView,
        _ parts: [SnapshotPass.Part<DiffWorker>],
        rule: DuplicateRule,
        altered: AlteredKeys
    ) {
        self.altered = altered
        self.baseline = baseline
        self.parts = parts
        self.rule = rule
        var place = 0
        for part in parts {
            places.append(place)
            place += part.sink.place
        }
        numberAddedKeys()
        findGroups()
    }

    /// Blocks that were not read and have rows of keys with several rows: how these are written is not known.
    var blocksToRead: Set<Int> {
        let passed = parts.flatMap(\.sink.passed)
        guard !passed.isEmpty, !groups.isEmpty else { return [] }
        let blocks = baseline.image.blocks
        return groups.keys.reduce(into: []) { numbers, row in
            guard passed.contains(where: { $0.contains(Int(row)) }) else { return }
            numbers.insert(blocks.part(of: Int(row)).block(of: Int(row)))
        }
    }

    /// Fills the diff, and gives the rows that are rejected for being duplicates.
    mutating func merge(into diff: SnapshotDiff) throws(Fault) -> (listed: [RejectedRow], count: Int) {
        diff.workers = parts.map(\.sink)
        diff.seenBlocks = parts.flatMap(\.sink.seenBlocks)
        findCollisions()
        guard !groups.isEmpty else {
            diff.entries.reserveCapacity(parts.reduce(0) { $0 + $1.sink.changes.count } + 1024)
            for (worker, part) in parts.enumerated() {
                for change in part.sink.changes {
                    diff.entries.append(entry(change, row(of: change, worker), worker))
                }
                diff.touched += part.sink.touched
            }
            appendRemoved(to: diff)
            return ([], 0)
        }
        var entries: [(place: Int, entry: SnapshotDiff.Entry)] = []
        entries.reserveCapacity(parts.reduce(0) { $0 + $1.sink.changes.count })
        for (worker, part) in parts.enumerated() {
            for change in part.sink.changes {
                let row = row(of: change, worker)
                if groups[row] != nil { continue }
                entries.append((places[worker] + change.place, entry(change, row, worker)))
            }
            diff.touched += part.sink.touched
        }
        let duplicates = try resolveGroups(into: &entries, rejecting: &diff.rejectedKeys)
        // Where a key's first row is as it was, its place is not known: then the row decides, so that equal
        // snapshots have equal deltas.
        entries.sort { ($0.place, $0.entry.row) < ($1.place, $1.entry.row) }
        diff.touched.removeAll { groups[$0.row] != nil }
        forgetBlocks(&diff.seenBlocks)
        diff.entries = entries.map(\.entry)
        appendRemoved(to: diff)
        return duplicates
    }

    private mutating func numberAddedKeys() {
        for (worker, part) in parts.enumerated() {
            let added = part.sink.added
            var own: [Int] = []
            own.reserveCapacity(added.count)
            for number in 0..<added.count {
                var common: Int?
                for earlier in 0..<worker where common == nil {
                    common = parts[earlier].sink.added.find(added.digests[number]).map {
                        numbers[earlier][$0]
                    }
                }
                if common == nil { newKeys.append((worker, number)) }
                own.append(common ?? newKeys.count - 1)
            }
            numbers.append(own)
        }
    }

    private func row(of change: DiffWorker.Change, _ worker: Int) -> UInt32 {
        change.isAdded ? AddedKeys.firstRow + UInt32(numbers[worker][Int(change.row)]) : change.row
    }

    private func row(of again: DiffWorker.Repeat, _ worker: Int) -> UInt32 {
        guard again.row >= AddedKeys.firstRow else { return again.row }
        return AddedKeys.firstRow + UInt32(numbers[worker][Int(again.row - AddedKeys.firstRow)])
    }

    /// Collects the keys that have several rows, and all rows of each in the order of the snapshot.
    private mutating func findGroups() {
        for (worker, part) in parts.enumerated() {
            for again in part.sink.repeats { groups[row(of: again, worker), default: Group()].place = 0 }
            guard worker > 0 else { continue }
            for earlier in 0..<worker {
                let other = parts[earlier].sink.seen
                for word in other.indices {
                    var both = other[word] & part.sink.seen[word]
                    while both != 0 {
                        groups[UInt32(word << 6 + both.trailingZeroBitCount)] = Group()
                        both &= both - 1
                    }
                }
                for number in part.sink.added.digests.indices
                where newKeys[numbers[worker][number]].worker != worker {
                    groups[AddedKeys.firstRow + UInt32(numbers[worker][number])] = Group()
                }
            }
        }
        guard !groups.isEmpty else { return }
        for worker in parts.indices { collectRows(of: worker) }
    }

    private mutating func findCollisions() {
        guard !altered.isEmpty, !groups.isEmpty else { return }
        var counts: [UInt64: Int] = [:]
        for (row, group) in groups { counts[leading(of: row)] = group.nets.count }
        let collisions = altered.collisions(among: counts)
        for row in groups.keys where collisions.contains(leading(of: row)) { collided.insert(row) }
    }

    private func leading(of row: UInt32) -> UInt64 {
        guard row >= AddedKeys.firstRow else { return baseline.leading(of: Int(row)) }
        let (worker, number) = newKeys[Int(row - AddedKeys.firstRow)]
        return parts[worker].sink.added.digests[number].first
    }

    private mutating func collectRows(of worker: Int) {
        let sink = parts[worker].sink
        let firstLine = parts[worker].firstLine
        var changed: Set<UInt32> = []
        for change in sink.changes {
            let row = row(of: change, worker)
            guard groups[row] != nil else { continue }
            changed.insert(row)
            add(change.net, firstLine + change.line, places[worker] + change.place, to: row)
        }
        for row in groups.keys where row < AddedKeys.firstRow && !changed.contains(row) {
            guard sink.seen[Int(row) >> 6] >> UInt64(row & 63) & 1 != 0,
                let patch = baseline.current(Int(row))
            else { continue }
            // A row that holds what the baseline has was not written down; only its line may have been.
            let line = sink.firstLines.isEmpty ? 0 : firstLine + Int(sink.firstLines[Int(row)]) - 1
            add(patch.net, line, places[worker], to: row)
        }
        for again in sink.repeats {
            add(again.net, firstLine + again.line, places[worker] + again.place, to: row(of: again, worker))
        }
    }

    /// Forgets blocks with a row whose key has others: their bytes do not state what it comes to.
    private func forgetBlocks(_ seen: inout [SeenBlock]) {
        let blocks = baseline.image.blocks
        var numbers: Set<UInt32> = []
        for row in groups.keys where Int(row) < baseline.image.rowCount {
            numbers.insert(UInt32(blocks.part(of: Int(row)).block(of: Int(row))))
        }
        seen.removeAll { numbers.contains($0.number) }
    }

    private mutating func add(_ net: Int64, _ line: Int, _ place: Int, to row: UInt32) {
        groups[row]?.nets.append(net)
        groups[row]?.lines.append(line)
        groups[row]?.place = place
    }

    /// Makes one row of each group by the rule.
    private func resolveGroups(
        into entries: inout [(place: Int, entry: SnapshotDiff.Entry)],
        rejecting keys: inout Set<KeyDigest>
    ) throws(Fault) -> (listed: [RejectedRow], count: Int) {
        var rejected: [RejectedRow] = []
        for (row, group) in groups {
            guard !collided.contains(row), let net = combined(group) else {
                let key = try key(of: row)
                keys.insert(KeyDigest(baseline.seeds.digest(key)))
                rejected += rejections(key, row, group)
                continue
            }
            var entry = SnapshotDiff.Entry(
                kind: .added,
                row: row,
                before: 0,
                after: net,
                rest: 0,
                key: newKey(row)
            )
            if row < AddedKeys.firstRow, let patch = baseline.current(Int(row)) {
                if patch.net == net { continue }
                entry.kind = .changed
                entry.before = patch.net
            }
            entries.append((group.place, entry))
        }
        rejected.sort(by: RejectedRow.isBefore)
        return (rejected, rejected.count)
    }

    /// Nil if the rows are rejected.
    private func combined(_ group: Group) -> Int64? {
        switch rule {
        case .last: return group.nets.last
        case .reject: return nil
        case .sum:
            var sum: Int64 = 0
            for net in group.nets {
                let (next, overflow) = sum.addingReportingOverflow(net)
                if overflow { return nil }
                sum = next
            }
            return sum
        }
    }

    private func key(of row: UInt32) throws(Fault) -> [UInt8] {
        row >= AddedKeys.firstRow ? Array(newKey(row)) : try baseline.key(of: Int(row))
    }

    private func rejections(_ key: [UInt8], _ row: UInt32, _ group: Group) -> [RejectedRow] {
        let position = key.withUnsafeBufferPointer { CanonicalKey.key($0) }
        let isCollision = collided.contains(row)
        let fault = GroupFault(rows: group.lines.count, isCollision: isCollision, rule: rule)
        // Where a row that is as it was stands was not noted; one of the others leads near enough.
        let known = group.lines.filter { $0 > 0 }.min() ?? 0
        return group.lines.map { line in
            RejectedRow(
                line: line > 0 ? line : known,
                column: nil,
                reason: fault.reason,
                message: fault.message,
                bytes: key,
                key: position
            )
        }
    }

    /// The text of a key that the baseline has not; empty for others.
    private func newKey(_ row: UInt32) -> UnsafeBufferPointer<UInt8> {
        guard row >= AddedKeys.firstRow else { return UnsafeBufferPointer(start: nil, count: 0) }
        let (worker, number) = newKeys[Int(row - AddedKeys.firstRow)]
        return parts[worker].sink.added.key(number)
    }

    private func entry(_ change: DiffWorker.Change, _ row: UInt32, _ worker: Int) -> SnapshotDiff.Entry {
        SnapshotDiff.Entry(
            kind: change.before == nil ? .added : .changed,
            row: row,
            before: change.before ?? 0,
            after: change.net,
            rest: change.rest,
            key: change.isAdded
                ? parts[worker].sink.added.key(Int(change.row)) : parts[worker].sink.keys[change.key]
        )
    }

    /// How many words of bits are walked through before the memory of their rows is given back.
    private static let walkWords = 1 << 13

    /// Appends what no worker has seen.
    private func appendRemoved(to diff: SnapshotDiff) {
        let limit = baseline.overlay.rowLimit
        var released = 0
        for word in 0...(limit / 64) {
            if diff.isLimited, word - released > DiffMerge.walkWords {
                baseline.image.releaseRows(released * 64..<min(word * 64, baseline.image.rowCount))
                released = word
            }
            var unseen = UInt64.max
            for part in parts { unseen &= ~part.sink.seen[word] }
            if limit - word * 64 < 64 { unseen &= (1 << UInt64(limit - word * 64)) - 1 }
            while unseen != 0 {
                let row = word * 64 + unseen.trailingZeroBitCount
                unseen &= unseen - 1
                guard let patch = baseline.current(row) else { continue }
                diff.entries.append(
                    SnapshotDiff.Entry(
                        kind: .removed,
                        row: UInt32(row),
                        before: patch.net,
                        after: 0,
                        rest: 0,
                        key: UnsafeBufferPointer(start: nil, count: 0)
                    )
                )
            }
        }
    }
}
