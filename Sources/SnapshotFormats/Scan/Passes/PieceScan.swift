/// Scans the pieces of one range in order, and keeps what a row that spans pieces needs.
protocol PieceScan<Sink>: AnyObject {
    associatedtype Sink: RowSink

    var sink: Sink { get }
    var tally: RangeTally { get }
    /// Whether a row beyond the limit goes on in the next piece.
    var isInsideLongRow: Bool { get }

    /// Takes the rows that the head of the snapshot has read.
    func take(_ head: TableHead) throws
    /// Scans bytes that follow what was left the last time, and gives how many are left at their end.
    func scan(_ bytes: UnsafePointer<UInt8>, _ count: Int) throws -> Int
    /// Scans one row only, which begins at `bytes`, and gives where it ends; nothing while its end is not
    /// there.
    func scanOneRow(_ bytes: UnsafePointer<UInt8>, _ count: Int) throws -> Int?
    /// Takes what is left at the end of the input: a row without a line end.
    ///
    /// - Throws: `Fault` with `ends_inside_row` where the input was visibly cut off.
    func finish(_ bytes: UnsafePointer<UInt8>, _ count: Int) throws
}

/// What a scan has counted in its range.
struct RangeTally {
    var lines = 0
    /// Rejected ones included.
    var rows = 0
    var rejected = 0
    var newest = NewestInstant()
    var altered = AlteredKeys()
    /// The fields that objects have had, a bit each; tables have told in their header.
    var seen: UInt64 = 0
}

/// Reads the quantities of rows in a batch, on demand, and knows where they stand.
protocol QuantitySource: AnyObject {
    /// Reads those of all rows that have not been read.
    func readAllQuantities() throws
    /// Reads those of a row; false if the row has been rejected.
    ///
    /// A key that is known was looked at when it came.
    func readQuantities(of row: Int, hasNewKey: Bool) throws -> Bool
    /// Gives the bytes of some rows; nothing where they do not follow one another, a line each, or where
    /// it is not known.
    func bytes(of rows: Range<Int>) -> UnsafeBufferPointer<UInt8>?
    /// Reads a row that stands in the bytes once more, for what it says it is as of.
    func time(of row: Int) throws -> RowBatch.Time
}

extension QuantitySource {
    func bytes(of rows: Range<Int>) -> UnsafeBufferPointer<UInt8>? { nil }
}
