import InventoryCore

/// What an examination of the shop found, for `tidegate check`.
package struct ShopReport: Hashable, Sendable {
    package var findings: [Finding] = []
    package var edition: Edition?
    /// What the features give away of the version, such as `6.0.4 or newer`; the API does not state it.
    package var version: String?
    /// How many levels the shop has.
    package var levelCount: Int?
    /// Whether the version has batches of levels, whatever the role may.
    package var knowsBatches: Bool?
    /// Whether batches can be written by this role; nothing where it could not be found out.
    package var takesBatches: Bool?
    /// Whether batches can be answered at once; nothing where only trying would tell.
    package var takesSynchronousBatches: Bool?
    /// Names of the warehouses; empty in the Community Edition.
    package var warehouses: [String] = []
    /// Whether the role may read orders with all that matters; nothing where it was not asked.
    package var readsOrders: Bool?
    /// How new and changed orders can be asked for.
    package var orderWay: OrderWay?
    /// How many orders the role is shown.
    package var orderCount: Int?

    package enum Edition: String, Sendable {
        case community
        case enterprise
    }

    package struct Finding: Hashable, Sendable {
        package let severity: Severity
        /// Stable, for machines.
        package let code: String
        package let message: String
        /// How to mend it, or empty where there is nothing to mend.
        package let hint: String

        /// The code of a role that may not view products.
        package static let productsHidden = "products_hidden"

        /// Whether credentials, or a right that the role lacks, are the cause.
        package var isPermission: Bool {
            [Fault.Code.shopPermission, .shopCredentials].contains { $0.rawValue == code }
                || code == Finding.productsHidden
        }

        /// Whether it may have mended itself when a run comes.
        package var isPassing: Bool {
            [Fault.Code.shopUnavailable, .shopMaintenance, .shopBusy].contains { $0.rawValue == code }
        }

        package init(_ severity: Severity, _ code: String, _ message: String, hint: String = "") {
            self.severity = severity
            self.code = code
            self.message = message
            self.hint = hint
        }
    }

    package enum Severity: String, Hashable, Sendable, Comparable, CaseIterable {
        case ok
        /// Cannot be seen through the API, or is worth knowing.
        case note
        /// It works, but slower or less safely than it could.
        case warning
        /// Nothing can be written before this is mended.
        case problem

        package static func < (left: Severity, right: Severity) -> Bool {
            let order = Severity.allCases
            return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
        }
    }

    package init() {}

    /// Whether levels can be written.
    package var isUsable: Bool { !findings.contains { $0.severity == .problem } }

    mutating func add(_ severity: Severity, _ trouble: ShopTrouble) {
        let fault = Fault(trouble)
        add(severity, fault.code.rawValue, fault.message, hint: fault.hint)
    }

    mutating func add(_ severity: Severity, _ code: String, _ message: String, hint: String = "") {
        findings.append(Finding(severity, code, message, hint: hint))
    }
}
