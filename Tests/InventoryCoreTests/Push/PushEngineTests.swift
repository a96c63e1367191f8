import Testing

@testable import InventoryCore

/// Single promises of the engine, step by step.
struct PushEngineTests {
    static func wish(
        _ sequence: Int64,
        sku: SKU = "A",
        unit: StockUnit = "item",
        units: Int64 = 5,
        wave: Wave = .increase,
        priority: Int = 0
    ) -> Wish {
        Wish(
            sequence: sequence,
            key: LevelKey(sku: sku, unit: unit),
            level: LevelID("\(sku)-\(unit)"),
            quantity: Quantity(units: units),
            wave: wave,
            priority: priority
        )
    }

    static let start = PushInstant(nanoseconds: 0)

    static func writes(_ actions: [PushAction]) -> [(ticket: PushTicket, wish: Wish)] {
        actions.compactMap { if case .write(let ticket, let wish) = $0 { (ticket, wish) } else { nil } }
    }

    @Test("zeros go before decreases before increases, and the smaller priority first within a wave")
    func order() {
        var options = PushOptions()
        options.mode = .single
        options.writesInFlightMin = 1
        options.writesInFlightMax = 1
        var engine = PushEngine(options: options, seed: 1)
        let wishes = [
            PushEngineTests.wish(1, sku: "A", wave: .increase),
            PushEngineTests.wish(2, sku: "B", wave: .decrease),
            PushEngineTests.wish(3, sku: "C", wave: .zero, priority: 5),
            PushEngineTests.wish(4, sku: "D", wave: .zero),
        ]
        engine.add(wishes, exhausted: true, now: PushEngineTests.start)
        var sent: [Int64] = []
        for _ in 0..<4 {
            for (ticket, wish) in PushEngineTests.writes(engine.next(now: PushEngineTests.start)) {
                sent.append(wish.sequence)
                engine.handle(.written(ticket, .record(.applied)), now: PushEngineTests.start)
            }
        }
        #expect(sent == [4, 3, 2, 1])
    }

    @Test("a wish that has waited long overtakes a younger one of better priority")
    func ageing() {
        var options = PushOptions()
        options.mode = .single
        options.writesInFlightMax = 1
        var engine = PushEngine(options: options, seed: 1)
        let later = PushEngineTests.start.adding(seconds: 200)
        engine.add(
            [PushEngineTests.wish(1, sku: "old", priority: 3)],
            exhausted: true,
            now: PushEngineTests.start
        )
        engine.add([PushEngineTests.wish(2, sku: "new", priority: 0)], exhausted: true, now: later)
        #expect(PushEngineTests.writes(engine.next(now: later)).map(\.wish.sequence) == [1])
    }

    @Test("an increase waits for the acknowledgement of its stock's decrease, and only that one")
    func increaseWaits() {
        var engine = PushEngine(options: PushOptions(), seed: 1)
        let decrease = PushEngineTests.wish(1, unit: "item", wave: .decrease)
        let increase = PushEngineTests.wish(2, unit: "case")
        let other = PushEngineTests.wish(3, sku: "B")
        engine.add([decrease, increase, other], exhausted: true, now: PushEngineTests.start)
        let first = PushEngineTests.writes(engine.next(now: PushEngineTests.start))
        #expect(first.map(\.wish.sequence) == [1, 3])
        engine.handle(.written(first[0].ticket, .record(.applied)), now: PushEngineTests.start)
        let second = PushEngineTests.writes(engine.next(now: PushEngineTests.start))
        #expect(second.map(\.wish.sequence) == [2])
    }

    @Test("an increase behind a refused decrease is named, kept back to the end, and released")
    func increaseParked() {
        var engine = PushEngine(options: PushOptions(), seed: 1)
        let decrease = PushEngineTests.wish(1, unit: "item", wave: .decrease)
        let increase = PushEngineTests.wish(2, unit: "case")
        engine.add([decrease, increase], exhausted: true, now: PushEngineTests.start)
        let first = PushEngineTests.writes(engine.next(now: PushEngineTests.start))
        let refusal = RecordAnswer.refused(.invalidValue, detail: "no")
        engine.handle(.written(first[0].ticket, .record(refusal)), now: PushEngineTests.start)
        #expect(engine.takeParkedIncreases() == [ParkedIncrease(wish: increase, behind: decrease.key)])
        #expect(engine.takeReceipts().map(\.outcome) == [.refused(.invalidValue, detail: "no")])
        engine.add([], exhausted: true, now: PushEngineTests.start)
        #expect(engine.next(now: PushEngineTests.start).isEmpty)
        #expect(engine.status(now: PushEngineTests.start) == .unsettled)
        #expect(engine.takeReceipts() == [Receipt(wish: increase, outcome: .released)])
        #expect(engine.status(now: PushEngineTests.start) == .idle)
        #expect(engine.wanted == 0)
    }

