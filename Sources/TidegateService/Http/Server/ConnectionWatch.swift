/// Decides what becomes of one connection, from what it brings and how long it takes; time is in seconds of
/// any clock that only goes forward.
struct ConnectionWatch {
    private let limits: ConnectionLimits
    private var reading: Reading
    /// Requests whose heads were read and whose answers have not ended.
    private var open = 0
    private var hasAnswerBegun = false
    private var isRefusing = false
    private var isFirst = true
    private var lingering: Lingering?
    private var stalledSince: Double?
    /// Since when we wait for the client: it was asked, and has sent nothing.
    private var askedAt: Double?

    private enum Reading {
        case head(since: Double)
        case body(Body)
    }

    private struct Body {
        let rule: BodyRule
        var bytes = 0
        var waited = 0.0
        var windowBytes = 0
        var windowBegan = 0.0
    }

    private struct Lingering {
        let since: Double
        var bytes = 0
    }

    /// What a body may cost.
    struct BodyRule: Hashable {
        let bytesMax: Int
        /// Nothing where it has no deadline.
        let secondsMax: Double?
    }

    enum Action: Hashable {
        case pass
        /// Says why, and ends the connection.
        case refuse(Refusal)
        /// Lets the client read what was said, and ends the connection.
        case linger
        case drop
        case close
    }

    enum Refusal: Hashable {
        case tooLarge(bytesMax: Int)
        case tooSlow
    }

    init(_ limits: ConnectionLimits, at now: Double) {
        self.limits = limits
        reading = .head(since: now)
    }

    /// Whether an answer can still be written to the client.
    var canAnswer: Bool { open <= 1 && !hasAnswerBegun && lingering == nil }

    // MARK: what the client sends

    /// We are ready for more.
    mutating func asked(at now: Double) {
        if askedAt == nil { askedAt = now }
    }

    private mutating func arrived(at now: Double) {
        guard let asked = askedAt else { return }
        askedAt = nil
        if case .body(var body) = reading {
            body.waited += now - asked
            reading = .body(body)
        }
    }

    mutating func head(_ rule: BodyRule, length: Int?, at now: Double) -> Action {
        arrived(at: now)
        guard lingering == nil, !isRefusing else { return .drop }
        open += 1
        isFirst = false
        reading = .body(Body(rule: rule))
        if let length, length > rule.bytesMax { return .refuse(.tooLarge(bytesMax: rule.bytesMax)) }
        return .pass
    }

    mutating func body(_ bytes: Int, at now: Double) -> Action {
        arrived(at: now)
        if lingering != nil { return lingered(bytes) }
        // Nobody reads what comes after a refusal.
        if isRefusing { return .drop }
        guard case .body(var body) = reading else { return .drop }
        body.bytes += bytes
        body.windowBytes += bytes
        reading = .body(body)
        return body.bytes > body.rule.bytesMax
            ? .refuse(.tooLarge(bytesMax: body.rule.bytesMax)) : .pass
    }

    mutating func end(at now: Double) -> Action {
        arrived(at: now)
        guard lingering == nil, !isRefusing else { return .drop }
        reading = .head(since: now)
        return .pass
    }

    private mutating func lingered(_ bytes: Int) -> Action {
        lingering?.bytes += bytes
        return (lingering?.bytes ?? 0) > limits.lingerBytesMax ? .close : .drop
    }

    // MARK: what we send

    /// An answer begins; gives whether the connection ends with it, because the body was not read to its end.
    mutating func answerBegins() -> Bool {
        hasAnswerBegun = true
        guard open == 1, case .body = reading else { return false }
        isRefusing = true
        return true
    }

    mutating func answerEnds(at now: Double) -> Action {
        open -= 1
        hasAnswerBegun = false
        if case .head = reading, open == 0 { reading = .head(since: now) }
        return isRefusing ? linger(at: now) : .pass
    }

    /// From now on the client is only waited for.
    mutating func linger(at now: Double) -> Action {
        if lingering == nil { lingering = Lingering(since: now) }
        return .linger
    }

    mutating func writability(_ isWritable: Bool, at now: Double) {
        stalledSince = isWritable ? nil : stalledSince ?? now
    }

    // MARK: time

    mutating func tick(at now: Double) -> Action {
        if let lingering { return now - lingering.since > limits.lingerSeconds ? .close : .pass }
        if let stalledSince, now - stalledSince > limits.stalledSecondsMax { return .close }
        switch reading {
        case .head(let since):
            guard open == 0 else { return .pass }
            let secondsMax = isFirst ? limits.headSecondsMax : limits.idleSecondsMax
            return now - since > secondsMax ? .close : .pass
        case .body(var body):
            guard !isRefusing else { return .pass }
            let waited = body.waited + (askedAt.map { now - $0 } ?? 0)
            if let secondsMax = body.rule.secondsMax, waited > secondsMax { return .refuse(.tooSlow) }
            guard waited - body.windowBegan >= limits.windowSeconds else { return .pass }
            let bytesMin = Double(limits.bodyBytesPerSecondMin) * (waited - body.windowBegan)
            if Double(body.windowBytes) < bytesMin { return .refuse(.tooSlow) }
            body.windowBegan = waited
            body.windowBytes = 0
            reading = .body(body)
            return .pass
        }
    }
}
