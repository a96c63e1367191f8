import InventoryCore

/// A shop without a shop: what sources state goes through the judgement into baselines and doubts.
struct DoubtStage {
    var units = UnitTable()
    var rules = RuleSet()
    var thresholds = DoubtStage.calm
    private(set) var book = DoubtBook()
    private(set) var baselines: [SourceID: [PositionKey: Quantity]] = [:]
    private var growth: [KeptGrowth] = []
    private var delivered: [SourceID: Delivered] = [:]
    private var rejected: Set<String> = []
    private var clock: Int64 = 0

    private struct Delivered {
        var text: String
        var time: DeliveryTime
        var keyless: Int
        var shape: AcceptedShape
    }

    /// Guards as they are by default, but for unreadable rows: of three rows, one is more than 1 %.
    static let calm: GuardThresholds = {
        var thresholds = GuardThresholds()
        thresholds.rejectedRowsPercentMax = 100
        return thresholds
    }()

    /// Pieces, and cases of twelve.
    static func dozens(also piece: StockUnit? = nil) -> UnitTable {
        var general = [UnitConversion(erp: "EA", perBase: .one, shop: "item")]
        if let dozen = Ratio(12, over: 1) {
            general.append(UnitConversion(erp: "CS", perBase: dozen, shop: "case"))
        }
        if let piece { general.append(UnitConversion(erp: piece, perBase: .one, shop: "item")) }
        return UnitTable(general: general)
    }

    /// Delivers rows such as `A WH-1 10` or `A WH-1 2 CS`; the quantities `n/a`, `collision` and `conflict`
    /// are not clear.
    @discardableResult
    mutating func deliver(
        _ rows: [String],
        source: SourceID = "erp",
        scope: SnapshotScope = .full,
        asOf: Int64? = nil,
        keyless: Int = 0
    ) -> Judgement {
        clock += 1
        let stated = StatedRows(rows)
        let baseline = baselines[source] ?? [:]
        let last = delivered[source]
        let text = rows.joined(separator: "\n")
        let time = DeliveryTime(
            asOf: asOf.map { Timestamp(microseconds: $0) },
            arrived: Timestamp(microseconds: clock)
        )
        var statement = DeliveryStatement(
            source: source,
            run: RunID("run \(clock)"),
            scope: scope,
            arrived: time.arrived
        )
        statement.deltas = stated.deltas(from: baseline)
        statement.statistics = stated.statistics(from: baseline, keyless: keyless)
        statement.unclear = stated.unclear
        statement.isFirst = last == nil
        statement.hasSameBytes = last?.text == text
        statement.isRejected = rejected.contains(text)
        var known = KnownOfSource()
        (known.units, known.past) = (units, book.past)
        known.doubts = book.doubts(of: source)
        known.positions = Dictionary(
            grouping: baseline.map { Position(key: $0.key, net: $0.value) },
            by: \.key.sku
        )
        known.accepted = last?.shape
        known.asOf = last?.time.asOf
        known.keylessRows = last?.keyless ?? 0
        let judgement = Judgement(statement, known: known, thresholds: thresholds)
        guard judgement.rejection == nil else { return judgement }
        var taking = DoubtBook.Taking(source, asOf: time.asOf, units: units, rules: rules)
        if let last { taking.past = growth.filter { $0.time.isLater(than: last.time) } }
        _ = book.take(judgement, taking)
        take(judgement.accepted, of: source, time)
        delivered[source] = Delivered(
            text: text,
            time: time,
            keyless: keyless,
            shape: AcceptedShape(rows: rows.count, positions: stated.sums.count, endsInsideLine: false)
        )
        return judgement
    }

    private mutating func take(_ accepted: [Delta], of source: SourceID, _ time: DeliveryTime) {
        for delta in accepted { baselines[source, default: [:]][delta.key] = delta.after }
        Growth(of: accepted, units: units, past: book.past).forEach { sku, location, quantity in
            growth.append(
                KeptGrowth(source: source, sku: sku, location: location, quantity: quantity, time: time)
            )
        }
    }

    /// Makes the book one that was read, and not changed since.
    mutating func readBook() {
        let past = book.past
        book = DoubtBook(book.all)
        book.past = past
    }