    @Test("a newer wish takes the place of an unsent one and waits behind a sent one")
    func newerWish() {
        var options = PushOptions()
        options.mode = .single
        options.writesInFlightMax = 1
        var engine = PushEngine(options: options, seed: 1)
        engine.add(
            [PushEngineTests.wish(1), PushEngineTests.wish(2, sku: "B")],
            exhausted: true,
            now: PushEngineTests.start
        )
        let first = PushEngineTests.writes(engine.next(now: PushEngineTests.start))
        #expect(first.map(\.wish.sequence) == [1])
        let newer = [PushEngineTests.wish(3, units: 6), PushEngineTests.wish(4, sku: "B", units: 6)]
        engine.add(newer, exhausted: true, now: PushEngineTests.start)
        #expect(engine.takeReceipts().map(\.wish.sequence) == [2])
        engine.handle(.written(first[0].ticket, .record(.applied)), now: PushEngineTests.start)
        var later: [Int64] = []
        for _ in 0..<2 {
            for (ticket, wish) in PushEngineTests.writes(engine.next(now: PushEngineTests.start)) {
                later.append(wish.sequence)
                engine.handle(.written(ticket, .record(.applied)), now: PushEngineTests.start)
            }
        }
        #expect(later.sorted() == [3, 4])
    }

    @Test("credentials that a probe finds refused too stop the push and give back what is unsent")
    func credentialsStop() {
        var options = PushOptions()
        options.mode = .single
        options.writesInFlightMax = 1
        var engine = PushEngine(options: options, seed: 1)
        engine.add(
            [PushEngineTests.wish(1), PushEngineTests.wish(2, sku: "B")],
            exhausted: true,
            now: PushEngineTests.start
        )
        let first = PushEngineTests.writes(engine.next(now: PushEngineTests.start))
        engine.handle(.written(first[0].ticket, .trouble(.credentials("401"))), now: PushEngineTests.start)
        guard case .probe(let probe)? = engine.next(now: PushEngineTests.start).first else {
            Issue.record("one answer speaks for the shop")
            return
        }
        engine.handle(.probed(probe, .credentials("401")), now: PushEngineTests.start)
        #expect(engine.status(now: PushEngineTests.start) == .stopped(.credentials("401")))
        #expect(engine.takeReceipts().map(\.outcome) == [.released, .released])
        #expect(engine.next(now: PushEngineTests.start).isEmpty)
    }

    @Test("a firewall's page to every request ends the push when patience is over, and not before")
    func firewall() {
        var options = PushOptions()
        options.mode = .single
        options.outageSecondsMax = 30
        var engine = PushEngine(options: options, seed: 1)
        engine.add([PushEngineTests.wish(1)], exhausted: true, now: PushEngineTests.start)
        var now = PushEngineTests.start
        let page = ShopTrouble.configuration("HTTP 403 (text/html)")
        var probes = 0
        for _ in 0..<200 {
            for action in engine.next(now: now) {
                switch action {
                case .write(let ticket, _):
                    engine.handle(.written(ticket, .trouble(page, .unknown)), now: now)
                case .probe(let ticket):
                    probes += 1
                    engine.handle(.probed(ticket, page), now: now)
                default: break
                }
            }
            switch engine.status(now: now) {
            case .stopped(let trouble):
                #expect(trouble == page && probes > 2)
                #expect(now.seconds(since: PushEngineTests.start) >= 30)
                // What may still take effect stays in question.
                #expect(engine.takeReceipts().allSatisfy { $0.question != nil })
                return
            case .working(let until): now = max(now, until ?? now)
            case .idle, .unsettled: _ = engine.takeReceipts()
            }
        }
        Issue.record("does not end")
    }

    @Test("nothing at all is sent before a Retry-After is over")
    func retryAfter() {
        var engine = PushEngine(options: PushOptions(), seed: 1)
        engine.add([PushEngineTests.wish(1)], exhausted: true, now: PushEngineTests.start)
        let first = PushEngineTests.writes(engine.next(now: PushEngineTests.start))
        engine.handle(
            .written(first[0].ticket, .trouble(.busy(retryAfterSeconds: 30))),
            now: PushEngineTests.start
        )
        engine.add(
            [PushEngineTests.wish(2, sku: "B", wave: .zero)],
            exhausted: true,
            now: PushEngineTests.start
        )
        #expect(engine.next(now: PushEngineTests.start.adding(seconds: 29.9)).isEmpty)
        #expect(!engine.next(now: PushEngineTests.start.adding(seconds: 60)).isEmpty)
    }

