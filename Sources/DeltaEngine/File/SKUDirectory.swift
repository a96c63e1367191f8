import CSeparators

/// Finds the rows of an SKU: the runs of rows that share one, sorted by the leading bits of its digest.
struct SKUDirectory {
    /// For each value of the bits, where its runs begin; one more at the end.
    private(set) var slots: [UInt32]
    /// The first row of each run.
    private(set) var runs: [UInt32]

    /// How many bits the directory of these rows takes, and how many runs they have.
    static func size(_ parts: [StagedRows]) -> (bits: UInt64, runs: Int) {
        let count = parts.reduce(0) { $0 + $1.runs.count }
        var bits: UInt64 = 0
        while 1 << bits < count { bits += 1 }
        return (bits, count)
    }

    static func slots(bits: UInt64) -> Int { (1 << Int(bits)) + 1 }

    init(_ parts: [StagedRows]) {
        let (bits, count) = SKUDirectory.size(parts)
        slots = [UInt32](repeating: 0, count: SKUDirectory.slots(bits: bits))
        runs = [UInt32](repeating: 0, count: count)
        for part in parts {
            for run in part.runs { slots[BaselineImage.slot(leading: run.leading, bits: bits) + 1] += 1 }
        }
        for slot in 1..<slots.count { slots[slot] += slots[slot - 1] }
        var next = slots
        var begin: UInt32 = 0
        for part in parts {
            for run in part.runs {
                let slot = BaselineImage.slot(leading: run.leading, bits: bits)
                runs[Int(next[slot])] = begin + run.row
                next[slot] += 1
            }
            begin += UInt32(part.count)
        }
    }
}
