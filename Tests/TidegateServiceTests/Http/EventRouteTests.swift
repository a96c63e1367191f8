import Foundation
import HTTPTypes
import InventoryCore
import Synchronization
import Testing

@testable import TidegateService

@Suite("The route of stock events", .serialized)
struct EventRouteTests {
    private static let path = "/v1/shops/main/sources/main/events"

    private static func sources(_ events: String) -> String {
        "source: { kind: file, path: FOLDER/stock.csv, events: \(events) }"
    }

    /// Takes `N` good items, refuses `bad`, and fails as it is told.
    private static func port(_ bodies: Bodies = Bodies()) -> EventPort {
        EventPort(
            handshake: { call in
                if let token = call.query["validationToken"], call.isHook {
                    return EventReply(contentType: "text/plain", body: Array(token.utf8))
                }
                guard call.method == "OPTIONS", call.headers["webhook-request-origin"] != nil else {
                    return nil
                }
                return EventReply(headers: ["WebHook-Allowed-Origin": "erp.example"])
            },
            verify: { call in
                guard call.headers["x-sig"] == ["bad"] else { return }
                throw Fault(.notPermitted, code: "bad_signature", message: "It is forged.", hint: "Sign it.")
            },
            take: { call in
                bodies.add(call.body)
                let text = String(decoding: call.body, as: UTF8.self)
                let kinds: [String: Fault.Kind] = [
                    "busy": .busy, "disk": .cannotWriteState, "junk": .badInput,
                ]
                if let kind = kinds[text] {
                    throw Fault(
                        kind,
                        code: Fault.Code(text),
                        place: "line 1",
                        message: "No.",
                        hint: "Mend it."
                    )
                }
                if text == "many" {
                    throw Fault(.badInput, code: "too_many_items", message: "Too many.", hint: "Split it.")
                }
                var tally = ReceivedEvents(batch: "b1")
                if text == "bad" {
                    tally.rejected = [EventRejection(index: 0, code: "unknown_unit", detail: "PAL")]
                } else {
                    tally.accepted = Int(text) ?? 1
                }
                return .taken(tally)
            }
        )
    }

    private final class Bodies: Sendable {
        private let bodies = Mutex<[[UInt8]]>([])
        var count: Int { bodies.withLock(\.count) }
        func add(_ body: [UInt8]) { bodies.withLock { $0.append(body) } }
    }

    @Test("each outcome has its status")
    func statuses() async throws {
        try await HTTPStage.run(sources: Self.sources("{ answers: strict }"), events: Self.port()) { stage in
            for (body, status, code) in [
                ("3", 202, nil), ("junk", 400, "junk"), ("bad", 422, "no_valid_item"),
                ("many", 413, "too_many_items"), ("busy", 503, "busy"), ("disk", 503, "disk"),
            ] as [(String, Int, String?)] {
                let reply = try await stage.post(Self.path, body)
                #expect(reply.status == status, "\(body)")
                #expect(reply["code"] == code)
                #expect((reply.headers["retry-after"] != nil) == (status == 503))
            }
            let taken = try await stage.post(Self.path, "3")
            #expect(taken["accepted"] == "3" && taken["batch"] == "b1")
            let forged = try await stage.post(Self.path, "3", headers: ["X-Sig": "bad"])
            #expect(forged.status == 401)
            // Whoever is still sending may find the connection closed before the answer is read.
            let large = try? await stage.send("POST", Self.path, body: [UInt8](repeating: 49, count: 9 << 20))
            #expect(large == nil || large?.status == 413)
            #expect(stage.shop.calls == ["events main", "events main"])
            #expect(try await stage.get(Self.path).status == 405)
            #expect(try await stage.post("/v1/shops/main/sources/x/events", "1").status == 404)
        }
        try await HTTPStage.run(events: Self.port()) { stage in
            let reply = try await stage.post(Self.path, "1")
            #expect(reply["code"] == "no_events")
        }
    }

