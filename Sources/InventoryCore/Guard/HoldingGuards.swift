/// Which guard holds which change of a delivery.
struct HoldingGuards: Sendable {
    /// The guard that keeps everything back; nothing where none does.
    private(set) var all: GuardTrip.Code?
    private var byLocation: [Location: Holds] = [:]

    /// What is held at a location.
    struct Holds: OptionSet {
        let rawValue: Int

        static let zeros = Holds(rawValue: 1)
        static let absent = Holds(rawValue: 2)
        static let falls = Holds(rawValue: 4)
        static let rises = Holds(rawValue: 8)
    }

    init(trips: [GuardTrip]) {
        for trip in trips {
            switch (trip.consequence, trip.location) {
            // Keys that are read otherwise are decided as a whole, whatever else is wrong.
            case (.holdAll, _): if all == nil || trip.code == .mappingChanged { all = trip.code }
            case (.holdZeros, let location?): byLocation[location, default: []].insert(.zeros)
            case (.holdAbsent, let location?): byLocation[location, default: []].insert(.absent)
            case (.holdFalls, let location?): byLocation[location, default: []].insert(.falls)
            case (.holdRises, let location?): byLocation[location, default: []].insert(.rises)
            case (.holdZeros, nil), (.holdAbsent, nil), (.holdFalls, nil), (.holdRises, nil),
                (.rejectDelivery, _), (.holdFigures, _):
                break
            }
        }
    }

    /// Whether none holds any change.
    var isEmpty: Bool { all == nil && byLocation.isEmpty }

    /// Whether everything waits.
    var holdsAll: Bool { all != nil }

    /// The run that everything goes to; nothing where each position stays with its own.
    func joined(of plans: [GuardTrip.Code: RunID]) -> RunID? { all.flatMap { plans[$0] } }

    subscript(location: Location) -> Holds { byLocation[location] ?? [] }

    /// Gives the guard that keeps a change back, or nothing.
    func code(toHold delta: Delta) -> GuardTrip.Code? {
        isEmpty ? nil : code(toHold: delta, self[delta.key.location])
    }

    /// The same, where it is known what is held at the location.
    func code(toHold delta: Delta, _ holds: Holds) -> GuardTrip.Code? {
        if let all { return all }
        if holds.isEmpty { return nil }
        let before = delta.before ?? .zero
        guard let after = delta.after else {
            if holds.contains(.absent) { return .absentRows }
            return holds.contains(.falls) && before > .zero ? .totalDrop : nil
        }
        if after <= .zero, before > .zero, holds.contains(.zeros) { return .newlyZero }
        let (old, new) = (Int128(before.millionths), Int128(after.millionths))
        if holds.contains(.falls), new < old, new * 2 <= old || old <= 0 { return .totalDrop }
        if holds.contains(.rises), new > old, new >= old * 2 { return .totalRise }
        return nil
    }
}
