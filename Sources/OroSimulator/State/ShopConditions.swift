/// What is wrong with the shop as a whole.
package struct ShopConditions: Sendable, Equatable {
    /// The database is down: every request is sent to `/notinstalled.html` with a 302.
    package var databaseDown = false
    /// Maintenance mode: 415 on the API, 503 on the token endpoint.
    package var maintenance = false
    /// The back-office API feature is off: 404 on the API, 401 on the token endpoint.
    package var apiOff = false
    /// PHP is down: nginx answers 502 to everything.
    package var phpDown = false
    /// The OAuth client is inactive or its user disabled: no token is given or accepted.
    package var clientInactive = false
    /// What the OAuth client's user may do.
    package var permissions = ShopPermissions.all

    /// What is wrong with single levels, by their ids.
    package var levelFaults: [String: LevelFault] = [:]
    /// SKUs of products that the role does not see: their levels are listed without a product.
    package var hiddenProducts: Set<String> = []
    /// What the token endpoint says instead of the lifetime.
    package var expiresIn: ExpiresIn?

    /// The token endpoint's `expires_in`.
    package enum ExpiresIn: Sendable, Equatable {
        /// JSON text, put there as it is.
        case json(String)
        case missing
    }

    package init() {}
}

/// What a role allows.
package struct ShopPermissions: OptionSet, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) {
        self.rawValue = rawValue
    }

    package static let viewLevels = ShopPermissions(rawValue: 1)
    package static let editLevels = ShopPermissions(rawValue: 2)
    package static let viewProducts = ShopPermissions(rawValue: 4)
    package static let editProducts = ShopPermissions(rawValue: 8)
    package static let viewOperations = ShopPermissions(rawValue: 16)
    package static let createOperations = ShopPermissions(rawValue: 32)
    package static let viewOrganization = ShopPermissions(rawValue: 64)
    package static let all = ShopPermissions(named.map(\.permission))

    /// The names for the command line.
    package static let named: [(name: String, permission: ShopPermissions)] = [
        ("view-levels", .viewLevels), ("edit-levels", .editLevels), ("view-products", .viewProducts),
        ("edit-products", .editProducts), ("view-operations", .viewOperations),
        ("create-operations", .createOperations), ("view-organization", .viewOrganization),
    ]
}
