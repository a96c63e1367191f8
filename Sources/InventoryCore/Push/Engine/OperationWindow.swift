/// How many records may be in the shop's queue, and how large each operation is.
///
/// The target is a time, not a number: `queueSeconds` of work at the rate at which operations finish. A
/// faster shop gets more, a slower one less, and consumers always find a next chunk before our polling
/// notices that the last one is done. Two operations share the window.
struct OperationWindow: Sendable {
    /// Before anything is known: two operations of 1,000, with which a small shop's consumers were never seen
    /// to idle (API contract, section 13).
    static let recordsAtStart = 2000

    private let recordsMin: Int
    private let recordsMax: Int
    private let operationsMax: Int
    private let queueSeconds: Double
    /// Set by 413: the web server's limit does not change by itself.
    private(set) var hardMax: Int

    private(set) var recordsInFlight = 0
    private var rate = DeliveryRate()
    /// Seconds an operation takes when nothing else is queued: it has to be split, queued and picked up.
    private var alone = 0.0
    private var windowRecords = OperationWindow.recordsAtStart

    /// What is kept about an operation until it is final.
    struct Mark: Hashable, Sendable {
        let sentAt: PushInstant
        /// Nothing else was in flight.
        let isAlone: Bool
        /// Whether the backlog, not the window, decided how much was sent.
        let isStarved: Bool
    }

    init(options: PushOptions) {
        recordsMin = max(1, min(options.batchRecordsMin, options.batchRecordsMax))
        recordsMax = max(1, options.batchRecordsMax)
        operationsMax = max(1, options.operationsInFlightMax)
        queueSeconds = options.queueSeconds
        hardMax = min(recordsMax, options.learnt.batchRecordsMax ?? recordsMax)
        guard let window = options.learnt.windowRecords else { return }
        windowRecords = min(max(window, 2 * recordsMin), operationsMax * recordsMax)
    }

    /// Adds what was learnt of the shop's queue.
    func add(to learnt: inout LearntPace) {
        if hardMax < recordsMax { learnt.batchRecordsMax = hardMax }
        guard let perSecond = rate.perSecond else { return }
        learnt.recordsPerSecond = perSecond
        learnt.operationSeconds = secondsAlone ?? learnt.operationSeconds
        if rate.isSettled { learnt.windowRecords = windowRecords }
    }

    /// Records of one operation: half a window, or a quarter for zeros, so that the first are acknowledged
    /// early and the shop's rate is known soon.
    func batchRecords(_ wave: Wave) -> Int {
        let part = max(recordsMin, windowRecords / (wave == .zero ? 4 : 2))
        return max(1, min(part, recordsMax, hardMax))
    }

    /// Whether another operation may be sent.
    ///
    /// After the window has shrunk, half of it is still refilled, or consumers would idle.
    func hasRoom(for records: Int, share: Double) -> Bool {
        let all = Double(windowRecords) * share
        return recordsInFlight == 0 || Double(recordsInFlight + records) <= all
            || share == 1 && Double(recordsInFlight) <= all * 0.6
    }

    /// Records a second, as far as known.
    var ratePerSecond: Double? { rate.perSecond }

    /// Whether enough operations have ended to trust it.
    var isRateSettled: Bool { rate.isSettled }

    /// Seconds that an operation takes when nothing else is queued, as far as known.
    var secondsAlone: Double? { alone > 0 ? alone : nil }

    /// Counts an operation that is about to be sent.
    mutating func sent(records: Int, now: PushInstant) -> Mark {
        recordsInFlight += records
        let isAlone = recordsInFlight == records
        return Mark(sentAt: now, isAlone: isAlone, isStarved: recordsInFlight < windowRecords / 2)
    }

    /// Seconds before which asking for an operation is too early, whatever the rate.
    func secondsAtLeast(_ mark: Mark?) -> Double {
        mark?.isAlone == true ? alone : 0
    }

    /// The operation was not accepted, or ended without an answer.
    mutating func withdrawn(records: Int) {
        recordsInFlight.countDown(by: records, "records in the shop's queue")
    }

    /// Counts a final operation; `wasAskedOnce` says that it was final at the first question.
    mutating func delivered(records: Int, mark: Mark, wasAskedOnce: Bool, now: PushInstant) {
        recordsInFlight.countDown(by: records, "records in the shop's queue")
        rate.delivered(
            records: records,
            sentAt: mark.sentAt,
            wasAskedOnce: wasAskedOnce,
            isStarved: mark.isStarved,
            now: now
        )
        if recordsInFlight == 0 { rate.rest() }
        if mark.isAlone {
            let seconds = now.seconds(since: mark.sentAt)
            alone = alone == 0 ? seconds : min(seconds, alone * 1.2)
        }
        guard let perSecond = rate.perSecond else { return }
        let target = Int(min(perSecond * queueSeconds, Double(operationsMax * recordsMax)))
        let next = min(max(target, 2 * recordsMin), windowRecords * 2)
        // A shop that had too little to do shows only a lower bound of its rate.
        windowRecords = mark.isStarved ? max(windowRecords, next) : next
    }

    /// 413: half of what was sent is the most from now on.
    mutating func tooLarge(records: Int) {
        hardMax = max(1, min(hardMax, records / 2))
    }
}
