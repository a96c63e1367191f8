import Foundation
package import InventoryCore
import Yams

/// The file of tokens: a list of `{ id, sha256, scopes, shops, sources, expires }`.
package struct TokensFile: Hashable, Sendable {
    package private(set) var tokens: [AccessToken]

    package static let bytesMax = 1 << 20
    package static let tokensMax = 1_000

    package init(_ tokens: [AccessToken] = []) {
        self.tokens = tokens
    }

    /// Reads a file.
    ///
    /// - Throws: `bad_tokens_file` (78) with the entry, `tokens_file_missing` (66).
    package static func load(path: String) throws(Fault) -> TokensFile {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw Fault(
                .inputMissing,
                code: "tokens_file_missing",
                place: path,
                message: "The file of tokens cannot be read.",
                hint: "Make it with `tidegate token create`, readable for the user of the service."
            )
        }
        guard bytes.count <= bytesMax, let text = String(validating: bytes, as: UTF8.self) else {
            throw TokensFile.bad(path, "It is larger than \(bytesMax) bytes, or not UTF-8.")
        }
        return TokensFile(try TokensFile.tokens(text, path))
    }

    private static func tokens(_ text: String, _ path: String) throws(Fault) -> [AccessToken] {
        let entries: [Entry]
        do {
            entries =
                text.allSatisfy(\.isWhitespace) ? [] : try YAMLDecoder().decode([Entry].self, from: text)
        } catch let DecodingError.dataCorrupted(context), let DecodingError.keyNotFound(_, context),
            let DecodingError.typeMismatch(_, context), let DecodingError.valueNotFound(_, context)
        {
            // What the parser found may quote the file.
            let place = context.codingPath.map(\.stringValue).joined(separator: ".")
            throw bad(path, "It is not a list of tokens; look at \(place.isEmpty ? "its start" : place).")
        } catch {
            throw bad(path, "It is not YAML, or has unknown keys.")
        }
        guard entries.count <= tokensMax else { throw bad(path, "It has more than \(tokensMax) tokens.") }
        var tokens: [AccessToken] = []
        for entry in entries {
            let token = try entry.token(path)
            guard !tokens.contains(where: { $0.id == token.id }) else {
                throw bad(path, "Two tokens have the id \(token.id).")
            }
            tokens.append(token)
        }
        return tokens
    }

    /// Adds a token.
    ///
    /// - Throws: `token_exists` (64).
    package mutating func add(_ token: AccessToken) throws(Fault) {
        guard !tokens.contains(where: { $0.id == token.id }) else {
            throw Fault(
                .usage,
                code: "token_exists",
                message: "There is a token \(token.id) already.",
                hint: "Choose another id, or revoke it first."
            )
        }
        tokens.append(token)
    }

    /// Takes a token away.
    ///
    /// - Throws: `unknown_token` (66).
    package mutating func revoke(_ id: String) throws(Fault) {
        guard let place = tokens.firstIndex(where: { $0.id == id }) else {
            throw Fault(
                .inputMissing,
                code: "unknown_token",
                message: "There is no token \(id).",
                hint: "List them with `tidegate token list`."
            )
        }
        tokens.remove(at: place)
    }

    /// Writes the file whole, readable for its owner only.
    ///
    /// - Throws: `cannot_write_tokens` (73).
    package func save(path: String) throws(Fault) {
        let lines = tokens.map { token in
            var parts = [
                "id: \(token.id)", "sha256: \(token.digest.hexadecimal)",
                "scopes: [\(token.scopes.map(\.rawValue).sorted().joined(separator: ", "))]",
            ]
            if let shops = token.shops {
                parts.append("shops: [\(shops.map(\.text).sorted().joined(separator: ", "))]")
            }
            if let sources = token.sources {
                parts.append("sources: [\(sources.map(\.text).sorted().joined(separator: ", "))]")
            }
            if let expires = token.expires { parts.append("expires: \"\(expires)\"") }
            return "- { \(parts.joined(separator: ", ")) }\n"
        }
        try PrivateFile.write(Array(lines.joined().utf8), to: path)
    }

    fileprivate static func bad(_ path: String, _ message: String) -> Fault {
        Fault(
            .badConfiguration,
            code: "bad_tokens_file",
            place: path,
            message: message,
            hint: "Write a list of { id, sha256, scopes, shops, sources, expires }."
        )
    }
}

/// A token as the file has it.
private struct Entry: Decodable {
    let id: String
    let sha256: String
    let scopes: [String]
    let shops: [String]?
    let sources: [String]?
    let expires: String?

    private enum Key: String, CodingKey, CaseIterable {
        case id, sha256, scopes, shops, sources, expires
    }

    init(from decoder: any Decoder) throws {
        let named = try decoder.singleValueContainer().decode([String: Anything].self)
        let unknown = named.keys.filter { Key(rawValue: $0) == nil }.sorted()
        guard unknown.isEmpty else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "unknown keys")
            )
        }
        let values = try decoder.container(keyedBy: Key.self)
        id = try values.decode(String.self, forKey: .id)
        sha256 = try values.decode(String.self, forKey: .sha256)
        scopes = try values.decode([String].self, forKey: .scopes)
        shops = try values.decodeIfPresent([String].self, forKey: .shops)
        sources = try values.decodeIfPresent([String].self, forKey: .sources)
        expires = try values.decodeIfPresent(String.self, forKey: .expires)
    }

    private struct Anything: Decodable {
        init(from decoder: any Decoder) {}
    }

    func token(_ path: String) throws(Fault) -> AccessToken {
        guard AccessToken.isUsable(id: id) else {
            throw TokensFile.bad(path, "An id is 1 to 40 of a-z, 0-9 and -; got \(id.prefix(60)).")
        }
        guard let digest = [UInt8](hexadecimal: sha256), digest.count == 32 else {
            throw TokensFile.bad(path, "The sha256 of \(id) is not 64 hexadecimal digits.")
        }
        var known: Set<AccessScope> = []
        for scope in scopes {
            guard let one = AccessScope(rawValue: scope) else {
                throw TokensFile.bad(path, "\(id) has the unknown scope \(scope.prefix(60)).")
            }
            known.insert(one)
        }
        let until = expires.flatMap { Timestamp(rfc3339: $0) }
        guard (until == nil) == (expires == nil) else {
            throw TokensFile.bad(path, "`expires` of \(id) is not RFC 3339 with an offset.")
        }
        return AccessToken(
            id: id,
            digest: digest,
            scopes: known,
            shops: shops.map { Set($0.map { ShopID($0) }) },
            sources: sources.map { Set($0.map { SourceID($0) }) },
            expires: until
        )
    }
}

extension [UInt8] {
    /// Reads pairs of hexadecimal digits.
    init?(hexadecimal text: String) {
        let digits = text.utf8.map { byte -> UInt8? in
            switch byte {
            case 48...57: byte - 48
            case 65...70: byte - 55
            case 97...102: byte - 87
            default: nil
            }
        }
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[start], let low = digits[start + 1] else { return nil }
            bytes.append(high << 4 | low)
        }
        self = bytes
    }
}
