import InventoryCore
import Synchronization
import Testing

@testable import HTTPTransport
@testable import OroClient

@Suite("The token")
struct TokenTests {
    @Test("a token is renewed a minute early, a short one by a fifth of its life")
    func renewal() {
        #expect(TokenRules.usableSeconds(expiresInSeconds: 3600) == 3540)
        #expect(TokenRules.usableSeconds(expiresInSeconds: 10) == 8)
        for nonsense in [nil, 0, -5, .nan, .infinity] {
            #expect(TokenRules.usableSeconds(expiresInSeconds: nonsense) == 48)
        }
        #expect(TokenRules.usableSeconds(expiresInSeconds: 1e30) == 86_340)
    }

    @Test("the token endpoint's answers are told apart")
    func answers() {
        func trouble(_ reply: HTTPReply) -> ShopTrouble? {
            guard case .trouble(let trouble) = TokenRules.answer(reply) else { return nil }
            return trouble
        }
        let json = "application/json"
        #expect(trouble(Answers.reply(200, Answers.tokenBody, type: json)) == nil)
        #expect(trouble(Answers.reply(401, Answers.badClient, type: json)) == .credentials("invalid_client"))
        #expect(trouble(Answers.reply(503, Answers.html, type: "text/html")) == .maintenance)
        var busy = Answers.reply(503, Answers.html, type: "text/html")
        busy.retryAfter = "7"
        #expect(trouble(busy) == .busy(retryAfterSeconds: 7))
        var down = Answers.reply(302, Answers.html, type: "text/html")
        down.location = "/notinstalled.html"
        for (reply, passes) in [
            (down, true), (Answers.reply(502, Answers.html, type: "text/html"), true),
            (Answers.reply(404, Answers.html, type: "text/html"), false),
            (Answers.reply(200, Answers.html, type: "text/html"), false),
            (Answers.reply(400, #"{"error":"invalid_request"}"#, type: json), false),
            (Answers.reply(200, #"{"access_token":""}"#, type: json), false),
        ] {
            #expect(trouble(reply)?.passes == passes, "\(reply.status)")
        }
    }

    /// Counts requests, and lets each go on when the test says so.
    final class Endpoint: Sendable {
        private struct State {
            var count = 0
            var results: [TokenKeeper.Result]
            /// Answers given before they were asked for.
            var credits = 0
            var open: [Int: AsyncStream<Void>.Continuation] = [:]
        }

        private let state: Mutex<State>
        private let began = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(100))

        init(_ results: [TokenKeeper.Result]) {
            state = Mutex(State(results: results))
        }

        var count: Int { state.withLock { $0.count } }

        func request() async -> TokenKeeper.Result {
            let gate = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
            let (number, result) = state.withLock { state in
                state.count += 1
                if state.credits > 0 {
                    state.credits -= 1
                    gate.continuation.yield()
                } else {
                    state.open[state.count] = gate.continuation
                }
                return (state.count, state.results.isEmpty ? .cancelled : state.results.removeFirst())
            }
            began.continuation.yield()
            for await _ in gate.stream { return result }
            // The stream ends without an element when the asking task is cancelled.
            _ = state.withLock { $0.open.removeValue(forKey: number) }
            return .cancelled
        }

        func untilAsked() async { for await _ in began.stream { return } }

        func answer() {
            state.withLock { state in
                guard let first = state.open.keys.min(), let gate = state.open.removeValue(forKey: first)
                else {
                    state.credits += 1
                    return
                }
                gate.yield()
            }
        }
    }

    static func token(_ text: String) -> TokenKeeper.Result {
        .token(Secret(text), usableUntil: .now + .seconds(1000))
    }

    @Test("many callers cause one token request, and all get its token")
    func singleFlight() async {
        let endpoint = Endpoint([TokenTests.token("A")])
        let keeper = TokenKeeper { await endpoint.request() }
        await withTaskGroup(of: String.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    guard case .token(let token) = await keeper.token() else { return "none" }
                    return token.text.revealed()
                }
            }
            await endpoint.untilAsked()
            endpoint.answer()
            for await text in group { #expect(text == "A") }
        }
        #expect(endpoint.count == 1)
    }

    @Test("a refusal reaches all waiting callers, and the next caller asks again")
    func refusal() async {
        let endpoint = Endpoint([.trouble(.credentials("x")), TokenTests.token("B")])
        let keeper = TokenKeeper { await endpoint.request() }
        endpoint.answer()
        guard case .trouble(.credentials) = await keeper.token() else {
            Issue.record("no trouble")
            return
        }
        endpoint.answer()
        guard case .token(let token) = await keeper.token() else {
            Issue.record("no token")
            return
        }
        #expect(token.text.revealed() == "B")
    }

    @Test("a token refused with 401 is replaced once, however many saw it refused")
    func replaced() async {
        let endpoint = Endpoint([TokenTests.token("A"), TokenTests.token("B"), TokenTests.token("C")])
        let keeper = TokenKeeper { await endpoint.request() }
        endpoint.answer()
        guard case .token(let first) = await keeper.token() else {
            Issue.record("no token")
            return
        }
        endpoint.answer()
        for _ in 0..<3 {
            guard case .token(let next) = await keeper.token(refused: first.number) else {
                Issue.record("no token")
                return
            }
            #expect(next.text.revealed() == "B")
        }
        #expect(endpoint.count == 2)
    }

    @Test("a token is asked for anew when it may no longer be used")
    func expiry() async {
        let start = ContinuousClock.now
        let endpoint = Endpoint([
            .token(Secret("A"), usableUntil: start + .seconds(8)),
            .token(Secret("B"), usableUntil: start + .seconds(16)),
        ])
        let keeper = TokenKeeper { await endpoint.request() }
        var seen: [String] = []
        for second in [0, 7, 8, 15] {
            endpoint.answer()
            if case .token(let token) = await keeper.token(now: { start + .seconds(second) }) {
                seen.append(token.text.revealed())
            }
        }
        #expect(seen == ["A", "A", "B", "B"])
    }

    @Test("when the asking caller is cancelled, another takes over")
    func handover() async {
        let endpoint = Endpoint([TokenTests.token("A"), TokenTests.token("B")])
        let keeper = TokenKeeper { await endpoint.request() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await withTaskGroup(of: Void.self) { first in
                    first.addTask {
                        guard case .cancelled = await keeper.token() else {
                            Issue.record("not cancelled")
                            return
                        }
                    }
                    await endpoint.untilAsked()
                    first.cancelAll()
                }
            }
            group.addTask {
                // Either waits for the first, or finds its place empty.
                guard case .token = await keeper.token() else {
                    Issue.record("no token")
                    return
                }
            }
            await group.next()
            endpoint.answer()
        }
        #expect(endpoint.count <= 2)
    }

    @Test("a caller cancelled while it waits stops waiting")
    func cancelledWaiter() async {
        let endpoint = Endpoint([TokenTests.token("A")])
        let keeper = TokenKeeper { await endpoint.request() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = await keeper.token() }
            await endpoint.untilAsked()
            await withTaskGroup(of: Void.self) { waiter in
                waiter.addTask {
                    guard case .cancelled = await keeper.token() else {
                        Issue.record("not cancelled")
                        return
                    }
                }
                waiter.cancelAll()
            }
            endpoint.answer()
        }
        #expect(endpoint.count == 1)
    }
}

@Suite("A question is asked again as long as that is of use")
struct QuestionPauseTests {
    private static func pause(_ trouble: ShopTrouble, tries: Int, waited: Double = 0) -> Double? {
        ReadRules.pauseSeconds(after: trouble, tries: tries, waitedSeconds: waited, patienceSeconds: 10)
    }

    @Test("what passes is asked until patience is over, a firewall's page three times, a refusal once")
    func pauses() {
        #expect(Self.pause(.outage("cut"), tries: 1) == 0.5)
        #expect(Self.pause(.outage("cut"), tries: 4) == 4)
        #expect(Self.pause(.outage("cut"), tries: 4, waited: 7) == nil)
        #expect(Self.pause(.busy(retryAfterSeconds: 3), tries: 1) == 3)
        #expect(Self.pause(.busy(retryAfterSeconds: 30), tries: 1) == nil)
        #expect(Self.pause(.configuration("a page"), tries: 2) == 1)
        #expect(Self.pause(.configuration("a page"), tries: 3) == nil)
        #expect(Self.pause(.credentials("invalid_client"), tries: 1) == nil)
        #expect(Self.pause(.notPermitted("no"), tries: 1) == nil)
    }
}
