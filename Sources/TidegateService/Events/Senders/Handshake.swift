import InventoryCore

/// What a sender asks before it sends anything, and what it hears (FACTS A.5).
package enum Handshake {
    /// More than this is no token of Microsoft's.
    private static let tokenBytesMax = 2000
    /// Requests a minute that senders are let make.
    private static let rateMax = 60_000

    /// Gives the answer to a handshake; nothing where the request is none, and goes the usual way.
    ///
    /// - Parameters:
    ///   - request: a callback address in it is never called.
    ///   - isKnown: whether the request came to a URL that carries the source's token, or with a token of
    ///     its own: strangers get nothing echoed.
    ///   - allowedOrigins: whom the CloudEvents handshake lets send here; `*` is everyone.
    /// - Returns: what to send back at once; nothing is stored.
    package static func answer(
        to request: EventRequest,
        isKnown: Bool,
        allowedOrigins: [String]
    ) -> HandshakeAnswer? {
        switch request.method {
        case "OPTIONS": consent(request, allowedOrigins)
        case "POST" where isKnown: echo(request) ?? validation(request)
        default: nil
        }
    }

    /// Business Central and Microsoft Graph: `?validationToken=T` is echoed.
    private static func echo(_ request: EventRequest) -> HandshakeAnswer? {
        guard let token = request.query["validationToken"] ?? request.query["validationtoken"] else {
            return nil
        }
        guard (1...tokenBytesMax).contains(token.utf8.count),
            !token.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
        else { return HandshakeAnswer(status: 400, headers: [], body: []) }
        return HandshakeAnswer(
            status: 200,
            headers: [("Content-Type", "text/plain; charset=utf-8"), ("X-Content-Type-Options", "nosniff")],
            body: Array(token.utf8)
        )
    }

    /// Event Grid's own schema: the code of the first event comes back.
    private static func validation(_ request: EventRequest) -> HandshakeAnswer? {
        guard request.header("aeg-event-type")?.lowercased() == "subscriptionvalidation" else { return nil }
        let code: String? =
            request.body.count > 64 << 10
            ? nil
            : request.body.withUnsafeBufferPointer { bytes in
                guard JSONText.firstUnsound(bytes) == nil else { return nil }
                var reader = TreeReader()
                guard let tree = try? reader.json(bytes, 0..<bytes.count) else { return nil }
                let path = Substring("[0].data.validationCode").utf8
                guard case .text(let code) = tree.value(at: path) ?? tree.value(at: path.dropFirst(4)) else {
                    return nil
                }
                return code
            }
        guard let code, code.utf8.count <= tokenBytesMax else {
            return HandshakeAnswer(status: 400, headers: [], body: [])
        }
        var body = Array(#"{"validationResponse":""#.utf8)
        body.appendJSONText(code)
        body += Array(#""}"#.utf8)
        return HandshakeAnswer(
            status: 200,
            headers: [("Content-Type", "application/json"), ("X-Content-Type-Options", "nosniff")],
            body: body
        )
    }

    /// CloudEvents webhooks: the origin is let in by its name, or not at all.
    ///
    /// The status says nothing; only the header is consent.
    private static func consent(_ request: EventRequest, _ allowedOrigins: [String]) -> HandshakeAnswer? {
        guard let origin = request.header("webhook-request-origin") else { return nil }
        var answer = HandshakeAnswer(status: 200, headers: [("Allow", "POST")], body: [])
        let isPlain = origin.utf8.count <= 255 && origin.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        guard isPlain,
            allowedOrigins.contains(where: { $0 == "*" || $0.lowercased() == origin.lowercased() })
        else { return answer }
        answer.headers.append(("WebHook-Allowed-Origin", origin))
        let wanted = request.header("webhook-request-rate").flatMap { Int($0) } ?? rateMax
        answer.headers.append(("WebHook-Allowed-Rate", "\(min(max(1, wanted), rateMax))"))
        return answer
    }
}

/// What is sent back to a handshake.
package struct HandshakeAnswer: Sendable {
    package let status: Int
    package var headers: [(name: String, value: String)]
    package let body: [UInt8]
}
