/// Whole locations of SKUs.
///
/// Tens of thousands can be in a unit that nobody knows, and every difference is looked up: a `Set` hashes
/// all of the key each time (see `SKUIndex`).
struct SlotSet: Sendable {
    private(set) var slots: [Slot] = []
    /// The place of a slot in the list, below 0 where there is none; by the SKU alone, which lies at few
    /// locations.
    private var places: [Int32] = []

    var isEmpty: Bool { slots.isEmpty }

    mutating func insert(wholeOf key: PositionKey) {
        guard !contains(wholeOf: key) else { return }
        slots.append(Slot(wholeOf: key))
        if slots.count * SlotSet.placesPerSlot > places.count { grow() } else { note(slots.count - 1) }
    }

    @inline(__always)
    func contains(wholeOf key: PositionKey) -> Bool {
        find(key.sku) { slots[$0].location == key.location }
    }

    /// Whether all of the location of a slot is there.
    func contains(_ slot: Slot) -> Bool { find(slot.sku) { slots[$0].location == slot.location } }

    /// Whether there is some location of a SKU.
    @inline(__always)
    func contains(_ sku: SKU) -> Bool { find(sku) { _ in true } }

    private static let placesPerSlot = 2
    private static let placesMin = 16

    @inline(__always)
    private func find(_ sku: SKU, where isFound: (Int) -> Bool) -> Bool {
        guard !slots.isEmpty else { return false }
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: SKUIndex.number(of: sku)) & mask
        while places[place] >= 0 {
            let number = Int(places[place])
            if slots[number].sku == sku, isFound(number) { return true }
            place = (place + 1) & mask
        }
        return false
    }

    private mutating func grow() {
        let count = max(SlotSet.placesMin, places.count * 2)
        places = Array(repeating: -1, count: count)
        for number in slots.indices { note(number) }
    }

    private mutating func note(_ number: Int) {
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: SKUIndex.number(of: slots[number].sku)) & mask
        while places[place] >= 0 { place = (place + 1) & mask }
        places[place] = Int32(number)
    }
}
