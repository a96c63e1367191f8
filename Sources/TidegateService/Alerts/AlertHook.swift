import Crypto
import Foundation
import HTTPTransport
import InventoryCore
import NIOHTTP1

/// Posts an alert; signed as Standard Webhooks 1.0 asks where there is a secret (FACTS A.4).
struct AlertHook: Sendable {
    private let url: Secret
    private let secret: Secret?
    /// Whether failures are answered with 200 and a sentence, as some workflows of Teams do.
    private let saysFailuresInBody: Bool

    init(url: Secret, secret: Secret? = nil, saysFailuresInBody: Bool = false) {
        (self.url, self.secret, self.saysFailuresInBody) = (url, secret, saysFailuresInBody)
    }

    /// Why nothing can be posted.
    struct Refusal: Error {
        let reason: String
    }

    /// The request that tells it.
    func ask(
        _ body: [UInt8],
        id: String,
        at now: Timestamp,
        timeoutSeconds: Double
    ) -> Result<Transport.Ask, Refusal> {
        var headers: HTTPHeaders = ["Content-Type": "application/json", "User-Agent": "tidegate"]
        if let secret {
            guard let key = AlertHook.key(secret) else {
                return .failure(
                    Refusal(reason: "the secret is not `whsec_` with the base64 of 24 to 64 bytes")
                )
            }
            let seconds = now.microseconds / 1_000_000
            headers.add(name: "webhook-id", value: id)
            headers.add(name: "webhook-timestamp", value: "\(seconds)")
            let signature = AlertHook.signature(of: body, id: id, seconds: seconds, by: key)
            headers.add(name: "webhook-signature", value: signature)
        }
        let url = url.revealed()
        return .success(
            Transport.Ask(
                method: .POST,
                url: url,
                headers: headers,
                body: body,
                timeoutSeconds: timeoutSeconds
            )
        )
    }

    /// What an answer means.
    func outcome(of reply: HTTPReply) -> AlertOutcome {
        switch reply.status {
        case 200..<300:
            let says = saysFailuresInBody ? String(decoding: reply.body, as: UTF8.self).lowercased() : ""
            return says.contains("failed") ? .failed("it answers that the delivery failed") : .taken
        case 300..<400: return .failed("it redirects (\(reply.status)), which is not followed")
        default:
            let pause = RetryAfter.seconds(reply) ?? 0
            return .failed("it answers \(reply.status)", pauseSeconds: Int64(pause))
        }
    }

    /// The bytes of a secret as it is written; nothing where it is none.
    static func key(_ secret: Secret) -> [UInt8]? {
        let text = secret.revealed()
        guard text.hasPrefix("whsec_"), let bytes = Data(base64Encoded: String(text.dropFirst(6))),
            (24...64).contains(bytes.count)
        else { return nil }
        return Array(bytes)
    }

    static func signature(of body: [UInt8], id: String, seconds: Int64, by key: [UInt8]) -> String {
        var code = HMAC<SHA256>(key: SymmetricKey(data: key))
        code.update(data: Array("\(id).\(seconds).".utf8))
        code.update(data: body)
        return "v1,\(Data(code.finalize()).base64EncodedString())"
    }
}
