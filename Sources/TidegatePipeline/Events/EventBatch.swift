import InventoryCore
import StateStore

/// The events of one run, position by position: first where they belong, then what they make of that.
struct EventBatch {
    private(set) var tally = EventTally()
    private(set) var changes = EventChanges()
    private(set) var exceptions: [InventoryException] = []
    /// What is stated of each position that has a clear statement now; all of them, changed or not.
    private(set) var stated: [PositionKey: Quantity] = [:]
    /// What guards hold, moved on.
    private(set) var held: [Doubt] = []
    /// Positions whose stock is counted in another unit from now on.
    private(set) var moved: [PositionKey: PositionKey] = [:]
    /// Whether some figure may change by it.
    var changesFigures: Bool { !stated.isEmpty || !held.isEmpty }
    /// The newest time that an event states.
    private(set) var asOf: Timestamp?

    private let source: SourceID
    private var placed: [PositionKey: [PositionStatement]] = [:]
    /// The same on shelves that only events have stated.
    private var shelved: [Shelf: [PositionKey: [PositionStatement]]] = [:]
    private var refused: Set<Location> = []

    /// By what events find their positions.
    struct Places {
        let positions: [SKU: [PositionKey]]
        /// Those of them that only events have stated.
        let opened: Set<PositionKey>
        /// What earlier events were about, on shelves that only events have stated.
        var awaited: [Shelf: Set<PositionKey>] = [:]
        let units: UnitTable
        let isKnown: (Location) -> Bool
        /// The source that states a location, where that is another one.
        let otherSource: (Location) -> SourceID?
    }

    init(of source: SourceID) {
        self.source = source
    }

    /// The positions that the events are about, but for open shelves.
    var keys: [PositionKey] { placed.keys.sorted() }

    /// The shelves that only events have stated and that the events are about.
    var shelves: [Shelf] {
        shelved.keys.sorted { ($0.sku, $0.location.text) < ($1.sku, $1.location.text) }
    }

    /// The positions that events on an open shelf are about.
    func keys(on shelf: Shelf) -> Set<PositionKey> { Set(shelved[shelf, default: [:]].keys) }

    /// The positions of which a level was stated.
    var levelled: Set<PositionKey> {
        Set(
            placed.filter { _, statements in
                statements.contains { if case .level = $0.kind { true } else { false } }
            }.keys
        )
    }

    // MARK: where they belong

    /// Takes an event with its number in the inbox; `event` has normalised names, or is nothing where they
    /// cannot be any.
    mutating func place(_ event: StockEvent?, as received: StockEvent, number: Int64, _ places: Places) {
        if let time = received.asOf { asOf = max(asOf ?? time, time) }
        guard let event else { return hint(at: received, .key) }
        guard event.statement != .hint else { return hint(at: event, .told) }
        guard let sku = event.sku, let location = event.location, let time = event.asOf else {
            return hint(at: event, .key)
        }
        if let other = places.otherSource(location) { return refuse(event, location, other) }
        let shelf = Shelf(sku, location)
        let isOpen = places.isOpen(shelf)
        do throws(EventPlace.NoPlace) {
            let place = try isOpen ? open(event, shelf, places) : find(event, shelf, places)
            let kind: PositionStatement.Kind =
                switch event.statement {
                case .movement(let change): .movement(try place.quantity(change))
                case .level(let net): .level(try place.quantity(net))
                case .hint: .movement(.zero)
                }
            let order = EventOrder(asOf: time, version: event.version)
            let statement = PositionStatement(kind, order: order, number: number)
            if isOpen {
                shelved[shelf, default: [:]][place.key, default: []].append(statement)
            } else {
                placed[place.key, default: []].append(statement)
            }
        } catch {
            hint(at: event, error.reason)
        }
    }

    private func find(
        _ event: StockEvent,
        _ shelf: Shelf,
        _ places: Places
    ) throws(EventPlace.NoPlace) -> EventPlace {
        try EventPlace(
            of: event,
            sku: shelf.sku,
            location: shelf.location,
            among: places.positions[shelf.sku] ?? [],
            units: places.units,
            isKnown: places.isKnown
        )
    }

    private func open(
        _ event: StockEvent,
        _ shelf: Shelf,
        _ places: Places
    ) throws(EventPlace.NoPlace) -> EventPlace {
        let kept = keys(on: shelf).union(places.awaited[shelf] ?? [])
        let counted = places.positions(on: shelf)
        return try EventPlace(
            of: event,
            on: shelf,
            beside: counted + kept.subtracting(counted).sorted(),
            among: places.positions[shelf.sku] ?? [],
            units: places.units,
            isKnown: places.isKnown
        )
    }

    private mutating func hint(at event: StockEvent, _ reason: EventHint.Reason) {
        tally.count(.parked(reason))
        changes.hints.append(
            EventHint(sku: event.sku, location: event.location, asOf: event.asOf, reason: reason)
        )
    }

    private mutating func refuse(_ event: StockEvent, _ location: Location, _ other: SourceID) {
        hint(at: event, .otherSource)
        guard refused.insert(location).inserted else { return }
        exceptions.append(
            InventoryException(
                code: .locationOfAnotherSource,
                subject: Subject(location: location, source: source),
                message:
                    "The location \(location) is stated by the source \(other); what \(source) says of it "
                    + "is left out."
            )
        )
    }

    // MARK: what they make of it

