package import InventoryCore

/// How the shop is reached, and how levels are written to it.
package struct OroSettings: Hashable, Sendable {
    /// The shop's root, without `/admin` and without `/api`.
    package var url: String
    package var clientID = Credential(.environment("TIDEGATE_ORO_CLIENT_ID"), keyPath: "oro.client_id_env")
    package var clientSecret = Credential(
        .environment("TIDEGATE_ORO_CLIENT_SECRET"),
        keyPath: "oro.client_secret_env"
    )
    /// The path of the back office, below which the API lies.
    package var backendPrefix = "/admin"
    /// Which of a product's units get a level.
    package var publishUnits: PublishUnits = .primary
    /// Whether a product that the shop has set to `out_of_stock` is set back when its stock returns.
    package var restoresInStock = false
    /// How long the SKU of a level is believed; after that it is asked for before the level is written.
    package var namesFreshSeconds: Int64 = 86400
    package var push = Push()
    package var timeouts = Timeouts()
    /// The field of an order in which the ERP's connector acknowledges it.
    package var orderField: OrderSettings.Field?
    /// A PEM file of the authorities to trust instead of the system's.
    package var caFile: String?
    /// `http://host:port`; from the environment it may carry a name and a password.
    package var proxy: Credential?

    /// Whether a client that was made by the other settings can go on with these.
    package func isReached(as other: OroSettings) -> Bool {
        url == other.url && clientID == other.clientID && clientSecret == other.clientSecret
            && backendPrefix == other.backendPrefix && timeouts == other.timeouts
            && caFile == other.caFile && proxy == other.proxy && orderField == other.orderField
            && push.patienceSeconds == other.push.patienceSeconds
    }

    package struct Push: Hashable, Sendable {
        package var mode: Mode = .auto
        package var concurrencyMin = 1
        package var concurrencyMax = 16
        package var batchRecords = 1000
        /// How long a shop that takes nothing is waited for before a command ends; the outbox is kept.
        package var patienceSeconds = 60.0
        /// How long a write whose answer was lost may still take effect; nothing newer is sent there before.
        package var settleSeconds = 300.0
        /// Which writes go first within a wave.
        package var priority = PushPriority()
        /// The page whose latency shows whether shoppers suffer; nil where none is watched.
        package var storefront: Storefront?

        package struct Storefront: Hashable, Sendable {
            package var url: String
            /// The 95th percentile above which the push gives way.
            package var p95MaxSeconds = 0.8

            package init(url: String) {
                self.url = url
            }
        }

        package enum Mode: String, Hashable, Sendable, CaseIterable {
            /// By the number of writes.
            case auto
            case single
            case batch
            case sync
        }

        package init() {}
    }

    /// The longest time for each kind of request, from asking until the whole answer is there.
    package struct Timeouts: Hashable, Sendable {
        package var connectSeconds = 10.0
        package var tokenSeconds = 20.0
        package var writeSeconds = 30.0
        /// Above the 25 s that OroCommerce itself waits for a synchronous batch.
        package var batchSeconds = 60.0
        package var readSeconds = 60.0

        package init() {}
    }

    package init(url: String) {
        self.url = url
    }
}
