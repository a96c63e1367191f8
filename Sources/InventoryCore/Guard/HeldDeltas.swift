/// What the tripped guards keep back, delta by delta; held deltas leave the baseline as it is, so they show again.
package struct HeldDeltas: Sendable {
    private var holdsRun = false
    private var holdsZeros: Set<Location> = []
    private var holdsRemovals: Set<Location> = []
    private var holdsLocations: Set<Location> = []

    package init(trips: [GuardTrip]) {
        for trip in trips {
            guard let location = trip.location else {
                holdsRun = true
                continue
            }
            switch trip.consequence {
            case .holdZeros: holdsZeros.insert(location)
            case .holdRemovals: holdsRemovals.insert(location)
            case .holdLocation, .holdRun, .rejectSnapshot: holdsLocations.insert(location)
            }
        }
    }

    package var holdsNothing: Bool {
        !holdsRun && holdsZeros.isEmpty && holdsRemovals.isEmpty && holdsLocations.isEmpty
    }

    package func holds(_ delta: Delta) -> Bool {
        let location = delta.key.location
        if holdsRun || holdsLocations.contains(location) { return true }
        switch delta.change {
        case .removed: return holdsRemovals.contains(location)
        case .added: return holdsZeros.contains(location)
        case .changed(let before, let after):
            return holdsZeros.contains(location) && (after <= .zero || after > before)
        }
    }
}
