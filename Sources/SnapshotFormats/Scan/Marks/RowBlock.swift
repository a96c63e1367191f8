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

    package init(number: Int, mark: BlockMark, isBegin: Bool, rowsLeft: Int) {
        self.number = number
        self.mark = mark
        self.isBegin = isBegin
        self.rowsLeft = rowsLeft
    }
}
