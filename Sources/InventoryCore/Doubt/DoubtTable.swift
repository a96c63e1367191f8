/// The doubts of one source as they were read, in the order of their keys.
///
/// Tens of thousands can be in doubt, of which a delivery changes few (`PipelineBenchmarks FOLDER TIMES
/// doubts`). So a row has no references, and a `Doubt` is made only of those that somebody looks at.
package final class DoubtTable: Sendable {
    package let source: SourceID
    /// The SKUs, each once, in byte order.
    let skus: [SKU]
    /// The first row of each SKU, and behind them the number of rows.
    private let begins: [Int32]
    let rows: [Row]
    let places: [Place]
    private let runs: [RunID]
    /// Of the few rows that have some.
    private let lines: [Int: [Int]]
    private let index: SKUIndex

    /// Where a SKU is counted.
    struct Place: Hashable, Sendable {
        let location: Location
        let unit: StockUnit
        let bin: Bin

        @inline(__always)
        func isPlace(of key: PositionKey) -> Bool {
            location == key.location && unit == key.unit && bin == key.bin
        }
    }

    /// What a doubt says beside its key; see `Doubt`.
    package struct Row: Sendable {
        /// By `Draft.place`.
        package var place: Int32 = 0
        /// By `Draft.run`; below 0 for none.
        package var run: Int32 = -1
        package var reason: Doubt.Reason
        package var guardCode: GuardTrip.Code?
        package var since: Timestamp
        package var knownAsOf: Timestamp?
        package var last: Quantity?
        package var stated: Quantity?
        package var askedAbout: Quantity?
        package var grown = Quantity.zero
        package var absentCount = 0
        package var keylessBefore = 0
        package var spoiledCount = 0
        fileprivate(set) var hasLines = false

        package init(_ reason: Doubt.Reason, since: Timestamp) {
            (self.reason, self.since) = (reason, since)
        }

        /// Whether a person has to decide about it.
        var waitsForDecision: Bool { guardCode != nil && reason != .rejected }

        /// Whether it would stay as it is where the guard holds once more what is stated.
        @inline(__always)
        func stays(held stated: Quantity?, by code: GuardTrip.Code) -> Bool {
            reason == .held && self.stated == stated && guardCode == code && run >= 0 && absentCount == 0
                && isPlain
        }

        /// Whether it would stay as it is, but for the count, where the guard holds once more that the
        /// position is missing.
        @inline(__always)
        func stays(absentBy code: GuardTrip.Code) -> Bool {
            reason == .absent && stated == nil && guardCode == code && run >= 0 && isPlain
        }

        /// Whether it would stay as it is where the position is in doubt once more for this reason, of which
        /// no line is known.
        @inline(__always)
        func stays(unclear reason: Doubt.Reason) -> Bool {
            self.reason == reason && stated == nil && askedAbout == nil && guardCode == nil && run < 0
                && absentCount == 0 && isPlain
        }

        private var isPlain: Bool { spoiledCount == 0 && !hasLines }
    }

    fileprivate init(_ draft: consuming Draft) {
        (source, skus, rows, places) = (draft.source, draft.skus, draft.rows, draft.places)
        (runs, lines) = (draft.runs, draft.lines)
        begins = draft.begins + [Int32(rows.count)]
        index = SKUIndex(skus)
    }

    /// The rows of a SKU; none where nothing of it is in doubt.
    @inline(__always)
    func rows(of sku: SKU) -> Range<Int> {
        guard let number = index.number(of: sku, in: skus) else { return 0..<0 }
        return rows(ofNumber: number)
    }

    /// The rows of a SKU by its place in `skus`.
    func rows(ofNumber number: Int) -> Range<Int> { Int(begins[number])..<Int(begins[number + 1]) }

    /// The row of a position, if it is in doubt.
    @inline(__always)
    func row(of key: PositionKey) -> Int? {
        for row in rows(of: key.sku) where places[Int(rows[row].place)].isPlace(of: key) { return row }
        return nil
    }

    /// Makes the doubt of a row of a SKU.
    func doubt(_ row: Int, of sku: SKU) -> Doubt {
        let place = places[Int(rows[row].place)]
        let run = rows[row].run
        return Doubt(
            source: source,
            key: PositionKey(sku: sku, location: place.location, unit: place.unit, bin: place.bin),
            rows[row],
            run: run < 0 ? nil : runs[Int(run)],
            lines: rows[row].hasLines ? lines[row] ?? [] : []
        )
    }

    /// A table under construction: SKUs and their positions come in byte order, each once.
    package struct Draft {
        package let source: SourceID
        fileprivate var skus: [SKU] = []
        fileprivate var begins: [Int32] = []
        fileprivate var rows: [Row] = []
        fileprivate var places: [Place] = []
        fileprivate var runs: [RunID] = []
        fileprivate var lines: [Int: [Int]] = [:]
        private var placeNumbers: [Place: Int32] = [:]
        private var runNumbers: [RunID: Int32] = [:]

        package init(of source: SourceID) {
            self.source = source
        }

        /// The SKU that was begun last.
        package var lastSKU: SKU? { skus.last }

        /// Begins the rows of a SKU.
        package mutating func begin(_ sku: SKU) {
            skus.append(sku)
            begins.append(Int32(rows.count))
        }

        /// Gives a place's number.
        package mutating func place(_ location: Location, _ unit: StockUnit, _ bin: Bin) -> Int32 {
            let place = Place(location: location, unit: unit, bin: bin)
            if let number = placeNumbers[place] { return number }
            places.append(place)
            placeNumbers[place] = Int32(places.count - 1)
            return Int32(places.count - 1)
        }

        /// Gives a run's number.
        package mutating func run(_ id: RunID) -> Int32 {
            if let number = runNumbers[id] { return number }
            runs.append(id)
            runNumbers[id] = Int32(runs.count - 1)
            return Int32(runs.count - 1)
        }

        /// Adds a position of the SKU that was begun last.
        package mutating func append(_ row: Row, lines: [Int] = []) {
            rows.append(row)
            guard !lines.isEmpty else { return }
            rows[rows.count - 1].hasLines = true
            self.lines[rows.count - 1] = lines
        }

        package consuming func finish() -> DoubtTable { DoubtTable(self) }
    }

    /// Makes a table of doubts of one source, in any order; of several about one position the last counts.
    convenience init(of source: SourceID, _ doubts: [Doubt]) {
        let byKey = Dictionary(doubts.map { ($0.key, $0) }) { _, last in last }
        var draft = Draft(of: source)
        for doubt in byKey.values.sorted(by: { $0.key < $1.key }) {
            let key = doubt.key
            if draft.lastSKU != key.sku { draft.begin(key.sku) }
            var row = doubt.row
            row.place = draft.place(key.location, key.unit, key.bin)
            row.run = doubt.run.map { draft.run($0) } ?? -1
            draft.append(row, lines: doubt.lines)
        }
        self.init(draft)
    }
}
