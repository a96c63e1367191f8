/// A SKU in one bin of a location, or in all of them, in whatever units it lies there.
struct Slot: Hashable {
    let sku: SKU
    let location: Location
    /// Without a name where all bins are meant.
    let bin: Bin

    init(_ key: PositionKey) { (sku, location, bin) = (key.sku, key.location, key.bin) }

    private init(sku: SKU, location: Location) { (self.sku, self.location, bin) = (sku, location, "") }

    /// All bins of it.
    init(wholeOf key: PositionKey) { self.init(sku: key.sku, location: key.location) }

    var whole: Slot { Slot(sku: sku, location: location) }
}

extension DeliveryStatement {
    /// Slots of which a partial delivery states a unit that was never clear there, and why it is not now.
    func unclearBeside(_ known: KnownOfSource) -> [Slot: Doubt.Reason] {
        guard scope == .partial else { return [:] }
        let new = unclear.filter { known.last($0.key) == nil }
        return Dictionary(new.map { (Slot($0.key), $0.reason) }) { first, _ in first }
    }

    /// Where stock of events is stated as another position, and the guard that holds this.
    func heldHomes(_ units: UnitDoubts, _ holding: HoldingGuards) -> [Slot: GuardTrip.Code] {
        guard !rehomed.isEmpty, !holding.isEmpty else { return [:] }
        let slots = Set(rehomed.map { Slot(wholeOf: $0) })
        var held: [Slot: GuardTrip.Code] = [:]
        for delta in deltas where delta.after != nil {
            let slot = Slot(wholeOf: delta.key)
            guard slots.contains(slot) else { continue }
            if let code = holding.code(toHold: units.judged(delta)) { held[slot] = code }
        }
        return held
    }
}
