/// One row of a test's snapshot.
struct StockRow: Hashable {
    let sku: String
    let location: String
    var onHand: Int
    var committed = 0

    static func csv(_ rows: [StockRow]) -> String {
        var text = "sku,location,unit,on_hand,committed\n"
        for row in rows { text += "\(row.sku),\(row.location),EA,\(row.onHand),\(row.committed)\n" }
        return text
    }

    /// What the shop must show of these rows, worked out as plainly as can be:
    /// the sum of what is on hand and not committed, and never less than nothing.
    static func figures(_ rows: [StockRow]) -> [String: Int] {
        var nets: [String: Int] = [:]
        for row in rows { nets[row.sku, default: 0] += row.onHand - row.committed }
        return nets.mapValues { max(0, $0) }
    }

    /// Stock of `skus` SKUs at `locations`, none of it zero.
    static func stock(skus: Int, locations: [String] = ["WH-A"], random: inout SplitMix64) -> [StockRow] {
        var rows: [StockRow] = []
        for number in 0..<skus {
            for location in locations {
                let onHand = 10 + random.below(500)
                let committed = random.below(4) == 0 ? random.below(10) : 0
                rows.append(
                    StockRow(sku: "SKU-\(number)", location: location, onHand: onHand, committed: committed)
                )
            }
        }
        return rows
    }

    /// Changes one row of every hundred, or of as many as given.
    static func change(_ rows: inout [StockRow], every: Int = 100, random: inout SplitMix64) {
        for _ in 0..<max(1, rows.count / every) {
            let index = random.below(rows.count)
            rows[index].onHand = max(rows[index].committed, rows[index].onHand + random.below(21) - 10)
        }
    }
}

/// A seeded generator: the same numbers in every run of the tests.
struct SplitMix64 {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

    /// A number from 0 up to 1.
    mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }
}
