/// The order in which rows of the baseline come in a snapshot, as runs of rows that follow each other.
///
/// An order that is close to the baseline's is kept whole. Of one that is far from it a sample is kept: if
/// the next snapshot has the same pairs of rows side by side, that order is no accident, and worth learning.
struct RowOrder {
    typealias Run = (row: UInt32, count: UInt32)

    /// Two rows that came one after the other.
    struct Pair: Hashable {
        let first: UInt32
        let second: UInt32
    }

    private(set) var runs: [Run] = []
    private let runsMax: Int
    private var begin = 0
    private var end = 0
    private var sample: [Pair] = []
    /// A power of two.
    private var stride = 1
    private var turns = 0

    private var isGivenUp = false

    private static let pairsMax = 512
    /// How many of a hundred sampled pairs must come again; new rows may have torn the others apart.
    private static let againPercentMin = 90

    /// Keeps as many runs as are near the order of so many rows, or all of them.
    init(rows: Int, keepsAll: Bool) {
        runsMax = keepsAll ? .max : max(64, rows / 16)
    }

    /// Whether the rows come nearly as those of the baseline.
    func isNear(rows: Int) -> Bool { !isGivenUp && runs.count <= max(64, rows / 16) }

    /// Whether all runs are there.
    var isWhole: Bool { !isGivenUp && runs.count <= runsMax }

    /// Forgets the order: from here on rows come in another than that of the snapshot.
    mutating func giveUp() {
        runs = []
        sample = []
        isGivenUp = true
    }

    @inline(__always)
    mutating func note(_ row: Int, count: Int) {
        if row == end {
            end += count
            return
        }
        close()
        if end > 0 { meet(Pair(first: UInt32(end - 1), second: UInt32(row))) }
        begin = row
        end = row + count
    }

    /// Ends the last run.
    mutating func close() {
        guard end > begin, runs.count <= runsMax, !isGivenUp else { return }
        runs.append((UInt32(begin), UInt32(end - begin)))
        begin = end
    }

    /// Keeps every so many-th pair, and half as many whenever there are too many.
    private mutating func meet(_ pair: Pair) {
        turns += 1
        guard !isGivenUp, turns & (stride - 1) == 0 else { return }
        sample.append(pair)
        guard sample.count > RowOrder.pairsMax else { return }
        sample = sample.indices.filter { $0 % 2 == 1 }.map { sample[$0] }
        stride *= 2
    }

    /// Pairs from all over an order that is far from the baseline's.
    var pairs: [Pair] { sample }

    /// Tells whether the runs have most of the sampled pairs side by side again.
    static func isAgain(_ pairs: [Pair], in runs: [Run]) -> Bool {
        guard !pairs.isEmpty else { return false }
        var followers: [UInt32: UInt32] = [:]
        for pair in pairs { followers[pair.first] = pair.second }
        var again = 0
        for (run, next) in zip(runs, runs.dropFirst()) {
            let last = run.row + run.count - 1
            if let follower = followers[last], follower == next.row { again += 1 }
        }
        return again * 100 >= followers.count * againPercentMin
    }
}
