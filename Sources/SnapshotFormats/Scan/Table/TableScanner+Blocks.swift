/// Blocks of rows that need not be read because their bytes are those of the last accepted snapshot.
///
/// Benchmark: diff, same order.
extension TableScanner {
    /// Passes over unchanged blocks, and gives the one that has to be read; `met` is the one that
    /// comes next where that is known.
    func passBlocks(
        from met: RowBlock?,
        _ base: UnsafePointer<UInt8>,
        _ position: inout Int,
        _ length: Int,
        into sink: some RowSink
    ) throws -> RowBlock? {
        var next = try met ?? nextBlock(of: sink)
        while let block = next {
            guard block.stands(at: base + position, length - position, seeds, salt: batch.salt) else {
                return block
            }
            let passed = sink.pass(block)
            rows += passed
            line += passed
            position += block.mark.lengthBytes
            next = sink.nextBlock()
        }
        return nil
    }

    /// Gives the block in which the sink expects the next row.
    func nextBlock(of sink: some RowSink) throws -> RowBlock? {
        try flush(into: sink)
        return sink.nextBlock()
    }

    /// How many bytes are looked at to read the rows of a block: not many more than there will be.
    static func span(of block: RowBlock) -> Int {
        let count = block.mark.lengthBytes
        guard count > 0 else { return spanBytes }
        guard !block.isBegin else { return count + spanSlack }
        return min(count, (count / RowBlock.rowsMax + 1) * block.rowsLeft) + spanSlack
    }

    private static let spanSlack = 128
}
