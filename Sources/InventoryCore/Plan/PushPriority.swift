/// Which wishes of a wave go first: SKUs that are named in the configuration, then the largest changes;
/// waiting counts too.
package struct PushPriority: Hashable, Sendable {
    /// SKUs that go before the others; earlier matchers go first.
    package var first: [SKUMatcher] = []

    /// A wish that waits this long gains as much as a thousandth of relative change, so that nothing starves.
    private static let ageingSeconds: Int64 = 60
    /// Instants are counted from 2026, which keeps the numbers small.
    private static let epochMicroseconds: Int64 = 1_767_225_600_000_000
    private static let changeMax = 1000

    package init(first: [SKUMatcher] = []) {
        self.first = first
    }

    /// Gives the rank of a wish that is made now: smaller goes earlier, whenever the others were made.
    package func rank(of wish: PlannedWish, at now: Timestamp) -> Int {
        let group = first.firstIndex { $0.matches(wish.key.sku) } ?? first.count
        let age = (now.microseconds - PushPriority.epochMicroseconds) / 1_000_000 / PushPriority.ageingSeconds
        return group * (PushPriority.changeMax + 1) + PushPriority.changeMax - wish.relativeChange + Int(age)
    }
}
