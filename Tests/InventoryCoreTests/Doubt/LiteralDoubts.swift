import InventoryCore

/// The rule of positions in doubt as the specification writes it, word by word and slowly; without guards.
struct LiteralDoubts {
    private struct Place {
        var value: Int64?
        /// The number of the delivery in which the doubt began.
        var since: Int?
        var absent = 0
        var spoiled = 0
    }

    private struct Step {
        let source: SourceID
        let time: DeliveryTime
        /// Clear values against the previous clear ones.
        var changes: [PositionKey: (before: Int64, after: Int64)] = [:]
    }

    private let removal = 2
    private var places: [SourceID: [PositionKey: Place]] = [:]
    private var steps: [Step] = []

    mutating func deliver(_ delivery: DoubtCourse.Delivery) {
        let number = steps.count
        let rows = StatedRows(delivery.rows)
        let arrived = Timestamp(microseconds: Int64(number))
        let asOf = delivery.asOf.map { Timestamp(microseconds: $0) }
        steps.append(
            Step(source: delivery.source, time: DeliveryTime(asOf: asOf, arrived: arrived))
        )
        let unclear = Set(rows.unclear.map(\.key))
        let spoiled = Set(rows.unclear.filter { $0.reason != .conflict }.map(\.key.sku))
        let known = places[delivery.source] ?? [:]
        for key in Set(known.keys).union(rows.sums.keys).union(unclear) {
            var place = known[key] ?? Place()
            if unclear.contains(key) {
                place.since = place.since ?? number
                (place.absent, place.spoiled) = (0, 0)
            } else if let stated = rows.sums[key] {
                steps[number].changes[key] = (place.value ?? 0, stated.millionths / Quantity.scale)
                place = Place(value: stated.millionths / Quantity.scale)
            } else if delivery.scope == .full {
                miss(&place, key, isSpoiled: spoiled.contains(key.sku))
            }
            places[delivery.source, default: [:]][key] = place
        }
    }

    private mutating func miss(_ place: inout Place, _ key: PositionKey, isSpoiled: Bool) {
        guard let value = place.value else { return place = Place() }
        place.since = place.since ?? steps.count - 1
        place.spoiled = isSpoiled ? place.spoiled + 1 : 0
        if isSpoiled, place.spoiled <= removal { return }
        place.absent += 1
        guard place.absent >= removal else { return }
        steps[steps.count - 1].changes[key] = (value, 0)
        place = Place()
    }

    /// What a SKU shows; nothing where a position was never clear.
    func figure(_ sku: SKU) -> Int? {
        var sum: Int64 = 0
        for (source, places) in places {
            for (key, place) in places where key.sku == sku {
                guard let since = place.since else {
                    sum += max(0, place.value ?? 0)
                    continue
                }
                guard let last = place.value else { return nil }
                sum += max(0, max(min(0, last), last - grown(key, source, since)))
            }
        }
        return Int(sum)
    }

    /// What other positions have grown in deliveries later than the last one before the doubt.
    private func grown(_ key: PositionKey, _ source: SourceID, _ since: Int) -> Int64 {
        let before = steps[..<since].last { $0.source == source }
        var sum: Int64 = 0
        for (number, step) in steps.enumerated() {
            let isLater =
                step.source == source
                ? number >= since : before.map { step.time.isLater(than: $0.time) } ?? true
            guard isLater else { continue }
            for (other, change) in step.changes where other.sku == key.sku && other != key {
                sum += max(0, change.after - change.before)
            }
        }
        return sum
    }

    /// Positions in doubt, for comparing.
    var doubtful: Set<PositionKey> {
        Set(places.values.joined().filter { $0.value.since != nil }.map(\.key))
    }
}
