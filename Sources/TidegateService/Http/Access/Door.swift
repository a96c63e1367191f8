import Foundation
import HTTPTypes
import InventoryCore

/// Where a request comes in, and by what it is let in.
package enum Door: Sendable {
    /// A Unix socket that only its owner can open: the file system has asked already.
    case control
    /// Only this machine can reach it, and no tokens are asked for.
    case loopback
    case tokens(TokenBook)
    /// Others can reach it and there are no tokens: nobody is let in.
    case closed

    /// Finds out who asks.
    ///
    /// - Parameters:
    ///   - head: of the request.
    ///   - hookToken: the token that its URL carries, in place of the header.
    ///   - now: decides on expiry.
    /// - Returns: the caller.
    /// - Throws: `unauthorized`, `host_refused`, `cross_site_refused`.
    func caller(_ head: HTTPRequest, hookToken: String? = nil, at now: Timestamp) throws(Fault) -> Caller {
        switch self {
        case .control: return .control
        case .loopback:
            try Door.requireLocalHost(head)
            try Door.requireSameSite(head)
            return .loopback
        case .tokens(let book):
            try Door.requireSameSite(head)
            if let hookToken { return try book.tokens.caller(with: hookToken, at: now) }
            if head.headerFields[.authorization] == nil, let session = Sessions.name(in: head) {
                try Door.requireOwnPage(head)
                return try book.caller(session: session, at: now)
            }
            return try book.tokens.caller(with: Door.bearer(head), at: now)
        case .closed:
            throw .unauthorized("The service asks for tokens, and has none.")
        }
    }

    private static func bearer(_ head: HTTPRequest) throws(Fault) -> String {
        guard let text = head.headerFields[.authorization] else {
            throw .unauthorized("A token is missing.")
        }
        let parts = text.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw .unauthorized("`Authorization` is not `Bearer TOKEN`.")
        }
        return String(parts[1])
    }

    // MARK: browsers

    /// A page of another site may have its own name point to this machine (DNS rebinding); it cannot have it
    /// called by one of these names.
    static func requireLocalHost(_ head: HTTPRequest) throws(Fault) {
        let host = head.authority.map { Door.host(in: $0) }
        guard let host, ["localhost", "127.0.0.1", "[::1]"].contains(host.lowercased()) else {
            throw Fault(
                .notPermitted,
                code: "host_refused",
                message: "Without tokens the service answers only to localhost, 127.0.0.1 and [::1].",
                hint: "Use one of these names, or set `service.tokens_file`."
            )
        }
    }

    /// Refuses what a page of another site makes a browser send (the rule of Go's CrossOriginProtection).
    static func requireSameSite(_ head: HTTPRequest) throws(Fault) {
        guard ![.get, .head, .options].contains(head.method) else { return }
        if let site = head.headerFields[.secFetchSite] {
            guard site != "same-origin", site != "none" else { return }
            throw crossSite
        }
        guard let origin = head.headerFields[.origin] else { return }
        guard let start = origin.range(of: "://"),
            String(origin[start.upperBound...]).lowercased() == head.authority?.lowercased()
        else { throw crossSite }
    }

    /// Refuses what comes with a cookie and does not prove that a page of this service has sent it.
    ///
    /// A browser sends cookies by itself; a program that has a token sends that.
    static func requireOwnPage(_ head: HTTPRequest) throws(Fault) {
        guard ![.get, .head, .options].contains(head.method) else { return }
        try requireSameSite(head)
        guard head.headerFields[.secFetchSite] != nil || head.headerFields[.origin] != nil else {
            throw crossSite
        }
    }

    private static let crossSite = Fault(
        .notPermitted,
        code: "cross_site_refused",
        message: "A page of another site has sent this.",
        hint: "Send it from the service's own pages, or from a program."
    )

    /// The host of `host:port`, IPv6 with its brackets; a port is digits only.
    private static func host(in authority: String) -> String {
        guard let colon = authority.lastIndex(of: ":"), authority.last != "]",
            authority[authority.index(after: colon)...].allSatisfy({ $0.isASCII && $0.isNumber })
        else { return authority }
        return String(authority[..<colon])
    }
}

extension HTTPField.Name {
    static let secFetchSite = HTTPField.Name.own("Sec-Fetch-Site")
}

extension HTTPField.Name {
    /// A field that the library does not name.
    static func own(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is no field name") }
        return name
    }
}
