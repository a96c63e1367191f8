import CSQLite
import GRDB
import InventoryCore

/// Reads all positions in doubt into tables, without a value of GRDB's for each column.
///
/// Hot (`PipelineBenchmarks FOLDER TIMES doubts`): each run over a delivery reads all of them.
struct DoubtRows {
    private let db: Database
    private var tables: [DoubtTable] = []
    private var draft: DoubtTable.Draft?
    /// The columns of a row that mostly are those of the row before.
    private var last = Last()
    private var runs: [Int64: RunID] = [:]

    private struct Last {
        var source: Int64 = -1
        var sku: Int64 = -1
        var place: (location: Int64, unit: Int64, bin: Int64, number: Int32) = (-1, -1, -1, 0)
        var reason: (text: Int64, reason: Doubt.Reason) = (-1, .held)
        var guardCode: (text: Int64, code: GuardTrip.Code?) = (-1, nil)
        var run: (number: Int64, place: Int32) = (-1, -1)
    }

    private static let columns = 18
    private static let rowsMax = 512
    /// Room for the texts of so many rows, and at least for the longest of one.
    private static let textBytesMax = 1 << 18
    private static let sql = """
        SELECT source, sku, location, unit, bin, reason, since, known_as_of, last, stated, asked, grown,
            absent, keyless, spoiled, guard_code, run, lines
        FROM doubts ORDER BY source, sku, location, unit, bin
        """

    private init(_ db: Database) {
        self.db = db
    }

    /// Gives a table for each source with doubts.
    ///
    /// - Throws: `DatabaseError`, and `Fault` where a row is damaged.
    static func tables(_ db: Database) throws -> [DoubtTable] {
        var rows = DoubtRows(db)
        try rows.read()
        return rows.tables
    }

    private mutating func read() throws {
        let statement = try db.cachedStatement(sql: DoubtRows.sql)
        let prepared = UnsafeMutableRawPointer(statement.sqliteStatement)
        defer { sqlite_end_rows(prepared) }
        var values = [Int64](repeating: 0, count: DoubtRows.rowsMax * DoubtRows.columns)
        var nulls = [UInt32](repeating: 0, count: DoubtRows.rowsMax)
        var texts = [CChar](repeating: 0, count: DoubtRows.textBytesMax)
        try values.withUnsafeMutableBufferPointer { values in
            try nulls.withUnsafeMutableBufferPointer { nulls in
                try texts.withUnsafeMutableBufferPointer { texts in
                    var room = sqlite_row_room()
                    (room.values, room.nulls, room.texts) = (
                        values.baseAddress, nulls.baseAddress, texts.baseAddress
                    )
                    (room.rows_max, room.columns) = (DoubtRows.rowsMax, Int32(DoubtRows.columns))
                    room.texts_max = texts.count
                    while true {
                        let count = sqlite_take_rows(prepared, &room)
                        guard count >= 0 else {
                            throw DatabaseError(resultCode: db.lastErrorCode, message: db.lastErrorMessage)
                        }
                        if count == 0 { break }
                        try take(count, values, nulls, UnsafeRawBufferPointer(texts))
                    }
                }
            }
        }
        finish()
    }

    private mutating func finish() {
        guard let draft else { return }
        tables.append(draft.finish())
        self.draft = nil
    }

    private mutating func take(
        _ count: Int,
        _ values: UnsafeMutableBufferPointer<Int64>,
        _ nulls: UnsafeMutableBufferPointer<UInt32>,
        _ texts: UnsafeRawBufferPointer
    ) throws {
        // The numbers of texts mean those of one call.
        last = Last()
        for row in 0..<count {
            let columns = UnsafeBufferPointer(
                rebasing: values[row * DoubtRows.columns..<(row + 1) * DoubtRows.columns]
            )
            try take(Columns(values: columns, nulls: nulls[row], texts: texts))
        }
    }

    /// One row as it was read.
    private struct Columns {
        let values: UnsafeBufferPointer<Int64>
        let nulls: UInt32
        let texts: UnsafeRawBufferPointer

        subscript(column: Int) -> Int64 { values[column] }

        func number(_ column: Int) -> Int64? { nulls >> UInt32(column) & 1 == 0 ? values[column] : nil }

        func text(_ column: Int) -> String {
            let (begin, count) = (Int(values[column] >> 16), Int(values[column] & 0xFFFF))
            return String(decoding: texts[begin..<begin + count], as: UTF8.self)
        }

        func quantity(_ column: Int) -> Quantity? { number(column).map(Quantity.init(millionths:)) }
    }

    private mutating func take(_ columns: Columns) throws {
        if columns[0] != last.source { try begin(columns) }
        if columns[1] != last.sku {
            last.sku = columns[1]
            let sku = SKU(columns.text(1))
            // The SKU of the last row may have gone on in another call.
            if draft?.lastSKU != sku { draft?.begin(sku) }
        }
        var row = DoubtTable.Row(try reason(columns), since: Timestamp(microseconds: columns[6]))
        row.place = place(columns)
        row.knownAsOf = columns.number(7).map(Timestamp.init(microseconds:))
        (row.last, row.stated) = (columns.quantity(8), columns.quantity(9))
        row.askedAbout = columns.quantity(10)
        row.grown = Quantity(millionths: columns[11])
        (row.absentCount, row.keylessBefore) = (Int(columns[12]), Int(columns[13]))
        row.spoiledCount = Int(columns[14])
        row.guardCode = try guardCode(columns)
        row.run = try run(columns)
        let hasLines = columns[17] & 0xFFFF > 0
        let lines = hasLines ? columns.text(17).split(separator: ",").compactMap { Int($0) } : []
        draft?.append(row, lines: lines)
    }

    private mutating func begin(_ columns: Columns) throws {
        let source = SourceID(columns.text(0))
        last.source = columns[0]
        guard draft?.source != source else { return }
        finish()
        draft = DoubtTable.Draft(of: source)
        (last.sku, last.place, last.run) = (-1, Last().place, Last().run)
    }

    private mutating func place(_ columns: Columns) -> Int32 {
        let (location, unit, bin) = (columns[2], columns[3], columns[4])
        if (location, unit, bin) == (last.place.location, last.place.unit, last.place.bin) {
            return last.place.number
        }
        let number = draft?.place(
            Location(columns.text(2)),
            StockUnit(columns.text(3)),
            Bin(columns.text(4))
        )
        last.place = (location, unit, bin, number ?? 0)
        return last.place.number
    }

    private mutating func reason(_ columns: Columns) throws -> Doubt.Reason {
        if columns[5] != last.reason.text {
            last.reason = (columns[5], try Doubt.Reason(stored: columns.text(5)))
        }
        return last.reason.reason
    }

    private mutating func guardCode(_ columns: Columns) throws -> GuardTrip.Code? {
        guard let text = columns.number(15) else { return nil }
        if text != last.guardCode.text {
            guard let code = GuardTrip.Code(rawValue: columns.text(15)) else {
                throw Fault.damaged("the guard of a position in doubt")
            }
            last.guardCode = (text, code)
        }
        return last.guardCode.code
    }

    private mutating func run(_ columns: Columns) throws -> Int32 {
        guard let number = columns.number(16) else { return -1 }
        if number != last.run.number {
            let id = try db.run(number, &runs)
            last.run = (number, id.flatMap { draft?.run($0) } ?? -1)
        }
        return last.run.place
    }
}
