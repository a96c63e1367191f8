import InventoryCore
import TestSupport

/// What an ERP knows of its stock, and the files it would write of it.
struct MutatedStock {
    struct Row {
        let sku: Int
        let place: String
        var onHand: Int
        var committed: Int

        var net: Int { onHand - committed }
        var text: String { "AB-\(sku),\(place),EA,\(onHand).00,\(committed).00" }
    }

    static let header = "sku,location,unit,on_hand,committed"
    static let skus = 110
    static let places = ["WH-1", "WH-2", "WH-3"]

    private(set) var rows: [Row] = []
    /// Rows that the next partial file has to list.
    private var changed: Set<Int> = []
    /// Files that were delivered whole.
    private(set) var older: [String] = []

    init(_ random: inout SplitMix64) {
        for sku in 1...Self.skus {
            for place in Self.places where random.chance(90) {
                rows.append(
                    Row(sku: sku, place: place, onHand: 8 + random.below(50), committed: random.below(4))
                )
            }
        }
    }

    /// Sells and receives a little.
    mutating func trade(_ random: inout SplitMix64) {
        for _ in 0..<1 + random.below(6) {
            let number = random.below(rows.count)
            if random.chance(70), rows[number].net > 4 {
                rows[number].onHand -= 1 + random.below(3)
            } else {
                rows[number].onHand += 1 + random.below(3)
            }
            changed.insert(number)
        }
    }

    /// A file as the ERP writes it: of everything, or of what has changed and some more.
    mutating func file(_ scope: SnapshotScope, _ random: inout SplitMix64) -> String {
        let listed = rows.indices.filter { scope == .full || changed.contains($0) || random.chance(60) }
        changed = []
        return Self.text(listed.map { rows[$0].text })
    }

    mutating func remember(_ file: String) { older.append(file) }

    static func text(_ rows: [String]) -> String { ([header] + rows).joined(separator: "\n") + "\n" }

    /// What really lies there of a SKU.
    var truth: [String: Int] {
        var truth = Dictionary(uniqueKeysWithValues: (1...Self.skus).map { ("AB-\($0)", 0) })
        for row in rows { truth["AB-\(row.sku)", default: 0] += max(0, row.net) }
        return truth
    }
}