    @Test("a packed body is refused by its media type, before anything of it is read")
    func packed() async throws {
        let bodies = Bodies()
        try await HTTPStage.run(
            sources: Self.sources("{ answers: strict }"),
            events: Self.port(bodies)
        ) { stage in
            let reply = try await stage.post(Self.path, "1", headers: ["content-encoding": "gzip"])
            #expect(reply.status == 415 && reply["code"] == "unsupported_media_type")
            #expect(
                try await stage.post(Self.path, "1", headers: ["content-encoding": "identity"]).status == 202
            )
            #expect(bodies.count == 1)
        }
    }

    @Test("a lenient source hears 202 of bad input, and 401 of a stranger")
    func lenient() async throws {
        try await HTTPStage.run(sources: Self.sources("{ answers: lenient }"), events: Self.port()) { stage in
            let junk = try await stage.post(Self.path, "junk")
            #expect(junk.status == 202 && junk.text.contains(#""code":"junk""#))
            #expect(try await stage.post(Self.path, "bad").status == 202)
            #expect(try await stage.post(Self.path, "busy").status == 503)
            #expect(try await stage.post(Self.path, "1", headers: ["X-Sig": "bad"]).status == 401)
        }
    }

    @Test("a key that comes again is answered as the first time, with another body it is refused")
    func keys() async throws {
        let bodies = Bodies()
        let port = Self.port(bodies)
        try await HTTPStage.run(sources: Self.sources("{ answers: strict }"), events: port) { stage in
            let key = ["Idempotency-Key": "k1"]
            let first = try await stage.post(Self.path, "3", headers: key)
            let second = try await stage.post(Self.path, "3", headers: key)
            #expect(first.body == second.body && bodies.count == 1)
            #expect(first.headers["idempotent-replayed"] == nil)
            #expect(second.headers["idempotent-replayed"] == "true")
            let other = try await stage.post(Self.path, "4", headers: key)
            #expect(other.status == 422 && other["code"] == "key_reused")
            let failed = ["Idempotency-Key": "k2"]
            #expect(try await stage.post(Self.path, "busy", headers: failed).status == 503)
            #expect(
                try await stage.post(Self.path, "busy", headers: failed).headers["idempotent-replayed"] == nil
            )
            #expect(bodies.count == 3)
        }
    }

    @Test("a key that is under way is refused, and the memory of keys is bounded")
    func keyMemory() throws {
        let keys = IdempotencyKeys(answersMax: 20)
        let name = { (number: Int) in
            IdempotencyKeys.Name(caller: "c", shop: .main, source: .main, key: "k\(number)")
        }
        #expect(try keys.begin(name(0), digest: [1]) == .new)
        let fault = #expect(throws: Fault.self) { try keys.begin(name(0), digest: [1]) }
        #expect(fault?.code == "key_in_use")
        keys.end(name(0), digest: [1], with: nil)
        #expect(try keys.begin(name(0), digest: [2]) == .new)
        let answer = EventAnswer.taken(ReceivedEvents(batch: "b"))
        keys.end(name(0), digest: [2], with: answer)
        #expect(try keys.begin(name(0), digest: [2]) == .known(answer))
        for number in 1...30 {
            _ = try keys.begin(name(number), digest: [1])
            keys.end(name(number), digest: [1], with: answer)
        }
        #expect(try keys.begin(name(0), digest: [9]) == .new)
        #expect(try keys.begin(name(30), digest: [1]) == .known(answer))
        let late = ContinuousClock.now + .seconds(90_000)
        #expect(try keys.begin(name(30), digest: [7], at: late) == .new)
    }

    @Test("each credential has its rate")
    func rates() throws {
        let rates = CallRates(perSecond: 10, burst: 3)
        let start = ContinuousClock.now
        for _ in 0..<3 { try rates.take("a", at: start) }
        let fault = #expect(throws: Fault.self) { try rates.take("a", at: start) }
        #expect(fault.map { Problem($0).status.code } == 429)
        #expect(fault.map { Problem($0).retrySeconds } == 1)
        try rates.take("b", at: start)
        try rates.take("a", at: start + .milliseconds(100))
    }

    @Test("a hook carries its token in the address, and answers handshakes")
    func hooks() async throws {
        let text = AccessToken.text(id: "odoo", secret: [1, 2, 3])
        let token = AccessToken(id: "odoo", digest: AccessToken.digest(of: text), scopes: [.events])
        try await HTTPStage.run(
            sources: Self.sources("{ url_token: true }"),
            tokens: [token],
            events: Self.port()
        ) { stage in
            let hook = "/v1/hooks/main/main/\(text)"
            #expect(try await stage.post(hook, "1").status == 202)
            #expect(try await stage.post(hook + "0", "1").status == 401)
            #expect(try await stage.post(Self.path, "1").status == 401)
            let question = try await stage.post("\(hook)?validationToken=a%20b", "")
            #expect(question.status == 200 && question.text == "a b")
            let consent = try await stage.send(
                "OPTIONS",
                Self.path,
                headers: ["WebHook-Request-Origin": "erp.example"]
            )
            #expect(consent.headers["webhook-allowed-origin"] == "erp.example")
        }
    }
}
