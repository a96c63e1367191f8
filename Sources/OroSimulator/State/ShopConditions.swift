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

    /// The shop's own localization writes a comma for the decimal mark: fractions are refused.
    package var usesDecimalComma = false
    /// The same of the OAuth client's user, where nil follows the shop; batches follow what the shop's was
    /// when the consumers were started.
    package var userUsesDecimalComma: Bool?
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
