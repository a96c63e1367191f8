/// An asynchronous operation that owns its levels until it is final, and when to ask for it.
struct OperationInFlight: Sendable {
    static let pollSecondsMin = 0.02
    static let pollSecondsMax = 30.0
    /// Between two questions for stock that goes to zero.
    static let urgentSeconds = 0.5
    /// Until the first question of all, for stock that goes to zero.
    static let urgentFirstSeconds = 0.15
    /// Until the first question, while the rate is a guess.
    static let unsettledSeconds = 0.5
    /// The part of its time after which an operation is asked for again, while the rate is a guess: so much
    /// later than it ends it may be found.
    static let unsettledShare = 0.25

    let id: OperationID
    let slots: [Int]
    let submittedAt: PushInstant
    /// It holds zeros: stock that is gone is worth more questions.
    let isUrgent: Bool
    /// Nothing for an earlier process's operation: it says nothing about the rate.
    let mark: OperationWindow.Mark?
    private(set) var question: Question
    private(set) var progress = 0.0
    private(set) var polls = 0
    /// Questions in a row that were not answered.
    private(set) var failuresInARow = 0
    /// Nothing of ours waits for it any more: it is only asked whether it has ended.
    var isOrphan: Bool { slots.isEmpty }

    /// Whether it is being asked for, or when it is next.
    enum Question: Hashable, Sendable {
        case due(PushInstant)
        case asked
    }

    init(
        id: OperationID,
        slots: [Int],
        isUrgent: Bool,
        mark: OperationWindow.Mark?,
        submittedAt: PushInstant,
        nextPoll: PushInstant
    ) {
        self.id = id
        self.slots = slots
        self.isUrgent = isUrgent
        self.mark = mark
        self.submittedAt = submittedAt
        question = .due(nextPoll)
    }

    /// When to ask next; nothing while a question is under way.
    var nextPoll: PushInstant? {
        if case .due(let moment) = question { moment } else { nil }
    }

    /// Sets when to ask for the first time.
    mutating func schedule(_ moment: PushInstant) {
        precondition(question != .asked, "operation \(id) is asked for already")
        question = .due(moment)
    }

    mutating func ask() {
        precondition(question != .asked, "operation \(id) is asked for already")
        question = .asked
    }

    /// The question was answered; the next one is due then.
    mutating func answered(next: PushInstant) {
        precondition(question == .asked, "operation \(id) was not asked for")
        question = .due(next)
    }

    /// The same operation, for which nothing waits any more.
    func orphaned(nextPoll: PushInstant) -> OperationInFlight {
        OperationInFlight(
            id: id,
            slots: [],
            isUrgent: false,
            mark: nil,
            submittedAt: submittedAt,
            nextPoll: nextPoll
        )
    }

    /// Asks earlier, unless a question is under way.
    mutating func hasten(to moment: PushInstant) {
        if case .due(let due) = question { question = .due(min(due, moment)) }
    }

    var recordsLeft: Double { Double(slots.count) * (1 - progress) }

    /// The question was not answered.
    mutating func unanswered() {
        failuresInARow += 1
    }

    /// Notes that it is not final yet; gives whether it has moved.
    mutating func pending(progress shown: Double?, now: PushInstant) -> Bool {
        polls += 1
        failuresInARow = 0
        guard let shown, shown > progress else { return false }
        progress = min(1, shown)
        return true
    }

    /// Seconds until asking is worth a request: when the work before it and its own should be done.
    ///
    /// The first question comes a little early: an operation found done says only that the guess was too
    /// long. Where the guess was too short, the time already waited limits how often it is asked.
    func pollDelaySeconds(
        recordsAhead: Double,
        secondsAtLeast: Double,
        isOldest: Bool,
        ratePerSecond: Double?,
        isRateSettled: Bool,
        now: PushInstant
    ) -> Double {
        let waited = now.seconds(since: submittedAt)
        let delay: Double
        if let rate = ratePerSecond, rate > 0 {
            let guess = max((recordsAhead + recordsLeft) / rate, secondsAtLeast - waited)
            let patience = max(OperationInFlight.pollSecondsMin, polls == 0 ? 0 : waited * 0.05)
            delay = max(polls == 0 ? guess * 0.9 : guess, patience)
        } else {
            // Operations mostly end in the order they came, so the oldest gives the first rate. Where zeros
            // wait for it, it is asked for soon, and then less and less often.
            let oldest = isUrgent ? max(OperationInFlight.urgentFirstSeconds, waited * 0.5) : waited * 0.25
            delay = isOldest ? max(isUrgent ? 0 : 0.5, oldest) : max(1, waited)
        }
        let longest = isUrgent && isOldest && waited < 30 ? OperationInFlight.urgentSeconds : .infinity
        // A first rate is a guess, often from few records: asked for by it alone, an operation would be found
        // late and so confirm it, while the shop's consumers idle.
        let trusted =
            isRateSettled
            ? .infinity : max(OperationInFlight.unsettledSeconds, waited * OperationInFlight.unsettledShare)
        return min(delay, longest, trusted, OperationInFlight.pollSecondsMax)
    }
}
