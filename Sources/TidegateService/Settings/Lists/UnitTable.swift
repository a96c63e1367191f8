package import InventoryCore

/// Finds the conversion of an ERP unit: the article's own, or the one for all.
package struct UnitTable: Sendable {
    private let general: [StockUnit: UnitConversion]
    private var bySKU: [SKU: [UnitConversion]] = [:]

    init(general: [UnitConversion]) {
        self.general = Dictionary(general.map { ($0.erp, $0) }) { first, _ in first }
    }

    /// Whether no unit is mapped at all.
    package var isEmpty: Bool { general.isEmpty && bySKU.isEmpty }

    /// Gives the conversion, or nothing where the unit is unknown.
    package func conversion(of sku: SKU, from unit: StockUnit) -> UnitConversion? {
        bySKU[sku]?.first { $0.erp == unit } ?? general[unit]
    }

    /// Gives the units an article has of its own, in file order.
    package func ownConversions(of sku: SKU) -> [UnitConversion] { bySKU[sku] ?? [] }

    /// Adds an article's own conversion; false where it has one for that unit.
    mutating func add(_ conversion: UnitConversion, to sku: SKU) -> Bool {
        guard bySKU[sku]?.contains(where: { $0.erp == conversion.erp }) != true else { return false }
        bySKU[sku, default: []].append(conversion)
        return true
    }
}

extension UnitSettings {
    /// Gives the conversions, with those of the list file where one is named.
    ///
    /// - Returns: a table that is asked once an article and unit.
    /// - Throws: everything that is wrong with the list file, each with its line.
    package func table() throws(SettingsProblems) -> UnitTable {
        var table = UnitTable(general: conversions)
        guard let listPath else { return table }
        let text = try SettingsFile.text(path: listPath, bytesMax: UnitList.bytesMax)
        try UnitList(file: listPath).read(text, into: &table)
        return table
    }
}
