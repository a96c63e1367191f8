/// Events at the positions that a delivery states, where they were taken for others before.
///
/// An event of an SKU that nothing is known of at its location opens a position in the sender's unit, without
/// a bin. The delivery then says in which unit and bins the stock lies: the same stock must not count twice,
/// and nothing that was accepted may be lost.
package struct RehomedEvents: Sendable {
    /// The events that are later than the delivery, by the positions that they are about now.
    package private(set) var later: [PositionKey: PositionEvents]
    /// The same as they count: on a shelf of which the delivery says nothing, those of all units together.
    package private(set) var counted: [PositionKey: PositionEvents]
    /// Positions that their events leave.
    package private(set) var left: Set<PositionKey> = []
    /// Those that take them.
    package private(set) var taking: Set<PositionKey> = []
    /// Those that are left and that the delivery states as others: they are gone.
    package private(set) var emptied: Set<PositionKey> = []
    /// What no position can take any more: the delivery counts.
    package private(set) var hints: [EventHint] = []

    /// No events.
    package init() {
        (later, counted) = ([:], [:])
    }

    /// Finds each event's place; a pure function of its inputs.
    ///
    /// - Parameters:
    ///   - later: the events, by the positions that they were taken for.
    ///   - older: positions of which there are only events that the delivery contains.
    ///   - units: the declared conversions.
    ///   - stated: the positions that the delivery states of an SKU at a location.
    ///   - asOf: as of when it states one of them, where that is later than the rest.
    ///   - mayLeave: whether events may leave a position that the delivery does not state.
    ///   - isOpen: whether only events have stated a position.
    ///   - open: where the stock of shelves is counted that only events have stated.
    package init(
        _ later: [PositionKey: PositionEvents],
        older: Set<PositionKey> = [],
        units: UnitTable,
        stated: (SKU, Location) -> [PositionKey],
        asOf: (PositionKey) -> Timestamp?,
        mayLeave: (PositionKey, _ to: [PositionKey]) -> Bool,
        isOpen: (PositionKey) -> Bool,
        open: [Shelf: PositionKey]
    ) {
        (self.later, counted) = (later, [:])
        // By the keys, so that it makes no difference in which order they come.
        for key in older.union(later.keys).sorted() {
            let events = later[key] ?? PositionEvents()
            let there = stated(key.sku, key.location)
            guard !there.isEmpty, there.contains(key) || mayLeave(key, there) else { continue }
            // Where the delivery names nothing new, it was one of these that was meant.
            if there.contains(key), !there.contains(where: isOpen) { continue }
            do throws(EventPlace.NoPlace) {
                let place = try EventPlace(of: key, among: there, units: units)
                guard place.key != key else { continue }
                var moved = try events.counted(at: place)
                if let time = asOf(place.key) { moved = moved.later(than: time) }
                leave(key, isStated: there.contains(key))
                guard !moved.isEmpty else { continue }
                self.later[place.key, default: PositionEvents()].add(moved)
                taking.insert(place.key)
            } catch {
                leave(key, isStated: there.contains(key))
                guard !events.isEmpty else { continue }
                let (sku, location) = (key.sku, key.location)
                hints.append(
                    EventHint(sku: sku, location: location, asOf: events.newest, reason: error.reason)
                )
            }
        }
        var shelves: [Shelf: OpenShelf] = [:]
        for (key, events) in self.later {
            guard isOpen(key), stated(key.sku, key.location).isEmpty else {
                counted[key] = events
                continue
            }
            let shelf = Shelf(key)
            shelves[shelf, default: OpenShelf(position: open[shelf])].events[key] = events
        }
        for shelf in shelves.values {
            guard let count = shelf.count(by: units, mayMove: false) else { continue }
            counted[count.key] = count.events
        }
    }

    private mutating func leave(_ key: PositionKey, isStated: Bool) {
        later[key] = nil
        left.insert(key)
        if !isStated { emptied.insert(key) }
    }
}
