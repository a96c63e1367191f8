import InventoryCore
import Testing

@testable import HTTPTransport
@testable import OroClient

@Suite("The answer to one PATCH")
struct WriteRulesTests {
    let write = LevelWrite.of("1", 51)

    func decide(_ reply: HTTPReply) -> WriteRules.Decision { WriteRules.decide(.reply(reply), write: write) }

    @Test("200 with the value sent is applied")
    func applied() {
        #expect(decide(Answers.reply(200, Answers.level("1", "51"))) == .answer(.record(.applied)))
    }

    @Test("200 with another value was applied, and somebody has changed it since")
    func overtaken() {
        #expect(
            decide(Answers.reply(200, Answers.level("1", "3")))
                == .answer(.record(.overtaken(shows: Quantity(units: 3))))
        )
        guard case .answer(.record(.overtaken)) = decide(Answers.reply(200, Answers.level("1", "51.0000001")))
        else {
            Issue.record("not overtaken")
            return
        }
    }

    @Test(
        "200 without the level proves nothing",
        arguments: [
            Answers.level("2", "51"), Answers.level("1", "abc"),
            #"{"data":{"type":"inventorylevels","id":"1"}}"#, #"{"data":[]}"#, "{}", "",
            String(Answers.level("1", "51").dropLast(4)),
        ]
    )
    func otherValue(body: String) {
        switch decide(Answers.reply(200, body)) {
        case .answer(.record(.unknown)), .answer(.record(.lost)): break
        default: Issue.record("believed: \(body)")
        }
    }

    @Test(
        "answers of a proxy prove nothing, whatever their status",
        arguments: [200, 202, 302, 400, 403, 404, 405, 408, 413, 415, 429, 500, 502, 503, 504]
    )
    func proxies(status: Int) {
        switch decide(Answers.reply(status, Answers.html, type: "text/html")) {
        case .answer(.trouble(_, .unknown)), .answer(.record(.lost)): break
        case let other: Issue.record("\(status): \(other)")
        }
    }

    @Test("404, 409 and 400 are refused with their reasons")
    func refusals() throws {
        func refusal(_ status: Int, _ body: String) -> Receipt.Refusal? {
            guard case .answer(.record(.refused(let reason, _))) = decide(Answers.reply(status, body)) else {
                return nil
            }
            return reason
        }
        #expect(refusal(404, Answers.missing) == .levelGone)
        #expect(refusal(400, Answers.notDecimal) == .invalidValue)
        #expect(refusal(400, Answers.emptyBody) == .unexpected)
        let conflict =
            #"{"errors":[{"status":"409","title":"conflict constraint","detail":"The 'type' property"#
            + #"…","source":{"pointer":"\/data\/type"}}]}"#
        #expect(refusal(409, conflict) == .conflict)
        let two =
            #"{"errors":[{"status":"400","title":"extra fields constraint","detail":"…"},{"status":"400","#
            + #""title":"form constraint","detail":"…","source":{"#
            + #""pointer":"\/data\/attributes\/quantity"}}]}"#
        #expect(refusal(400, two) == .invalidValue)
    }

    @Test("a failure after sending leaves the write unknown, a failure before it is trouble")
    func failures() {
        for status in [500, 502, 504] {
            guard
                case .answer(.record(.lost)) = decide(
                    Answers.reply(status, Answers.html, type: "text/html")
                )
            else {
                Issue.record("\(status)")
                return
            }
        }
        let cut = TransportFailure(reach: .perhapsSent, cause: "cut")
        #expect(WriteRules.decide(cut.exchange, write: write) == .answer(.record(.lost("cut"))))
        let refused = TransportFailure(reach: .notSent, cause: "refused")
        #expect(WriteRules.decide(refused.exchange, write: write) == .answer(.trouble(.outage("refused"))))
        let untrusted = TransportFailure(reach: .misconfigured, cause: "certificate")
        #expect(
            WriteRules.decide(untrusted.exchange, write: write)
                == .answer(.trouble(.configuration("certificate")))
        )
    }

    @Test("403 blames the role, 401 after a new token the credentials")
    func permissions() {
        #expect(
            decide(Answers.reply(403, Answers.denied))
                == .answer(
                    .trouble(
                        .notPermitted(
                            "access denied exception: No access to this type of entities.",
                            .editLevels
                        )
                    )
                )
        )
        guard case .answer(.trouble(.credentials, _)) = decide(Answers.reply(401, "")) else {
            Issue.record("not the credentials")
            return
        }
    }

    @Test("an unexplained 404 asks for the collection")
    func unexplained() {
        #expect(decide(Answers.reply(404, Answers.webAPIOff)) == .askForCollection)
    }
}
