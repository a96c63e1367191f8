import DeltaEngine
import InventoryCore
import SnapshotFormats
import StateStore
import TidegateSettings

/// Looks up what is known of the positions that events are about, and folds the events into it.
struct EventFolding {
    let standing: EventStanding
    let view: BaselineView
    let units: UnitTable
    /// All positions of the touched SKUs.
    let positions: [SKU: [Position]]
    /// Of the touched SKUs, of all sources.
    let doubts: DoubtBook

    /// Since when the oldest event of each SKU has been here.
    let received: [SKU: Timestamp]

    private let shop: Shop
    private let source: Source
    private let placed: EventBatch
    private let places: EventBatch.Places
    private let waitsForFirst: Bool

    /// Finds the positions; nothing is folded yet.
    ///
    /// - Throws: `Fault`.
    init(
        _ waiting: [WaitingEvent],
        _ standing: EventStanding,
        _ source: Source,
        in shop: Shop
    ) async throws {
        guard let view = await source.baseline.view else {
            throw Fault(
                .internalError,
                code: "baseline_closed",
                place: source.id.text,
                message: "The baseline is closed.",
                hint: "Run the command again; it goes on from what was accepted."
            )
        }
        (self.shop, self.source, self.standing, self.view) = (shop, source, standing, view)
        units = try shop.settings.units.table()
        var names = EventNames(source.settings.format.columns)
        let events = waiting.map { names.normalised($0.event) }
        let skus = Set(events.compactMap { $0?.sku }).sorted(byBytesOf: \.self)
        positions = try await offPool { try view.positions(of: skus) }
        doubts = try await shop.state.doubts(of: skus, in: shop.sources.map(\.id))
        waitsForFirst = view.generation == 0
        let others = await shop.locationTotals(notOf: source.id)
        let rules = shop.settings.rules
        let known = Self.known(positions, doubts.doubts(of: source.id))
        let opened = standing.kept > 0 ? try await shop.state.openedPositions(of: skus, source.id) : []
        var places = EventBatch.Places(
            positions: known,
            opened: opened,
            units: units,
            isKnown: { rules.sites.isEmpty || rules.role(of: $0) != nil },
            otherSource: { location in others.first { $0.totals[location].positions > 0 }?.source }
        )
        if standing.kept > 0 { try await places.await(events.compactMap(\.self), of: source.id, in: shop) }
        self.places = places
        var batch = EventBatch(of: source.id)
        var oldest: [SKU: Timestamp] = [:]
        for (event, received) in zip(events, waiting) {
            if let sku = event?.sku { oldest[sku] = min(oldest[sku] ?? received.received, received.received) }
            batch.place(event, as: received.event, number: received.number, places)
        }
        (placed, self.received) = (batch, oldest)
    }

    /// What is known of a position of the touched SKUs.
    func net(of key: PositionKey) -> Quantity? { positions[key.sku]?.first { $0.key == key }?.net }

    /// The positions that an event of an SKU can be about.
    ///
    /// One that has never been clear is one as well; one that is gone, as a held delivery has it, is none
    /// where that lists another in its place.
    private static func known(
        _ positions: [SKU: [Position]],
        _ doubts: SourceDoubts
    ) -> [SKU: [PositionKey]] {
        var known = positions.mapValues { $0.map(\.key) }
        guard !doubts.isEmpty else { return known }
        for doubt in doubts.values where doubt.last == nil && doubt.reason != .unitUnknown {
            known[doubt.key.sku, default: []].append(doubt.key)
        }
        return known.mapValues { keys in
            let stated = Set(keys.filter { doubts[$0].map { $0.last == nil } ?? false }.map(Shelf.init))
            return keys.filter { !isLeaving($0, doubts) || !stated.contains(Shelf($0)) }.sorted()
        }
    }

    /// Whether a guard holds that a position is gone.
    private static func isLeaving(_ key: PositionKey, _ doubts: SourceDoubts) -> Bool {
        guard let doubt = doubts[key] else { return false }
        return doubt.reason == .held && doubt.stated == nil
    }

