package import InventoryCore

/// Takes what a pass over a range of a snapshot finds, in the order of the range.
package protocol RowSink: AnyObject {
    /// Takes rows; the batch is used again afterwards.
    func take(_ batch: RowBatch) throws
    /// Takes a rejected row; its line counts from 0 at the first line of the range.
    func reject(_ row: RejectedRow) throws
    /// Called when all rows of the range have been taken, for one
    /// range after the other in the order of the file.
    func settle() throws
    /// Called after `settle`, for several ranges at once.
    func finish() throws
}

extension RowSink {
    package func settle() {}
    package func finish() {}
}
