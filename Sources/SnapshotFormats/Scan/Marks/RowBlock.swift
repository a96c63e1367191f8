/// Rows that a sink would know again by their bytes.
package struct RowBlock {
    /// Few enough that most are as they were where one row in a hundred is not.
    package static let rowsMax = 32

    /// What the sink calls it.
    package let number: Int
    /// The bytes that these rows had; `none` where they have to be read in any case.
    package let mark: BlockMark
    /// Whether the next row is the first one of it.
    package let isBegin: Bool
    /// Rows up to the place where the sink wants to be asked again: a wrong number costs a
    /// mark, and nothing else.
    package let rowsLeft: Int

    package init(number: Int, mark: BlockMark, isBegin: Bool, rowsLeft: Int) {
        self.number = number
        self.mark = mark
        self.isBegin = isBegin
        self.rowsLeft = rowsLeft
    }
}
