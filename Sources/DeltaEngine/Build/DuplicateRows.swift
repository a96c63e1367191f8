import InventoryCore
import SnapshotFormats

/// Makes one row of all rows that share a key, by the declared rule.
struct DuplicateRows {
    /// What the first row of each key that has several holds in the end.
    private var nets: [UInt32: Int64] = [:]
    /// For the first row of each key that is refused, the others.
    private var refused: [UInt32: [UInt32]] = [:]
    /// The keys of the first rows of those.
    private var refusedKeys: [UInt32: [UInt8]] = [:]
    /// All rows but the first of each key.
    private var repeated: Set<UInt32> = []
    /// The first rows of keys that are written in several ways.
    private var collided: Set<UInt32> = []
    private let rule: DuplicateRule

    init(
        _ repeats: [BaselineWriter.Repeat],
        in rows: BaselineRows,
        rule: DuplicateRule,
        altered: AlteredKeys
    ) {
        self.rule = rule
        var groups: [UInt32: [UInt32]] = [:]
        for (row, other) in repeats { groups[other, default: [other]].append(row) }
        let counts =
            altered.isEmpty
            ? [:]
            : groups.values.reduce(into: [:]) { counts, group in
                counts[rows.signatures(from: Int(group[0])).pointee.first] = group.count
            }
        let collisions = altered.collisions(among: counts)
        for group in groups.values {
            let ordered = group.sorted()
            let (first, others) = (ordered[0], Array(ordered[1...]))
            repeated.formUnion(others)
            if collisions.contains(rows.signatures(from: Int(first)).pointee.first) {
                collided.insert(first)
                refused[first] = others
            } else if let net = combined(first, others, rows) {
                nets[first] = net
            } else {
                refused[first] = others
            }
        }
    }

    /// Nil if the rows are refused.
    private func combined(
        _ first: UInt32,
        _ others: [UInt32],
        _ rows: BaselineRows
    ) -> Int64? {
        var net = rows.net(Int(first))
        for other in others {
            switch rule {
            case .last: net = rows.net(Int(other))
            case .reject: return nil
            case .sum:
                let (sum, overflow) = net.addingReportingOverflow(rows.net(Int(other)))
                if overflow { return nil }
                net = sum
            }
        }
        return net
    }

    /// Copies the rows that stay, without the repeated and the refused ones, and keeps the refused keys.
    mutating func copyFirsts(
        _ rows: BaselineRows,
        of parts: [StagedRows],
        _ tails: KeyTails,
        to kept: StagedRows
    ) throws(Fault) {
        let left = repeated.union(refused.keys)
        let (ends, bytes) = tails.written
        try ends.withUnsafeBufferPointer { ends throws(Fault) in
            try bytes.withUnsafeBufferPointer { bytes throws(Fault) in
                var number: UInt32 = 0
                for part in parts {
                    try part.withKeys(TailTexts(ends: ends, bytes: bytes)) { keys throws(Fault) in
                        for _ in 0..<part.count {
                            guard keys.next() else { preconditionFailure("a staged key cannot be read") }
                            if !left.contains(number) { try kept.append(row(number, rows), key: keys.key) }
                            if refused[number] != nil { refusedKeys[number] = keys.key }
                            number += 1
                        }
                    }
                }
            }
        }
    }

    private func row(_ number: UInt32, _ rows: BaselineRows) -> BaselineRow {
        var row = rows[Int(number)]
        guard let net = nets[number] else { return row }
        row.net = net
        // The other bytes of one row do not identify the sum of several.
        row.rest = 0
        return row
    }

    /// The rows of all keys that are refused, in the order of the snapshot; `line` gives the line of a row.
    func rejected(line: (Int) -> Int) -> [RejectedRow] {
        var rejected: [RejectedRow] = []
        for (first, others) in refused {
            let bytes = refusedKeys[first] ?? []
            let key = bytes.withUnsafeBufferPointer { CanonicalKey.key($0) }
            let reason = GroupFault(
                rows: others.count + 1,
                isCollision: collided.contains(first),
                rule: rule
            )
            for number in [first] + others {
                rejected.append(
                    RejectedRow(
                        line: line(Int(number)),
                        column: nil,
                        reason: reason.reason,
                        message: reason.message,
                        bytes: bytes,
                        key: key
                    )
                )
            }
        }
        return rejected.sorted(by: RejectedRow.isBefore)
    }
}

/// Why rows of one key cannot become one.
struct GroupFault {
    let reason: RejectedRow.Reason
    let message: String

    init(rows: Int, isCollision: Bool, rule: DuplicateRule) {
        if isCollision {
            reason = .collision
            message =
                "The source writes this key in several ways, in \(rows) rows, and normalisation makes one."
        } else if rule == .sum {
            reason = .tooLarge
            message = "The \(rows) rows of this key are too large together."
        } else {
            reason = .duplicate
            message = "The key has \(rows) rows, and duplicates are to be rejected."
        }
    }
}
