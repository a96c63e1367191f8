import SnapshotFormats

/// A block that a diff has read, with the mark of its bytes and the rows that these stated.
struct SeenBlock {
    let number: UInt32
    /// A bit for each row of the block.
    let rows: UInt32
    let mark: BlockMark
}

extension ObservedBaseline {
    /// Gives the marks of those blocks whose bytes state exactly what the baseline holds after a commit.
    ///
    /// - Parameters:
    ///   - seen: in any order, no block twice.
    ///   - commit: its changes come on top of what the baseline holds.
    ///   - held: rows that the commit leaves as they were, although the bytes state otherwise.
    /// - Returns: the marks, for the commit to bring.
    func marks(of seen: [SeenBlock], after commit: BaselineCommit, held: [UInt32]) -> [BlockMarks.New] {
        guard !seen.isEmpty else { return [] }
        let (blocks, view) = (image.blocks, view)
        /// For each block its place among the seen ones.
        var places = [Int32](repeating: -1, count: blocks.count)
        var rows: [UInt32] = []
        rows.reserveCapacity(seen.count)
        for (place, block) in seen.enumerated() {
            places[Int(block.number)] = Int32(place)
            let part = blocks.part(ofBlock: Int(block.number))
            rows.append(view.currentRows(of: part.rows(of: Int(block.number))))
        }
        var part = RowBlocks.Part()
        func meet(_ row: Int, _ body: (_ place: Int, _ bit: UInt32) -> Void) {
            guard row < image.rowCount else { return }
            blocks.seek(row, in: &part)
            let number = part.block(of: row)
            guard places[number] >= 0 else { return }
            body(Int(places[number]), 1 << UInt32(row - part.rows(of: number).lowerBound))
        }
        for change in commit.changes {
            meet(Int(change.row)) { place, bit in
                if change.isRemoved { rows[place] &= ~bit } else { rows[place] |= bit }
            }
        }
        var isHeld = [Bool](repeating: false, count: seen.count)
        for row in held { meet(Int(row)) { place, _ in isHeld[place] = true } }
        return seen.indices.compactMap { place in
            guard !isHeld[place], rows[place] == seen[place].rows else { return nil }
            return BlockMarks.New(number: seen[place].number, mark: seen[place].mark)
        }
    }
}

/// Up to 32 bits out of many.
enum RowBits {
    /// So many bits.
    @inline(__always)
    static func all(_ count: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: (1 << UInt64(count)) - 1)
    }

    /// The bits of some rows.
    @inline(__always)
    static func bits(_ rows: Range<Int>, of words: Span<UInt64>) -> UInt32 {
        guard !rows.isEmpty else { return 0 }
        let (word, shift) = (rows.lowerBound >> 6, UInt64(rows.lowerBound & 63))
        var bits = words[word] >> shift
        let next = (rows.upperBound - 1) >> 6
        if next > word { bits |= words[next] << (64 - shift) }
        return UInt32(truncatingIfNeeded: bits) & all(rows.count)
    }
}
