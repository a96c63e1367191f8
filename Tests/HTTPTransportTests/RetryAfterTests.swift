import Testing

@testable import HTTPTransport

@Suite("Retry-After")
struct RetryAfterTests {
    static func seconds(_ retryAfter: String?, date: String? = nil) -> Int? {
        var reply = HTTPReply(status: 503)
        reply.retryAfter = retryAfter
        reply.date = date
        return RetryAfter.seconds(reply)
    }

    @Test("seconds are taken as they are, up to an hour")
    func wholeSeconds() {
        #expect(Self.seconds("0") == 0)
        #expect(Self.seconds("120") == 120)
        #expect(Self.seconds("999999") == RetryAfter.secondsMax)
    }

    @Test("a date is measured against the server's own clock; one that has passed means now")
    func date() {
        let until = "Mon, 23 Nov 2026 03:20:09 GMT"
        #expect(Self.seconds(until, date: "Mon, 23 Nov 2026 03:17:39 GMT") == 150)
        #expect(Self.seconds(until, date: "Mon, 23 Nov 2026 04:17:39 GMT") == 0)
        #expect(Self.seconds(until, date: "Sun, 22 Nov 2026 03:17:39 GMT") == RetryAfter.secondsMax)
    }

    @Test("a date without the server's clock says nothing")
    func dateAlone() {
        #expect(Self.seconds("Mon, 23 Nov 2026 03:20:09 GMT") == nil)
    }

    @Test(
        "nothing usable gives nothing",
        arguments: [
            nil, "", "-1", "soon", "Mon, 23 Foo 2026 03:20:09 GMT", "Mon, 32 Nov 2026 03:20:09 GMT",
            "Monday, 23-Nov-26 03:20:09 GMT",
        ]
    )
    func nonsense(text: String?) {
        #expect(Self.seconds(text, date: "Mon, 23 Nov 2026 03:17:39 GMT") == nil)
    }
}
