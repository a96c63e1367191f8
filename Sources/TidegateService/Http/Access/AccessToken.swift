import Crypto
package import InventoryCore

/// A token as it is kept: not itself, only its digest.
package struct AccessToken: Hashable, Sendable {
    package let id: String
    /// SHA-256 of the whole token.
    package let digest: [UInt8]
    package let scopes: Set<AccessScope>
    /// Nothing where it is for all.
    package let shops: Set<ShopID>?
    package let sources: Set<SourceID>?
    package let expires: Timestamp?

    package init(
        id: String,
        digest: [UInt8],
        scopes: Set<AccessScope>,
        shops: Set<ShopID>? = nil,
        sources: Set<SourceID>? = nil,
        expires: Timestamp? = nil
    ) {
        self.id = id
        self.digest = digest
        self.scopes = scopes
        self.shops = shops
        self.sources = sources
        self.expires = expires
    }

    static let prefix = "tg_"
    static let idBytesMax = 40
    /// A longer text is no token.
    static let bytesMax = 200

    /// Whether it may name a token: lower case, digits and `-`, so that the token's parts can be told apart.
    package static func isUsable(id: String) -> Bool { SourceID(id).isUsable }

    /// The token with this secret.
    package static func text(id: String, secret: [UInt8]) -> String {
        "\(prefix)\(id)_\(secret.hexadecimal)"
    }

    package static func digest(of text: String) -> [UInt8] {
        Array(SHA256.hash(data: Array(text.utf8)))
    }

    /// The id that a token names; nothing where it is no token.
    static func id(in text: String) -> String? {
        guard text.utf8.count <= bytesMax, text.hasPrefix(prefix) else { return nil }
        let parts = text.dropFirst(prefix.count).split(
            separator: "_",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        return parts.count == 2 ? String(parts[0]) : nil
    }

    /// Whether the text is this token; takes as long for any text.
    func isToken(_ text: String) -> Bool {
        SHA256.hash(data: Array(text.utf8)) == digest
    }

    /// Who has it.
    var caller: Caller { Caller(id: id, scopes: scopes, shops: shops, sources: sources) }
}

extension [AccessToken] {
    /// Gives who has a token.
    ///
    /// - Throws: `unauthorized`; why is not told to a stranger.
    func caller(with text: String, at now: Timestamp) throws(Fault) -> Caller {
        guard let id = AccessToken.id(in: text), let token = first(where: { $0.id == id }),
            token.isToken(text)
        else { throw .unauthorized("There is no such token.") }
        if let expires = token.expires, expires <= now {
            throw .unauthorized("The token \(id) has expired at \(expires).")
        }
        return token.caller
    }
}

extension Fault {
    static func unauthorized(_ message: String) -> Fault {
        Fault(
            .notPermitted,
            code: "unauthorized",
            message: message,
            hint: "Send `Authorization: Bearer TOKEN`; `tidegate token create` makes one."
        )
    }
}
