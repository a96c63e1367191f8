import InventoryCore
import Testing

@testable import HTTPTransport
@testable import OroClient

@Suite("What an answer says, whatever was asked")
struct VerdictTests {
    @Test("maintenance is 415 in HTML, our own mistake is 415 in JSON")
    func unsupportedMediaType() {
        #expect(Verdict(Answers.reply(415, Answers.html, type: "text/html")) == .trouble(.maintenance))
        let ours = Verdict(Answers.reply(415, Answers.wrongMediaType, type: "application/json"))
        guard case .trouble(.configuration) = ours else {
            Issue.record("\(ours)")
            return
        }
    }

    @Test("a redirect to the installation page is a database that is down, any other is a wrong address")
    func redirects() {
        var reply = Answers.reply(302, Answers.html, type: "text/html")
        reply.location = "/notinstalled.html"
        guard case .trouble(.outage) = Verdict(reply) else {
            Issue.record("not an outage")
            return
        }
        reply.location = "https://shop.example/user/login?secret=1"
        #expect(Verdict(reply) == .trouble(.configuration("it redirects to https://shop.example/user/login")))
        reply.location = nil
        #expect(Verdict(reply) == .trouble(.configuration("a redirect to nowhere")))
    }

    @Test("404 in JSON:API is a missing level, explained or not; in HTML it is a wrong configuration")
    func notFound() {
        #expect(Verdict(Answers.reply(404, Answers.missing)) == .missing(explained: true))
        #expect(Verdict(Answers.reply(404, Answers.webAPIOff)) == .missing(explained: false))
        #expect(Verdict(Answers.reply(404, "")) == .missing(explained: false))
        for foreign in [
            Answers.reply(404, Answers.html, type: "text/html"), Answers.reply(404, Answers.unknownType),
        ] {
            guard case .trouble(.configuration) = Verdict(foreign) else {
                Issue.record("\(foreign.mediaType)")
                return
            }
        }
    }

    @Test("Retry-After in seconds or as a date becomes the wait of a busy shop")
    func retryAfter() {
        var reply = Answers.reply(429, "", type: "text/html")
        #expect(Verdict(reply) == .trouble(.busy(retryAfterSeconds: nil)))
        reply.retryAfter = "120"
        #expect(Verdict(reply) == .trouble(.busy(retryAfterSeconds: 120)))
        reply.status = 503
        reply.retryAfter = "Mon, 23 Nov 2026 03:20:09 GMT"
        #expect(Verdict(reply) == .trouble(.busy(retryAfterSeconds: nil)))
        reply.date = "Mon, 23 Nov 2026 03:17:39 GMT"
        #expect(Verdict(reply) == .trouble(.busy(retryAfterSeconds: 150)))
        reply.date = "Mon, 23 Nov 2026 04:17:39 GMT"
        #expect(Verdict(reply) == .trouble(.busy(retryAfterSeconds: 0)))
        reply.retryAfter = "999999"
        #expect(Verdict(reply) == .trouble(.busy(retryAfterSeconds: RetryAfter.secondsMax)))
        for nonsense in ["-1", "soon", "Mon, 23 Foo 2026 03:20:09 GMT", "Mon, 32 Nov 2026 03:20:09 GMT"] {
            reply.retryAfter = nonsense
            #expect(Verdict(reply) == .trouble(.busy(retryAfterSeconds: nil)), "\(nonsense)")
        }
    }

    @Test("200 or 202 in another media type is a wrong configuration, not a success", arguments: [200, 202])
    func foreignSuccess(status: Int) {
        guard case .trouble(.configuration) = Verdict(Answers.reply(status, Answers.html, type: "text/html"))
        else {
            Issue.record("believed")
            return
        }
        #expect(Verdict(Answers.reply(status, "{}")) == .succeeded)
    }

    @Test("two errors that differ only in their detail get the same verdict")
    func detailDoesNotDecide() {
        let german = #"{"errors":[{"status":"404","title":"not found http exception","detail":"Nicht da."}]}"#
        #expect(Verdict(Answers.reply(404, german)) == Verdict(Answers.reply(404, Answers.missing)))
    }

    @Test(
        "every status gets a verdict, and none without proof counts as applied or finished",
        arguments: 100..<600
    )
    func everyStatusHasAVerdict(status: Int) {
        for type in ["application/vnd.api+json", "application/json", "text/html", ""] {
            for body in ["", Answers.html, Answers.missing, #"{"errors":[{"#, "[]"] {
                let reply = Answers.reply(status, body, type: type)
                let write = LevelWrite.of("1", 5)
                if case .answer(.record(.applied)) = WriteRules.decide(.reply(reply), write: write) {
                    Issue.record("applied by \(status) \(type) \(body)")
                }
                if case .finished = OperationRules.decide(.reply(reply), count: 1).answered {
                    Issue.record("finished by \(status) \(type) \(body)")
                }
            }
        }
    }
}

extension OperationRules.Decision {
    var answered: OperationAnswer? {
        guard case .answer(let answer) = self else { return nil }
        return answer
    }
}
