import SnapshotFormats

/// Blocks of rows that come in the order of the baseline, known by their bytes.
extension DiffWorker {
    /// Whether comparing the bytes of blocks pays: if every row has a new time, no block is unchanged.
    struct BlockLuck {
        private var looked = 0
        private var met = 0
        private var lastRow = -1
        /// Only every so many-th block is compared; a power of two.
        private(set) var step = 1

        private static let stepMax = 16
        private static let lookedMax = 256

        /// Notes that the bytes of a block are looked at, which begins with this row.
        @inline(__always)
        mutating func look(at row: Int) {
            guard row != lastRow else { return }
            lastRow = row
            if looked * step >= BlockLuck.lookedMax { decide() }
            looked += 1
        }

        /// Notes that they were unchanged.
        @inline(__always)
        mutating func meet() { met += 1 }

        private mutating func decide() {
            if met * 8 < looked { step = BlockLuck.stepMax }
            if met * 2 >= looked { step = 1 }
            (looked, met) = (0, 0)
        }
    }

    func nextBlock() -> RowBlock? {
        guard knowsBlocks, isOrdered else {
            reading = nil
            return nil
        }
        guard cursor < baseCount else {
            endBlock()
            return nil
        }
        image.blocks.seek(cursor, in: &blockPart)
        let number = blockPart.block(of: cursor)
        let rows = blockPart.rows(of: number)
        let past = number & (luck.step - 1)
        let isBegin = cursor == rows.lowerBound
        var mark = past == 0 ? marks[number] : .none
        if isBegin {
            endBlock()
            let isFresh = past == 0 && RowBits.bits(rows, of: seen.span) == 0
            reading = isFresh && marksBytes && luck.step == 1 ? BlockBytes(number) : nil
            if !isFresh || number == newestBlock { mark = .none }
            if _slowPath(!blocksToRead.isEmpty), blocksToRead.contains(number) { mark = .none }
            if mark.lengthBytes > 0 { luck.look(at: cursor) }
        } else if reading?.number != number {
            reading = nil
        }
        let left =
            luck.step == 1
            ? baseline.currentRows(of: cursor..<rows.upperBound).nonzeroBitCount
            : blockPart.begin(of: number + luck.step - past) - cursor
        return RowBlock(number: number, mark: mark, isBegin: isBegin, rowsLeft: max(1, left))
    }

    /// Takes note of the bytes of a batch that has been taken.
    func readBytes(of batch: RowBatch) {
        guard reading != nil, batch.count > 0 else { return }
        if reading?.append(0..<batch.count, of: batch) != true { reading = nil }
    }

    /// Keeps what the bytes of the block are that has been read, if they state rows of it, each once, and
    /// nothing else.
    private func endBlock() {
        guard let block = reading, block.rows > 0 else { return }
        reading = nil
        let part =
            blockPart.blocks.contains(block.number) ? blockPart : image.blocks.part(ofBlock: block.number)
        let rows = RowBits.bits(part.rows(of: block.number), of: seen.span)
        guard rows.nonzeroBitCount == block.rows else { return }
        let mark = block.mark(image.seeds)
        guard mark.lengthBytes > 0 else { return }
        seenBlocks.append(SeenBlock(number: UInt32(block.number), rows: rows, mark: mark))
    }

    func pass(_ block: RowBlock) -> Int {
        luck.meet()
        reading = nil
        let rows = blockPart.rows(of: block.number)
        let current = baseline.currentRows(of: rows)
        let (word, shift) = (rows.lowerBound >> 6, UInt64(rows.lowerBound & 63))
        seen[word] |= UInt64(current) << shift
        // Without bits for it there may be no next word.
        let others = UInt64(current) >> (64 - shift)
        if others != 0 { seen[word + 1] |= others }
        let count = current.nonzeroBitCount
        note(rows.lowerBound, count: rows.count)
        place += count
        passedRows += count
        if let last = passed.last, last.upperBound == rows.lowerBound {
            passed[passed.count - 1] = last.lowerBound..<rows.upperBound
        } else {
            passed.append(rows)
        }
        cursor = rows.upperBound
        if isTooLarge { releasePassed() }
        return count
    }
}
