import CSQLite
import GRDB
import InventoryCore

/// Reads all positions in doubt into tables, without a value of GRDB's for each column.
///
/// Hot (`PipelineBenchmarks FOLDER TIMES doubts`): each run over a delivery reads all of them.
struct DoubtRows {
    private let db: Database
    private let rows: RawRows
    private var tables: [DoubtTable] = []
    private var draft: DoubtTable.Draft?
    private var runs: [Int64: RunID] = [:]
    private var missed: [SourceID: Int] = [:]

    // Most columns of a row are those of the row before.
    private var source = LastText()
    private var sku = LastText()
    private var (location, unit, bin) = (LastText(), LastText(), LastText())
    private var (reasonText, guardText) = (LastText(), LastText())
    private var reason: Doubt.Reason?
    private var guardCode: GuardTrip.Code?
    /// Of the draft; nothing before its first row.
    private var place: Int32?
    private var run: (number: Int64, place: Int32)?

    private static let sql = """
        SELECT source, sku, location, unit, bin, reason, since, known_as_of, last, stated, asked, grown,
            absent, keyless, spoiled, guard_code, run, lines
        FROM doubts ORDER BY source, sku, location, unit, bin
        """

    private init(_ db: Database) {
        self.db = db
        rows = RawRows(db, columns: 18)
    }

    /// Gives a table for each source with doubts.
    ///
    /// - Throws: `DatabaseError`, and `Fault` where a row is damaged.
    static func tables(_ db: Database) throws -> [DoubtTable] {
        var reader = DoubtRows(db)
        let statement = try db.cachedStatement(sql: sql)
        defer { reader.rows.end(statement) }
        while try reader.rows.step(statement) { try reader.take(reader.rows.columns) }
        reader.finish()
        return reader.tables
    }

    private mutating func finish() {
        guard let draft else { return }
        tables.append(draft.finish())
        self.draft = nil
    }

    private mutating func take(_ columns: [sqlite_value]) throws {
        if source.changes(to: columns[0]) || draft == nil { begin() }
        if sku.changes(to: columns[1]) || draft?.lastSKU == nil { draft?.begin(SKU(sku.last)) }
        var row = DoubtTable.Row(try reason(columns[5]), since: Timestamp(microseconds: columns[6].integer))
        row.place = place(columns)
        row.knownAsOf = columns[7].number.map(Timestamp.init(microseconds:))
        (row.last, row.stated) = (columns[8].quantity, columns[9].quantity)
        row.askedAbout = columns[10].quantity
        row.grown = Quantity(millionths: columns[11].integer)
        (row.absentCount, row.keylessBefore) = (Int(columns[12].integer), Int(columns[13].integer))
        if row.reason == .absent { row.absentCount += try db.missed(SourceID(source.last), &missed) }
        row.spoiledCount = Int(columns[14].integer)
        row.guardCode = try guardCode(columns[15])
        row.run = try run(columns[16])
        let hasLines = columns[17].bytes > 0
        let lines = hasLines ? columns[17].string.split(separator: ",").compactMap { Int($0) } : []
        draft?.append(row, lines: lines)
    }

    private mutating func begin() {
        finish()
        draft = DoubtTable.Draft(of: SourceID(source.last))
        (place, run) = (nil, nil)
    }

    private mutating func place(_ columns: [sqlite_value]) -> Int32 {
        let differs = (
            location.changes(to: columns[2]), unit.changes(to: columns[3]), bin.changes(to: columns[4])
        )
        if let place, differs == (false, false, false) { return place }
        let number = draft?.place(Location(location.last), StockUnit(unit.last), Bin(bin.last)) ?? 0
        place = number
        return number
    }

    private mutating func reason(_ column: sqlite_value) throws -> Doubt.Reason {
        if !reasonText.changes(to: column), let reason { return reason }
        let new = try Doubt.Reason(stored: reasonText.last)
        reason = new
        return new
    }

    private mutating func guardCode(_ column: sqlite_value) throws -> GuardTrip.Code? {
        guard column.is_null == 0 else { return nil }
        if !guardText.changes(to: column), let guardCode { return guardCode }
        guard let code = GuardTrip.Code(rawValue: guardText.last) else {
            throw Fault.damaged("the guard of a position in doubt")
        }
        guardCode = code
        return code
    }

    private mutating func run(_ column: sqlite_value) throws -> Int32 {
        guard let number = column.number else { return -1 }
        if let run, run.number == number { return run.place }
        let place = try db.run(number, &runs).flatMap { draft?.run($0) } ?? -1
        run = (number, place)
        return place
    }
}
