/// Paths of a shop that are mistaken for its root.
package enum ShopPath {
    /// What of an address lies below the shop's root, such as `/admin`; nothing where it may be the root.
    ///
    /// - Parameters:
    ///   - url: the address, as it was configured.
    ///   - backendPrefix: the path of the back office.
    /// - Returns: the part to leave away, or nothing.
    package static func belowRoot(of url: String, backendPrefix: String) -> String? {
        var root = Substring(url)
        while root.hasSuffix("/") { root.removeLast() }
        let prefix = "/" + backendPrefix.drop { $0 == "/" }
        var names = ["/admin/api", "/admin", "/api", "/oauth2-token", "/index.php"]
        if prefix != "/" { names = [prefix + "/api", prefix] + names }
        return names.first { root.hasSuffix($0) && !root.hasSuffix("/" + $0) }
    }
}
