import Crypto
package import HTTPTransport
package import InventoryCore
package import TidegateSettings

/// Checks over the raw bytes, while they come in, that a body is its sender's.
///
/// Each secret has an HMAC of its own that runs along; one whose digest is among the signatures is enough.
/// Comparisons take the same time wherever texts differ, and no message says what was expected.
package struct SignatureCheck: Sendable {
    package enum Verdict: Hashable, Sendable {
        case valid
        /// With the reason to tell the sender; all are answered 401.
        case refused(Fault)
    }

    /// More than any rotation needs; each costs a digest of the body.
    package static let secretsMax = 16
    /// Signatures that one header may list.
    static let signaturesMax = 16
    static let headerBytesMax = 4096

    private let scheme: SignatureScheme
    private var codes: [HMAC<SHA256>] = []
    private let publicKeys: [Curve25519.Signing.PublicKey]
    /// What is signed, kept only where a public key is to check it: that cannot be done piece by piece.
    private var message: [UInt8] = []
    private var bodyBytes = 0
    private let evidence: SignatureScheme.Evidence?

    /// Prepares for one request.
    ///
    /// - Parameters:
    ///   - settings: how the sender signs.
    ///   - secrets: as `SecretsFile` gives them; the first 16 count.
    ///   - headers: names in lower case.
    /// - Throws: `Fault` with `bad_secrets` for a secret that the scheme cannot use.
    package init(
        _ settings: SignatureSettings,
        secrets: [Secret],
        headers: [String: [String]]
    ) throws(Fault) {
        scheme = SignatureScheme(settings)
        evidence = scheme.evidence(headers)
        var publicKeys: [Curve25519.Signing.PublicKey] = []
        for (number, secret) in secrets.prefix(SignatureCheck.secretsMax).enumerated() {
            switch try scheme.key(secret, number: number) {
            case .shared(let bytes): codes.append(HMAC<SHA256>(key: SymmetricKey(data: bytes)))
            case .published(let key): publicKeys.append(key)
            }
        }
        self.publicKeys = publicKeys
        if let evidence { feed(evidence.before) }
    }

    /// Takes the next bytes of the body.
    package mutating func update(_ bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        bodyBytes += bytes.count
        // A longer body is refused anyway, and is not kept for it.
        guard bodyBytes <= BodyLimits.bytesMax else { return }
        feed(bytes)
    }

    private mutating func feed(_ bytes: [UInt8]) {
        for index in codes.indices { codes[index].update(data: bytes) }
        if !publicKeys.isEmpty { message += bytes }
    }

    /// Says whether the body is the sender's.
    ///
    /// - Parameter now: signatures with a time count for some minutes around it.
    /// - Returns: the verdict, with what to tell the sender.
    package func verify(now: Timestamp) -> Verdict {
        if case .none = scheme { return .valid }
        guard let evidence else {
            return .refused(
                SignatureCheck.fault(
                    EventCode.missingSignature,
                    "The signature is missing: there is no usable \(scheme.headerName).",
                    hint: "Sign as events.signature of the source says."
                )
            )
        }
        if let window = scheme.toleranceSeconds {
            guard let signedAt = evidence.signedAt,
                abs(now.microseconds - signedAt.microseconds) <= Int64(window * 1_000_000)
            else {
                return .refused(
                    SignatureCheck.fault(
                        EventCode.staleSignature,
                        "The time of the signature is missing, or too far from now.",
                        hint: "Set the sender's clock; sign each try anew."
                    )
                )
            }
        }
        var isValid = false
        if bodyBytes <= BodyLimits.bytesMax {
            for code in codes {
                var code = code
                code.update(data: evidence.after)
                let digest = code.finalize()
                for candidate in evidence.digests where digest == candidate { isValid = true }
            }
            for key in publicKeys {
                let whole = message + evidence.after
                for candidate in evidence.signatures where key.isValidSignature(candidate, for: whole) {
                    isValid = true
                }
            }
        }
        guard isValid else {
            return .refused(
                SignatureCheck.fault(
                    EventCode.badSignature,
                    "No signature fits the body.",
                    hint: "Compare the sender's secret with secrets_file; sign the raw bytes that are sent."
                )
            )
        }
        return .valid
    }

    private static func fault(_ code: Fault.Code, _ message: String, hint: String) -> Fault {
        Fault(.notPermitted, code: code, message: message, hint: hint)
    }
}
