import InventoryCore
import SnapshotFormats

/// The rejected rows of one range of a snapshot: all counted, the first ones listed.
struct RejectedRows {
    /// Their lines count from 0 at the start of the range.
    private(set) var listed: [RejectedRow] = []
    private(set) var counts = RejectedCounts()
    private let listedMax: Int

    init(listedMax: Int) {
        self.listedMax = listedMax
    }

    mutating func append(_ row: RejectedRow) {
        counts.count(row)
        if listed.count < listedMax { listed.append(row) }
    }

    /// Lets go of rows that are not to be listed: ranges before have listed so many.
    mutating func settle(after listedBefore: Int) {
        let most = max(0, listedMax - listedBefore)
        if listed.count > most { listed.removeLast(listed.count - most) }
    }
}

/// Hands out how many rejected rows may still be listed, to ranges in the order of the file.
///
/// Unchecked, because `RowSink.settle` is called for one range at a time.
final class RejectedList: @unchecked Sendable {
    private var listed = 0

    func settle(_ rows: inout RejectedRows) {
        rows.settle(after: listed)
        listed += rows.listed.count
    }
}

/// What is counted of rejected rows.
package struct RejectedCounts: Hashable, Sendable {
    /// The physical lines that they take.
    package var lines = 0
    /// Rows that do not say which position they speak of.
    package var keyless = 0
    package var repeatedHeaders = 0

    package init() {}

    mutating func count(_ row: RejectedRow) {
        lines += row.lines
        if row.isKeyless { keyless += 1 }
        if row.reason == .repeatedHeader { repeatedHeaders += 1 }
    }

    mutating func add(_ other: RejectedCounts) {
        lines += other.lines
        keyless += other.keyless
        repeatedHeaders += other.repeatedHeaders
    }
}

extension RejectedRow {
    /// Orders rows that are rejected because of others by their lines, and those of one line by their keys.
    static func isBefore(_ a: RejectedRow, _ b: RejectedRow) -> Bool {
        a.line == b.line ? a.bytes.lexicographicallyPrecedes(b.bytes) : a.line < b.line
    }
}
