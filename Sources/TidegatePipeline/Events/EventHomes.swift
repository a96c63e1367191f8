import DeltaEngine
import InventoryCore
import StateStore
import TidegateSettings

// Where events belong once a delivery says in which units and bins the stock lies.
extension Shop {
    /// Finds the homes of events: those that are later than the delivery, and positions of which there are
    /// only others.
    ///
    /// - Throws: `Fault`.
    func rehome(
        _ met: inout DeliveryEvents,
        _ listed: StatedPositions,
        _ later: [PositionKey: PositionEvents],
        older: Set<PositionKey>,
        _ observation: borrowing Observation,
        _ standing: EventStanding,
        _ source: Source
    ) async throws {
        let isFull = listed.isFull
        let unclear = observation.unclear.map(\.key)
        let shelves = Set((older.union(later.keys).union(unclear)).map(Shelf.init))
        guard !shelves.isEmpty else { return }
        let view = observation.observed.view
        let skus = Set(shelves.map(\.sku))
        let known = try await offPool { try view.positions(of: skus.sorted(byBytesOf: \.self)) }
        let units = try settings.units.table()
        // A SKU mostly lies at more places than events are about.
        let there = known.values.joined().filter { shelves.contains(Shelf($0.key)) }
        var stated = StatedShelves(observation, isFull ? there : [], of: shelves, skus) { key in
            // What is said in a unit that nobody knows says nothing of what lies there.
            var factors = UnitFactors(units)
            return factors.knows(key.unit, of: key.sku, beside: known)
        }
        var times: [PositionKey: Timestamp] = [:]
        listed.times.forEach { key, time in
            guard skus.contains(key.sku), shelves.contains(Shelf(key)) else { return }
            stated.insert(key)
            times[key] = max(time, times[key] ?? time)
        }
        let held = Set(there.map(\.key))
        let unsaid = held.filter { !stated.states($0) }
        let opened = try await openedByEvents(unsaid, older.union(later.keys), standing, source)
        let open = Dictionary(opened.sorted().map { (Shelf($0), $0) }) { first, _ in first }
        for key in unclear where stated.isUnclear(Shelf(key)) {
            // The stock that events have stated is what cannot be read.
            if let position = open[Shelf(key)] { met.unread[key] = position }
        }
        if met.isHeldWhole {
            // Later levels count, so that there is nothing to hold.
            let levelled = Set(later.lazy.filter { $1.level != nil }.map { Shelf($0.key) })
            met.waiting = levelled.filter { open[$0] != nil }
        }
        let silent = met.waiting.union(met.unread.keys.map(Shelf.init))
        let events = RehomedEvents(
            later,
            older: older.union(opened),
            units: units,
            stated: { [stated] in
                let shelf = Shelf($0, $1)
                return silent.contains(shelf) ? [] : stated[shelf]
            },
            asOf: { [times] in times[$0] },
            mayLeave: { key, there in
                // A movement that waits for a base may find it anywhere.
                guard held.contains(key) else { return true }
                if opened.contains(key) { return true }
                // Another unit of the same shelf, or bins where none were known.
                return isFull && (there.contains { $0.bin == key.bin } || key.bin.text.isEmpty)
            },
            isOpen: { !held.contains($0) || opened.contains($0) },
            open: open
        )
        met.events = events
        let new = events.counted.filter { key, events in
            !held.contains(key) && events.level != nil && stated[Shelf(key)].isEmpty
        }
        met.opened = opened.subtracting(events.left).union(new.keys)
    }

    /// Those of the positions that no delivery has stated; `told` are those that events are kept of.
    private func openedByEvents(
        _ keys: Set<PositionKey>,
        _ told: Set<PositionKey>,
        _ standing: EventStanding,
        _ source: Source
    ) async throws -> Set<PositionKey> {
        let known = try await state.events(about: Array(keys), moving: [], of: source.id)
        return keys.filter { key in
            guard let stated = known[key]?.stated else {
                return standing.stated == nil && told.contains(key)
            }
            return stated == .openedByEvent
        }
    }
}

/// The positions that a delivery states of some SKUs at some locations.
struct StatedShelves {
    private var positions: [Shelf: Set<PositionKey>] = [:]
    /// Those of rows that cannot be read.
    private var unclear: [Shelf: Set<PositionKey>] = [:]
    private let hasKnownUnit: (PositionKey) -> Bool

    /// Takes what the baseline holds there (`known`) where all that is not removed is stated; positions in a
    /// unit that is not known are left out.
    ///
    /// `skus` are those of the shelves, and sooner looked at.
    init(
        _ observation: borrowing Observation,
        _ known: [Position],
        of shelves: Set<Shelf>,
        _ skus: Set<SKU>,
        hasKnownUnit: @escaping (PositionKey) -> Bool
    ) {
        self.hasKnownUnit = hasKnownUnit
        for position in known { insert(position.key) }
        for delta in observation.deltas
        where skus.contains(delta.key.sku) && shelves.contains(Shelf(delta.key)) {
            if delta.after == nil {
                positions[Shelf(delta.key)]?.remove(delta.key)
            } else {
                insert(delta.key)
            }
        }
        for row in observation.unclear where shelves.contains(Shelf(row.key)) {
            unclear[Shelf(row.key), default: []].insert(row.key)
            positions[Shelf(row.key)]?.remove(row.key)
        }
    }

    mutating func insert(_ key: PositionKey) {
        if hasKnownUnit(key) { positions[Shelf(key), default: []].insert(key) }
    }

    /// Whether a position is among those of its shelf.
    func states(_ key: PositionKey) -> Bool {
        let shelf = Shelf(key)
        return positions[shelf]?.contains(key) ?? false || unclear[shelf]?.contains(key) ?? false
    }

    subscript(shelf: Shelf) -> [PositionKey] {
        let clear = positions[shelf] ?? []
        return clear.union(unclear[shelf] ?? []).sorted()
    }

    /// Whether nothing that is said of a shelf can be read.
    func isUnclear(_ shelf: Shelf) -> Bool {
        positions[shelf]?.isEmpty ?? true && unclear[shelf]?.isEmpty == false
    }
}