    /// Folds the events of one position into what is known of it.
    ///
    /// - Parameters:
    ///   - key: of the position.
    ///   - known: of it before.
    ///   - doubt: where it is in doubt.
    ///   - isRoom: whether more events may be remembered.
    mutating func fold(_ key: PositionKey, known: EventFold.Known, doubt: Doubt?, isRoom: Bool) {
        let statements = placed[key] ?? []
        guard isRoom else {
            for statement in statements { park(key, statement, .tooMany) }
            return
        }
        let fold = EventFold(statements, known: known)
        tell(fold.verdicts, of: statements, key)
        keep(fold, of: key)
        settle(fold.outcome, at: key, doubt)
    }

    /// Folds the events of an open shelf into what is known of it.
    ///
    /// - Parameters:
    ///   - shelf: of which only events speak.
    ///   - known: of it before.
    ///   - asOf: as of when the source as a whole was stated.
    ///   - standing: of where its stock is counted.
    ///   - doubt: where that is in doubt.
    ///   - units: the declared conversions.
    ///   - mayMove: whether its stock may be counted in another unit than before.
    ///   - isRoom: whether more events may be remembered.
    mutating func fold(
        _ shelf: Shelf,
        known: OpenShelf,
        asOf: Timestamp?,
        standing: EventFold.Standing?,
        doubt: Doubt?,
        units: UnitTable,
        mayMove: Bool,
        isRoom: Bool
    ) {
        let events = shelved[shelf] ?? [:]
        guard isRoom else {
            for (key, statements) in events { for statement in statements { park(key, statement, .tooMany) } }
            return
        }
        let fold = ShelfFold(
            events,
            on: known,
            stated: asOf,
            standing: standing,
            units: units,
            mayMove: mayMove
        )
        for (key, statements) in events.sorted(by: { $0.key < $1.key }) {
            tell(fold.verdicts[key] ?? [], of: statements, key)
            if let own = fold.folds[key] { keep(own, of: key) }
        }
        guard let key = fold.key else { return }
        settle(fold.outcome, at: key, doubt)
        if let position = known.position, position != key { move(position, to: key) }
    }

    /// Takes a position away where another one has a clear statement in its place now.
    mutating func move(_ former: PositionKey, to key: PositionKey) {
        if stated[key] != nil { moved[former] = key }
    }

    private mutating func tell(
        _ verdicts: [EventFold.Verdict],
        of statements: [PositionStatement],
        _ key: PositionKey
    ) {
        for (statement, verdict) in zip(statements, verdicts) {
            switch verdict {
            case .parked(let reason): park(key, statement, reason)
            case .conflicting:
                tally.count(.conflicting)
                contradict(key, statement)
            default: tally.count(verdict)
            }
        }
    }

    private mutating func keep(_ fold: EventFold, of key: PositionKey) {
        if let level = fold.newLevel { changes.levels[key] = level }
        if !fold.newMovements.isEmpty { changes.movements[key] = fold.newMovements }
        if !fold.contained.isEmpty { changes.contained[key] = fold.contained }
    }

    private mutating func settle(_ outcome: EventFold.Outcome, at key: PositionKey, _ doubt: Doubt?) {
        switch outcome {
        case .unchanged: break
        case .states(let value): stated[key] = value
        case .holds(let value):
            guard var moved = doubt else { break }
            moved.stated = value
            held.append(moved)
        }
    }

    private mutating func park(
        _ key: PositionKey,
        _ statement: PositionStatement,
        _ reason: EventHint.Reason
    ) {
        tally.count(.parked(reason))
        changes.hints.append(
            EventHint(sku: key.sku, location: key.location, asOf: statement.order.asOf, reason: reason)
        )
    }

    private mutating func contradict(_ key: PositionKey, _ statement: PositionStatement) {
        changes.hints.append(
            EventHint(sku: key.sku, location: key.location, asOf: statement.order.asOf, reason: .conflicting)
        )
        let order = statement.order
        exceptions.append(
            InventoryException(
                code: .conflictingEvent,
                subject: Subject(sku: key.sku, location: key.location, source: source),
                message: "Two events state different stock of \(key.sku) at \(key.place) as of \(order.asOf)"
                    + (order.version.map { ", version \($0)" } ?? "") + ": the first one counts."
            )
        )
    }

    /// Takes note of what the clear statements do to positions, and up to where the events are in effect.
    mutating func note(_ moved: [PositionKey: PositionMove], mark: InboxMark) {
        (changes.moved, changes.mark) = (moved, mark)
    }

    /// The changes that the clear statements make of what is known.
    func deltas(from net: (PositionKey) -> Quantity?) -> [Delta] {
        let stated = stated.sorted { $0.key < $1.key }.compactMap { key, value in
            guard let before = net(key) else { return Delta(key: key, change: .added(value)) }
            return before == value ? nil : Delta(key: key, change: .changed(from: before, to: value))
        }
        let left = moved.keys.sorted().compactMap { key in
            net(key).map { Delta(key: key, change: .removed($0)) }
        }
        return left + stated
    }
}

extension EventBatch.Places {
    /// Where a shelf's stock lies, as far as that is known.
    func positions(on shelf: Shelf) -> [PositionKey] {
        (positions[shelf.sku] ?? []).filter { $0.location == shelf.location }
    }

    /// Whether no delivery has said in which units and bins a shelf's stock lies.
    func isOpen(_ shelf: Shelf) -> Bool {
        let there = (positions[shelf.sku] ?? []).lazy.filter { $0.location == shelf.location }
        guard let first = there.first else { return true }
        return opened.contains(first) && there.dropFirst().isEmpty
    }
}
