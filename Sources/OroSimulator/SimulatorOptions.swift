/// How a simulated shop is set up.
package struct SimulatorOptions: Sendable {
    package var host = "127.0.0.1"
    /// 0 takes any free port.
    package var port = 0
    package var catalogue: Catalogue
    /// Seeds everything random: disorder of the queue, faults, tokens.
    package var seed: UInt64 = 1
    package var clientID = "tidegate"
    package var clientSecret = "tidegate-secret"
    package var profile = Profile.v5_1
    /// Whether levels take batches at all; before 5.1.7 and 6.0.1 they answer 405.
    package var takesLevelBatches = true
    package var tokenLifetimeSeconds = 3600
    package var faults = FaultScript()
    /// The role of the integration user; setting it sets what it may do.
    package var role = ShopRole.admin {
        didSet { permissions = role.permissions }
    }
    /// What the integration user's role may do.
    package var permissions = ShopPermissions.all
    /// Clients beside the one named above.
    package var otherClients: [OAuthClient] = []
    /// Whether the shop's own localization writes a comma for the decimal mark.
    package var usesDecimalComma = false
    /// When the shop was set up, as its organization shows it to those who may see it.
    package var organizationCreatedAt = "2026-11-23T03:06:51Z"
    /// nil answers as fast as the machine can.
    package var cost: CostModel?
    /// Queue consumers at work, 0...`consumersMax`.
    package var consumers = 1
    /// Records a chunk of a batch holds.
    package var chunkSize = 100
    /// How long an operation waits before a consumer may take it.
    package var operationDelayMilliseconds = 10
    /// How likely a queued message overtakes earlier ones, 0...1; the shop promises no order.
    package var disorder = 0.1

    /// How often a webhook is tried before its message is dropped, and the pauses between where the receiver
    /// names none.
    package var webhookTriesMax = 5
    package var webhookRetryMilliseconds = 1000

    /// Whether `Basic CREDENTIALS`, as the transcripts mask it, stands for the client's credentials.
    package var takesMaskedCredentials = false

    /// Consumers that can be switched on while the simulator runs.
    package static let consumersMax = 16

    package init(catalogue: Catalogue) {
        self.catalogue = catalogue
    }

    /// The shop that the first transcripts were recorded on: its catalogue and its credentials.
    package static var likeTranscripts: SimulatorOptions { likeTranscripts(of: .v5_1) }

    /// A recorded shop: its catalogue and its clients, `CLIENT-ID` with this role and one with the other.
    package static func likeTranscripts(of version: Profile, role: ShopRole? = nil) -> SimulatorOptions {
        var options = SimulatorOptions(catalogue: version == .v5_1 ? .transcripts : .laterTranscripts)
        options.profile = version
        options.role = role ?? (version == .v5_1 ? .admin : .minimal)
        options.clientID = "CLIENT-ID"
        options.clientSecret = "CLIENT-SECRET"
        options.otherClients = ShopRole.allCases.map { role in
            OAuthClient(id: "CLIENT-ID-" + role.rawValue, secret: options.clientSecret, role: role)
        }
        options.disorder = 0
        options.operationDelayMilliseconds = 0
        options.takesMaskedCredentials = true
        return options
    }
}
