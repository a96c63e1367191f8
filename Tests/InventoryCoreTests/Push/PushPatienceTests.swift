import Testing

@testable import InventoryCore

/// How long a push waits for a shop that answers questions and puts every write off.
struct PushPatienceTests {
    /// Seconds until an engine stops whose every write is put off by a page, and whose levels show what they
    /// did; nothing where it does not stop within an hour.
    private static func stopsAfter(wishes count: Int64) -> Double? {
        var options = PushOptions()
        options.mode = .single
        options.outageSecondsMax = 4
        var engine = PushEngine(options: options, seed: 1)
        let wishes = (1...count).map { PushEngineTests.wish($0, sku: SKU("S-\($0)"), wave: .decrease) }
        var now = PushEngineTests.start
        engine.add(wishes, exhausted: true, now: now)
        while now.seconds(since: PushEngineTests.start) < 3_600 {
            for action in engine.next(now: now) {
                switch action {
                case .write(let ticket, _):
                    let busy = ShopTrouble.busy(retryAfterSeconds: nil)
                    engine.handle(.written(ticket, .trouble(busy, .unknown)), now: now)
                case .readBack(let ticket, let levels):
                    let shown = Dictionary(uniqueKeysWithValues: levels.map { ($0, Quantity(units: 9)) })
                    engine.handle(.readBack(ticket, .levels(shown)), now: now)
                case .probe(let ticket): engine.handle(.probed(ticket, nil), now: now)
                case .submit, .poll: Issue.record("single writes only")
                }
            }
            // The outbox gives a decrease that is in question again at once.
            let again = engine.takeReceipts().map(\.wish)
            engine.add(again, exhausted: true, now: now)
            switch engine.status(now: now) {
            case .stopped: return now.seconds(since: PushEngineTests.start)
            case .working(let until?): now = max(until, now.adding(seconds: 0.001))
            case .working(nil), .unsettled, .idle: now = now.adding(seconds: 0.1)
            }
        }
        return nil
    }

    @Test("questions that are answered do not begin its patience anew", arguments: [1, 2, 40])
    func putOff(wishes: Int64) throws {
        let seconds = try #require(Self.stopsAfter(wishes: wishes))
        #expect(seconds >= 4 && seconds < 12)
    }

    @Test("trouble after a long silence is another story")
    func silence() {
        var breaker = CircuitBreaker()
        breaker.delayed(.busy(retryAfterSeconds: nil), now: PushEngineTests.start)
        let soon = PushEngineTests.start.adding(seconds: 200)
        breaker.delayed(.busy(retryAfterSeconds: nil), now: soon)
        #expect(breaker.trouble?.since == PushEngineTests.start)
        let late = soon.adding(seconds: CircuitBreaker.silenceSecondsMax + 1)
        breaker.delayed(.busy(retryAfterSeconds: nil), now: late)
        #expect(breaker.trouble?.since == late && breaker.trouble?.count == 1)
    }
}
