/// Which positions a delivery puts in doubt because of their units, and which only change their unit.
///
/// Where a unit has no factor, all rows of that SKU and location are in doubt. Where a location (or a bin of
/// it) states a SKU in another known unit than before, that is the whole of it: the old unit is not absent.
struct UnitDoubts: Sendable {
    private struct Shelf: Hashable {
        let sku: SKU
        let location: Location
        let bin: Bin

        init(_ key: PositionKey) { (sku, location, bin) = (key.sku, key.location, key.bin) }

        private init(sku: SKU, location: Location) { (self.sku, self.location, bin) = (sku, location, "") }

        /// All bins of it.
        init(wholeOf key: PositionKey) { self.init(sku: key.sku, location: key.location) }

        var whole: Shelf { Shelf(sku: sku, location: location) }
    }

    private var unknown: Set<Shelf> = []
    private var restated: Set<Shelf> = []

    init(_ statement: DeliveryStatement, _ known: KnownOfSource) {
        var factors: [StockUnit: Bool] = [:]
        for delta in statement.deltas where delta.after != nil {
            let unit = delta.key.unit
            let hasFactor: Bool
            if known.units.hasOwn(delta.key.sku) {
                hasFactor = known.units.perBase(erp: unit, of: delta.key.sku) != nil
            } else if known.units.isEmpty {
                // Two units cannot be added up without a factor.
                guard delta.before == nil else { continue }
                hasFactor = known.positions[delta.key.sku]?.allSatisfy { $0.key.unit == unit } ?? true
            } else if let met = factors[unit] {
                hasFactor = met
            } else {
                hasFactor = known.units.perBase(erp: unit) != nil
                factors[unit] = hasFactor
            }
            if !hasFactor {
                unknown.insert(Shelf(wholeOf: delta.key))
            } else if delta.before == nil, !known.units.isEmpty {
                restated.insert(Shelf(delta.key))
            }
        }
        if !unknown.isEmpty { restated = restated.filter { !unknown.contains($0.whole) } }
        for row in statement.unclear { restated.remove(Shelf(row.key)) }
    }

    /// Whether a row of the SKU at the location has a unit that nobody knows.
    func isUnknown(_ key: PositionKey) -> Bool { !unknown.isEmpty && unknown.contains(Shelf(wholeOf: key)) }

    /// Whether what is missing is stated in another unit now.
    func isRestated(_ key: PositionKey) -> Bool { !restated.isEmpty && restated.contains(Shelf(key)) }

    /// How many missing positions of each location are stated in another unit now.
    func replaced(in statement: DeliveryStatement) -> [Location: Int] {
        guard !restated.isEmpty else { return [:] }
        var counts: [Location: Int] = [:]
        for delta in statement.deltas where delta.after == nil && isRestated(delta.key) {
            counts[delta.key.location, default: 0] += 1
        }
        return counts
    }
}
