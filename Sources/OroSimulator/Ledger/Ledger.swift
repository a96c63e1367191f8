/// Which way a quantity came into the shop.
package enum WriteRoute: UInt8, Sendable {
    case patch
    case batch
    case sync
    case checkout
    case manual

    package var name: String {
        switch self {
        case .patch: "patch"
        case .batch: "batch"
        case .sync: "sync"
        case .checkout: "checkout"
        case .manual: "manual"
        }
    }
}

/// One write that took effect.
package struct LedgerEntry: Sendable, Equatable {
    /// Counts from 1 in the order of effect.
    package let sequence: Int
    package let level: String
    package let sku: String
    package let unit: String
    package let warehouse: String?
    /// A plain decimal without trailing zeros.
    package let quantity: String
    package let route: WriteRoute
}

/// One level as it is now.
package struct LevelState: Sendable, Equatable {
    package let level: String
    package let sku: String
    package let unit: String
    package let warehouse: String?
    /// A plain decimal without trailing zeros.
    package let quantity: String
}

/// Every write in the order of effect, as columns, so that millions of them stay cheap.
struct Ledger {
    private(set) var levels: [Int32] = []
    private(set) var quantities: [StockQuantity] = []
    private(set) var routes: [WriteRoute] = []

    var count: Int { levels.count }

    mutating func append(level: Int, quantity: StockQuantity, route: WriteRoute) {
        levels.append(Int32(level))
        quantities.append(quantity)
        routes.append(route)
    }
}
