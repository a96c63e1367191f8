import HTTPTransport

/// What the token endpoint answers.
struct TokenDocument: Sendable {
    var accessToken: Secret?
    var expiresInSeconds: Double?
    /// OAuth's error word, such as `invalid_client`.
    var error: String?

    init(_ body: [UInt8]) throws(JSONError) {
        var json = JSONReader(body)
        var token: Secret?
        var seconds: Double?
        var word: String?
        try json.object { (key, json) throws(JSONError) in
            switch key {
            case "access_token": token = try json.text().map { Secret($0) }
            case "expires_in": seconds = try json.number()
            case "error": word = try json.text()
            default: try json.skip()
            }
        }
        accessToken = token
        expiresInSeconds = seconds
        error = word
    }
}
