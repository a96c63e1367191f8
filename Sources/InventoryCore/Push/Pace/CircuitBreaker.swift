/// Keeps requests away from a shop that does not answer, and lets one probe look whether it is back.
struct CircuitBreaker: Sendable {
    enum State: Hashable, Sendable {
        case closed
        /// No request at all before this moment.
        case open(until: PushInstant)
        /// One probe is under way.
        case halfOpen
    }

    /// Failures in a row that open the circuit: single ones are the network's everyday.
    static let failuresMax = 5
    private static let pauseSeconds = 1.0
    private static let pauseSecondsMax = 60.0

    private(set) var state = State.closed
    private(set) var failuresInARow = 0
    /// When the run of failures began, how many requests saw it, and what the last one said.
    private(set) var trouble: (since: PushInstant, count: Int, last: ShopTrouble)?
    private var openings = 0
    /// A probe was good, and nothing else has been answered since.
    private var isOnApproval = false

    /// Whether a failure now says more about the request than about the shop.
    var answersOthers: Bool { failuresInARow == 0 || isOnApproval }

    mutating func succeeded() {
        failuresInARow = 0
        isOnApproval = false
        trouble = nil
        guard state == .closed else { return }
        openings = 0
    }

    mutating func failed(_ last: ShopTrouble, now: PushInstant, random: inout SeededRandom) {
        note(last, now: now)
        failuresInARow += 1
        isOnApproval = false
        guard state == .closed, failuresInARow >= CircuitBreaker.failuresMax else { return }
        open(now: now, random: &random)
    }

    /// Notes that the shop asked for patience: it answers, so the circuit stays as it is.
    mutating func delayed(_ last: ShopTrouble, now: PushInstant) {
        note(last, now: now)
    }

    /// Says whether a probe is due, and takes it.
    mutating func takeProbe(now: PushInstant) -> Bool {
        guard case .open(let until) = state, now >= until else { return false }
        state = .halfOpen
        return true
    }

    /// A good probe closes the circuit on approval: reads can work while writes do not, so the next failure
    /// opens it again and the pauses go on growing until something was really written.
    mutating func probed(_ answer: ShopTrouble?, now: PushInstant, random: inout SeededRandom) {
        guard state == .halfOpen else { return }
        if let answer {
            note(answer, now: now)
            open(now: now, random: &random)
        } else {
            state = .closed
            failuresInARow = CircuitBreaker.failuresMax - 1
            isOnApproval = true
        }
    }

    private mutating func note(_ last: ShopTrouble, now: PushInstant) {
        trouble = (trouble?.since ?? now, (trouble?.count ?? 0) + 1, last)
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
