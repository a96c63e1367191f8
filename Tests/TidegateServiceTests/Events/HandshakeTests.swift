import Testing

@testable import TidegateService

@Suite("Handshakes of senders")
struct HandshakeTests {
    private func answer(
        _ request: EventRequest,
        isKnown: Bool = true,
        origins: [String] = ["eventemitter.example.com"]
    ) -> String? {
        Handshake.answer(to: request, isKnown: isKnown, allowedOrigins: origins).map { answer in
            let headers = answer.headers.map { "\($0.name): \($0.value)" }
            return (["\(answer.status)"] + headers + [String(decoding: answer.body, as: UTF8.self)])
                .joined(separator: "|")
        }
    }

    @Test("given a validation token on a known URL, it comes back as plain text")
    func validationToken() {
        let request = EventRequest(query: ["validationToken": "a <b> & ü=1"])
        let plain = "200|Content-Type: text/plain; charset=utf-8|X-Content-Type-Options: nosniff|a <b> & ü=1"
        #expect(answer(request) == plain)
        #expect(answer(request, isKnown: false) == nil)
        #expect(answer(EventRequest(query: ["validationToken": ""]))?.prefix(3) == "400")
        #expect(answer(EventRequest(query: ["validationToken": "a\r\nb"]))?.prefix(3) == "400")
        let long = String(repeating: "a", count: 2001)
        #expect(answer(EventRequest(query: ["validationToken": long]))?.prefix(3) == "400")
        #expect(answer(EventRequest(method: "GET", query: ["validationToken": "a"])) == nil)
    }

    @Test("given an origin that is listed, it may send at its rate; another hears no consent")
    func cloudEvents() {
        func ask(_ origin: String, _ more: [String: [String]] = [:]) -> EventRequest {
            EventRequest(
                method: "OPTIONS",
                headers: ["webhook-request-origin": [origin]].merging(more) { $1 }
            )
        }
        let consent =
            "200|Allow: POST|WebHook-Allowed-Origin: eventemitter.example.com|WebHook-Allowed-Rate: "
        let rate = ["webhook-request-rate": ["120"], "webhook-request-callback": ["https://a.example/cb"]]
        #expect(answer(ask("eventemitter.example.com", rate)) == consent + "120|")
        #expect(answer(ask("eventemitter.example.com")) == consent + "60000|")
        #expect(answer(ask("other.example.com")) == "200|Allow: POST|")
        #expect(answer(ask("a\r\nb"), origins: ["*"]) == "200|Allow: POST|")
        #expect(answer(ask("any.example"), origins: ["*"])?.contains("Origin: any.example") == true)
        #expect(answer(EventRequest(method: "OPTIONS")) == nil)
    }

    @Test("given Event Grid's validation, its code comes back")
    func eventGrid() {
        let type = "Microsoft.EventGrid.SubscriptionValidationEvent"
        let body = #"[{"id":"1","eventType":"\#(type)","data":{"validationCode":"5\"12"}}]"#
        let headers = ["aeg-event-type": ["SubscriptionValidation"]]
        let request = EventRequest(headers: headers, body: Array(body.utf8))
        #expect(answer(request)?.hasSuffix(#"|{"validationResponse":"5\"12"}"#) == true)
        #expect(answer(request, isKnown: false) == nil)
        #expect(answer(EventRequest(headers: headers, body: Array("[]".utf8)))?.prefix(3) == "400")
        #expect(answer(EventRequest(body: Array(body.utf8))) == nil)
    }
}
