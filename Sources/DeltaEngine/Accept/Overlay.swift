import CSeparators
import SnapshotFormats

/// What the log says beyond the base: changed and removed rows, and added ones.
///
/// Changed rows are found by a bit each and by counting the bits before it; nothing of the base is copied.
struct Overlay {
    struct Patch {
        var net: Int64
        var rest: UInt64
        var isRemoved: Bool
    }

    private let baseCount: Int
    /// One bit a base row.
    private(set) var bits: [UInt64]
    /// For each word of bits: the patches before it.
    private var before: [UInt32]
    private var patches: [Patch] = []
    /// Rows that the base does not have; numbered on from the base's last.
    private(set) var extras: [BaselineRow] = []
    private var extraIsRemoved: [Bool] = []
    private var extraKeyEnds: [Int] = []
    private var extraKeys: [UInt8] = []
    private var extraTable: [UInt32] = []
    /// By the first word of their SKUs' digests.
    private var extrasOfSKU: [UInt64: [UInt32]] = [:]
    /// How many rows there are now.
    private(set) var count: Int

    init(baseCount: Int) {
        self.baseCount = baseCount
        bits = Array(repeating: 0, count: baseCount / 64 + 1)
        before = Array(repeating: 0, count: baseCount / 64 + 1)
        count = baseCount
    }

    var patchCount: Int { patches.count }
    var extraCount: Int { extras.count }
    /// Rows of the base and all added ones, removed ones included.
    var rowLimit: Int { baseCount + extras.count }

    @inline(__always)
    func isPatched(_ row: Int) -> Bool {
        bits[row >> 6] >> UInt64(row & 63) & 1 != 0
    }

    /// The patch of a base row whose bit is set.
    func patch(_ row: Int) -> Patch {
        let below = bits[row >> 6] & ((1 << UInt64(row & 63)) - 1)
        return patches[Int(before[row >> 6]) + below.nonzeroBitCount]
    }

    /// What a row of the base or an added one now holds; nothing if it has been removed.
    @inline(__always)
    func current(_ row: Int, of base: BaselineImage) -> Patch? {
        let patch: Patch
        if row >= base.rowCount {
            patch = extra(row)
        } else if isPatched(row) {
            patch = self.patch(row)
        } else {
            return Patch(net: base.rows.net(row), rest: base.rows.rest(row), isRemoved: false)
        }
        return patch.isRemoved ? nil : patch
    }

    /// What an added row holds.
    func extra(_ row: Int) -> Patch {
        let index = row - baseCount
        return Patch(net: extras[index].net, rest: extras[index].rest, isRemoved: extraIsRemoved[index])
    }

    func key(ofExtra row: Int) -> ArraySlice<UInt8> {
        let index = row - baseCount
        return extraKeys[(index == 0 ? 0 : extraKeyEnds[index - 1])..<extraKeyEnds[index]]
    }

    /// Gives the added row of a key, removed ones included.
    func findExtra(_ digest: separators_digest) -> Int? {
        guard !extraTable.isEmpty else { return nil }
        var place = Int(truncatingIfNeeded: digest.first) & (extraTable.count - 1)
        while extraTable[place] != UInt32.max {
            let index = Int(extraTable[place])
            if extras[index].first == digest.first, extras[index].second == digest.second {
                return baseCount + index
            }
            place = (place + 1) & (extraTable.count - 1)
        }
        return nil
    }

    /// The added rows whose SKU's digest begins so.
    func extras(ofSKU digest: separators_digest) -> [Int] {
        (extrasOfSKU[digest.first] ?? []).map { baseCount + Int($0) }
    }

    /// Applies commits in order; false if one names a row that does not exist.
    mutating func apply(_ commits: [BaselineCommit], base: BaselineImage) -> Bool {
        var limit = rowLimit
        for commit in commits {
            guard commit.changes.allSatisfy({ Int($0.row) < limit }) else { return false }
            limit += commit.added.count
            guard limit < Int(AddedKeys.firstRow) else { return false }
        }
        setBits(commits, base)
        for commit in commits {
            for change in commit.changes { apply(change, base) }
            var offset = 0
            for (row, length) in zip(commit.added, commit.addedKeyLengths) {
                append(row, key: commit.addedKeys[offset..<offset + Int(length)], base.seeds)
                offset += Int(length)
            }
        }
        return true
    }

    /// Makes places for all rows that the commits patch, keeping the patches that are there.
    private mutating func setBits(_ commits: [BaselineCommit], _ base: BaselineImage) {
        let oldBits = bits
        let oldBefore = before
        let old = patches
        for commit in commits {
            for change in commit.changes where Int(change.row) < baseCount {
                bits[Int(change.row) >> 6] |= 1 << UInt64(change.row & 63)
            }
        }
        var total = 0
        for word in bits.indices {
            before[word] = UInt32(total)
            total += bits[word].nonzeroBitCount
        }
        guard total != old.count else { return }
        patches = []
        patches.reserveCapacity(total)
        for word in bits.indices where bits[word] != 0 {
            var left = bits[word]
            var next = Int(oldBefore[word])
            while left != 0 {
                let bit = left & ~(left - 1)
                if oldBits[word] & bit != 0 {
                    patches.append(old[next])
                    next += 1
                } else {
                    let row = base.rows[word * 64 + bit.trailingZeroBitCount]
                    patches.append(Patch(net: row.net, rest: row.rest, isRemoved: false))
                }
                left ^= bit
            }
        }
    }

    private mutating func apply(_ change: BaselineCommit.Change, _ base: BaselineImage) {
        let row = Int(change.row)
        if row < baseCount {
            let below = bits[row >> 6] & ((1 << UInt64(row & 63)) - 1)
            let index = Int(before[row >> 6]) + below.nonzeroBitCount
            count += (patches[index].isRemoved ? 1 : 0) - (change.isRemoved ? 1 : 0)
            patches[index] = Patch(net: change.net, rest: change.rest, isRemoved: change.isRemoved)
        } else {
            let index = row - baseCount
            count += (extraIsRemoved[index] ? 1 : 0) - (change.isRemoved ? 1 : 0)
            extras[index].net = change.net
            extras[index].rest = change.rest
            extraIsRemoved[index] = change.isRemoved
        }
    }

    private mutating func append(_ row: BaselineRow, key: ArraySlice<UInt8>, _ seeds: KeySeeds) {
        let index = extras.count
        extras.append(row)
        extraIsRemoved.append(false)
        extraKeys += key
        extraKeyEnds.append(extraKeys.count)
        count += 1
        let comma = key.firstIndex(of: 0x2C) ?? key.endIndex - 1
        extrasOfSKU[seeds.digest(Array(key[...comma])).first, default: []].append(UInt32(index))
        if extras.count * 2 > extraTable.count {
            extraTable = Array(repeating: UInt32.max, count: max(64, extraTable.count * 4))
            for old in extras.indices { insert(old) }
        } else {
            insert(index)
        }
    }

    private mutating func insert(_ index: Int) {
        var place = Int(truncatingIfNeeded: extras[index].first) & (extraTable.count - 1)
        while extraTable[place] != UInt32.max { place = (place + 1) & (extraTable.count - 1) }
        extraTable[place] = UInt32(index)
    }
}
