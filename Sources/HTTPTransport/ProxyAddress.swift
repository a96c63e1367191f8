import AsyncHTTPClient
import InventoryCore

/// The proxy on the way to a server: `http://host:port`, optionally with `user:password@`.
struct ProxyAddress: Sendable {
    let host: String
    let port: Int
    private let user: String?
    private let password: Secret?

    /// - Parameters:
    ///   - text: the address.
    ///   - setting: where it is configured, for the error.
    /// - Throws: `Fault` with `bad_proxy`, without the text: it may hold a password.
    init(_ text: String, setting: String) throws(Fault) {
        var rest = Substring(text)
        if rest.hasPrefix("http://") { rest = rest.dropFirst(7) }
        while rest.hasSuffix("/") { rest.removeLast() }
        if let at = rest.lastIndex(of: "@") {
            let credentials = rest[..<at]
            rest = rest[rest.index(after: at)...]
            let parts = credentials.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            user = String(parts[0])
            password = Secret(parts.count > 1 ? String(parts[1]) : "")
        } else {
            user = nil
            password = nil
        }
        guard let colon = rest.lastIndex(of: ":"), colon > rest.startIndex,
            let port = Int(rest[rest.index(after: colon)...]), (1...65535).contains(port),
            !rest.contains("/"), text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else {
            // The text is not shown: it may hold a password.
            throw Fault(
                .badConfiguration,
                code: .badProxy,
                place: setting,
                message: "This is not the address of a proxy.",
                hint: "Give it as http://host:port or http://user:password@host:port."
            )
        }
        host = String(rest[..<colon])
        self.port = port
    }

    var configuration: HTTPClient.Configuration.Proxy {
        guard let user, let password else { return .server(host: host, port: port) }
        return .server(
            host: host,
            port: port,
            authorization: .basic(username: user, password: password.revealed())
        )
    }
}
