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
    package static let viewCustomers = ShopPermissions(rawValue: 128)
    package static let viewCustomerGroups = ShopPermissions(rawValue: 256)
    package static let viewOrders = ShopPermissions(rawValue: 512)
    package static let viewOrderLines = ShopPermissions(rawValue: 1024)
    package static let editOrders = ShopPermissions(rawValue: 2048)
    /// Users, business units and attribute families.
    package static let viewSystem = ShopPermissions(rawValue: 4096)
    package static let all = ShopPermissions(named.map(\.permission))

    /// What a pusher needs and no more (API contract, section 1).
    package static let minimal: ShopPermissions = [
        .viewLevels, .editLevels, .viewProducts, .viewOperations, .createOperations,
    ]

    /// The names for the command line.
    package static let named: [(name: String, permission: ShopPermissions)] = [
        ("view-levels", .viewLevels), ("edit-levels", .editLevels), ("view-products", .viewProducts),
        ("edit-products", .editProducts), ("view-operations", .viewOperations),
        ("create-operations", .createOperations), ("view-organization", .viewOrganization),
        ("view-customers", .viewCustomers), ("view-customer-groups", .viewCustomerGroups),
        ("view-orders", .viewOrders), ("view-order-lines", .viewOrderLines), ("edit-orders", .editOrders),
        ("view-system", .viewSystem),
    ]

    /// Whether entities of a type are seen at all.
    func sees(_ type: String) -> Bool {
        let needed: ShopPermissions
        switch type {
        case "inventorylevels": needed = .viewLevels
        case "products": needed = .viewProducts
        case "asyncoperations": needed = .viewOperations
        case "organizations": needed = .viewOrganization
        case "customers": needed = .viewCustomers
        case "customergroups": needed = .viewCustomerGroups
        case "orders": needed = .viewOrders
        // Whether components of kits have a right of their own was not seen; a line is no use without them.
        case "orderlineitems", "orderproductkititemlineitems": needed = .viewOrderLines
        case "users", "businessunits", "attributefamilies": needed = .viewSystem
        default: return true
        }
        return contains(needed)
    }
}

/// The roles that an OAuth client's user was seen with.
package enum ShopRole: String, Sendable, CaseIterable {
    /// May do everything.
    case admin
    /// May read and write levels, in batches too, and see products.
    case minimal

    package var permissions: ShopPermissions {
        switch self {
        case .admin: .all
        case .minimal: .minimal
        }
    }
}

/// One more OAuth client of the shop, beside the one that the options name.
package struct OAuthClient: Sendable {
    package let id: String
    package let secret: String
    package let role: ShopRole

    package init(id: String, secret: String, role: ShopRole) {
        self.id = id
        self.secret = secret
        self.role = role
    }
}

extension ShopState {
    /// What a client may do now; 0 is the one that the options name.
    func permissions(ofClient client: Int) -> ShopPermissions {
        client == 0 ? conditions.permissions : otherPermissions[client - 1]
    }
}
