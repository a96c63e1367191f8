import InventoryCore
import SnapshotFormats
import SnapshotSources

/// A CSV file of quantities by SKU, site and a third name; compressed or not.
struct StockTable {
    let path: String
    private let columns: [TableReader.Column]
    /// As the header should name them, for messages.
    private let names: String

    /// `sku,site,location,on_hand,committed,unusable`; all but SKU, site and quantity may be missing.
    static func positions(path: String) -> StockTable {
        StockTable(
            path: path,
            columns: [
                TableReader.Column("sku"),
                TableReader.Column("site"),
                TableReader.Column("location", isOptional: true),
                TableReader.Column("on_hand", "quantity", content: .quantity),
                TableReader.Column("committed", "reserved", content: .quantity, isOptional: true),
                TableReader.Column("unusable", content: .quantity, isOptional: true),
            ],
            names: "sku, site, on_hand"
        )
    }

    /// `sku,site,fence,quantity`.
    static func consumed(path: String) -> StockTable { quantities(path: path, of: "fence") }

    /// `sku,site,pool,quantity`.
    static func webOrders(path: String) -> StockTable { quantities(path: path, of: "pool") }

    private static func quantities(path: String, of owner: String) -> StockTable {
        StockTable(
            path: path,
            columns: [
                TableReader.Column("sku"),
                TableReader.Column("site"),
                TableReader.Column(owner),
                TableReader.Column("quantity", content: .quantity),
            ],
            names: "sku, site, \(owner), quantity"
        )
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
    /// - Throws: `Fault` with the file and line of the first row that cannot be used, or what `body` throws.
    func read(_ body: (Row) throws -> Void) throws {
        var reader = TableReader(columns: columns)
        do {
            try reader.readAll(
                from: try SnapshotFile.open(path: path),
                rows: { try body(try row($0)) },
                rejected: { row in
                    let column = row.column.map { "\($0): " } ?? ""
                    throw refusal(row.line, row.reason.rawValue, column + row.message)
                }
            )
        } catch let error as Fault where error.code == .missingColumn && error.place.isEmpty {
            throw refusal(
                error.line ?? 1,
                error.code.rawValue,
                "The header lacks one of the columns \(names).",
                hint: "Name them in the first line, in any order, with commas between them."
            )
        } catch {
            throw Fault(reading: error, path: path)
        }
    }

    private func row(_ row: TableReader.Row) throws -> Row {
        let (sku, site, name) = (row.text(0), row.text(1), row.text(2))
        guard !sku.isEmpty else { throw refusal(row.line, "missing_value", "sku: The SKU is empty.") }
        guard !site.isEmpty else { throw refusal(row.line, "missing_value", "site: The site is empty.") }
        guard let quantity = row.quantity(3) else {
            throw refusal(row.line, "missing_value", "The quantity is empty.")
        }
        do throws(QuantityError) {
            var net = quantity
            for deduction in 4..<max(4, row.cells.count) {
                net = try net.subtracting(row.quantity(deduction) ?? .zero)
            }
            return Row(line: row.line, sku: SKU(sku), site: SiteID(site), name: name, net: net)
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

extension TableReader.Row {
    fileprivate func text(_ number: Int) -> String {
        guard case .text(let text) = cells[number] else { return "" }
        return text
    }

    fileprivate func quantity(_ number: Int) -> Quantity? {
        guard case .quantity(let quantity) = cells[number] else { return nil }
        return quantity
    }
}
