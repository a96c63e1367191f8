/// Where the service listens.
package struct ServiceSettings: Hashable, Sendable {
    /// A host name or an address, IPv6 without its brackets.
    package var host = "127.0.0.1"
    package var port = 8080

    package init() {}
}
