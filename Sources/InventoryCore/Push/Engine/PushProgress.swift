/// What a push has done so far, for the summary, the saturation curve and metrics.
package struct PushProgress: Hashable, Sendable {
    package var writes = 0
    package var submits = 0
    package var polls = 0
    package var readBacks = 0
    package var probes = 0
    /// Records sent, each time they were.
    package var recordsSent = 0
    package var applied = 0
    package var refused = 0
    package var released = 0
    package var levelsGone = 0
    /// Records whose outcome had to be read back.
    package var unknown = 0
    /// Records of which even that did not say: they may still take effect.
    package var inQuestion = 0

    package var requests: Int { writes + submits + polls + readBacks + probes }

    package init() {}
}

/// How the engine sees the shop at this moment.
package struct PushPace: Hashable, Sendable {
    package let writesInFlightLimit: Int
    package let batchRecords: Int
    package let recordsInFlight: Int
    package let operationsInFlight: Int
    package let writesPerSecond: Double?
    package let recordsPerSecond: Double?
    /// Share of its speed that the storefront's latency leaves to the push.
    package let share: Double
    package let isCircuitClosed: Bool
    package let areConsumersStalled: Bool
}
