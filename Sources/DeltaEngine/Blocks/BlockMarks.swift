import SnapshotFormats

/// For each block of a base's rows, which bytes state exactly what the baseline now holds of them, where that
/// is known.
///
/// A block whose bytes come again need not be read. A commit that changes a row of a block ends its mark,
/// unless it brings a new one.
///
/// Unchecked, because `base` is mapped read-only, and never changes.
struct BlockMarks: @unchecked Sendable {
    /// A mark that a commit brings.
    struct New {
        let number: UInt32
        let mark: BlockMark
    }

    let blocks: RowBlocks
    /// The format under which the bytes were read.
    private var format: UInt64
    /// A block that is passed over has no newer row than this.
    private var newestAsOf: Int64
    private let base: UnsafeBufferPointer<BlockMark>
    /// All of them, as soon as one is not what the base says.
    private var changed: [BlockMark] = []

    /// Takes the marks of a base, which stays mapped as long as they are used.
    init(_ image: BaselineImage) {
        blocks = image.blocks
        base = image.blockMarks
        format = image.header.format
        newestAsOf = image.header.newestAsOf
    }

    @inline(__always)
    subscript(number: Int) -> BlockMark { changed.isEmpty ? base[number] : changed[number] }

    /// Applies a commit; false if it names a block that does not exist.
    mutating func apply(_ commit: BaselineCommit, rowCount: Int) -> Bool {
        guard commit.marks.allSatisfy({ Int($0.number) < blocks.count }) else { return false }
        // A newest row that was held back is still in its block, and would be passed over with it.
        let endsAll = commit.standing.format != format || commit.standing.newestAsOf < newestAsOf
        format = commit.standing.format
        newestAsOf = commit.standing.newestAsOf
        guard endsAll || !commit.changes.isEmpty || !commit.marks.isEmpty, blocks.count > 0 else {
            return true
        }
        if endsAll {
            changed = Array(repeating: .none, count: blocks.count)
        } else if changed.isEmpty {
            changed = Array(base)
        }
        var part = RowBlocks.Part()
        for change in commit.changes where Int(change.row) < rowCount {
            let row = Int(change.row)
            blocks.seek(row, in: &part)
            changed[part.block(of: row)] = .none
        }
        for new in commit.marks { changed[Int(new.number)] = new.mark }
        return true
    }
}
