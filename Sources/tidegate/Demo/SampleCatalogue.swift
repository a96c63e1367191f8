import InventoryCore

/// The catalogue that the demo runs on: the same SKUs and quantities every time.
struct SampleCatalogue {
    static let locations: [Location] = ["WH-LEEDS", "WH-LYON", "WH-KOELN", "STORE-YORK"]

    let skus: [SKU]
    /// On hand and committed, by SKU and location in the order of `locations`.
    private var stock: [[(onHand: Int, committed: Int)]]
    private var random: Generator

    init(skuCount: Int = 5000, seed: UInt64 = 7) {
        var random = Generator(state: seed)
        let families = ["BOLT", "NUT", "PUMP", "VALVE", "HOSE", "SEAL", "LAMP", "GLOVE"]
        skus = (0..<skuCount).map { SKU("\(families[$0 % families.count])-\(10000 + $0)") }
        stock = skus.map { _ in
            Self.locations.map { _ in
                let onHand = random.next(below: 10) < 2 ? 0 : random.next(below: 500)
                return (onHand, random.next(below: 3) == 0 ? random.next(below: onHand / 10 + 1) : 0)
            }
        }
        self.random = random
    }

    /// Sells, receives and counts about this share of the positions.
    mutating func passTime(changedPercent: Int) {
        let positions = skus.count * Self.locations.count
        for _ in 0..<positions * changedPercent / 100 {
            let sku = random.next(below: skus.count)
            let location = random.next(below: Self.locations.count)
            let before = stock[sku][location].onHand
            switch random.next(below: 10) {
            case 0: stock[sku][location] = (0, 0)
            case 1...6:
                stock[sku][location].onHand = max(
                    stock[sku][location].committed,
                    before - 1 - random.next(below: 5)
                )
            default: stock[sku][location].onHand = before + 10 + random.next(below: 90)
            }
        }
    }

    /// The same with a fence's products: second ones, that show what is set apart of the pumps.
    var products: [String] {
        skus.map(\.text) + skus.filter { $0.text.hasPrefix("PUMP-") }.map { $0.text + "-KA" }
    }

    /// Of a few positions what lies there, as an ERP would tell of a sale or a receipt.
    mutating func moveOne() -> (sku: SKU, location: Location, onHand: Int, committed: Int) {
        let (sku, location) = (random.next(below: skus.count), random.next(below: Self.locations.count))
        let before = stock[sku][location]
        stock[sku][location].onHand =
            random.next(below: 4) == 0
            ? before.onHand + 10 + random.next(below: 40)
            : max(before.committed, before.onHand - 1 - random.next(below: 5))
        let after = stock[sku][location]
        return (skus[sku], Self.locations[location], after.onHand, after.committed)
    }

    /// The ERP's snapshot as a CSV file; of a location that it has lost every figure is 0.
    func snapshot(asOf: String, losing lost: Location? = nil) -> String {
        var text = "sku,location,unit,on_hand,committed,as_of\n"
        for (sku, positions) in zip(skus, stock) {
            for (location, position) in zip(Self.locations, positions) {
                let position = location == lost ? (onHand: 0, committed: 0) : position
                text += "\(sku),\(location),EA,\(position.onHand),\(position.committed),\(asOf)\n"
            }
        }
        return text
    }

    /// A linear congruential generator is random enough for sample stock, and the same everywhere.
    private struct Generator {
        var state: UInt64

        mutating func next(below limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(truncatingIfNeeded: state >> 33) % limit
        }
    }
}
