/// Why the shop as a whole seems to take nothing now.
package enum ShopTrouble: Hashable, Sendable {
    /// No connection, 5xx before the request was taken, the database behind the shop gone.
    case outage(String)
    case maintenance
    /// Asked to come back later (429, 503), after so many seconds where it says.
    case busy(retryAfterSeconds: Int?)
    /// The token endpoint or the API refuses our credentials.
    case credentials(String)
    /// The credentials are good, the role is not; the right that it lacks, where one request shows it.
    case notPermitted(String, ShopRight? = nil)
    /// The web API is off, the URL is wrong, a redirect, a proxy's page: somebody has to mend a setting, and
    /// which one where that can be told.
    case configuration(String, ShopSetting? = nil)
    /// No encrypted connection to a server that is trusted.
    case encryption(String)

    /// What the shop said, for a record's own story.
    package var cause: String {
        switch self {
        case .outage(let cause), .credentials(let cause), .notPermitted(let cause, _),
            .configuration(let cause, _), .encryption(let cause):
            cause
        case .maintenance: "maintenance mode"
        case .busy: "asked to come back later"
        }
    }

    /// Whether waiting can mend it.
    package var passes: Bool {
        switch self {
        case .outage, .maintenance, .busy: true
        case .credentials, .notPermitted, .configuration, .encryption: false
        }
    }
}

extension Fault {
    /// The trouble worded for a person; the place is a method and path, where a single request met it.
    package init(_ trouble: ShopTrouble, place: String = "") {
        let words = trouble.words
        self.init(words.kind, code: words.code, place: place, message: words.message, hint: words.hint)
    }

    /// Whether the cause is the shop as a whole rather than something on our side.
    package var isShopTrouble: Bool { code.rawValue.hasPrefix("shop_") }
}

extension Fault.Code {
    package static let shopUnavailable = Fault.Code("shop_unavailable")
    package static let shopMaintenance = Fault.Code("shop_maintenance")
    package static let shopBusy = Fault.Code("shop_busy")
    package static let shopCredentials = Fault.Code("shop_credentials")
    package static let shopPermission = Fault.Code("shop_permission")
    package static let shopConfiguration = Fault.Code("shop_configuration")
    package static let shopEncryption = Fault.Code("shop_encryption")
}

extension ShopTrouble {
    fileprivate typealias Words = (kind: Fault.Kind, code: Fault.Code, message: String, hint: String)

    fileprivate var words: Words {
        switch self {
        case .outage(let cause):
            (
                .unavailable, .shopUnavailable, "OroCommerce does not answer: \(clause(cause)).",
                "Check that the shop is up, and that `oro.url` and `oro.proxy` lead to it; nothing is lost, "
                    + "run `tidegate push` later."
            )
        case .maintenance:
            (
                .unavailable, .shopMaintenance, "OroCommerce is in maintenance mode.",
                "Wait until it ends, or run `oro:maintenance:unlock` in the shop; nothing is lost, run "
                    + "`tidegate push` then."
            )
        case .busy(let seconds):
            (
                .busy, .shopBusy,
                "OroCommerce asks to come back later" + (seconds.map { " (in \($0) s)." } ?? "."),
                "Nothing is lost, run `tidegate push` later; lower `oro.push.concurrency.max` if it happens "
                    + "often."
            )
        case .credentials(let cause):
            (
                .notPermitted, .shopCredentials, "OroCommerce refuses the credentials: \(clause(cause)).",
                "Check client id and secret (System > User Management > OAuth Applications), that the "
                    + "application's user is enabled, and that the web API is switched on "
                    + "(\(ShopSetting.webAPIPath))."
            )
        case .notPermitted(let cause, let right):
            (
                .notPermitted, .shopPermission,
                right.map { "The role may not \($0.name): \(clause(cause))." }
                    ?? "OroCommerce does not permit it: \(clause(cause)).",
                right?.hint ?? "Find out with `tidegate check` which right the integration user's role lacks."
            )
        case .configuration(let cause, .some(.between)):
            (
                .unavailable, .shopUnavailable,
                "Something before OroCommerce answers in its place: \(clause(cause)).",
                ShopSetting.between.hint
            )
        case .configuration(let cause, let setting):
            (
                .badConfiguration, .shopConfiguration,
                "OroCommerce's API cannot be used as configured: \(clause(cause)).",
                setting?.hint
                    ?? "Check `oro.url` (the shop's root), `oro.backend_prefix` and any proxy between."
            )
        case .encryption(let cause):
            (
                .badConfiguration, .shopEncryption,
                "There is no trusted encrypted connection to OroCommerce: \(clause(cause)).",
                "Check scheme, host and port of `oro.url`, and that the certificate is for that host and has "
                    + "not expired; where your own authority has signed it, name a file with the authority's "
                    + "certificate in `oro.ca_file`."
            )
        }
    }

    /// A cause in the shop's words, without a full stop: the sentence around it has one.
    private func clause(_ cause: String) -> String {
        cause.hasSuffix(".") ? String(cause.dropLast()) : cause
    }
}
