package import InventoryCore

extension UnitSettings {
    /// Gives the conversions, with those of the list file where one is named.
    ///
    /// - Returns: a table to look up each SKU and unit in once.
    /// - Throws: everything that is wrong with the list file, each with its line.
    package func table() throws(SettingsProblems) -> UnitTable {
        var table = UnitTable(general: conversions)
        guard let listPath else { return table }
        let text = try SettingsFile.text(path: listPath, bytesMax: UnitList.bytesMax)
        try UnitList(file: listPath).read(text, into: &table)
        return table
    }
}
