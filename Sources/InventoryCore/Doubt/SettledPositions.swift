/// Positions in doubt of which a delivery has decided something, or that it does not list.
struct SettledPositions {
    private let doubts: SourceDoubts
    /// A bit for each row of the table of doubts.
    private var rows: [UInt64]
    /// Those that the table does not have.
    private var others: Set<PositionKey> = []

    init(_ doubts: SourceDoubts) {
        self.doubts = doubts
        rows = Array(repeating: 0, count: doubts.table.rows.count / 64 + 1)
    }

    func contains(_ key: PositionKey) -> Bool {
        guard let row = doubts.row(of: key) else { return others.contains(key) }
        return holds(row)
    }

    mutating func insert(_ key: PositionKey) {
        if let row = doubts.row(of: key) { insert(row) } else { others.insert(key) }
    }

    /// Settles a doubt of the table that would stay as it is; gives whether it is one.
    ///
    /// Hot (`PipelineBenchmarks FOLDER TIMES doubts`): nothing is made of what only is said again.
    @inline(__always)
    mutating func insert(_ key: PositionKey, if stays: (DoubtTable.Row) -> Bool) -> Bool {
        guard let row = doubts.row(of: key), stays(doubts.table.rows[row]) else { return false }
        insert(row)
        return true
    }

    /// The doubts that are not settled, in no order.
    var unsettled: [Doubt] {
        var left = doubts.later.filter { !others.contains($0.key) }
        doubts.forEachRow { row, sku in
            if !holds(row) { left.append(doubts.doubt(row, of: sku)) }
        }
        return left
    }

    @inline(__always)
    private func holds(_ row: Int) -> Bool { rows[row >> 6] >> UInt64(row & 63) & 1 != 0 }

    @inline(__always)
    private mutating func insert(_ row: Int) { rows[row >> 6] |= 1 << UInt64(row & 63) }
}
