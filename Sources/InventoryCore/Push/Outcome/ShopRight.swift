/// A right of the integration user's role in OroCommerce.
package enum ShopRight: String, Hashable, Sendable, CaseIterable {
    case viewLevels = "view_levels"
    case editLevels = "edit_levels"
    case viewProducts = "view_products"
    case editProducts = "edit_products"
    case viewOperations = "view_operations"
    case createOperations = "create_operations"
    case viewOrders = "view_orders"
    case viewOrderLines = "view_order_lines"
    /// What a kit consists of, in an order.
    case viewKitParts = "view_kit_parts"
    case viewCustomers = "view_customers"
    case viewCustomerGroups = "view_customer_groups"

    private var words: (verb: String, things: String) {
        switch self {
        case .viewLevels: ("view", "inventory levels")
        case .editLevels: ("edit", "inventory levels")
        case .viewProducts: ("view", "products")
        case .editProducts: ("edit", "products")
        case .viewOperations: ("view", "asynchronous operations")
        case .createOperations: ("create", "asynchronous operations")
        case .viewOrders: ("view", "orders")
        case .viewOrderLines: ("view", "order line items")
        case .viewKitParts: ("view", "order product kit item line items")
        case .viewCustomers: ("view", "customers")
        case .viewCustomerGroups: ("view", "customer groups")
        }
    }

    /// What it allows, as in `view products`.
    package var name: String { "\(words.verb) \(words.things)" }

    /// Whether a role has it for a part of the shop only: for what has an owner.
    private var hasScope: Bool {
        switch self {
        case .viewOperations, .createOperations, .viewOrderLines, .viewKitParts: false
        case .viewLevels, .editLevels, .viewProducts, .editProducts, .viewOrders, .viewCustomers,
            .viewCustomerGroups:
            true
        }
    }

    /// What a person does first to grant it.
    package var hint: String {
        "Give the integration user's role \(words.verb) on \(words.things)"
            + (hasScope ? ", in the whole organization" : "") + " (System > User Management > Roles)."
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
    /// None of ours: the API has answered where it is looked for, and something before it answers now.
    case between

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
        case .between:
            "Look at what lies between: a proxy, a firewall, a page for maintenance; the API has answered at "
                + "this address before. Nothing is lost, run `tidegate push` later."
        }
    }
}
