import InventoryCore

/// Where the shop's token endpoint and its API are.
struct OroAddress: Hashable, Sendable {
    let tokenURL: String
    /// `https://shop.example/admin/api`, without a slash at its end.
    let api: String
    /// Scheme, host, port and the path of the back office, in one spelling: what tells two shops apart.
    let identity: String
    let isEncrypted: Bool
    let isLoopback: Bool

    /// Reads the shop's root.
    ///
    /// - Throws: `Fault` with code `bad_url` that says what is wrong with it.
    init(url: String, backendPrefix: String) throws(Fault) {
        func refused(_ problem: String) -> Fault {
            Fault(
                .badConfiguration,
                code: .badURL,
                place: "oro.url",
                message: "“\(OroAddress.withoutCredentials(url))” \(problem).",
                hint: "Give the shop's root as in https://shop.example, without /admin, /api or a query."
            )
        }
        let encrypted = url.hasPrefix("https://")
        guard encrypted || url.hasPrefix("http://") else {
            throw refused("begins with neither https:// nor http://")
        }
        var root = Substring(url)
        while root.hasSuffix("/") { root.removeLast() }
        let rest = root.dropFirst(encrypted ? 8 : 7)
        let host = rest.prefix { $0 != "/" }
        guard !host.isEmpty else { throw refused("names no host") }
        guard !host.contains("@") else { throw refused("contains credentials") }
        guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x3F && $0 != 0x23 && $0 != 0x5C })
        else {
            throw refused("has a query, a fragment, a space or a character outside ASCII")
        }
        guard ShopPath.belowRoot(of: String(root), backendPrefix: backendPrefix) == nil else {
            throw refused("is not the shop's root")
        }
        var prefix = Substring(backendPrefix)
        while prefix.hasSuffix("/") { prefix.removeLast() }
        while prefix.hasPrefix("/") { prefix.removeFirst() }
        tokenURL = "\(root)/oauth2-token"
        api = prefix.isEmpty ? "\(root)/api" : "\(root)/\(prefix)/api"
        let standard = encrypted ? ":443" : ":80"
        let plain = host.hasSuffix(standard) ? host.dropLast(standard.utf8.count) : host
        let path = [rest.dropFirst(host.utf8.count).drop { $0 == "/" }, prefix].filter { !$0.isEmpty }
        identity = ([(encrypted ? "https://" : "http://") + plain.lowercased()] + path.map(String.init))
            .joined(separator: "/")
        isEncrypted = encrypted
        isLoopback = ["127.", "localhost", "[::1]"].contains { host.hasPrefix($0) }
    }

    private static func withoutCredentials(_ url: String) -> String {
        guard let at = url.lastIndex(of: "@") else { return url }
        return "…" + url[at...]
    }
}
