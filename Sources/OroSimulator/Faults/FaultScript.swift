/// One thing that goes wrong.
package enum InjectedFault: Sendable, Equatable {
    /// The web server or a gateway answers instead of the shop, before any effect.
    case answer(status: Int, retryAfterSeconds: Int?)
    /// The request takes effect, but the answer is an error page.
    case answerAfterEffect(status: Int)
    case cutBeforeEffect
    case cutAfterEffect
    case slow(milliseconds: Int)
    /// Only the first half of the body arrives, and what can be read of it is taken.
    case truncatedBody
    /// 302 to `/notinstalled.html`.
    case databaseDown
    /// 415 on the API, 503 on the token endpoint.
    case maintenance
    /// 404 on the API, 401 on the token endpoint.
    case apiOff
    /// Every token given out so far stops working: 401 with an empty body.
    case revokeTokens
    /// A chunk of a batch throws: nothing of it is written, its operation fails.
    case chunkFails
    /// A consumer dies with its message, which is delivered again later.
    case consumerKilled(redeliveryMilliseconds: Int)
    /// Oro's own checkout takes one of the level that a write just set; with a batch or a read, of any level.
    case checkout
    /// Orders take all of that level, and the shop sets its product to `out_of_stock`; with a batch or a
    /// read, of any level that has stock.
    case sellOut
    /// An import makes a second row for that level's product and unit, as it could before the unique index
    /// (API contract, section 0); with a batch or a read, for any level.
    case duplicateLevel
    /// The back-office deletes the level that a write is about to set; with a batch or a read, any level.
    case deleteLevel
    /// The same, and makes a new row for it under a new id.
    case recreateLevel
    /// A validator of the shop's own finds the request's figure wrong: 400, before any effect.
    case refuse

    /// A gateway answers with a page of its own, before the effect or after it.
    case proxy(ProxyAnswer, afterEffect: Bool)
    /// The shop itself answers with this status in its usual words, before any effect.
    case apiError(status: Int)
    /// Nobody sees the shop's answer, and the effect comes late: after the milliseconds, or with nil when
    /// somebody lets it land; the connection is cut unless a gateway answers.
    case lateEffect(milliseconds: Int?, ProxyAnswer?)
    /// Somebody changes the shop just before the request.
    case change(ShopChange)
    /// The token endpoint says this instead of the lifetime.
    case expiresIn(ShopConditions.ExpiresIn)

    /// Whether it strikes consumers rather than requests.
    var strikesConsumers: Bool {
        switch self {
        case .chunkFails, .consumerKilled: true
        default: false
        }
    }
}

/// When a fault happens.
package struct FaultRule: Sendable {
    package var fault: InjectedFault
    /// Only requests with this method; nil is any.
    package var method: String?
    /// Only requests whose path starts so, or that have exactly this path when it ends with `$`; nil is any
    /// but the simulator's own.
    package var path: String?
    /// Only requests that name this level, in their path or in a batch.
    package var level: String?
    /// Matching requests (or chunks) that pass before the first fault.
    package var skip = 0
    /// How likely a matching request is struck, 0...1.
    package var probability = 1.0
    /// Once struck, how many matching requests in a row are.
    package var burst = 1
    /// Faults after which the rule is spent.
    package var limit = Int.max

    package init(
        _ fault: InjectedFault,
        method: String? = nil,
        path: String? = nil,
        level: String? = nil,
        skip: Int = 0,
        probability: Double = 1,
        burst: Int = 1,
        limit: Int = .max
    ) {
        self.fault = fault
        self.method = method
        self.path = path
        self.level = level
        self.skip = skip
        self.probability = probability
        self.burst = burst
        self.limit = limit
    }

    private func isMeant(_ path: String) -> Bool {
        guard let wanted = self.path, wanted.last == "$" else { return path.hasPrefix(self.path ?? "/") }
        return path == wanted.dropLast()
    }

    fileprivate func matches(method: String, path: String, body: [UInt8]) -> Bool {
        guard self.method == nil || self.method == method, isMeant(path) else { return false }
        guard let level, path != "/admin/api/inventorylevels/" + level else { return true }
        return BatchBody.read(body, type: "inventorylevels").records.contains { $0.sentId == level }
    }
}

/// Faults and when they happen; the same seed and the same requests give the same faults.
package struct FaultScript: Sendable {
    package var seed: UInt64
    package var rules: [FaultRule]

    package init(seed: UInt64 = 1, rules: [FaultRule] = []) {
        self.seed = seed
        self.rules = rules
    }
}

/// A script being played: it decides, one request after the other.
struct FaultDice: Sendable {
    private struct Track {
        let rule: FaultRule
        var seen = 0
        var struck = 0
        var burstLeft = 0
    }

    private var tracks: [Track]
    private var random: SplitMix64

    init(script: FaultScript) {
        tracks = script.rules.map { Track(rule: $0) }
        random = SplitMix64(state: script.seed ^ 0x6661_756c_74)
    }

    var isEmpty: Bool { tracks.isEmpty }

    mutating func add(_ rule: FaultRule) {
        tracks.append(Track(rule: rule))
    }

    mutating func removeAll() {
        tracks = []
    }

    /// The fault that strikes this request, if any.
    mutating func strike(method: String, path: String, body: [UInt8] = []) -> InjectedFault? {
        strike { !$0.fault.strikesConsumers && $0.matches(method: method, path: path, body: body) }
    }

    /// The fault that strikes the next chunk, if any.
    mutating func strikeChunk() -> InjectedFault? {
        strike { $0.fault.strikesConsumers }
    }

    /// A number from 1 to `last`.
    mutating func pick(upTo last: Int) -> Int {
        Int(random.next() % UInt64(last)) + 1
    }

    /// Whether something of this probability happens.
    mutating func happens(_ probability: Double) -> Bool {
        probability > 0 && random.unit() < probability
    }

    /// An id for a message, in the form of a UUID.
    mutating func messageID() -> String {
        let digits = [random.next(), random.next()].flatMap { word in
            stride(from: 60, through: 0, by: -4).map { String((word >> UInt64($0)) & 15, radix: 16) }
        }
        let lengths = [8, 4, 4, 4, 12]
        var start = 0
        return lengths.map { length in
            defer { start += length }
            return digits[start..<start + length].joined()
        }.joined(separator: "-")
    }

    private mutating func strike(_ matches: (FaultRule) -> Bool) -> InjectedFault? {
        for index in tracks.indices where matches(tracks[index].rule) {
            let rule = tracks[index].rule
            tracks[index].seen += 1
            guard tracks[index].seen > rule.skip, tracks[index].struck < rule.limit else { continue }
            if tracks[index].burstLeft > 0 {
                tracks[index].burstLeft -= 1
            } else {
                guard rule.probability >= 1 || random.unit() < rule.probability else { continue }
                tracks[index].burstLeft = rule.burst - 1
            }
            tracks[index].struck += 1
            return rule.fault
        }
        return nil
    }
}
