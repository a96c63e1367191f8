import InventoryCore
import SnapshotFormats

/// Makes one row of all staged rows that share a key, by the declared rule.
struct DuplicateRows {
    private let parts: [StagedRows]
    private let repeats: [BaselineWriter.Repeat]
    /// For the first row of each key that is refused, the others.
    private var refused: [UInt32: [UInt32]] = [:]
    private let rule: DuplicateRule

    /// Changes the first row of each key to what all say together.
    init(_ repeats: [BaselineWriter.Repeat], in parts: [StagedRows], rule: DuplicateRule) {
        self.parts = parts
        self.repeats = repeats
        self.rule = rule
        var last: [UInt32: [UInt32]] = [:]
        for (again, first) in repeats { last[first, default: []].append(again) }
        for (first, others) in last where !combine(first, others) { refused[first] = others }
    }

    /// False where the rows are refused.
    private func combine(_ first: UInt32, _ others: [UInt32]) -> Bool {
        let row = StagedRows.row(Int(first), in: parts)
        // What stands beside the key in one of the rows does not tell what they hold together.
        row.pointee.rest = 0
        for other in others {
            let net = StagedRows.row(Int(other), in: parts).pointee.net
            switch rule {
            case .last: row.pointee.net = net
            case .reject: return false
            case .sum:
                let (sum, overflow) = row.pointee.net.addingReportingOverflow(net)
                if overflow { return false }
                row.pointee.net = sum
            }
        }
        return true
    }

    /// Copies the rows that stay, without the repeated and the refused ones.
    func firsts(_ seeds: KeySeeds) -> StagedRows {
        var left = Set(repeats.map(\.row))
        left.formUnion(refused.keys)
        let kept = StagedRows(seeds: seeds)
        var number: UInt32 = 0
        for part in parts {
            var keys = part.keys
            for place in 0..<part.count {
                guard keys.next() else { preconditionFailure("a staged key cannot be read") }
                if !left.contains(number) { kept.append(part.rows[place], key: keys.key) }
                number += 1
            }
        }
        return kept
    }

    /// The rows of all keys that are refused, in the order of the snapshot; `line` gives the line of a row.
    func rejected(line: (Int) -> Int) -> [RejectedRow] {
        var rejected: [RejectedRow] = []
        for (first, others) in refused {
            for number in [first] + others {
                rejected.append(
                    RejectedRow(
                        line: line(Int(number)),
                        column: nil,
                        reason: rule == .sum ? .tooLarge : .duplicate,
                        message: rule == .sum
                            ? "The \(others.count + 1) rows of this key are too large together."
                            : "The key has \(others.count + 1) rows, and duplicates are to be rejected.",
                        bytes: []
                    )
                )
            }
        }
        return rejected.sorted { $0.line < $1.line }
    }
}
