import Crypto
import HTTPTypes
import InventoryCore
import Synchronization

/// People who have signed in with a token, for as long as the process lives.
///
/// A browser keeps a name of the session, not the token: cookies go to every port of a host.
final class Sessions: Sendable {
    private struct Session {
        let token: String
        /// Of the token: a new secret under the old id ends the session.
        let digest: [UInt8]
        let until: Timestamp
    }

    /// Whether browsers come by TLS to this process itself.
    private let hasTLS: Bool
    /// By the digests of their names.
    private let open = Mutex<[[UInt8]: Session]>([:])

    /// The one that ends first makes room for another.
    static let sessionsMax = 1_000
    static let lifeSeconds: Int64 = 12 * 3600
    private static let nameBytes = 32

    init(hasTLS: Bool) {
        self.hasTLS = hasTLS
    }

    /// Opens a session for who has a token, and gives its name.
    func begin(_ token: AccessToken, at now: Timestamp) -> String {
        var generator = SystemRandomNumberGenerator()
        let name = (0..<Sessions.nameBytes).map { _ in UInt8.random(in: 0 ... .max, using: &generator) }
            .hexadecimal
        let end = now.adding(seconds: Sessions.lifeSeconds)
        let session = Session(
            token: token.id,
            digest: token.digest,
            until: token.expires.map { min($0, end) } ?? end
        )
        open.withLock { open in
            open = open.filter { $0.value.until > now }
            if open.count >= Sessions.sessionsMax,
                let first = open.min(by: { $0.value.until < $1.value.until })
            {
                open[first.key] = nil
            }
            open[AccessToken.digest(of: name)] = session
        }
        return name
    }

    /// Ends a session.
    func end(_ name: String) {
        open.withLock { $0[AccessToken.digest(of: name)] = nil }
    }

    /// The token by which a session was opened, where it is one of these still.
    func token(of name: String, among tokens: [AccessToken], at now: Timestamp) -> AccessToken? {
        let found = open.withLock { $0[AccessToken.digest(of: name)] }
        guard let session = found, session.until > now else { return nil }
        return tokens.first { token in
            token.id == session.token && token.digest == session.digest
                && token.expires.map { $0 > now } ?? true
        }
    }

    // MARK: cookies

    private static let plainName = "tidegate"
    /// Browsers keep a cookie of such a name only where it came by TLS, from this very host.
    private static let secureName = "__Host-tidegate"

    /// The session that a browser names; nothing where it names none.
    static func name(in head: HTTPRequest) -> String? {
        let pairs = (head.headerFields[.cookie] ?? "").split(separator: ";").map { pair in
            pair.split(separator: "=", maxSplits: 1).map { String($0.trimming { $0 == " " }) }
        }
        for name in [secureName, plainName] {
            if let pair = pairs.first(where: { $0.count == 2 && $0[0] == name }) { return pair[1] }
        }
        return nil
    }

    /// What tells a browser to keep a session's name, or to forget it.
    func cookie(_ name: String?, for head: HTTPRequest) -> String {
        // Behind a proxy only the proxy knows how the browser came.
        let isSecure = hasTLS || head.headerFields[.own("X-Forwarded-Proto")] == "https"
        let life = name == nil ? 0 : Sessions.lifeSeconds
        let cookie = isSecure ? Sessions.secureName : Sessions.plainName
        return "\(cookie)=\(name ?? ""); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(life)"
            + (isSecure ? "; Secure" : "")
    }
}

extension Substring {
    fileprivate func trimming(_ isTrimmed: (Character) -> Bool) -> Substring {
        var rest = drop(while: isTrimmed)
        while let last = rest.last, isTrimmed(last) { rest.removeLast() }
        return rest
    }
}
