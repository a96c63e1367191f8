/// How many single writes may be open at once: raised until more brings nothing.
///
/// It compares answers per second over epochs in which the limit was used up. It doubles while that pays
/// (slow start), then keeps the smallest limit that reached the best rate, and tries a neighbour less and
/// less often, so that it does not swing. When the shop's speed changes, it searches again at once.
struct ConcurrencyLimit: Sendable {
    private enum Phase: Hashable, Sendable {
        case climbing
        case steady(epochsUntilProbe: Int)
        case probing(from: Int)
    }

    static let epochAnswersMin = 12
    static let epochSecondsMin = 0.2
    /// A doubling that brings less than this was not needed.
    private static let climbGain = 1.12
    private static let probeGain = 1.07
    /// A smaller limit that keeps this share of the rate is better: fewer requests wait inside the shop.
    private static let probeLoss = 0.985
    private static let changeOfSpeed = 0.2
    private static let epochsBetweenProbesMax = 64

    let floor: Int
    let ceiling: Int
    private(set) var limit: Int
    /// Answers per second, as far as known.
    private(set) var ratePerSecond: Double?

    private var phase = Phase.climbing
    private var epochsBetweenProbes = 4
    private var probesUp = true
    private var oddEpochs = 0
    private var epochStart: PushInstant?
    private var answers = 0
    private var answersAtLimit = 0
    private var answersToSkip = 0

    init(floor: Int, ceiling: Int, learnt: Int? = nil) {
        self.floor = max(1, floor)
        self.ceiling = max(self.floor, ceiling)
        limit = min(max(learnt ?? 2, self.floor), self.ceiling)
    }

    /// Takes one answer into account; `inFlight` counts the requests that were open with it.
    mutating func answered(inFlight: Int, now: PushInstant) {
        if answersToSkip > 0 {
            answersToSkip -= 1
            epochStart = now
            return
        }
        guard let start = epochStart else {
            epochStart = now
            return
        }
        answers += 1
        if inFlight >= limit { answersAtLimit += 1 }
        let seconds = now.seconds(since: start)
        guard answers >= max(ConcurrencyLimit.epochAnswersMin, 3 * limit),
            seconds >= ConcurrencyLimit.epochSecondsMin
        else { return }
        let wasUsedUp = answersAtLimit * 5 >= answers * 4
        let rate = Double(answers) / seconds
        startEpoch(at: now, skipping: 0)
        if wasUsedUp { closeEpoch(rate: rate, now: now) }
    }

    /// Backs off after trouble that load may have caused.
    mutating func backOff(now: PushInstant) {
        set(max(floor, limit / 2), phase: .steady(epochsUntilProbe: 1), now: now)
        epochsBetweenProbes = 2
        probesUp = true
    }

    /// Starts over after the shop was away.
    mutating func startSlowly(now: PushInstant) {
        ratePerSecond = nil
        epochsBetweenProbes = 4
        set(min(max(2, floor), ceiling), phase: .climbing, now: now)
    }

    private mutating func closeEpoch(rate: Double, now: PushInstant) {
        switch phase {
        case .climbing: climb(rate: rate, now: now)
        case .steady(let epochs): hold(rate: rate, epochsUntilProbe: epochs, now: now)
        case .probing(let from): judge(rate: rate, from: from, now: now)
        }
    }

    private mutating func climb(rate: Double, now: PushInstant) {
        if let before = ratePerSecond, rate < before * ConcurrencyLimit.climbGain {
            // The previous step was enough; one more keeps the shop busy while an answer travels.
            ratePerSecond = max(rate, before)
            set(max(floor, limit / 2 + 1), phase: steady(), now: now)
        } else if limit == ceiling {
            ratePerSecond = rate
            phase = steady()
        } else {
            ratePerSecond = rate
            set(min(ceiling, limit * 2), phase: .climbing, now: now)
        }
    }

    private mutating func hold(rate: Double, epochsUntilProbe: Int, now: PushInstant) {
        let known = ratePerSecond ?? rate
        if abs(rate - known) > known * ConcurrencyLimit.changeOfSpeed {
            oddEpochs += 1
            if oddEpochs >= 2 {
                oddEpochs = 0
                ratePerSecond = rate
                epochsBetweenProbes = 2
                probesUp = true
                phase = .steady(epochsUntilProbe: 0)
            }
            return
        }
        oddEpochs = 0
        ratePerSecond = known + 0.2 * (rate - known)
        if epochsUntilProbe > 0 {
            phase = .steady(epochsUntilProbe: epochsUntilProbe - 1)
            return
        }
        let from = limit
        let neighbour = probesUp ? (from <= 4 ? from * 2 : from + from / 4) : from - 1
        let next = min(ceiling, max(floor, neighbour))
        guard next != from else {
            probesUp.toggle()
            rest()
            return
        }
        set(next, phase: .probing(from: from), now: now)
    }

    private mutating func judge(rate: Double, from: Int, now: PushInstant) {
        let known = ratePerSecond ?? rate
        if limit > from, rate >= known * ConcurrencyLimit.probeGain {
            ratePerSecond = rate
            epochsBetweenProbes = 2
            phase = .steady(epochsUntilProbe: 0)
        } else if limit < from, rate >= known * ConcurrencyLimit.probeLoss {
            rest()
        } else {
            probesUp.toggle()
            set(from, phase: steady(), now: now)
            epochsBetweenProbes = min(ConcurrencyLimit.epochsBetweenProbesMax, epochsBetweenProbes * 2)
        }
    }

    private mutating func rest() {
        epochsBetweenProbes = min(ConcurrencyLimit.epochsBetweenProbesMax, epochsBetweenProbes * 2)
        phase = steady()
    }

    private func steady() -> Phase {
        .steady(epochsUntilProbe: epochsBetweenProbes)
    }

    private mutating func set(_ next: Int, phase: Phase, now: PushInstant) {
        limit = next
        self.phase = phase
        // What is open now was sent under the old limit.
        startEpoch(at: now, skipping: next)
    }

    private mutating func startEpoch(at now: PushInstant, skipping: Int) {
        epochStart = now
        answers = 0
        answersAtLimit = 0
        answersToSkip = skipping
    }
}
