import SnapshotFormats

/// Marks the blocks of rows that are staged one after another.
struct BlockMarking {
    private var block = BlockBytes(0)
    private let seeds: KeySeeds

    init(_ seeds: KeySeeds) {
        self.seeds = seeds
    }

    /// Takes a batch that has been staged whole, its rows numbered from `first` on.
    mutating func take(_ batch: RowBatch, from first: Int, into staged: StagedRows) {
        var row = 0
        while row < batch.count {
            let (number, past) = (first + row).quotientAndRemainder(dividingBy: RowBlock.rowsMax)
            if past == 0 { block = BlockBytes(number) }
            let end = min(batch.count, row + RowBlock.rowsMax - past)
            // A block of which some rows were rejected never has them all.
            if block.append(row..<end, of: batch), block.rows == RowBlock.rowsMax, block.number == number {
                staged.mark(number, block.mark(seeds))
            }
            row = end
        }
    }
}
