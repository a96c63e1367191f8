import InventoryCore
import SnapshotFormats
import SnapshotSources

/// A CSV file of quantities by article, site and a third name.
///
/// It is read as snapshots are: columns by header name, quotation, byte order mark and compression as there.
struct StockTable {
    let path: String
    private let columns: ColumnMapping
    /// As the header should name them, for messages.
    private let names: String

    /// `sku,site,location,on_hand,committed,unusable`; all but SKU, site and quantity may be missing.
    static func positions(path: String) -> StockTable {
        var columns = ColumnMapping.byName
        // These tables are in base units, so the reader's unit is free to carry the site.
        columns.unit = ColumnRule(anyOf: ["site"])
        columns.asOf = nil
        return StockTable(path: path, columns: columns, names: "sku, site, on_hand")
    }

    /// `sku,site,fence,quantity`.
    static func consumed(path: String) -> StockTable { quantities(path: path, of: "fence") }

    /// `sku,site,pool,quantity`.
    static func webOrders(path: String) -> StockTable { quantities(path: path, of: "pool") }

    private static func quantities(path: String, of owner: String) -> StockTable {
        let columns = ColumnMapping(
            sku: ColumnRule(anyOf: ["sku"]),
            location: ColumnRule(anyOf: [owner]),
            unit: ColumnRule(anyOf: ["site"]),
            onHand: ColumnRule(anyOf: ["quantity"])
        )
        return StockTable(path: path, columns: columns, names: "sku, site, \(owner), quantity")
    }

    /// One row: `name` is the location, the fence or the pool.
    struct Row {
        let line: Int
        let sku: SKU
        let site: SiteID
        let name: String
        let net: Quantity
    }

    /// Gives the rows in the order of the file.
    ///
    /// - Throws: `Fault` with the file and line of the
    ///   first row that cannot be used, or what `body` throws.
    func read(_ body: (Row) throws -> Void) throws {
        var reader = SnapshotReader(format: SnapshotFormat(columns: columns))
        do {
            try reader.readAll(
                from: try SnapshotFile.open(path: path),
                rows: { try body(try row($0)) },
                rejected: { row in
                    let column = row.column.map { "\($0): " } ?? ""
                    throw refusal(row.line, row.reason.rawValue, column + row.message)
                }
            )
        } catch let error as Fault where error.code == .missingColumn {
            throw refusal(
                error.line ?? 1,
                error.code.rawValue,
                "The header lacks one of the columns \(names).",
                hint: "Name them in the first line, in any order, with commas between them."
            )
        } catch let error as Fault where error.code == .ambiguousColumn {
            throw refusal(
                error.line ?? 1,
                error.code.rawValue,
                error.message,
                hint: "Name each column once."
            )
        } catch {
            throw Fault(reading: error, path: path)
        }
    }

    private func row(_ row: SourceRow) throws -> Row {
        guard !row.key.unit.text.isEmpty else {
            throw refusal(row.line, "missing_value", "site: The site is empty.")
        }
        do {
            return Row(
                line: row.line,
                sku: row.key.sku,
                site: SiteID(row.key.unit.text),
                name: row.key.location.text,
                net: try row.net()
            )
        } catch {
            throw refusal(row.line, "too_large", "On hand − committed − unusable is too large.")
        }
    }

    /// Says where a row is and why it is refused.
    func refusal(_ line: Int, _ code: String, _ message: String, hint: String? = nil) -> Fault {
        Fault(
            .badInput,
            code: Fault.Code(code),
            place: path,
            message: message,
            hint: hint ?? "Correct the row; nothing was allocated.",
            line: line
        )
    }
}
