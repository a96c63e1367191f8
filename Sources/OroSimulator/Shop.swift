import Synchronization

/// The simulated shop behind its HTTP front: state, queue, and the rules that join them.
final class Shop: Sendable {
    let options: SimulatorOptions
    let resources: [String: Resource]
    let queue: WorkQueue
    let tokenEndpoint: TokenEndpoint
    /// Messages that become due later; at most one for each operation's work.
    let delays: AsyncStream<DelayedWork>.Continuation
    let delayed: AsyncStream<DelayedWork>
    let processors: Processors?
    /// Requests whose effect waits for a command, oldest first.
    let keptBack = Mutex<[ShopRequest]>([])
    /// Events for webhooks; beyond the limit they are lost, as with a full message queue.
    let webhookEvents: AsyncStream<WebhookEvent>
    private static let webhookEventsMax = 100_000
    private let state: Mutex<ShopState>
    private let dice: Mutex<FaultDice>
    private let epochSeconds: Int64
    /// The time at which a test stopped the clock; -1 while it runs.
    private let clockStoppedAt = Atomic<Int64>(-1)
    private let started = ContinuousClock.now

    init(options: SimulatorOptions) {
        var options = options
        if options.catalogue.hasWarehouses { options.profile = .enterprise }
        self.options = options
        resources = Resource.all(for: options.profile, takesLevelBatches: options.takesLevelBatches)
        queue = WorkQueue(consumers: options.consumers, seed: options.seed, disorder: options.disorder)
        tokenEndpoint = TokenEndpoint(
            clientId: options.clientID,
            clientSecret: options.clientSecret,
            lifetimeSeconds: options.tokenLifetimeSeconds,
            takesMaskedCredentials: options.takesMaskedCredentials,
            others: options.otherClients
        )
        epochSeconds = Self.systemSeconds()
        (delayed, delays) = AsyncStream.makeStream(of: DelayedWork.self)
        processors = options.cost.map { Processors(model: $0) }
        dice = Mutex(FaultDice(script: options.faults))
        var initial = ShopState()
        initial.tokens = TokenTable(seed: options.seed)
        initial.conditions.permissions = options.permissions
        initial.conditions.usesDecimalComma = options.usesDecimalComma
        initial.consumersUseDecimalComma = options.usesDecimalComma
        initial.otherPermissions = options.otherClients.map(\.role.permissions)
        initial.hasKits = options.profile != .v5_1
        let (webhookEvents, happened) = AsyncStream.makeStream(
            of: WebhookEvent.self,
            bufferingPolicy: .bufferingOldest(Shop.webhookEventsMax)
        )
        self.webhookEvents = webhookEvents
        initial.webhooks.events = happened
        initial.hasExternalIds = options.profile.hasExternalIds
        initial.sharesOrderLines = options.profile.sharesOrderLines
        initial.hasMainWarehouse = options.profile.hasWarehouses
        InstalledRecords.fill(&initial, organizationCreatedAt: options.organizationCreatedAt)
        InstalledRecords.fillOrderStatuses(&initial, options.profile)
        if options.profile.hasWebhooks { InstalledRecords.fillWebhooks(&initial) }
        options.catalogue.fill(&initial, atSeconds: epochSeconds)
        state = Mutex(initial)
    }

    /// The time the shop shows, in seconds since 1970.
    var nowSeconds: Int64 {
        let stopped = clockStoppedAt.load(ordering: .relaxed)
        return stopped >= 0 ? stopped : epochSeconds + (ContinuousClock.now - started).components.seconds
    }

    /// Stops the shop's clock, or lets it run with nil.
    func stopClock(at seconds: Int64?) {
        clockStoppedAt.store(seconds ?? -1, ordering: .relaxed)
        let now = nowSeconds
        with { $0.settleCheckouts(nowSeconds: now, isRequest: false) }
    }

    /// Reads or plays the script of faults.
    func withDice<Result: Sendable>(_ body: (inout sending FaultDice) -> sending Result) -> Result {
        dice.withLock(body)
    }

    /// Reads or changes the state; keep it short, everything waits for this lock.
    func with<Result: Sendable>(_ body: (inout sending ShopState) -> sending Result) -> Result {
        state.withLock(body)
    }
}

/// What happens later, and when.
struct DelayedWork: Sendable {
    enum Item: Sendable {
        /// A message that consumers may see then.
        case message(Work)
        /// A request that takes effect then.
        case request(ShopRequest)
    }

    let due: ContinuousClock.Instant
    let item: Item
}
