import DeltaEngine
import InventoryCore
import StateStore
import TidegateSettings

// Where events belong once a delivery says in which units and bins the stock lies.
extension Shop {
    /// Moves events to the positions that a delivery states at their locations.
    ///
    /// - Throws: `Fault`.
    func rehomed(
        _ later: [PositionKey: PositionEvents],
        older: Set<PositionKey>,
        _ observation: borrowing Observation,
        _ listed: StatedPositions?,
        isFull: Bool,
        _ standing: EventStanding,
        _ source: Source
    ) async throws -> (events: RehomedEvents, opened: Set<PositionKey>) {
        let keys = older.union(later.keys)
        guard !keys.isEmpty else { return (RehomedEvents(), []) }
        let view = observation.observed.view
        let skus = Set(keys.map(\.sku))
        let known = try await offPool { try view.positions(of: skus.sorted(byBytesOf: \.self)) }
        var stated = StatedShelves(observation, isFull ? known : [:], of: skus)
        var times: [PositionKey: Timestamp] = [:]
        listed?.times.forEach { key, time in
            guard skus.contains(key.sku) else { return }
            stated.insert(key)
            times[key] = max(time, times[key] ?? time)
        }
        let held = Set(known.values.joined().map(\.key))
        // Of the others it makes no difference.
        let unsaid = keys.filter { held.contains($0) && !stated[$0.sku, $0.location].contains($0) }
        let opened = try await openedByEvents(unsaid, standing, source)
        let events = RehomedEvents(
            later,
            older: older,
            units: try settings.units.table(),
            stated: { [stated] in stated[$0, $1] },
            asOf: { [times] in times[$0] },
            mayLeave: { key, there in
                // A movement that waits for a base may find it anywhere.
                guard held.contains(key) else { return true }
                if opened.contains(key) { return true }
                // Another unit of the same shelf, or bins where none were known.
                return isFull && (there.contains { $0.bin == key.bin } || key.bin.text.isEmpty)
            }
        )
        return (events, opened.subtracting(events.left))
    }

    /// Those of the positions that no delivery has stated.
    private func openedByEvents(
        _ keys: Set<PositionKey>,
        _ standing: EventStanding,
        _ source: Source
    ) async throws -> Set<PositionKey> {
        let known = try await state.events(about: Array(keys), moving: [], of: source.id)
        return keys.filter { key in
            guard let stated = known[key]?.stated else { return standing.stated == nil }
            return stated == .openedByEvent
        }
    }
}

/// The positions of some SKUs that a delivery states, by SKU and location.
struct StatedShelves {
    private struct Shelf: Hashable {
        let sku: SKU
        let location: Location

        init(_ key: PositionKey) { self.init(key.sku, key.location) }

        init(_ sku: SKU, _ location: Location) { (self.sku, self.location) = (sku, location) }
    }

    private var positions: [Shelf: Set<PositionKey>] = [:]

    /// `known` is what the baseline holds of the SKUs where all that is not removed is stated.
    init(_ observation: borrowing Observation, _ known: [SKU: [Position]], of skus: Set<SKU>) {
        for position in known.values.joined() { insert(position.key) }
        for delta in observation.deltas where skus.contains(delta.key.sku) {
            if delta.after == nil {
                positions[Shelf(delta.key)]?.remove(delta.key)
            } else {
                insert(delta.key)
            }
        }
        for row in observation.unclear where skus.contains(row.key.sku) { insert(row.key) }
    }

    mutating func insert(_ key: PositionKey) { positions[Shelf(key), default: []].insert(key) }

    subscript(sku: SKU, location: Location) -> [PositionKey] {
        (positions[Shelf(sku, location)] ?? []).sorted()
    }
}
