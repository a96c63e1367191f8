/// How many records a second the shop's consumers get done, seen from when operations are found final.
///
/// It is measured between answers, not from the sending: what a new operation waits before the first record
/// says nothing about the speed.
struct DeliveryRate: Sendable {
    /// Answers the measurement reaches back: enough to even out late questions, few enough to follow a
    /// change.
    private static let answersMax = 4
    private static let secondsMin = 0.1
    private static let smoothing = 0.5
    /// What a lower bound of the rate is raised by.
    ///
    /// An operation found final at the first question may have been final for long. The estimate is raised
    /// then, or late questions would prove themselves right.
    private static let boundGain = 1.25

    /// What one consumer of a small shop gets done (API contract, section 11): a few records that were
    /// answered late say nothing below it.
    private static let starvedPerSecondMin = 85.0

    private(set) var perSecond: Double?
    /// Whether the estimate reaches back as far as it ever does.
    private(set) var isSettled = false
    private var total = 0
    private var answers: [(at: PushInstant, total: Int)] = []

    /// Takes a final operation into account; `isStarved` says that the shop had too little to be busy.
    mutating func delivered(
        records: Int,
        sentAt: PushInstant,
        wasAskedOnce: Bool,
        isStarved: Bool,
        now: PushInstant
    ) {
        total += records
        let known = perSecond
        if let first = answers.first {
            let seconds = now.seconds(since: first.at)
            if seconds >= DeliveryRate.secondsMin {
                let sample = Double(total - first.total) / seconds
                learn(sample, isBound: wasAskedOnce || isStarved, mayGrow: wasAskedOnce && !isStarved)
            }
        } else if known == nil {
            let seconds = max(DeliveryRate.secondsMin, now.seconds(since: sentAt))
            let bound = Double(records) / seconds * DeliveryRate.boundGain
            perSecond = isStarved ? max(bound, DeliveryRate.starvedPerSecondMin) : bound
        }
        answers.append((now, total))
        guard answers.count > DeliveryRate.answersMax else { return }
        answers.removeFirst()
        isSettled = true
    }

    /// Nothing is in flight any more: the time until the next operation is not the shop's.
    mutating func rest() {
        answers.removeAll()
    }

    private mutating func learn(_ sample: Double, isBound: Bool, mayGrow: Bool) {
        let known = perSecond ?? sample
        guard isBound else {
            perSecond = known + DeliveryRate.smoothing * (sample - known)
            return
        }
        perSecond = max(known, sample) * (mayGrow ? DeliveryRate.boundGain : 1)
    }
}
