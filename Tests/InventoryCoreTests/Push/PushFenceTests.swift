import Testing

@testable import InventoryCore

@Suite("What must not happen in the push engine ends the process")
struct PushFenceTests {
    @Test("an answer to a ticket that was never given")
    func unknownTicket() async {
        await #expect(processExitsWith: .failure) {
            var engine = PushEngine(options: PushOptions(), seed: 1)
            engine.handle(.written(PushTicket(number: 9), .record(.applied)), now: PushEngineTests.start)
        }
    }

    @Test("a second answer to the same ticket")
    func answeredTwice() async {
        await #expect(processExitsWith: .failure) {
            var engine = PushEngine(options: PushOptions(), seed: 1)
            engine.add([PushEngineTests.wish(1)], exhausted: true, now: PushEngineTests.start)
            for (ticket, _) in PushEngineTests.writes(engine.next(now: PushEngineTests.start)) {
                engine.handle(.written(ticket, .record(.applied)), now: PushEngineTests.start)
                engine.handle(.written(ticket, .record(.applied)), now: PushEngineTests.start)
            }
        }
    }

    @Test("an answer of another kind than its action")
    func otherKind() async {
        await #expect(processExitsWith: .failure) {
            var engine = PushEngine(options: PushOptions(), seed: 1)
            engine.add([PushEngineTests.wish(1)], exhausted: true, now: PushEngineTests.start)
            for (ticket, _) in PushEngineTests.writes(engine.next(now: PushEngineTests.start)) {
                engine.handle(.probed(ticket, nil), now: PushEngineTests.start)
            }
        }
    }

    @Test("a count that falls below zero")
    func count() async {
        await #expect(processExitsWith: .failure) {
            var window = OperationWindow(options: PushOptions())
            _ = window.sent(records: 5, now: PushEngineTests.start)
            window.withdrawn(records: 6)
        }
    }

    @Test("a good probe that nobody sent")
    func probe() async {
        await #expect(processExitsWith: .failure) {
            var random = SeededRandom(seed: 1)
            var breaker = CircuitBreaker()
            breaker.probed(nil, now: PushEngineTests.start, random: &random)
        }
    }

    @Test("a read-back answer about a wish that was not asked about")
    func readBack() async {
        await #expect(processExitsWith: .failure) {
            var doubts = ReadBackQueue(levelsMax: 10)
            let start = PushEngineTests.start
            doubts.add([3], sequences: [1], settlesAt: nil, firstRead: start)
            doubts.putBack(3, now: start)
        }
    }

    @Test("only a ready wish can be sent, and nothing that was sent waits behind another")
    func states() {
        let all: [HeldWish.State] = [.ready, .gated, .delayed, .behind, .inFlight, .unknown, .keptBack]
        // `behind` counts as a beginning: a wish that an earlier process had sent is held as sent.
        #expect(all.filter { $0.mayBecome(.inFlight) } == [.ready, .behind])
        #expect(all.filter { $0.mayBecome(.unknown) } == [.behind, .inFlight])
        #expect(all.filter { $0.mayBecome(.behind) }.isEmpty)
    }
}
