import InventoryCore

/// Reads a CSV file of units that only some SKUs have: `sku,erp,per_base,oro`, the header in any order.
struct UnitList {
    private let log: ProblemLog

    static let bytesMax = 256 << 20
    private static let columns = ["sku", "erp", "per_base", "oro"]

    init(file: String) {
        log = ProblemLog(file: file)
    }

    /// Adds every row to `table`.
    ///
    /// - Throws: every row that cannot be used, together.
    func read(_ text: String, into table: inout UnitTable) throws(SettingsProblems) {
        var order: [Int]?
        var number = 0
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            number += 1
            guard !line.trimmed.isEmpty, !line.hasPrefix("#") else { continue }
            let fields = UnitList.fields(line)
            guard let order else {
                order = header(fields, line: number)
                guard order != nil else { break }
                continue
            }
            add(fields, order: order, line: number, to: &table)
        }
        if number <= 1, order == nil, log.problems.isEmpty { refuse(1, "", "The file is empty.") }
        try log.throwAny()
    }

    private func header(_ fields: [String]?, line: Int) -> [Int]? {
        let names = fields?.map { $0.lowercased() } ?? []
        let order = UnitList.columns.compactMap { names.firstIndex(of: $0) }
        guard order.count == UnitList.columns.count, names.count == order.count else {
            refuse(
                line,
                "",
                "The first line has to name the columns \(UnitList.columns.joined(separator: ","))"
            )
            return nil
        }
        return order
    }

    private func add(_ fields: [String]?, order: [Int], line: Int, to table: inout UnitTable) {
        guard let fields else {
            refuse(line, "", "A quotation mark is not closed, or text follows it.")
            return
        }
        guard fields.count == order.count else {
            refuse(line, "", "The row has \(fields.count) columns instead of \(order.count).")
            return
        }
        let (sku, erp, factor, oro) = (
            fields[order[0]], fields[order[1]], fields[order[2]], fields[order[3]]
        )
        guard !sku.isEmpty, !oro.isEmpty else {
            refuse(line, sku.isEmpty ? "sku" : "oro", "The value is missing.")
            return
        }
        guard let perBase = Ratio(text: factor) else {
            refuse(line, "per_base", "\(Spelling.quoted(factor)) is no decimal or fraction above 0.")
            return
        }
        let conversion = UnitConversion(erp: StockUnit(erp), perBase: perBase, shop: StockUnit(oro))
        guard table.add(conversion, to: SKU(sku)) else {
            refuse(line, "erp", "\(Spelling.quoted(sku)) has a unit \(Spelling.quoted(erp)) already.")
            return
        }
    }

    private func refuse(_ line: Int, _ column: String, _ reason: String) {
        log.add(
            .badList,
            at: MarkedNode.Place(line: line, column: 0),
            column,
            reason,
            hint: "Write rows such as AB-1,CS,12,case."
        )
    }

    /// Splits one line at its commas, with RFC 4180 quotation; nothing where a quotation is broken.
    static func fields(_ line: Substring) -> [String]? {
        var fields: [String] = []
        var rest = line.utf8[...]
        while true {
            var field: [UInt8] = []
            if rest.first == UInt8(ascii: "\"") {
                rest = rest.dropFirst()
                while true {
                    guard let quote = rest.firstIndex(of: UInt8(ascii: "\"")) else { return nil }
                    field += rest[..<quote]
                    rest = rest[quote...].dropFirst()
                    guard rest.first == UInt8(ascii: "\"") else { break }
                    field.append(UInt8(ascii: "\""))
                    rest = rest.dropFirst()
                }
                fields.append(String(decoding: field, as: UTF8.self))
            } else {
                let plain = rest.prefix { $0 != UInt8(ascii: ",") }
                rest = rest.dropFirst(plain.count)
                fields.append(String(decoding: plain, as: UTF8.self).trimmed)
            }
            guard let separator = rest.first else { return fields }
            guard separator == UInt8(ascii: ",") else { return nil }
            rest = rest.dropFirst()
        }
    }
}
