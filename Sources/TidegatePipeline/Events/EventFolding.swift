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
    /// What is known of the positions.
    let current: [PositionKey: Quantity]
    /// Of the touched SKUs, of all sources.
    let doubts: DoubtBook

    /// Since when the oldest event of each SKU has been here.
    let received: [SKU: Timestamp]

    private let shop: Shop
    private let source: Source
    private let placed: EventBatch
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
        let known = positions.mapValues { $0.map(\.key) }
        let places = EventBatch.Places(
            positions: known,
            awaited: standing.kept > 0
                ? try await Self.awaited(events.compactMap(\.self), known, source, shop) : [:],
            units: units,
            isKnown: { rules.sites.isEmpty || rules.role(of: $0) != nil },
            otherSource: { location in others.first { $0.totals[location].positions > 0 }?.source }
        )
        var batch = EventBatch(of: source.id)
        var oldest: [SKU: Timestamp] = [:]
        for (event, received) in zip(events, waiting) {
            if let sku = event?.sku { oldest[sku] = min(oldest[sku] ?? received.received, received.received) }
            batch.place(event, as: received.event, number: received.number, places)
        }
        (placed, self.received) = (batch, oldest)
        var current: [PositionKey: Quantity] = [:]
        for position in positions.values.joined() { current[position.key] = position.net }
        self.current = current
    }

    /// Where earlier events of SKUs were taken to belong, at locations of which nothing is known.
    private static func awaited(
        _ events: [StockEvent],
        _ known: [SKU: [PositionKey]],
        _ source: Source,
        _ shop: Shop
    ) async throws -> [SKU: [PositionKey]] {
        let lacking = events.filter { event in
            guard let sku = event.sku, let location = event.location else { return false }
            return known[sku]?.contains { $0.location == location } != true
        }
        let skus = Set(lacking.compactMap(\.sku)).sorted(byBytesOf: \.self)
        return skus.isEmpty ? [:] : try await shop.state.eventKeys(of: skus, source.id)
    }

    /// Folds the events of each position into what is known of it.
    ///
    /// - Throws: `Fault`.
    func folded() async throws -> EventBatch {
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
        }
        return batch
    }

    private func position(_ key: PositionKey, _ doubt: Doubt?) -> EventFold.Standing {
        if waitsForFirst { return .waiting }
        if let doubt {
            guard doubt.reason == .held, let stated = doubt.stated else { return .unknown(.inDoubt) }
            return .held(stated)
        }
        return current[key].map { .clear($0) } ?? .unknown(.noBase)
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
