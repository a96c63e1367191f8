/// Which writes of a wave go first: articles that were named, then the largest changes, and the older the
/// sooner.
package struct PushPriority: Hashable, Sendable {
    /// Articles that go before the others; those of an earlier matcher before those of a later one.
    package var first: [SKUMatcher] = []

    /// A write that waits so long gains what a thousandth of relative change is worth, so that nothing
    /// starves.
    private static let ageingSeconds: Int64 = 60
    /// Instants are counted from 2026, which keeps the numbers small.
    private static let epochMicroseconds: Int64 = 1_767_225_600_000_000
    private static let changeMax = 1000

    package init(first: [SKUMatcher] = []) {
        self.first = first
    }

    /// Gives the place of a write that is wished now: smaller goes earlier, whenever the others were wished.
    package func place(of write: PlannedWrite, at now: Timestamp) -> Int {
        let group = first.firstIndex { $0.matches(write.key.sku) } ?? first.count
        let age = (now.microseconds - PushPriority.epochMicroseconds) / 1_000_000 / PushPriority.ageingSeconds
        return group * (PushPriority.changeMax + 1) + PushPriority.changeMax - write.relativeChange + Int(age)
    }
}
