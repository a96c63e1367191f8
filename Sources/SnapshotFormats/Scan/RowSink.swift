package import InventoryCore

/// Takes what a pass over a range of a snapshot finds, in the order of the range.
package protocol RowSink: AnyObject, SendableMetatype {
    /// Takes rows; the batch is used again afterwards.
    func take(_ batch: RowBatch) throws
    /// Takes a rejected row; its line counts from 0 at the first line of the range.
    func reject(_ row: RejectedRow) throws
    /// Gives the block in which the next row is expected, when all rows before have been taken; nothing where
    /// the sink knows none.
    func nextBlock() -> RowBlock?
    /// Takes the rows of a block that has the bytes of its mark, and gives how many they are.
    ///
    /// Each of them has one line.
    func pass(_ block: RowBlock) -> Int
    /// Called when all rows of the range have been taken, for one range at a time in the order of the file.
    func settle() throws
    /// Called after `settle`, by several threads at once.
    func finish() throws
}

extension RowSink {
    package func nextBlock() -> RowBlock? { nil }
    package func pass(_ block: RowBlock) -> Int { preconditionFailure("it knows no blocks") }
    package func settle() {}
    package func finish() {}
}
