/// The doubts about what one source states: a table of them, and what has changed since it was made.
package struct SourceDoubts: Sendable {
    let table: DoubtTable
    /// A bit for each row of the table that does not count any more; empty where all do.
    private var past: [UInt64] = []
    private var pastCount = 0
    /// Those that came later or have changed.
    private var own: [SKU: [Doubt]] = [:]
    private var ownCount = 0
    /// Full deliveries since without what the table has as absent.
    private var missed = 0

    package init(_ table: DoubtTable) {
        self.table = table
    }

    /// Makes them of doubts of one source, in any order.
    init(of source: SourceID, _ doubts: [Doubt] = []) {
        table = DoubtTable(of: source, doubts)
    }

    package init() {
        self.init(of: .main)
    }

    package var isEmpty: Bool { count == 0 }

    package var count: Int { table.rows.count - pastCount + ownCount }

    package subscript(key: PositionKey) -> Doubt? {
        get {
            if let row = row(of: key) { return doubt(row, of: key.sku) }
            return ownCount == 0 ? nil : own[key.sku]?.first { $0.key == key }
        }
        set {
            if let row = row(of: key) { end(row) }
            if ownCount > 0, let place = own[key.sku]?.firstIndex(where: { $0.key == key }) {
                own[key.sku]?.remove(at: place)
                ownCount -= 1
            }
            guard let newValue else { return }
            own[key.sku, default: []].append(newValue)
            ownCount += 1
        }
    }

    /// Whether a position is in doubt.
    package func contains(_ key: PositionKey) -> Bool {
        row(of: key) != nil || ownCount > 0 && own[key.sku]?.contains { $0.key == key } ?? false
    }

    /// Whether some position of a SKU is in doubt.
    package func contains(_ sku: SKU) -> Bool {
        if ownCount > 0, own[sku]?.isEmpty == false { return true }
        return table.rows(of: sku).contains(where: isRow)
    }

    /// Why the position of a difference is in doubt, and whether the difference says only that once more;
    /// nothing where it is not in doubt.
    package func standing(of delta: Delta) -> (reason: Doubt.Reason, isTold: Bool)? {
        if let row = row(of: delta.key) {
            let said = table.rows[row]
            return (said.reason, said.reason.isTold(by: delta, said.stated))
        }
        guard ownCount > 0, let doubt = self[delta.key] else { return nil }
        return (doubt.reason, doubt.isToldBy(delta))
    }

    /// Why a position is in doubt; nothing where it is not.
    package func reason(of key: PositionKey) -> Doubt.Reason? {
        if let row = row(of: key) { return table.rows[row].reason }
        return ownCount > 0 ? self[key]?.reason : nil
    }

    /// Calls the body with the SKU of each doubt and its reason, in no order.
    func forEachReason(_ body: (SKU, Doubt.Reason) -> Void) {
        forEachRow { row, sku in body(sku, table.rows[row].reason) }
        for doubt in later { body(doubt.key.sku, doubt.reason) }
    }

    /// Gives the doubts about one SKU, in no order.
    package func doubts(about sku: SKU) -> [Doubt] {
        let rows = table.rows(of: sku)
        let later = ownCount > 0 ? own[sku] ?? [] : []
        guard !rows.isEmpty else { return later }
        return rows.filter(isRow).map { doubt($0, of: sku) } + later
    }

    /// Calls the body with each doubt, in no order.
    package func forEach(_ body: (Doubt) throws -> Void) rethrows {
        try forEachRow { row, sku in try body(doubt(row, of: sku)) }
        for doubt in later { try body(doubt) }
    }

    package var values: [Doubt] {
        var values: [Doubt] = []
        values.reserveCapacity(count)
        forEach { values.append($0) }
        return values
    }

    /// Whether a position is in doubt for its unit, or one beside it, that has a factor by these.
    package func awaitsUnits(of units: UnitTable) -> Bool {
        values.contains {
            $0.reason == .unitUnknown && units.perBase(erp: $0.key.unit, of: $0.key.sku) != nil
        }
    }

    package var keys: [PositionKey] { values.map(\.key) }

    /// The SKUs with a position in doubt, each once.
    package var skus: Set<SKU> {
        var skus = Set<SKU>(minimumCapacity: table.skus.count + own.count)
        for (number, sku) in table.skus.enumerated() where table.rows(ofNumber: number).contains(where: isRow)
        { skus.insert(sku) }
        for (sku, doubts) in own where !doubts.isEmpty { skus.insert(sku) }
        return skus
    }

    package func filter(_ isIncluded: (PositionKey, Doubt) -> Bool) -> SourceDoubts {
        SourceDoubts(of: table.source, values.filter { isIncluded($0.key, $0) })
    }

    /// Counts one more full delivery without all that is absent.
    mutating func missOnceMore() {
        missed += 1
        for sku in Array(own.keys) { own[sku] = own[sku]?.map(\.missedOnceMore) }
    }

    // MARK: By rows

    /// Makes the doubt of a row of a SKU.
    func doubt(_ row: Int, of sku: SKU) -> Doubt {
        var doubt = table.doubt(row, of: sku)
        if missed > 0, doubt.reason == .absent { doubt.absentCount += missed }
        return doubt
    }

    /// Those that the table does not have.
    var later: [Doubt] { ownCount == 0 ? [] : own.values.flatMap(\.self) }

    /// Whether a row of the table still counts.
    @inline(__always)
    func isRow(_ row: Int) -> Bool { past.isEmpty || past[row >> 6] >> UInt64(row & 63) & 1 == 0 }

    /// The row of the table that says what is in doubt about a position.
    @inline(__always)
    func row(of key: PositionKey) -> Int? {
        guard let row = table.row(of: key), isRow(row) else { return nil }
        return row
    }

    /// Calls the body with each row that counts, in the order of the keys, and its SKU.
    func forEachRow(_ body: (Int, SKU) throws -> Void) rethrows {
        for (number, sku) in table.skus.enumerated() {
            for row in table.rows(ofNumber: number) where isRow(row) { try body(row, sku) }
        }
    }

    private mutating func end(_ row: Int) {
        if past.isEmpty { past = Array(repeating: 0, count: table.rows.count / 64 + 1) }
        past[row >> 6] |= 1 << UInt64(row & 63)
        pastCount += 1
    }
}
