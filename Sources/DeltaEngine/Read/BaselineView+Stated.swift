import CSeparators
package import InventoryCore
package import SnapshotFormats

extension BaselineView {
    /// Tells of each of some SKUs whether rows state every position of it.
    ///
    /// - Parameters:
    ///   - skus: the SKUs; each once.
    ///   - rows: rows of these, in any order, with keys digested by `seeds`.
    /// - Returns: an answer for each SKU; of one without positions there is nothing to state.
    /// - Throws: `Fault` with `damaged`.
    package func areWhole(_ skus: [SKU], in rows: [RowTimes.Row]) throws(Fault) -> [Bool] {
        let positions = try placedPositions(ofEach: skus)
        var left = skus.indices.map { positions[$0].count }
        // A row that comes twice counts once.
        var seen = [UInt64](repeating: 0, count: overlay.rowLimit / 64 + 1)
        for row in rows {
            guard let place = try findChecked(row.key), current(place) != nil else { continue }
            let bit: UInt64 = 1 << UInt64(place & 63)
            guard seen[place >> 6] & bit == 0 else { continue }
            seen[place >> 6] |= bit
            left[row.sku] -= 1
        }
        return left.map { $0 == 0 }
    }
}
