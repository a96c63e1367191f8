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

    /// Whether every figure is one that a shop can have; anything else was not written by us.
    package var isSound: Bool {
        let rates = [writesPerSecond, recordsPerSecond, operationSeconds].compactMap(\.self)
        let counts = [writesInFlight, windowRecords, batchRecordsMax].compactMap(\.self)
        return rates.allSatisfy { $0.isFinite && $0 > 0 && $0 < 1e6 }
            && counts.allSatisfy { (1...1_000_000).contains($0) }
    }
}
