/// How many records may lie in the shop's queue, and how large each operation is.
///
/// The target is a time, not a number: `queueSeconds` of work at the rate at which operations finish. A shop
/// that becomes faster gets more, one that becomes slower less, and its consumers always find the next chunk
/// while our polling notices that the last one is done. Two operations share the window.
struct OperationWindow: Sendable {
    /// Before anything is known: two operations of two chunks.
    static let recordsAtStart = 400
    private static let smoothing = 0.4
    private static let boundGain = 1.1

    private let recordsMin: Int
    private let recordsMax: Int
    private let operationsMax: Int
    private let queueSeconds: Double
    /// Set by 413: the web server's limit does not change by itself.
    private(set) var hardMax: Int
    /// Lowered when a batch fails as a whole, raised again when one is accepted.
    private var softMax: Int

    private(set) var recordsInFlight = 0
    private(set) var ratePerSecond: Double?
    private var windowRecords = OperationWindow.recordsAtStart
    private var delivered = 0
    private var lastDelivery: PushInstant?

    /// What the rate is measured from: how much had been delivered when an operation was sent.
    struct Mark: Hashable, Sendable {
        let delivered: Int
        let since: PushInstant
        /// Whether the backlog, not the window, decided how much was sent.
        var isStarved: Bool
    }

    init(options: PushOptions) {
        recordsMin = max(1, min(options.batchRecordsMin, options.batchRecordsMax))
        recordsMax = max(1, options.batchRecordsMax)
        operationsMax = max(1, options.operationsInFlightMax)
        queueSeconds = options.queueSeconds
        hardMax = recordsMax
        softMax = recordsMax
    }

    /// Records of one operation.
    var batchRecords: Int {
        let half = max(recordsMin, windowRecords / 2)
        return max(1, min(half, recordsMax, hardMax, softMax))
    }

    /// Records that may be in flight together.
    func recordsMax(share: Double) -> Int {
        let all = min(windowRecords, batchRecords * operationsMax)
        return max(batchRecords, Int(Double(all) * share))
    }

    /// Takes an operation into account that is about to be sent.
    mutating func sent(records: Int, now: PushInstant) -> Mark {
        let since = recordsInFlight > 0 ? lastDelivery ?? now : now
        let isStarved = recordsInFlight + records < windowRecords / 2
        recordsInFlight += records
        return Mark(delivered: delivered, since: max(since, .init(nanoseconds: 0)), isStarved: isStarved)
    }

    /// The operation did not come about.
    mutating func withdrawn(records: Int) {
        recordsInFlight -= records
    }

    /// Takes a finished operation into account.
    ///
    /// One that was done when it was asked for first may have been done for long, so the rate it shows is only
    /// a lower bound: the estimate is raised, or late questions would prove themselves right.
    mutating func delivered(records: Int, mark: Mark, wasAskedOnce: Bool, now: PushInstant) {
        recordsInFlight -= records
        delivered += records
        lastDelivery = now
        let seconds = now.seconds(since: mark.since)
        guard seconds > 0 else { return }
        let sample = Double(delivered - mark.delivered) / seconds
        if let known = ratePerSecond, wasAskedOnce {
            ratePerSecond = max(known, sample) * OperationWindow.boundGain
        } else if let known = ratePerSecond {
            // A short backlog measures the latency, not the shop's speed.
            if mark.isStarved && sample < known { return }
            ratePerSecond = known + OperationWindow.smoothing * (sample - known)
        } else {
            ratePerSecond = sample
        }
        let target = Int((ratePerSecond ?? sample) * queueSeconds)
        windowRecords = min(max(target, 2 * recordsMin), windowRecords * 2, operationsMax * recordsMax)
    }

    /// 413: half of what was sent is the most from now on.
    mutating func tooLarge(records: Int) {
        hardMax = max(1, min(hardMax, records / 2))
    }

    mutating func failedWhole(records: Int) {
        softMax = max(min(recordsMin, softMax), records / 2)
    }

    mutating func accepted() {
        softMax = min(recordsMax, softMax * 2)
    }
}
