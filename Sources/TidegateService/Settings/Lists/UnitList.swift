import InventoryCore

/// Conversions of single articles: a CSV file with the header `sku,erp,per_base,oro` and no quotes.
enum UnitList {
    static let bytesMax = 64 << 20
    private static let header = ["sku", "erp", "per_base", "oro"]

    /// Reads a list file.
    ///
    /// - Throws: what is wrong with the file, with the first line that is.
    static func read(path: String) throws(SettingsProblems) -> [SKU: [UnitConversion]] {
        let text = try SettingsFile.text(path: path, bytesMax: bytesMax)
        var conversions: [SKU: [UnitConversion]] = [:]
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() where !line.trimmed.isEmpty {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmed)
            if index == 0 {
                guard fields.map({ $0.lowercased() }) == header else {
                    throw problem(path, 1, "The first line is not the header.", "Write sku,erp,per_base,oro.")
                }
                continue
            }
            guard fields.count == header.count, let perBase = Ratio(text: fields[2]) else {
                throw problem(
                    path,
                    index + 1,
                    "This is no conversion: \(line).",
                    "Write SKU, ERP unit, base units in it (12 or 1/1000) and OroCommerce unit."
                )
            }
            conversions[SKU(fields[0]), default: []].append(
                UnitConversion(erp: StockUnit(fields[1]), perBase: perBase, shop: StockUnit(fields[3]))
            )
        }
        return conversions
    }

    private static func problem(_ path: String, _ line: Int, _ reason: String, _ hint: String) -> SettingsProblems {
        SettingsProblems([
            SettingsProblem(
                code: .badList,
                file: path,
                line: line,
                column: 0,
                keyPath: "units_file",
                reason: reason,
                hint: hint
            )
        ])
    }
}

extension UnitSettings {
    /// Gives all conversions, those of the list file among them.
    ///
    /// - Throws: what is wrong with the list file.
    func table() throws(SettingsProblems) -> UnitTable {
        guard let listPath else { return UnitTable(general: conversions) }
        return UnitTable(general: conversions, perSKU: try UnitList.read(path: listPath))
    }
}
