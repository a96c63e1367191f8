/// Access tokens that were given out and are not yet forgotten.
struct TokenTable {
    /// Old tokens are forgotten beyond this many, as the shop's clean-up does.
    static let keptMax = 4096

    private var entries: [String: (expiry: ContinuousClock.Instant, client: Int)] = [:]
    private var order: [String] = []
    private var random: SplitMix64

    init(seed: UInt64 = 1) {
        random = SplitMix64(state: seed ^ 0x746f_6b65_6e73)
    }

    /// Makes a token in the shape of a signed one: three parts of URL-safe text.
    mutating func issue(client: Int, lifetime: Duration, now: ContinuousClock.Instant) -> String {
        let token = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9." + part(words: 16) + "." + part(words: 24)
        entries[token] = (now + lifetime, client)
        order.append(token)
        if order.count > Self.keptMax {
            for old in order.prefix(Self.keptMax / 2) { entries[old] = nil }
            order.removeFirst(Self.keptMax / 2)
        }
        return token
    }

    /// The client that a token was given to; nil when it is unknown or expired.
    func client(of token: String, now: ContinuousClock.Instant) -> Int? {
        guard let entry = entries[token], now < entry.expiry else { return nil }
        return entry.client
    }

    /// Makes every token given out so far invalid.
    mutating func revokeAll() {
        entries.removeAll()
        order.removeAll()
    }

    private mutating func part(words: Int) -> String {
        var text = ""
        for _ in 0..<words {
            let word = String(random.next(), radix: 36)
            text += word
        }
        return text
    }
}