    /// Declares other units, as a run does at its beginning.
    mutating func declare(_ units: UnitTable) {
        clock += 1
        var change = UnitChange(from: self.units, to: units, past: book.past)
        self.units = units
        book.apply(DoubtChanges(ended: change.ended(book)))
        if change.losesFactors {
            for sku in Set(baselines.values.flatMap { $0.keys.map(\.sku) }).sorted() {
                let positions = baselines.mapValues { baseline in
                    baseline.filter { $0.key.sku == sku }.map { Position(key: $0.key, net: $0.value) }
                }
                let now = Timestamp(microseconds: clock)
                let begun = change.begun(positions, book, at: now) { delivered[$0]?.time.asOf }
                for source in positions.keys.sorted(by: { $0.text < $1.text }) {
                    var taking = DoubtBook.Taking(source, asOf: nil, units: units, rules: rules)
                    if let last = delivered[source] {
                        taking.past = growth.filter { $0.time.isLater(than: last.time) }
                    }
                    _ = book.take([], DoubtChanges(set: begun.filter { $0.source == source }), taking)
                }
            }
        }
        change.forget(besides: book)
        book.past = change.past
    }

    // MARK: a person

    /// Approves what is held of some positions, and gives how many there were.
    @discardableResult
    mutating func approve(source: SourceID = "erp", where isChosen: (PositionKey) -> Bool = { _ in true })
        -> Int
    {
        let chosen = held(source, isChosen)
        let time = delivered[source]?.time ?? DeliveryTime(asOf: nil, arrived: Timestamp(microseconds: clock))
        let deltas = chosen.compactMap(\.approved)
        let taking = DoubtBook.Taking(source, asOf: time.asOf, units: units, rules: rules)
        _ = book.take(deltas, DoubtChanges(ended: chosen), taking)
        take(deltas, of: source, time)
        return chosen.count
    }

    /// Rejects all or some of what is held; the bytes are remembered where it is all.
    mutating func reject(source: SourceID = "erp", where isChosen: ((PositionKey) -> Bool)? = nil) {
        for doubt in held(source, isChosen ?? { _ in true }) { book.set(doubt.rejected) }
        if isChosen == nil, let last = delivered[source] { rejected.insert(last.text) }
    }

    private func held(_ source: SourceID, _ isChosen: (PositionKey) -> Bool) -> [Doubt] {
        book.doubts(of: source).values.filter { $0.waitsForDecision && isChosen($0.key) }
            .sorted { $0.key < $1.key }
    }

    // MARK: what is seen of it

    /// The doubt about a position of any source.
    func doubt(_ sku: SKU, _ location: Location, _ unit: StockUnit = "EA") -> Doubt? {
        book.all.first { $0.key == PositionKey(sku: sku, location: location, unit: unit) }
    }

    /// The reason of each position in doubt, by its location.
    func reasons(_ sku: SKU = "A") -> [String: Doubt.Reason] {
        let doubts = book.all.filter { $0.key.sku == sku }
        return Dictionary(doubts.map { ("\($0.key.location)", $0.reason) }) { first, _ in first }
    }

    /// What is published of a SKU, by warehouse; a pool that is not written is missing.
    func figures(_ sku: SKU = "A") -> [String: Int] {
        let stock = DoubtfulStock(book, units: units)
        let positions = baselines.values.joined().filter { $0.key.sku == sku }
            .map { Position(key: $0.key, net: $0.value) }
        let apportioner = Apportioner(
            rules: rules,
            units: units,
            publishUnits: .primary,
            at: Timestamp(microseconds: 0)
        )
        let result = apportioner.apportion(
            sku,
            positions: stock.applied(to: positions, of: sku),
            shopUnits: [ShopUnit(unit: "item", precision: 0, isPrimary: true)],
            unclear: stock.unclear(sku) { positions }
        )
        let written = result.wanted.filter { !result.figures.unclear.contains($0.key) }
        return Dictionary(
            uniqueKeysWithValues: written.map {
                ($0.key.warehouse ?? "", Int($0.quantity.millionths / Quantity.scale))
            }
        )
    }

    /// What the only pool shows; nothing where it is not written.
    func figure(_ sku: SKU = "A") -> Int? { figures(sku)[""] }
}
