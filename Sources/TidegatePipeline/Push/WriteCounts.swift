import InventoryCore
import Metrics

/// Counts how the writes of levels end, through the metrics API.
enum WriteCounts {
    /// Counts receipts once they are written down.
    static func add(_ receipts: [Receipt]) {
        var counts: [String: Int] = [:]
        for receipt in receipts { counts[receipt.outcome.word, default: 0] += 1 }
        let shop = RunContext.current.shop?.text ?? ""
        for (outcome, count) in counts {
            let labels = [("shop", shop), ("outcome", outcome)]
            Counter(label: "tidegate_writes_total", dimensions: labels).increment(by: count)
        }
    }
}

extension Receipt.Outcome {
    fileprivate var word: String {
        switch self {
        case .applied: "applied"
        case .released: "released"
        case .refused: "refused"
        case .levelGone: "level_gone"
        }
    }
}
