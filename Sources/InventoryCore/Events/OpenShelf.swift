/// An SKU at a location, wherever and in whatever units it lies there.
package struct Shelf: Hashable, Sendable {
    package let sku: SKU
    package let location: Location

    package init(_ key: PositionKey) { (sku, location) = (key.sku, key.location) }

    package init(_ sku: SKU, _ location: Location) { (self.sku, self.location) = (sku, location) }

    /// The shelf that an exception is about; nothing where it names no SKU or no location.
    package init?(_ subject: Subject) {
        guard let sku = subject.sku, let location = subject.location else { return nil }
        self.init(sku, location)
    }
}

/// A shelf of which events alone speak: no delivery has said yet in which units and bins its stock lies.
///
/// What a sender states in another unit may be another position in the next delivery. Until then all of it is
/// one stock, and each event is kept in its own unit.
package struct OpenShelf: Sendable {
    /// Where the stock is counted; nothing before a level has come.
    package var position: PositionKey?
    /// Events by the position that each of them states, which is one in its own unit and without a bin.
    package var events: [PositionKey: PositionEvents]

    package init(position: PositionKey? = nil, events: [PositionKey: PositionEvents] = [:]) {
        (self.position, self.events) = (position, events)
    }

    /// All events in one unit.
    package struct Count: Sendable {
        package let key: PositionKey
        package fileprivate(set) var events = PositionEvents()
        /// Those of which the events cannot be had exactly in that unit.
        package fileprivate(set) var inexact: Set<PositionKey> = []
    }

    /// Counts the stock in the unit in which it is counted already, or where that is not exact in the
    /// smallest of those that were stated.
    ///
    /// - Parameters:
    ///   - units: the declared conversions.
    ///   - mayMove: whether it may be counted in another unit than it is.
    /// - Returns: nothing where there are no events.
    package func count(by units: UnitTable, mayMove: Bool) -> Count? {
        var best: Count?
        for target in targets(units, mayMove) {
            let count = count(at: target, units)
            if count.inexact.count < best?.inexact.count ?? .max { best = count }
            if count.inexact.isEmpty { break }
        }
        return best
    }

    private func targets(_ units: UnitTable, _ mayMove: Bool) -> [PositionKey] {
        if let position, !mayMove { return [position] }
        let stated = events.keys.sorted().map { key in
            (key, size: units.perBase(erp: key.unit, of: key.sku) ?? .one)
        }
        let smallest = stated.sorted { left, right in
            Int128(left.size.numerator) * Int128(right.size.denominator)
                < Int128(right.size.numerator) * Int128(left.size.denominator)
        }
        return [position].compactMap(\.self) + smallest.map(\.0).filter { $0 != position }
    }

    private func count(at target: PositionKey, _ units: UnitTable) -> Count {
        var count = Count(key: target)
        // By the keys, so that it makes no difference in which order they came.
        for (key, own) in events.sorted(by: { $0.key < $1.key }) {
            do throws(EventPlace.NoPlace) {
                let place = try EventPlace(of: key, among: [target], units: units)
                count.events.add(try own.counted(at: place))
            } catch {
                count.inexact.insert(key)
            }
        }
        return count
    }
}

extension PositionEvents {
    /// The same in another position's unit.
    func counted(at place: EventPlace) throws(EventPlace.NoPlace) -> PositionEvents {
        var counted = PositionEvents()
        if let level {
            counted.level = LevelStatement(net: try place.quantity(level.net), order: level.order)
        }
        for movement in movements {
            counted.movements.append(
                MovementStatement(
                    change: try place.quantity(movement.change),
                    order: movement.order,
                    number: movement.number
                )
            )
        }
        return counted
    }

    /// Adds events that were taken for another position.
    mutating func add(_ other: PositionEvents) {
        if let theirs = other.level, level.map({ theirs.order.isLater(than: $0.order) }) ?? true {
            level = theirs
        }
        movements += other.movements
    }
}