    /// Where a position is that a held delivery states another in place of.
    private func replaced(by key: PositionKey, _ doubts: SourceDoubts) -> [PositionKey] {
        guard let doubt = doubts[key], doubt.last == nil else { return [] }
        return (positions[key.sku] ?? []).map(\.key).filter {
            Shelf($0) == Shelf(key) && Self.isLeaving($0, doubts)
        }
    }

    /// Folds the events of each position into what is known of it.
    ///
    /// `staying` are positions whose stock must not be counted at another one instead.
    ///
    /// - Throws: `Fault`.
    func folded(staying: Set<PositionKey> = []) async throws -> EventBatch {
        var batch = placed
        let keys = batch.keys
        let known = try await shop.state.events(about: keys, moving: batch.levelled, of: source.id)
        let doubtful = doubts.doubts(of: source.id)
        let isRoom = standing.kept + keys.count <= EventChanges.keptMax
        for key in keys {
            let stated = [standing.stated, known[key]?.stated].compactMap(\.self).max()
            let before = EventFold.Known(
                stated: stated,
                events: known[key]?.events ?? PositionEvents(),
                standing: position(key, doubtful[key])
            )
            batch.fold(key, known: before, doubt: doubtful[key], isRoom: isRoom)
            for former in replaced(by: key, doubtful) where !staying.contains(former) {
                batch.move(former, to: key)
            }
        }
        try await foldShelves(of: &batch, doubtful, staying)
        return batch
    }

    private func foldShelves(
        of batch: inout EventBatch,
        _ doubtful: SourceDoubts,
        _ staying: Set<PositionKey>
    ) async throws {
        let shelves = batch.shelves
        guard !shelves.isEmpty else { return }
        let keys = Dictionary(
            uniqueKeysWithValues: shelves.map { shelf in
                (shelf, batch.keys(on: shelf).union(places.awaited[shelf] ?? []))
            }
        )
        let all = keys.values.reduce(into: Set()) { $0.formUnion($1) }
        let known = try await shop.state.events(about: all.sorted(), moving: all, of: source.id)
        let isRoom = standing.kept + all.count <= EventChanges.keptMax
        for shelf in shelves {
            let position = places.positions(on: shelf).first
            var before = OpenShelf(position: position)
            for key in keys[shelf] ?? [] { before.events[key] = known[key]?.events }
            let own = position.map { self.position($0, doubtful[$0]) }
            batch.fold(
                shelf,
                known: before,
                asOf: standing.stated,
                standing: waitsForFirst ? .waiting : own,
                doubt: position.flatMap { doubtful[$0] },
                units: units,
                mayMove: position.map { !staying.contains($0) } ?? true,
                isRoom: isRoom
            )
        }
    }

    private func position(_ key: PositionKey, _ doubt: Doubt?) -> EventFold.Standing {
        if waitsForFirst { return .waiting }
        if let doubt {
            guard doubt.reason == .held, let stated = doubt.stated else { return .unknown(.inDoubt) }
            return .held(stated)
        }
        return net(of: key).map { .clear($0) } ?? .unknown(.noBase)
    }
}

extension EventBatch.Places {
    /// Looks up what earlier events were about, on the open shelves that these are about.
    fileprivate mutating func await(
        _ events: [StockEvent],
        of source: SourceID,
        in shop: Shop
    ) async throws {
        let shelves = events.compactMap { event in
            event.sku.flatMap { sku in event.location.map { Shelf(sku, $0) } }
        }
        let open = Set(shelves.filter(isOpen))
        let skus = Set(open.map(\.sku)).sorted(byBytesOf: \.self)
        guard !skus.isEmpty else { return }
        for key in try await shop.state.eventKeys(of: skus, source).values.joined()
        where open.contains(Shelf(key)) {
            awaited[Shelf(key), default: []].insert(key)
        }
    }
}

extension Shop {
    /// Gives what is known of the locations of all other sources.
    fileprivate func locationTotals(
        notOf source: SourceID
    ) async -> [(source: SourceID, totals: LocationTotals)] {
        var all: [(source: SourceID, totals: LocationTotals)] = []
        for other in sources where other.id != source {
            if let view = await other.baseline.view { all.append((other.id, view.locationTotals)) }
        }
        return all
    }
}
