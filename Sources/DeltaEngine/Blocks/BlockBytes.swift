import SnapshotFormats

/// The bytes of a block of rows while these are read, in one batch or in several.
struct BlockBytes {
    let number: Int
    private(set) var rows = 0
    private var begin: UnsafePointer<UInt8>?
    private var count = 0
    private var nextLine: Int64 = 0
    private var salt: UInt64 = 0

    /// Begins a block without rows.
    init(_ number: Int) {
        self.number = number
    }

    /// Takes further rows; false if their bytes do not follow those that are there.
    ///
    /// Bytes that were moved meanwhile do not follow; take the mark before they move.
    mutating func append(_ rows: Range<Int>, of batch: RowBatch) -> Bool {
        guard let bytes = batch.bytes(of: rows), let next = bytes.baseAddress else { return false }
        let line = batch.lines[rows.lowerBound]
        if let begin {
            guard begin + count == next, line == nextLine else { return false }
        } else {
            begin = next
            salt = batch.salt
        }
        count += bytes.count
        nextLine = line + Int64(rows.count)
        self.rows += rows.count
        return true
    }

    /// Gives the mark of the bytes, as long as the last batch is there.
    func mark(_ seeds: KeySeeds) -> BlockMark {
        BlockMark(UnsafeBufferPointer(start: begin, count: count), seeds, salt: salt)
    }
}
