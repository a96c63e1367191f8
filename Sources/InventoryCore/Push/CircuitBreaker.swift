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
    /// When the run of failures began, and what it said last.
    private(set) var trouble: (since: PushInstant, last: ShopTrouble)?
    private var openings = 0

    mutating func succeeded() {
        failuresInARow = 0
        trouble = nil
        guard state == .closed else { return }
        openings = 0
    }

    mutating func failed(_ last: ShopTrouble, now: PushInstant, random: inout SeededRandom) {
        trouble = (trouble?.since ?? now, last)
        failuresInARow += 1
        guard state == .closed, failuresInARow >= CircuitBreaker.failuresMax else { return }
        open(now: now, random: &random)
    }

    /// Notes that the shop asked for patience: it answers, so the circuit stays as it is.
    mutating func delayed(_ last: ShopTrouble, now: PushInstant) {
        trouble = (trouble?.since ?? now, last)
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
            trouble = (trouble?.since ?? now, answer)
            open(now: now, random: &random)
        } else {
            state = .closed
            failuresInARow = CircuitBreaker.failuresMax - 1
        }
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
