@testable import InventoryCore

/// Stocks shown in several levels each, and a set of changes that keeps their sums.
struct Catalogue {
    var before: [LevelKey: Quantity] = [:]
    var levels: [LevelKey: LevelID] = [:]
    var changes: [(LevelKey, Quantity)] = []

    static let units: [StockUnit] = ["item", "case", "box"]

    /// Makes stocks of one to three levels, of which a share changes at random.
    static func random(stocks: Int, share: Double, using random: inout SeededRandom) -> Catalogue {
        var catalogue = Catalogue()
        for number in 0..<stocks {
            let sku = SKU("S-\(number)")
            for unit in units.prefix(Int.random(in: 1...3, using: &random)) {
                let key = LevelKey(sku: sku, unit: unit)
                catalogue.before[key] = Quantity(units: Int64.random(in: 0...60, using: &random))
                catalogue.levels[key] = LevelID(String(1000 + catalogue.levels.count))
            }
        }
        catalogue.changes = catalogue.newChanges(share: share, using: &random)
        return catalogue
    }

    func newChanges(share: Double, using random: inout SeededRandom) -> [(LevelKey, Quantity)] {
        before.keys.sorted().compactMap { key in
            guard Double.random(in: 0..<1, using: &random) < share else { return nil }
            let isZero = Int.random(in: 0..<8, using: &random) == 0
            return (key, Quantity(units: isZero ? 0 : Int64.random(in: 0...60, using: &random)))
        }
    }

    /// Makes one level a stock: so many go to zero, so many down, so many up.
    static func plain(zeros: Int, decreases: Int, increases: Int) -> Catalogue {
        var catalogue = Catalogue()
        for number in 0..<zeros + decreases + increases {
            let key = LevelKey(sku: SKU("P-\(number)"), unit: "item")
            catalogue.before[key] = Quantity(units: 10)
            catalogue.levels[key] = LevelID(String(number + 1))
            let after: Int64 = number < zeros ? 0 : number < zeros + decreases ? 5 : 15
            catalogue.changes.append((key, Quantity(units: after)))
        }
        return catalogue
    }

    var stock: [LevelID: Quantity] {
        var stock: [LevelID: Quantity] = [:]
        for (key, level) in levels { stock[level] = before[key] }
        return stock
    }
}
