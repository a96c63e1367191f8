/// Rows that a sink can recognise by their bytes.
package struct RowBlock {
    /// Few enough that most blocks are unchanged if one row in a hundred has changed.
    package static let rowsMax = 32

    /// What the sink calls it.
    package let number: Int
    /// The bytes that these rows had; `none` where they have to be read in any case.
    package let mark: BlockMark
    /// Whether the next row is the first one of it.
    package let isBegin: Bool
    /// Rows until the sink wants to be asked again; a wrong number costs a mark, nothing else.
    package let rowsLeft: Int

    /// Whether the block begins here, with the bytes of its mark.
    @inline(__always)
    func stands(at bytes: UnsafePointer<UInt8>, _ count: Int, _ seeds: KeySeeds, salt: UInt64) -> Bool {
        let length = mark.lengthBytes
        guard isBegin, length > 0, length <= count,
            // Cheaper than the hash, and often enough.
            bytes[length - 1] == UInt8(ascii: "\n")
        else { return false }
        return BlockMark(UnsafeBufferPointer(start: bytes, count: length), seeds, salt: salt) == mark
    }

    package init(number: Int, mark: BlockMark, isBegin: Bool, rowsLeft: Int) {
        self.number = number
        self.mark = mark
        self.isBegin = isBegin
        self.rowsLeft = rowsLeft
    }
}
