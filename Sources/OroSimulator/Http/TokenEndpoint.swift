/// `POST /oauth2-token`: OAuth2 client credentials as JSON, as a form, or with HTTP Basic.
struct TokenEndpoint: Sendable {
    static let path = "/oauth2-token"

    let clientId: String
    let clientSecret: String
    let lifetimeSeconds: Int
    let takesMaskedCredentials: Bool
    var others: [OAuthClient] = []

    enum Decision {
        case refuse(Answer)
        /// To the client of this number: 0 is the one that the options name.
        case grant(client: Int)
    }

    private var clients: [(id: String, secret: String)] {
        [(clientId, clientSecret)] + others.map { ($0.id, $0.secret) }
    }

    /// Judges a request; the caller makes the token.
    func decide(_ request: ShopRequest, isClientActive: Bool) -> Decision {
        guard request.method == "POST" else {
            return .refuse(
                Answer(
                    status: 405,
                    media: .htmlUtf8,
                    fields: [("Allow", "POST, OPTIONS")],
                    body: Pages.framework(status: 405, "Method Not Allowed")
                )
            )
        }
        guard let fields = Self.fields(request) else {
            let page = Pages.framework(status: 400, "Bad Request")
            return .refuse(Answer(status: 400, media: .htmlUtf8, body: page))
        }
        guard let grant = fields["grant_type"], !grant.isEmpty else {
            return .refuse(Self.unsupportedGrant)
        }
        guard grant == "client_credentials" || grant == "password" else {
            return .refuse(Self.unsupportedGrant)
        }
        let isMasked = takesMaskedCredentials && request.authorization == "Basic CREDENTIALS"
        let basic = isMasked ? (clientId, clientSecret) : Self.basic(request.authorization)
        guard let id = basic?.0 ?? fields["client_id"], !id.isEmpty else {
            return .refuse(Self.missing("client_id"))
        }
        // This client may use no other grant, which the shop reports like a wrong secret.
        let secret = basic?.1 ?? fields["client_secret"]
        guard grant == "client_credentials", isClientActive,
            let number = clients.firstIndex(where: { $0.id == id && $0.secret == secret })
        else { return .refuse(Self.invalidClient) }
        return .grant(client: number)
    }

    func answer(token: String, expiresIn: ShopConditions.ExpiresIn?) -> Answer {
        var text = JsonText()
        text.raw("{\"token_type\":\"Bearer\"")
        switch expiresIn {
        case nil:
            text.raw(",\"expires_in\":")
            text.integer(lifetimeSeconds)
        case .json(let json):
            text.raw(",\"expires_in\":")
            text.raw(json)
        case .missing: break
        }
        text.raw(",\"access_token\":")
        text.string(token)
        text.raw("}")
        return Answer(status: 200, media: .jsonUtf8, body: text.bytes)
    }

    static let invalidClient = refusal(401, "invalid_client", "Client authentication failed", hint: nil)

    private static let unsupportedGrant = refusal(
        400,
        "unsupported_grant_type",
        "The authorization grant type is not supported by the authorization server.",
        hint: "Check that all required parameters have been provided"
    )

    private static func missing(_ parameter: String) -> Answer {
        refusal(
            400,
            "invalid_request",
            "The request is missing a required parameter, includes an invalid parameter value,"
                + " includes a parameter more than once, or is otherwise malformed.",
            hint: "Check the `\(parameter)` parameter"
        )
    }

    private static func refusal(_ status: Int, _ error: String, _ detail: String, hint: String?) -> Answer {
        var text = JsonText()
        text.raw("{\"error\":")
        text.string(error)
        text.raw(",\"error_description\":")
        text.string(detail)
        if let hint {
            text.raw(",\"hint\":")
            text.string(hint)
        }
        text.raw(",\"message\":")
        text.string(detail)
        text.raw("}")
        return Answer(status: status, media: .json, body: text.bytes)
    }

    /// What was sent; nil when a JSON body is neither object nor list, which the framework itself refuses.
    private static func fields(_ request: ShopRequest) -> [String: String]? {
        // Without a type nothing is decoded.
        guard let type = request.contentType, !request.body.isEmpty else { return [:] }
        if type.hasPrefix("application/json") {
            switch try? JsonReader.document(request.body) {
            case .object(let object): return object.members.reduce(into: [:]) { $0[$1.name] = $1.value.text }
            case .list: return [:]
            default: return nil
            }
        }
        let query = QueryString(String(decoding: request.body, as: UTF8.self))
        return query.parameters.reduce(into: [:]) { $0[$1.name] = $1.value }
    }

    private static func basic(_ authorization: String?) -> (id: String, secret: String)? {
        guard let authorization, authorization.hasPrefix("Basic ") else { return nil }
        guard let bytes = Base64.decode(authorization.dropFirst(6)) else { return nil }
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: ":", maxSplits: 1)
        return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }
}

/// The only thing for which the simulator would need Foundation.
enum Base64 {
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in text.utf8 where byte != UInt8(ascii: "=") {
            guard let value = value(byte) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }

    private static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x41...0x5a: byte - 0x41
        case 0x61...0x7a: byte - 0x61 + 26
        case 0x30...0x39: byte - 0x30 + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
