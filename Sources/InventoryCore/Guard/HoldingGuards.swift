/// Which guard holds which change of a delivery.
struct HoldingGuards: Sendable {
    /// The guard that keeps everything back; nothing where none does.
    private(set) var all: GuardTrip.Code?
    private var zeros: Set<Location> = []
    private var absent: Set<Location> = []
    private var falls: Set<Location> = []
    private var rises: Set<Location> = []

    init(trips: [GuardTrip]) {
        for trip in trips {
            switch (trip.consequence, trip.location) {
            case (.holdAll, _): all = all ?? trip.code
            case (.holdZeros, let location?): zeros.insert(location)
            case (.holdAbsent, let location?): absent.insert(location)
            case (.holdFalls, let location?): falls.insert(location)
            case (.holdRises, let location?): rises.insert(location)
            case (.holdZeros, nil), (.holdAbsent, nil), (.holdFalls, nil), (.holdRises, nil),
                (.rejectDelivery, _), (.holdFigures, _):
                break
            }
        }
    }

    /// Whether none holds any change.
    var isEmpty: Bool {
        all == nil && zeros.isEmpty && absent.isEmpty && falls.isEmpty && rises.isEmpty
    }

    /// Whether everything waits.
    var holdsAll: Bool { all != nil }

    /// Gives the guard that keeps a change back, or nothing.
    func code(toHold delta: Delta) -> GuardTrip.Code? {
        if let all { return all }
        let location = delta.key.location
        let before = delta.before ?? .zero
        guard let after = delta.after else {
            if absent.contains(location) { return .absentRows }
            return falls.contains(location) && before > .zero ? .totalDrop : nil
        }
        if after <= .zero, before > .zero, zeros.contains(location) { return .newlyZero }
        let (old, new) = (Int128(before.millionths), Int128(after.millionths))
        if falls.contains(location), new < old, new * 2 <= old || old <= 0 { return .totalDrop }
        if rises.contains(location), new > old, new >= old * 2 { return .totalRise }
        return nil
    }
}
