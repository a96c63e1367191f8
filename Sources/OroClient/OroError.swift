package import InventoryCore

/// Why the shop could not be asked, with what to do about it.
package struct OroError: Error, Hashable, Sendable, CustomStringConvertible {
    package let code: Code
    /// What was asked or configured: a setting, or a method and path without its query.
    package let place: String
    package let message: String
    package let hint: String
    /// The trouble behind it where the shop or the way to it is at fault.
    package let trouble: ShopTrouble?

    package enum Code: String, Sendable, CaseIterable {
        case badURL = "bad_url"
        case badProxy = "bad_proxy"
        case badCertificates = "bad_certificates"
        case unreachable
        case maintenance
        case busy
        case credentials
        case notPermitted = "not_permitted"
        case configuration
        /// An answer that the contract does not know.
        case unexpectedAnswer = "unexpected_answer"
        case cancelled
    }

    package init(code: Code, place: String, message: String, hint: String, trouble: ShopTrouble? = nil) {
        self.code = code
        self.place = place
        self.message = message
        self.hint = hint
        self.trouble = trouble
    }

    package init(_ trouble: ShopTrouble, place: String) {
        self.init(
            code: trouble.code,
            place: place,
            message: trouble.message,
            hint: trouble.hint,
            trouble: trouble
        )
    }

    /// One line for a person: where, what, and how to mend it.
    package var description: String { "\(place): \(message) \(hint)" }
}

extension ShopTrouble {
    package var code: OroError.Code {
        switch self {
        case .outage: .unreachable
        case .maintenance: .maintenance
        case .busy: .busy
        case .credentials: .credentials
        case .notPermitted: .notPermitted
        case .configuration: .configuration
        }
    }

    /// What is wrong, in a sentence.
    package var message: String {
        switch self {
        case .outage(let cause): "The shop cannot be reached: \(cause)."
        case .maintenance: "The shop is in maintenance mode."
        case .busy(let seconds?): "The shop asks to come back in \(seconds) s."
        case .busy(nil): "The shop asks to come back later."
        case .credentials(let cause): "The shop refuses the credentials: \(cause)."
        case .notPermitted(let cause): "The role lacks a permission: \(ShopTrouble.clause(cause))."
        case .configuration(let cause): "The shop or the way to it is not set up: \(cause)."
        }
    }

    /// How to mend it.
    package var hint: String {
        switch self {
        case .outage: "Check that the shop runs and that `oro.url` and `oro.proxy` lead to it."
        case .maintenance: "Wait until it ends, or run `oro:maintenance:unlock` in the shop."
        case .busy: "Wait; lower `oro.push.concurrency` if it happens often."
        case .credentials:
            "Check client id and secret under System > User Management > OAuth Applications, that its user"
                + " is enabled, and that System Configuration > Integrations > Web API is on."
        case .notPermitted:
            "Give the integration user's role view and edit on inventory levels, view on products,"
                + " and view and create on asynchronous operations."
        case .configuration:
            "Check `oro.url` (the shop's root), the proxy before it, and that System Configuration >"
                + " Integrations > Web API is on."
        }
    }
}
