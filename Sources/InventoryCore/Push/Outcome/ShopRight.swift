/// A right of the integration user's role in OroCommerce.
package enum ShopRight: String, Hashable, Sendable, CaseIterable {
    case viewLevels = "view_levels"
    case editLevels = "edit_levels"
    case viewProducts = "view_products"
    case editProducts = "edit_products"
    case viewOperations = "view_operations"
    case createOperations = "create_operations"

    private var words: (verb: String, things: String) {
        switch self {
        case .viewLevels: ("view", "inventory levels")
        case .editLevels: ("edit", "inventory levels")
        case .viewProducts: ("view", "products")
        case .editProducts: ("edit", "products")
        case .viewOperations: ("view", "asynchronous operations")
        case .createOperations: ("create", "asynchronous operations")
        }
    }

    /// What it allows, as in `view products`.
    package var name: String { "\(words.verb) \(words.things)" }

    /// What a person does first to grant it.
    package var hint: String {
        let isOwn = self == .viewOperations || self == .createOperations
        return "Give the integration user's role \(words.verb) on \(words.things)"
            + (isOwn ? "" : ", in the whole organization") + " (System > User Management > Roles)."
    }
}

/// The setting that most probably has to be mended where the shop's API is not found.
package enum ShopSetting: Hashable, Sendable {
    /// `oro.url`: the shop's root.
    case url
    /// `oro.backend_prefix`: the shop is there, and its API is not below that path.
    case backendPrefix
    /// In the shop: its web API is switched off.
    case webAPI

    /// Where the web API is switched on.
    package static let webAPIPath =
        "System Configuration > General Setup > Application Settings > Web API > Enable API"

    var hint: String {
        switch self {
        case .url:
            "Check `oro.url`: it is the shop's root, as in https://shop.example, without the path of its "
                + "back office."
        case .backendPrefix:
            "Check `oro.backend_prefix`: it is the path of the back office (`web_backend_prefix` in the "
                + "shop's parameters, /admin unless somebody changed it); and `oro.url`, the shop's root."
        case .webAPI: "Switch it on: \(ShopSetting.webAPIPath)."
        }
    }
}
