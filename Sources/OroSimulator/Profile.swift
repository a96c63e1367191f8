/// Which version and edition of the shop is simulated.
package enum Profile: String, Sendable, CaseIterable {
    case v5_1 = "5.1"
    case v6_0 = "6.0"
    case v6_1 = "6.1"
    case v7_0 = "7.0"
    /// Enterprise 6.1: levels have warehouses.
    case enterprise = "ee"

    /// Whether `X-Mode: sync` is honoured; earlier versions ignore it.
    var hasSyncMode: Bool { self != .v5_1 }

    var hasWarehouses: Bool { self == .enterprise }

    var hasExternalIds: Bool { self == .v6_1 || self == .v7_0 || self == .enterprise }

    /// Whether a line can belong to several orders: those that sub-orders share with their main order.
    var sharesOrderLines: Bool { self == .v6_1 || self == .v7_0 || self == .enterprise }

    var hasWebhooks: Bool { self == .v6_1 || self == .v7_0 || self == .enterprise }

    /// The challenge of a 401; the WSSE bundle went with 6.1.
    var challenge: String {
        switch self {
        case .v5_1, .v6_0: "WSSE realm=\"Secured API\", profile=\"UsernameToken\""
        case .v6_1, .v7_0, .enterprise: "Basic realm=\"Secured API\""
        }
    }
}
