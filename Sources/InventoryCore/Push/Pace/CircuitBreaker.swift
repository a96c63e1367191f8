/// Keeps requests away from a shop that does not answer, and lets one probe check whether it is back.
struct CircuitBreaker: Sendable {
    enum State: Hashable, Sendable {
        case closed
        /// Closed by a good probe, and nothing else has been answered since: the next failure opens it again.
        case onApproval
        /// No request at all before this moment.
        case open(until: PushInstant)
        /// One probe is under way.
        case halfOpen

        /// Whether requests may be sent.
        var letsThrough: Bool { self == .closed || self == .onApproval }
    }

    /// Failures in a row that open the circuit; single ones are everyday life on a network.
    static let failuresMax = 5
    /// Trouble after a longer silence is another story: only that of a row counts against patience.
    static let silenceSecondsMax = 300.0
    private static let pauseSeconds = 1.0
    private static let pauseSecondsMax = 60.0

    private(set) var state = State.closed
    private(set) var failuresInARow = 0
    /// When the run of failures began, how many requests saw it, and what the last one said.
    private(set) var trouble: (since: PushInstant, count: Int, last: ShopTrouble)?
    /// When the last of them was met.
    private var lastTroubled: PushInstant?
    /// How often it opened since something was really written; the pauses grow with it.
    private var openings = 0
    /// Open only until a probe says whether the shop is in trouble at all.
    private var isChecking = false

    mutating func succeeded() {
        failuresInARow = 0
        trouble = nil
        guard state.letsThrough else { return }
        state = .closed
        openings = 0
    }

    mutating func failed(_ last: ShopTrouble, now: PushInstant, random: inout SeededRandom) {
        note(last, now: now)
        failuresInARow += 1
        guard state.letsThrough, failuresInARow >= CircuitBreaker.failuresMax else { return }
        open(now: now, random: &random)
    }

    /// Notes that the shop asks to wait: it answers, so the circuit stays as it is.
    mutating func delayed(_ last: ShopTrouble, now: PushInstant) {
        note(last, now: now)
    }

    /// Whether requests were kept away for a while, not only until a first probe.
    var isPausing: Bool { !state.letsThrough && !isChecking }

    /// Asks for a probe at once: a request met what may be the shop's trouble or its own.
    mutating func check(now: PushInstant) {
        guard state.letsThrough else { return }
        state = .open(until: now)
        isChecking = true
    }

    /// Whether a probe is due now; if so, it counts as started.
    mutating func takeProbe(now: PushInstant) -> Bool {
        guard case .open(let until) = state, now >= until else { return false }
        state = .halfOpen
        return true
    }

    /// Takes the probe's answer, where nothing means that the shop answers.
    ///
    /// A good probe closes the circuit on approval only: reads can work while writes do not, so the next
    /// failure opens it again, and the pauses keep growing until something was really written.
    mutating func probed(_ answer: ShopTrouble?, now: PushInstant, random: inout SeededRandom) {
        precondition(state == .halfOpen, "no probe is under way")
        defer { isChecking = false }
        if isChecking, answer == nil {
            state = .closed
            failuresInARow = 0
            trouble = nil
        } else if let answer {
            note(answer, now: now)
            open(now: now, random: &random)
        } else {
            state = .onApproval
            failuresInARow = CircuitBreaker.failuresMax - 1
        }
    }

    private mutating func note(_ last: ShopTrouble, now: PushInstant) {
        let silence = lastTroubled.map { now.seconds(since: $0) } ?? 0
        let former = silence > CircuitBreaker.silenceSecondsMax ? nil : trouble
        trouble = (former?.since ?? now, (former?.count ?? 0) + 1, last)
        lastTroubled = now
    }

    private mutating func open(now: PushInstant, random: inout SeededRandom) {
        let floor = CircuitBreaker.pauseSeconds / 2
        let pause = random.jitter(
            attempt: openings,
            baseSeconds: CircuitBreaker.pauseSeconds,
            maxSeconds: CircuitBreaker.pauseSecondsMax
        )
        openings += 1
        state = .open(until: now.adding(seconds: floor + pause))
    }
}
