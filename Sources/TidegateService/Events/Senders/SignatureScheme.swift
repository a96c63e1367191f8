import Crypto
import HTTPTransport
import InventoryCore
import TidegateSettings

/// Where a sender's signature stands, and what it is of.
enum SignatureScheme: Sendable {
    case none
    /// `v1,BASE64` and `v1a,BASE64` of `id.time.body` (Standard Webhooks 1.0).
    case standardWebhooks
    /// A digest of the body in a header.
    case header(SignatureSettings.Custom)

    enum Key {
        case shared([UInt8])
        case published(Curve25519.Signing.PublicKey)
    }

    /// What a request brings to prove itself.
    struct Evidence: Sendable {
        /// Signed before the body, and after it.
        var before: [UInt8] = []
        var after: [UInt8] = []
        var signedAt: Timestamp?
        var digests: [[UInt8]] = []
        /// By a private key.
        var signatures: [[UInt8]] = []
    }

    init(_ settings: SignatureSettings) {
        func header(_ name: String, isBase64: Bool, prefix: String = "") -> SignatureScheme {
            var custom = SignatureSettings.Custom(header: name)
            custom.isBase64 = isBase64
            custom.prefix = prefix
            return .header(custom)
        }
        self =
            switch settings {
            case .none: .none
            case .standardWebhooks: .standardWebhooks
            case .frappe: header("X-Frappe-Webhook-Signature", isBase64: true)
            case .shopify: header("X-Shopify-Hmac-Sha256", isBase64: true)
            case .github: header("X-Hub-Signature-256", isBase64: false, prefix: "sha256=")
            case .oro: header("Webhook-Signature", isBase64: false)
            case .custom(let custom): .header(custom)
            }
    }

    var headerName: String {
        switch self {
        case .none: ""
        case .standardWebhooks: "webhook-id, webhook-timestamp and webhook-signature"
        case .header(let custom): custom.header
        }
    }

    /// How far the signature's time may be from now; nothing where it has none.
    var toleranceSeconds: Double? {
        switch self {
        case .none: nil
        case .standardWebhooks: 300
        case .header(let custom): custom.timestampHeader == nil ? nil : custom.toleranceSeconds
        }
    }

    /// Gives the key that a line of the file stands for.
    ///
    /// - Throws: `Fault` with `bad_secrets`, which names the line and nothing of what stands there.
    func key(_ secret: Secret, number: Int) throws(Fault) -> Key {
        let text = secret.revealed()
        guard case .standardWebhooks = self else { return .shared(Array(text.utf8)) }
        if text.hasPrefix("whpk_") {
            guard let bytes = Base64.decoded(text.dropFirst(5).utf8), bytes.count == 32,
                let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
            else { throw SignatureScheme.unusable(number, "whpk_ and the base64 of an ed25519 key") }
            return .published(key)
        }
        let digits = text.hasPrefix("whsec_") ? text.dropFirst(6) : text[...]
        guard let bytes = Base64.decoded(digits.utf8), (24...64).contains(bytes.count) else {
            throw SignatureScheme.unusable(number, "whsec_ and the base64 of 24 to 64 bytes")
        }
        return .shared(bytes)
    }

    private static func unusable(_ number: Int, _ form: String) -> Fault {
        Fault(
            .badConfiguration,
            code: EventCode.badSecrets,
            message: "Secret \(number + 1) of secrets_file has not the form of its signature.",
            hint: "Write \(form), alone on a line."
        )
    }

    /// Gives what the headers bring; nothing where one is missing, comes twice or is too long.
    func evidence(_ headers: [String: [String]]) -> Evidence? {
        func value(_ name: String) -> String? {
            guard let values = headers[name.lowercased()], values.count == 1,
                (1...SignatureCheck.headerBytesMax).contains(values[0].utf8.count)
            else { return nil }
            return values[0]
        }
        switch self {
        case .none: return nil
        case .standardWebhooks:
            guard let id = value("webhook-id"), let time = value("webhook-timestamp"),
                let signatures = value("webhook-signature"), let signedAt = SignatureScheme.time(time)
            else { return nil }
            var evidence = Evidence(before: Array("\(id).\(time).".utf8), signedAt: signedAt)
            for part in signatures.split(separator: " ").prefix(SignatureCheck.signaturesMax) {
                let words = part.split(separator: ",", maxSplits: 1)
                guard words.count == 2, let bytes = Base64.decoded(words[1].utf8) else { continue }
                if words[0] == "v1" { evidence.digests.append(bytes) }
                if words[0] == "v1a" { evidence.signatures.append(bytes) }
            }
            return evidence
        case .header(let custom):
            guard let written = value(custom.header), written.hasPrefix(custom.prefix) else { return nil }
            let digits = written.dropFirst(custom.prefix.count).trimmed.utf8
            guard let digest = custom.isBase64 ? Base64.decoded(digits) : Base64.hexadecimal(digits) else {
                return nil
            }
            var evidence = Evidence(digests: [digest])
            var time = ""
            if let name = custom.timestampHeader {
                guard let text = value(name) else { return nil }
                time = text
                evidence.signedAt = SignatureScheme.time(text)
            }
            let parts = custom.signed.ranges(of: "{body}")
            guard let body = parts.first else { return nil }
            func filled(_ part: Substring) -> [UInt8] {
                Array(
                    String(part).split(separator: "{timestamp}", omittingEmptySubsequences: false)
                        .joined(separator: time).utf8
                )
            }
            evidence.before = filled(custom.signed[..<body.lowerBound])
            evidence.after = filled(custom.signed[body.upperBound...])
            return evidence
        }
    }

    /// Seconds since 1970, or an instant with its offset.
    private static func time(_ text: String) -> Timestamp? {
        if text.utf8.count <= 12, text.utf8.allSatisfy({ $0 &- 48 < 10 }), let seconds = Int64(text) {
            return Timestamp(microseconds: seconds * 1_000_000)
        }
        return text.utf8.count <= 40 ? Timestamp(rfc3339: text) : nil
    }
}
