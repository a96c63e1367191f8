import HTTPTransport
import InventoryCore
import Testing

@testable import TidegateService
@testable import TidegateSettings

/// Digests that others made: the senders' own documentation, Python's hmac, OpenSSL.
@Suite("Signatures of bodies")
struct SignatureCheckTests {
    private static let signedAt = Timestamp(microseconds: 1_764_504_000_000_000)
    private static let body = #"{"sku":"AB-1"}"#

    private func verdict(
        _ settings: SignatureSettings,
        _ secrets: [String],
        _ headers: [String: [String]],
        body: String = body,
        now: Timestamp = signedAt,
        pieces: Int = 5
    ) throws -> String {
        var check = try SignatureCheck(settings, secrets: secrets.map { Secret($0) }, headers: headers)
        var rest = Array(body.utf8)[...]
        while !rest.isEmpty {
            check.update(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
        }
        switch check.verify(now: now) {
        case .valid: return "valid"
        case .refused(let fault):
            #expect(fault.kind == .notPermitted)
            for secret in secrets where secret.utf8.count > 3 {
                #expect(!fault.description.contains(secret))
            }
            return fault.code.rawValue
        }
    }

    private static let ownSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private static let ownHeaders = [
        "webhook-id": ["msg_p5jXN8AQM9LWM0D4loKWxJek"], "webhook-timestamp": ["1614265330"],
        "webhook-signature": ["v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="],
    ]
    private static let ownBody = #"{"test": 2432232314}"#
    private static let ownTime = Timestamp(microseconds: 1_614_265_330_000_000)

    private func own(
        _ secrets: [String] = [ownSecret],
        _ changes: [String: [String]] = [:],
        without: String? = nil,
        body: String = ownBody,
        now: Timestamp = ownTime
    ) throws -> String {
        var headers = Self.ownHeaders
        for (name, value) in changes { headers[name] = value }
        if let without { headers[without] = nil }
        return try verdict(.standardWebhooks, secrets, headers, body: body, now: now)
    }

    @Test("given the example of Standard Webhooks, it is valid, and nothing else is")
    func standardWebhooks() throws {
        #expect(try own() == "valid")
        #expect(try own([String(Self.ownSecret.dropFirst(6))]) == "valid")
        #expect(try own(body: Self.ownBody + " ") == "bad_signature")
        #expect(try own(body: "") == "bad_signature")
        #expect(try own(["whsec_" + String(repeating: "A", count: 32)]) == "bad_signature")
        #expect(try own([]) == "bad_signature")
        #expect(try own([Self.ownSecret], ["webhook-id": ["msg_other"]]) == "bad_signature")
        #expect(try own([Self.ownSecret], ["webhook-signature": ["v1,"]]) == "bad_signature")
        #expect(try own([Self.ownSecret], ["webhook-signature": ["v2,g0hM9SsE"]]) == "bad_signature")
    }

    @Test("given a header that is missing, twice there or endless, nothing is compared")
    func headers() throws {
        for name in Self.ownHeaders.keys {
            #expect(try own(without: name) == "missing_signature")
            #expect(try own([Self.ownSecret], [name: ["a", "a"]]) == "missing_signature")
        }
        let endless = [String(repeating: "v1,AAAA ", count: 1000)]
        #expect(try own([Self.ownSecret], ["webhook-signature": endless]) == "missing_signature")
        #expect(try own([Self.ownSecret], ["webhook-timestamp": ["9e9"]]) == "missing_signature")
    }

    @Test("given another time than about now, the signature is a replay")
    func window() throws {
        for (seconds, expected) in [
            (299, "valid"), (300, "valid"), (301, "stale_signature"), (-300, "valid"),
            (-301, "stale_signature"),
        ] {
            #expect(try own(now: Self.ownTime.adding(seconds: Int64(seconds))) == expected)
        }
        #expect(
            try own([Self.ownSecret], ["webhook-timestamp": ["999999999999"]]) == "stale_signature"
        )
    }

    @Test("given a rotation, old and new secrets verify, and any of several signatures")
    func rotation() throws {
        let other = "whsec_" + String(repeating: "A", count: 32)
        #expect(try own([other, Self.ownSecret]) == "valid")
        let both = ["v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= junk"]
        #expect(try own([Self.ownSecret], ["webhook-signature": both]) == "valid")
    }

