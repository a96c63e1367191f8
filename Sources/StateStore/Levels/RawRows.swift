import CSQLite
import GRDB
import Glibc
import InventoryCore

/// Steps through a prepared statement whose values come straight from SQLite; hot (`PipelineBenchmarks`).
///
/// A `Row` and a value for each column took a quarter of the time in which levels are read.
final class RawRows {
    private let db: Database
    /// The values of the present row; texts last until the next `step`.
    @exclusivity(unchecked) private(set) var columns: [sqlite_value]

    init(_ db: Database, columns count: Int) {
        self.db = db
        columns = Array(repeating: sqlite_value(), count: count)
    }

    /// Gives whether there is another row, whose values `columns` has then.
    ///
    /// - Throws: `DatabaseError`, or `CancellationError`.
    func step(_ statement: Statement) throws -> Bool {
        let raw = UnsafeMutableRawPointer(statement.sqliteStatement)
        let found = sqlite_next_row(raw, &columns, Int32(columns.count))
        guard found >= 0 else {
            // Nothing but the end of the task interrupts a reader.
            throw db.lastErrorCode.primaryResultCode == .SQLITE_INTERRUPT ? CancellationError() : failure
        }
        return found == 1
    }

    func end(_ statement: Statement) {
        sqlite_end_rows(UnsafeMutableRawPointer(statement.sqliteStatement))
    }

    /// Calls the body with texts bound to a statement, which reads them where they are, and ends it.
    func withBound(
        _ texts: [UInt8],
        _ ranges: ArraySlice<Range<Int>>,
        to statement: Statement,
        _ body: () throws -> Void
    ) throws {
        try texts.withUnsafeBufferPointer { texts in
            defer { end(statement) }
            let raw = UnsafeMutableRawPointer(statement.sqliteStatement)
            for (place, range) in ranges.enumerated() {
                let text = texts.baseAddress.map { $0 + range.lowerBound }
                guard sqlite_bind_lasting_text(raw, Int32(place + 1), text, range.count) == 1 else {
                    throw failure
                }
            }
            try body()
        }
    }

    private var failure: any Error {
        DatabaseError(resultCode: db.lastErrorCode, message: db.lastErrorMessage)
    }
}

/// Names rows by the SKUs that were asked for, as long as they come in the same order.
struct SKUWalk {
    private let skus: ArraySlice<SKU>
    /// The bytes of all SKUs, one behind the other, and which of them are whose.
    private(set) var texts: [UInt8] = []
    private(set) var ranges: [Range<Int>] = []
    private var place = 0

    init(_ skus: ArraySlice<SKU>) {
        self.skus = skus
        ranges.reserveCapacity(skus.count)
        for sku in skus {
            let start = texts.count
            texts.append(contentsOf: sku.text.utf8)
            ranges.append(start..<texts.count)
        }
    }

    /// Gives the SKU of the next row; of one that comes out of turn a new one.
    mutating func next(_ value: sqlite_value) -> SKU {
        while place < ranges.count {
            if order(against: value) == 0 { return skus[skus.startIndex + place] }
            place += 1
        }
        return SKU(value.string)
    }

    /// Gives the SKU of the next row where it was asked for; SKUs and rows are both in byte order.
    mutating func sought(_ value: sqlite_value) -> SKU? {
        while place < ranges.count {
            let order = order(against: value)
            if order == 0 { return skus[skus.startIndex + place] }
            if order > 0 { return nil }
            place += 1
        }
        return nil
    }

    /// Less than 0 where the present SKU sorts before a text, more than 0 where it sorts after it.
    private func order(against value: sqlite_value) -> Int {
        texts.withUnsafeBufferPointer { value.order(of: UnsafeBufferPointer(rebasing: $0[ranges[place]])) }
    }
}

/// A text that mostly is the one before.
struct LastText {
    private var last = ""

    mutating func text(_ value: sqlite_value) -> String {
        if last.withUTF8({ value.order(of: $0) }) == 0 { return last }
        last = value.string
        return last
    }
}

extension sqlite_value {
    var number: Int64? { is_null == 1 ? nil : integer }

    var quantity: Quantity? { number.map(Quantity.init(millionths:)) }

    var string: String {
        String(decoding: UnsafeBufferPointer(start: text, count: Int(bytes)), as: UTF8.self)
    }

    /// How another text sorts against this one: less than 0 where it comes first.
    func order(of other: UnsafeBufferPointer<UInt8>) -> Int {
        let shared = min(other.count, Int(bytes))
        if shared > 0, let text, let base = other.baseAddress {
            let order = memcmp(base, text, shared)
            if order != 0 { return Int(order) }
        }
        return other.count - Int(bytes)
    }
}