    @Test("a busy shop counts against no record, and patience ends under Retry-After as well")
    func busy() {
        var options = PushOptions()
        options.outageSecondsMax = 10
        options.mode = .single
        var engine = PushEngine(options: options, seed: 1)
        engine.add([PushEngineTests.wish(1)], exhausted: true, now: PushEngineTests.start)
        var now = PushEngineTests.start
        for _ in 0..<1_000 {
            for action in engine.next(now: now) {
                switch action {
                case .write(let ticket, _):
                    engine.handle(.written(ticket, .trouble(.busy(retryAfterSeconds: 240))), now: now)
                case .probe(let ticket):
                    engine.handle(.probed(ticket, .busy(retryAfterSeconds: 240)), now: now)
                case .submit, .poll, .readBack: Issue.record("\(action)")
                }
            }
            guard case .working(let until) = engine.status(now: now), let until else { break }
            now = max(now, until)
        }
        #expect(engine.status(now: now) == .stopped(.busy(retryAfterSeconds: 240)))
        #expect(now <= PushEngineTests.start.adding(seconds: 11), "\(now)")
        let receipts = engine.takeReceipts()
        #expect(receipts.map(\.outcome) == [.released] && receipts[0].suspicion.attempts == 0)
    }

    @Test("a fraction that a batch refuses for its decimal mark goes alone once, and is parked then")
    func decimalMark() {
        var options = PushOptions()
        options.mode = .batch
        options.batchSupport = .synchronous
        var engine = PushEngine(options: options, seed: 1)
        let now = PushEngineTests.start
        let wishes = (1...6).map { PushEngineTests.wish(Int64($0), sku: SKU("S\($0)")) }
        engine.add(wishes, exhausted: true, now: now)
        var answers: [RecordAnswer] = []
        for action in engine.next(now: now) {
            guard case .submit(let ticket, let sent, _) = action else { continue }
            answers = sent.map {
                $0.sequence == 3 ? .refused(.decimalMark, detail: "comma") : RecordAnswer.applied
            }
            engine.handle(.submitted(ticket, .records(answers)), now: now)
        }
        #expect(answers.count == 6)
        let alone = PushEngineTests.writes(engine.next(now: now))
        #expect(alone.map(\.wish.sequence) == [3])
        guard let ticket = alone.first?.ticket else { return }
        engine.handle(.written(ticket, .record(.refused(.decimalMark, detail: "comma"))), now: now)
        #expect(engine.takeReceipts().last?.outcome == .refused(.decimalMark, detail: "comma"))
        #expect(engine.next(now: now).isEmpty)
    }

    @Test(
        "of an operation's records a few that fail unnamed go alone, a chunk of them in halves",
        arguments: [(5, 1), (100, 50)]
    )
    func failedChunk(failing: Int, largest: Int) {
        var options = PushOptions()
        options.mode = .batch
        var engine = PushEngine(options: options, seed: 1)
        var now = PushEngineTests.start
        let wishes = (1...150).map { PushEngineTests.wish(Int64($0), sku: SKU("S\($0)")) }
        engine.add(wishes, exhausted: true, now: now)
        var again: [Int] = []
        var sentAgain: [Int64] = []
        for _ in 0..<20 where again.isEmpty {
            let actions = engine.next(now: now)
            // Whatever is sent again does not belong to the operation any more.
            let left = engine.takeLeftOperations()
            for action in actions {
                switch action {
                case .submit(let ticket, let sent, _) where sent.count == wishes.count:
                    engine.handle(.submitted(ticket, .accepted("1")), now: now)
                case .poll(let ticket, _, let sent):
                    let answers: [RecordAnswer] = sent.indices.map { $0 < failing ? .unknown("") : .applied }
                    engine.handle(.polled(ticket, .finished(answers)), now: now)
                case .readBack(let ticket, let levels):
                    let shown = Dictionary(uniqueKeysWithValues: levels.map { ($0, Quantity.zero) })
                    engine.handle(.readBack(ticket, .levels(shown)), now: now)
                case .submit(_, let sent, _):
                    again.append(sent.count)
                    sentAgain += sent.map(\.sequence)
                case .write(_, let wish):
                    again.append(1)
                    sentAgain.append(wish.sequence)
                case .probe: Issue.record("\(action)")
                }
            }
            #expect(left == sentAgain)
            _ = engine.takeReceipts()
            engine.add([], exhausted: true, now: now)
            if case .working(let until) = engine.status(now: now) { now = max(now, until ?? now) }
        }
        #expect(again.max() == largest && !sentAgain.isEmpty)
    }

    @Test("the same seed and answers give the same run", arguments: [3, 4, 5, 6])
    func deterministic(seed: UInt64) {
        var first = PushFaultTests.harness(seed: seed, faults: 0.2)
        var second = PushFaultTests.harness(seed: seed, faults: 0.2)
        first.run()
        second.run()
        #expect(first.engine.progress == second.engine.progress)
        #expect(first.shop.ledger == second.shop.ledger)
    }
}