    @Test("given a public key, what OpenSSL signed is valid")
    func ed25519() throws {
        let signature =
            "v1a,lb4MagbmJn8Bmy8aSQV4Vd3p5lGt+JJsgTCEaZ/MEwitZv8j14HQjOrUMroaZhh0kUtLe75pWI8pjnCYwCrnAQ=="
        let headers = [
            "webhook-id": ["msg_1"], "webhook-timestamp": ["1764504000"], "webhook-signature": [signature],
        ]
        let key = "whpk_hcKOTF7i4agWXktPn2OmeLUUYJ530hM2OMK9CWQfTGw="
        #expect(try verdict(.standardWebhooks, [key], headers) == "valid")
        #expect(try verdict(.standardWebhooks, [Self.ownSecret, key], headers) == "valid")
        #expect(try verdict(.standardWebhooks, [key], headers, body: "{}") == "bad_signature")
        #expect(try verdict(.standardWebhooks, [Self.ownSecret], headers) == "bad_signature")
    }

    @Test("given a secret that the scheme cannot use, its line is named and not its text")
    func unusable() throws {
        for secret in ["whsec_QUJD", "whpk_QUJD", "hello world", "whsec_*"] {
            let fault = #expect(throws: Fault.self) {
                try SignatureCheck(
                    .standardWebhooks,
                    secrets: [Secret(Self.ownSecret), Secret(secret)],
                    headers: Self.ownHeaders
                )
            }
            #expect(fault?.code == EventCode.badSecrets)
            #expect(fault?.description.contains("Secret 2 ") == true)
            #expect(fault?.description.contains(secret) == false)
        }
    }

    @Test("given the senders' own schemes, their digests are valid and others are not")
    func senders() throws {
        let custom: SignatureSettings = {
            var custom = SignatureSettings.Custom(header: "X-Sig")
            custom.isBase64 = true
            custom.prefix = "sig="
            custom.signed = "t={timestamp}.{body}!"
            custom.timestampHeader = "X-Time"
            return .custom(custom)
        }()
        let cases: [(SignatureSettings, String, [String: [String]], String)] = [
            (
                .github, "It's a Secret to Everybody",
                [
                    "x-hub-signature-256": [
                        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
                    ]
                ], "Hello, World!"
            ),
            (
                .shopify, "hush",
                ["x-shopify-hmac-sha256": ["qBvrsZF7RfB1iS6BX6IHqJTp5L911P7intnPeTPsH0I="]],
                #"{"id":820982911946154508}"#
            ),
            (
                .frappe, "frappe-secret",
                ["x-frappe-webhook-signature": ["dsVimB5NqBkklVJxTqIZCXoLT0aGvkTEXiBmd9mnFnw="]], Self.body
            ),
            (
                .oro, "oro-secret",
                ["webhook-signature": ["f1592a768f76053a886287130b930cc830120d6450189c7fbfed95bcae30e1d1"]],
                Self.body
            ),
            (
                custom, "k",
                ["x-sig": ["sig=JOWnMP49TCJl0dDPjJkWbnSPr+LGAYJkBvqfZsB8GZM="], "x-time": ["1764504000"]],
                Self.body
            ),
        ]
        for (settings, secret, headers, body) in cases {
            for pieces in [1, 7, 4096] {
                #expect(try verdict(settings, [secret], headers, body: body, pieces: pieces) == "valid")
            }
            #expect(try verdict(settings, [secret], headers, body: body + "\n") == "bad_signature")
            #expect(try verdict(settings, [secret + "x"], headers, body: body) == "bad_signature")
            #expect(try verdict(settings, [secret], [:], body: body) == "missing_signature")
        }
        #expect(try verdict(cases[4].0, ["k"], ["x-sig": cases[4].2["x-sig"] ?? []]) == "missing_signature")
        let hourLater = Self.signedAt.adding(seconds: 3600)
        #expect(try verdict(cases[4].0, ["k"], cases[4].2, now: hourLater) == "stale_signature")
    }

    @Test("given a sender that signs nothing, every body is its own")
    func none() throws {
        #expect(try verdict(.none, [], [:]) == "valid")
    }
}
