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
    /// The newest time that an event states.
    private(set) var asOf: Timestamp?

    private let source: SourceID
    private var placed: [PositionKey: [PositionStatement]] = [:]
    /// Where nothing was known: one place for all events of an SKU at a location, whatever their units.
    private var opened: [SKU: Set<PositionKey>] = [:]
    private var refused: Set<Location> = []

    /// By what events find their positions.
    struct Places {
        let positions: [SKU: [PositionKey]]
        /// Those that earlier events were taken for and that no delivery has stated.
        let awaited: [SKU: [PositionKey]]
        let units: UnitTable
        let isKnown: (Location) -> Bool
        /// The source that states a location, where that is another one.
        let otherSource: (Location) -> SourceID?
    }

    init(of source: SourceID) {
        self.source = source
    }

    /// The positions that the events are about.
    var keys: [PositionKey] { placed.keys.sorted() }

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
        do throws(EventPlace.NoPlace) {
            let place = try EventPlace(
                of: event,
                sku: sku,
                location: location,
                among: known(sku, location, places),
                units: places.units,
                isKnown: places.isKnown
            )
            let kind: PositionStatement.Kind =
                switch event.statement {
                case .movement(let change): .movement(try place.quantity(change))
                case .level(let net): .level(try place.quantity(net))
                case .hint: .movement(.zero)
                }
            opened[sku, default: []].insert(place.key)
            placed[place.key, default: []].append(
                PositionStatement(kind, order: EventOrder(asOf: time, version: event.version), number: number)
            )
        } catch {
            hint(at: event, error.reason)
        }
    }

    /// The positions of an SKU; where it has none at the location, those that events were taken for.
    private func known(_ sku: SKU, _ location: Location, _ places: Places) -> [PositionKey] {
        let positions = places.positions[sku] ?? []
        if positions.contains(where: { $0.location == location }) { return positions }
        let awaited = (places.awaited[sku] ?? []) + (opened[sku] ?? []).sorted()
        return positions + Set(awaited.filter { $0.location == location }).sorted()
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
        for (statement, verdict) in zip(statements, fold.verdicts) {
            switch verdict {
            case .parked(let reason): park(key, statement, reason)
            case .conflicting:
                tally.count(.conflicting)
                contradict(key, statement)
            default: tally.count(verdict)
            }
        }
        if let level = fold.newLevel { changes.levels[key] = level }
        if !fold.newMovements.isEmpty { changes.movements[key] = fold.newMovements }
        if !fold.contained.isEmpty { changes.contained[key] = fold.contained }
        switch fold.outcome {
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

    /// Takes note of what the clear statements do to locations, and up to where the events are in effect.
    mutating func note(_ moved: [Location: EventMoves], mark: InboxMark) {
        (changes.moved, changes.mark) = (moved, mark)
    }

    /// The changes that the clear statements make of what is known.
    func deltas(_ current: [PositionKey: Quantity]) -> [Delta] {
        stated.sorted { $0.key < $1.key }.compactMap { key, value in
            guard let before = current[key] else { return Delta(key: key, change: .added(value)) }
            return before == value ? nil : Delta(key: key, change: .changed(from: before, to: value))
        }
    }
}
