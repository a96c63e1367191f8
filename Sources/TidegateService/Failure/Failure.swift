package import InventoryCore

/// Why a command could not do its work, in the words that its user reads.
package struct Failure: Error, Hashable, Sendable {
    package let status: ExitStatus
    /// Stable, in snake case; all are on the page `Errors.md`.
    package let code: String
    /// What went wrong, and where.
    package let message: String
    /// How to mend it.
    package let hint: String

    package init(status: ExitStatus, code: String, message: String, hint: String) {
        self.status = status
        self.code = code
        self.message = message
        self.hint = hint
    }
}

extension Failure {
    /// The command was asked to end before it was done.
    package static let stopped = Failure(
        status: .busy,
        code: "stopped",
        message: "Stopped before it was done; nothing that was accepted is lost.",
        hint: "Run `tidegate sync` or `tidegate push`: it goes on from here."
    )

    /// What a shop that takes nothing means to the person at the terminal.
    package init(_ trouble: ShopTrouble) {
        switch trouble {
        case .outage(let what):
            self.init(
                status: .unavailable,
                code: "shop_unavailable",
                message: "OroCommerce does not answer: \(what).",
                hint: "See that the shop is up and that `oro.url` is right; nothing is lost, "
                    + "run `tidegate push` later."
            )
        case .maintenance:
            self.init(
                status: .unavailable,
                code: "shop_maintenance",
                message: "OroCommerce is in maintenance mode.",
                hint: "Wait until it is over; nothing is lost, run `tidegate push` then."
            )
        case .busy(let seconds):
            self.init(
                status: .busy,
                code: "shop_busy",
                message: "OroCommerce asks to come back later"
                    + (seconds.map { " (in \($0) s)." } ?? "."),
                hint: "Nothing is lost, run `tidegate push` later, or lower `oro.push.concurrency.max`."
            )
        case .credentials(let what):
            self.init(
                status: .notPermitted,
                code: "shop_credentials",
                message: "OroCommerce refuses the credentials: \(what).",
                hint: "Check client id and secret (System > User Management > OAuth Applications), that the "
                    + "application's user is enabled, and that the web API is switched on "
                    + "(System > Configuration > Integrations > Web API)."
            )
        case .notPermitted(let what):
            self.init(
                status: .notPermitted,
                code: "shop_permission",
                message: "OroCommerce does not permit it: \(ShopTrouble.clause(what)).",
                hint: "Give the integration's role view and edit on inventory levels, view on products, "
                    + "and view and create on asynchronous operations."
            )
        case .configuration(let what):
            self.init(
                status: .badConfiguration,
                code: "shop_configuration",
                message: "OroCommerce's API is not there: \(what).",
                hint: "Check `oro.url`, and switch on the web API "
                    + "(System > Configuration > Integrations > API)."
            )
        }
    }
}
