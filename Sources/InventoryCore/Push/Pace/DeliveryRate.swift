/// How many records a second the shop's consumers process, judged by when operations are found final.
///
/// It is measured between answers, not from sending: how long an operation waits to begin says nothing about
/// the speed.
struct DeliveryRate: Sendable {
    /// Answers the measurement reaches back: enough to even out late questions, few enough to follow changes.
    private static let answersMax = 4
    private static let secondsMin = 0.1
    private static let smoothing = 0.5
    /// Factor by which a lower bound of the rate is raised.
    ///
    /// An operation found final at the first question may have been final for long. Without raising the
    /// estimate, late questions would confirm themselves.
    private static let boundGain = 1.25

    /// What one consumer of a small shop processes (API contract, section 11); a few late records are no sign
    /// of less.
    private static let starvedPerSecondMin = 85.0

    private(set) var perSecond: Double?
    /// Whether the estimate covers its full number of answers.
    private(set) var isSettled = false
    private var total = 0
    private var answers: [(at: PushInstant, total: Int)] = []

    /// Adds a final operation; `isStarved` says that the shop had too little to do.
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

    /// Nothing is in flight any more: the time until the next operation does not count.
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
