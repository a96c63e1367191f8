import InventoryCore

/// Why SKUs are worked out, for the history; what is stated about them is seen where they are.
struct PlanReasons: Sendable {
    /// SKUs of which a position is no longer in doubt, counts otherwise, or was ordered; in byte order.
    private var cleared: [SKU] = []
    /// SKUs with orders or levels that have changed, in byte order.
    private let moved: [SKU]
    /// SKUs that a change of rules concerns, in byte order.
    var ruled: [SKU] = []
    /// Whether nothing had been stated before: then everything is.
    var isFirst = false

    init(cleared: Set<SKU> = [], moved: [SKU] = []) {
        self.moved = moved.sorted(byBytesOf: \.self)
        setCleared(cleared)
    }

    /// Has these be the SKUs of which a position is no longer in doubt, and no others.
    mutating func setCleared(_ skus: Set<SKU>) { cleared = skus.sorted(byBytesOf: \.self) }

    /// Goes through SKUs in byte order.
    struct Walk {
        private var cleared: SortedWalk
        private var moved: SortedWalk
        private var ruled: SortedWalk
        private let isFirst: Bool

        /// Begins at the first SKU.
        init(_ reasons: PlanReasons, from first: SKU?) {
            cleared = SortedWalk(reasons.cleared, from: first)
            moved = SortedWalk(reasons.moved, from: first)
            ruled = SortedWalk(reasons.ruled, from: first)
            isFirst = reasons.isFirst
        }

        /// Gives why the next SKU is worked out.
        mutating func reasons(of sku: SKU) -> HistoryReasons {
            // An empty literal costs more than all the rest.
            var reasons = isFirst ? HistoryReasons.stated : HistoryReasons(rawValue: 0)
            if cleared.holds(sku) { reasons.insert(.doubt) }
            if moved.holds(sku) { reasons.insert(.moved) }
            if ruled.holds(sku) { reasons.insert(.rules) }
            return reasons
        }
    }
}

/// Looks SKUs up in a sorted list, in the order of both.
private struct SortedWalk {
    private let skus: [SKU]
    private var place: Int

    init(_ skus: [SKU], from first: SKU?) {
        self.skus = skus
        place = first.map { skus.firstIndex(fromBytesOf: $0, by: \.self) } ?? skus.count
    }

    mutating func holds(_ sku: SKU) -> Bool {
        while place < skus.count, skus[place] < sku { place += 1 }
        return place < skus.count && skus[place] == sku
    }
}
