package import InventoryCore
package import OroClient
package import TidegatePipeline

/// A shop that is served, as the HTTP routes see it.
package protocol ShopService: Sendable {
    var id: ShopID { get }
    /// Its settings, its state and its views; nobody but `perform` writes through it.
    var shop: Shop { get }
    /// When the owner loop turned last.
    var heartbeat: ContinuousClock.Instant { get }

    /// Queues work that needs the shop for itself, waits for its turn, and gives what it gives.
    ///
    /// - Throws: `queue_full` (busy), or what the work throws.
    func perform<Result: Sendable>(
        _ name: String,
        _ body: (Shop, OroClient) async throws -> Result
    ) async throws -> Result

    /// Queues a run of a source and gives its id at once.
    ///
    /// - Throws: `queue_full` (busy).
    func startRun(of source: SourceID) throws(Fault) -> RunID
    /// Something has come for a source: it is looked at with the next turn.
    func delivered(_ source: SourceID)
    /// Events of a source were received.
    func eventsReceived(_ source: SourceID)
    /// Something has happened to web orders, or was said of them: they are read soon.
    func lookAtOrders()
    func pause(_ source: SourceID, reason: String, who: String) async throws
    func resume(_ source: SourceID) async throws
    func pausePush(reason: String, who: String) async throws
    func resumePush() async throws
    /// What each source does next, in the order of the configuration.
    func servedSources() async throws -> [ServedSource]
    /// What the shop had not confirmed in the last hour, the oldest first.
    var backlogPoints: [BacklogPoint] { get }
    /// How long the steps of a run took; empty where this process has not made it, or forgot it.
    func stepSeconds(of run: RunID) -> [RunStep: Double]
    /// Why nothing is sent to the shop; nothing where the push goes on.
    func pushPause() async -> ScheduleMemory.Pause?
}

/// What a source does next.
package struct ServedSource: Hashable, Sendable {
    package let source: SourceID
    /// When its schedule starts a run; nothing without a schedule, or while it is paused.
    package var nextRun: Timestamp?
    package var pause: ScheduleMemory.Pause?
    /// Runs that failed, one after the other, since the last that did not.
    package var failuresInARow = 0
    package var isRunning = false

    package init(_ source: SourceID) {
        self.source = source
    }
}

/// What the routes ask of the parts beside them.
package struct ServiceProbes: Sendable {
    /// The metrics page, as Prometheus reads it.
    package var metrics: @Sendable () async -> [UInt8] = { [] }
    /// What keeps the process from turning, one sentence each; nothing where it turns.
    package var illnesses: @Sendable () async -> [String] = { [] }
    /// What keeps it from taking work; the shop is no reason.
    package var obstacles: @Sendable () async -> [String] = { [] }

    package init() {}
}
