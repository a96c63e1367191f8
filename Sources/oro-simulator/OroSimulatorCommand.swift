import ArgumentParser
import Glibc
import Logging
import OroSimulator
import ServiceLifecycle
import UnixSignals

/// `oro-simulator`: an OroCommerce admin API to develop and test against.
@main
struct OroSimulatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "oro-simulator",
        abstract: "A simulated OroCommerce admin API over HTTP, with a ledger of every write.",
        discussion: """
            A catalogue FILE is CSV with the header sku,unit,precision,quantity[,warehouse][,primary], or \
            NDJSON with the same names; a line is a level. With warehouses the shop is an Enterprise one.

            GET /_simulator/ledger and GET /_simulator/levels show, as NDJSON, every write in the order of \
            effect and the levels now. GET /_simulator/orders shows the orders, also those that nobody can \
            see yet; POST places one: {"lines": [{"sku": "A", "quantity": 3}], …} with the keys that an \
            order has in a fault file. SIGTERM or SIGINT ends it.

            \(FaultScript.fileHelp)

            A cost MODEL is "measured" (a 5.1.8 on two shared cores), or such settings as \
            cores=2,workers=4,request=71,record=9 on top of it (milliseconds), or factor=0.1 for one ten \
            times as fast.
            """
    )

    @Option(help: "Port to listen on; 0 takes a free one.")
    var port = 8088

    @Option(help: "Address to listen on.")
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("What the shop sells, as CSV or NDJSON.", valueName: "file"))
    var catalogue: String?

    @Option(help: "How many products to make up, when there is no catalogue.")
    var products = 1000

    @Option(help: "Drives everything that is random.")
    var seed: UInt64 = 1

    @Option(name: .customLong("client-id"), help: "Default: $TIDEGATE_ORO_CLIENT_ID, else tidegate.")
    var clientId: String?

    @Option(
        name: .customLong("client-secret"),
        help: "Default: $TIDEGATE_ORO_CLIENT_SECRET, else tidegate-secret."
    )
    var clientSecret: String?

    @Option(help: "Version or edition: \(Profile.allCases.map(\.rawValue).joined(separator: ", ")).")
    var profile: Profile?

    @Option(
        defaultAsFlag: Profile.v5_1,
        help: ArgumentHelp(
            "Start as a shop that transcripts were recorded on, 5.1 (the default) or 6.0. Its clients are "
                + "CLIENT-ID, CLIENT-ID-admin and CLIENT-ID-minimal; all have the secret CLIENT-SECRET.",
            valueName: "version"
        )
    )
    var likeTranscripts: Profile?

    @Option(
        help: ArgumentHelp(
            "The integration user's role: admin (the default) may do everything, minimal what a pusher needs "
                + "(the default of --like-transcripts 6.0).",
            valueName: "role"
        )
    )
    var role: ShopRole?

    @Option(
        name: .customLong("role-lacks"),
        help: ArgumentHelp(
            "What the integration user's role may not do: "
                + "\(ShopPermissions.named.map(\.name).joined(separator: ", ")); may be repeated.",
            valueName: "permission"
        )
    )
    var roleLacks: [ShopPermissions] = []

    @Option(help: "Queue consumers at work.")
    var consumers = 1

    @Option(name: .customLong("token-lifetime"), help: "Seconds that an access token lives.")
    var tokenLifetime = 3600

    @Option(help: ArgumentHelp("What goes wrong, and when, as JSON.", valueName: "file"))
    var faults: String?

    @Option(
        name: .customLong("cost-model"),
        help: ArgumentHelp("What requests and records cost.", valueName: "model")
    )
    var costModel: CostModel?

    func run() async throws {
        let options = try options()
        let simulator = OroSimulator(options: options) { url in
            Self.say("oro-simulator \(options.profile.rawValue) listens on \(url)\n")
        }
        var logger = Logger(label: "oro-simulator")
        logger.logLevel = .error
        let group = ServiceGroup(
            services: [simulator],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        try await group.run()
    }

    private func options() throws -> SimulatorOptions {
        var options: SimulatorOptions
        if let version = likeTranscripts {
            options = .likeTranscripts(of: profile ?? version, role: role)
        } else {
            options = SimulatorOptions(catalogue: try shopCatalogue())
            options.profile = profile ?? .v5_1
            options.role = role ?? .admin
        }
        options.host = host
        options.port = port
        options.seed = seed
        options.consumers = consumers
        options.tokenLifetimeSeconds = tokenLifetime
        options.cost = costModel
        for permission in roleLacks { options.permissions.remove(permission) }
        if let faults {
            options.faults = try Self.understood { () throws(SimulatorFault) in try .load(file: faults) }
        }
        if let id = clientId ?? (likeTranscripts != nil ? nil : Self.environment("TIDEGATE_ORO_CLIENT_ID")) {
            options.clientID = id
        }
        if let secret = clientSecret
            ?? (likeTranscripts != nil ? nil : Self.environment("TIDEGATE_ORO_CLIENT_SECRET"))
        {
            options.clientSecret = secret
        }
        return options
    }

    private func shopCatalogue() throws -> Catalogue {
        if let catalogue {
            return try Self.understood { () throws(SimulatorFault) in try .load(file: catalogue) }
        }
        return Catalogue(count: products, seed: seed)
    }

    /// Turns what is wrong with a file into a usage error.
    private static func understood<Value>(_ load: () throws(SimulatorFault) -> Value) throws -> Value {
        do {
            return try load()
        } catch .badFile(let place, let problem) {
            throw ValidationError("\(place) \(problem)")
        } catch .notListening {
            throw ValidationError("the simulator did not start")
        }
    }

    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    private static func say(_ line: String) {
        var line = line
        line.withUTF8 { bytes in
            // A closed standard output is the reader's choice; the shop goes on.
            _ = write(STDOUT_FILENO, bytes.baseAddress, bytes.count)
        }
    }
}

extension Profile: ExpressibleByArgument {}

extension ShopRole: ExpressibleByArgument {}

extension ShopPermissions: ExpressibleByArgument {
    public init?(argument: String) {
        guard let named = ShopPermissions.named.first(where: { $0.name == argument }) else { return nil }
        self = named.permission
    }
}

extension CostModel: ExpressibleByArgument {
    /// Reads `measured`, or settings on top of it.
    public init?(argument: String) {
        self.init()
        if argument == "measured" { return }
        for setting in argument.split(separator: ",") {
            let pair = setting.split(separator: "=")
            guard pair.count == 2, let value = Double(pair[1]), value >= 0 else { return nil }
            switch pair[0] {
            case "cores": cores = max(1, Int(value))
            case "workers": workers = max(1, Int(value))
            case "request": requestMilliseconds = value
            case "batch-request": batchRequestMilliseconds = value
            case "record": recordMilliseconds = value
            case "message": messageMilliseconds = value
            case "factor": self = scaled(by: value)
            default: return nil
            }
        }
    }
}
