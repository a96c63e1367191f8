/// Which deltas the tripped guards hold back.
struct HeldDeltas: Sendable {
    private var ofRun: GuardTrip.Code?
    private var zeros: [Location: GuardTrip.Code] = [:]
    private var removals: [Location: GuardTrip.Code] = [:]
    private var locations: [Location: GuardTrip.Code] = [:]

    init(trips: [GuardTrip]) {
        for trip in trips {
            guard let location = trip.location else {
                ofRun = trip.code
                continue
            }
            switch trip.consequence {
            case .holdZeros: zeros[location] = trip.code
            case .holdRemovals: removals[location] = trip.code
            case .holdLocation, .holdRun, .rejectSnapshot: locations[location] = trip.code
            }
        }
    }

    /// Gives the guard that keeps a delta back, or nothing.
    func reason(toHold delta: Delta) -> GuardTrip.Code? {
        let location = delta.key.location
        if let reason = ofRun ?? locations[location] { return reason }
        switch delta.change {
        case .removed: return removals[location]
        case .added: return zeros[location]
        case .changed(let before, let after):
            return after <= .zero || after > before ? zeros[location] : nil
        }
    }
}
