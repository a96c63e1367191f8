/// What pushes have learnt of a shop's speed, for the next one to begin with.
package struct LearntPace: Hashable, Sendable {
    /// Single writes open at once, and how many of them the shop answered a second.
    package var writesInFlight: Int?
    package var writesPerSecond: Double?
    /// Records a second that the shop's consumers process.
    package var recordsPerSecond: Double?
    /// Records in the shop's queue at once.
    package var windowRecords: Int?
    /// What an operation takes by itself.
    package var operationSeconds: Double?
    /// The most records that the shop's web server takes in one body, where it has refused more.
    package var batchRecordsMax: Int?

    package init() {}

    /// The figures that a shop can have.
    ///
    /// A rate taken over too short a time, or text that another program wrote, is as good as unknown.
    package var plausible: LearntPace {
        func rate(_ figure: Double?) -> Double? { figure.flatMap { $0 > 0 && $0 < 1e6 ? $0 : nil } }
        func count(_ figure: Int?) -> Int? { figure.flatMap { (1...1_000_000).contains($0) ? $0 : nil } }
        var kept = LearntPace()
        kept.writesInFlight = count(writesInFlight)
        kept.writesPerSecond = rate(writesPerSecond)
        kept.recordsPerSecond = rate(recordsPerSecond)
        kept.windowRecords = count(windowRecords)
        kept.operationSeconds = rate(operationSeconds)
        kept.batchRecordsMax = count(batchRecordsMax)
        return kept
    }
}
