package import InventoryCore
package import OroClient
package import StateStore
import Synchronization
package import TidegatePipeline
import TidegateSettings

/// A shop that is served: its runs come one at a time, its push goes on beside them.
///
/// Everything that wants something of the shop asks here: schedules, watchers, the HTTP interface, the
/// command line. What is asked for waits in bounded queues; nothing of it counts as done before it is
/// durable.
package final class ServedShop: Sendable {
    package let id: ShopID
    let oro: OroClient
    package let inbox: EventInbox
    let changes: OutboxChanges
    let turns = ShopTurns()
    let push: PushControl
    /// Where runs tell what they do.
    package let events: RunEvents
    private let served: Mutex<Shop>
    // The sources stay the same for as long as the shop is served.
    private let mailboxes: [SourceID: SourceMailbox]
    private let eventWakeups: [SourceID: Wakeup]
    private let orderWakeup = Wakeup()
    private let reloading = Mutex<ServiceReload?>(nil)
    private let beat = Mutex(ContinuousClock.now)
    private let committed: CommitCount
    private let times = RunTimes()
    let trace = BacklogTrace()
    /// Of writing the state.
    let trial = StateTrial()

    /// Serves a shop that is open for writing.
    ///
    /// - Throws: `Fault` where what a former service remembers cannot be read.
    package init(
        _ shop: Shop,
        inbox: EventInbox,
        oro: OroClient,
        events: @escaping RunEvents
    ) async throws {
        var shop = shop
        id = shop.settings.shop
        let counters = ShopCounters(of: shop.settings.shop)
        changes = OutboxChanges { counters.acknowledged(afterSeconds: $0) }
        shop.session = changes
        push = PushControl(try await shop.state.pushPause())
        self.inbox = inbox
        self.oro = oro
        let committed = CommitCount()
        self.committed = committed
        self.events = { [times] event in
            if case .ended(let summary) = event { times.note(summary) }
            // Before anybody hears of it: what was known of the source's deliveries no longer holds.
            if case .committed(let record) = event, record.events == nil { committed.add() }
            events(event)
        }
        served = Mutex(shop)
        mailboxes = Dictionary(uniqueKeysWithValues: shop.sources.map { ($0.id, SourceMailbox()) })
        eventWakeups = Dictionary(uniqueKeysWithValues: shop.sources.map { ($0.id, Wakeup()) })
        tellFollowers()
    }

    /// The shop by the settings of now.
    package var shop: Shop { served.withLock { $0 } }

    /// What the session has sent since it began.
    package var sentByNow: SentByNow { changes.sent }

    /// When the owner loop turned last.
    package var heartbeat: ContinuousClock.Instant { beat.withLock { $0 } }

    func turn() {
        beat.withLock { $0 = .now }
    }

    /// Has the shop for itself, once its turn comes, and gives what the body gives.
    ///
    /// - Parameters:
    ///   - name: what is done, for those who ask what the shop is working at.
    ///   - body: the work; what it accepts is pushed by the session.
    /// - Returns: what the body gives.
    /// - Throws: `Fault` with `queue_full`, `CancellationError`, or what the body throws.
    package func perform<Result: Sendable>(
        _ name: String,
        _ body: (Shop, OroClient) async throws -> Result
    ) async throws -> Result {
        try await perform(ShopTurns.Work(name: name), body)
    }

    /// The same for work that may be brief: then it is let in while a run reads its file
    /// or works out its plan.
    func perform<Result: Sendable>(
        _ work: ShopTurns.Work,
        _ body: (Shop, OroClient) async throws -> Result
    ) async throws -> Result {
        let turn = try await turns.take(work)
        // Approvals, resets and the like change what holds as well.
        defer { if !work.isBrief { committed.add() } }
        do {
            var shop = shop
            shop.turn = turn
            // After a commit that failed everything is opened anew, at what the database names.
            try await shop.makeReady()
            let result = try await body(shop, oro)
            await turns.giveBack(turn)
            return result
        } catch {
            await turns.giveBack(turn)
            throw error
        }
    }

    /// How long the steps of a run took; empty where this process has not made it, or forgot it.
    package func stepSeconds(of run: RunID) -> [RunStep: Double] { times.steps(of: run) }

    /// What the shop had not confirmed in the last hour, the oldest first.
    package var backlogPoints: [BacklogPoint] { trace.points }

    /// Counts what may have changed the last delivery of a source, its rules, or anything but events.
    var commits: Int { committed.count }

    // MARK: what wakes a source

    /// Queues a run of a source.
    ///
    /// - Returns: the name that the first run of the pass will have.
    /// - Throws: `unknown_source`, or `queue_full`.
    package func startRun(of source: SourceID) throws(Fault) -> RunID {
        let run = RunID(startedAt: .now, salt: UInt16.random(in: 0 ... .max))
        try mailbox(of: source).ask(run)
        return run
    }

    /// Says that something has come for a source: an upload, a file.
    package func delivered(_ source: SourceID) {
        mailboxes[source]?.deliver()
    }

    /// Says that events of a source were received.
    package func eventsReceived(_ source: SourceID) {
        eventWakeups[source]?.notify()
    }

    /// Waits until events of a source are received, for no longer than so many seconds.
    func waitForEvents(of source: SourceID, seconds: Double) async {
        await eventWakeups[source]?.wait(seconds: seconds)
    }

    /// Says that something has happened to web orders, or was said of them.
    package func lookAtOrders() {
        orderWakeup.notify()
    }

    /// Waits until there is something to look at among web orders, for no longer than so many seconds.
    func waitForOrders(seconds: Double) async {
        await orderWakeup.wait(seconds: seconds)
    }

    func mailbox(of source: SourceID) throws(Fault) -> SourceMailbox {
        let known = try shop.source(source)
        guard let box = mailboxes[known.id] else {
            preconditionFailure("a served shop has the sources that it began with")
        }
        return box
    }

    // MARK: settings

    /// Reads the files of the whole service anew, once it has said how.
    ///
    /// - Throws: `Fault` with everything that is wrong; nothing is changed then.
    package func reload() async throws {
        try await reloading.withLock { $0 }?.perform()
    }

    func reload(by reload: ServiceReload) {
        reloading.withLock { $0 = reload }
    }

    // MARK: pauses

    /// Stops the schedule of a source until somebody resumes it; runs that are asked for still begin.
    ///
    /// - Throws: `Fault`: no such source (64).
    package func pause(_ source: SourceID, reason: String, who: String) async throws {
        try await SourceAgenda.pause(source, in: shop, reason: reason, who: who)
        try mailbox(of: source).change()
    }

    /// Lets the schedule of a source go on.
    ///
    /// - Throws: `Fault`: no such source (64).
    package func resume(_ source: SourceID) async throws {
        try await SourceAgenda.resume(source, in: shop)
        try mailbox(of: source).change()
    }

    /// Sends nothing more to the shop until somebody resumes it; what is accepted waits in the outbox.
    ///
    /// - Throws: `Fault`.
    package func pausePush(reason: String, who: String) async throws {
        let pause = ScheduleMemory.Pause(reason: reason, who: who, since: .now)
        try await shop.state.rememberPushPause(pause)
        push.set(pause)
        tellFollowers()
    }

    /// Whoever waits for the push hears that it is paused.
    private func tellFollowers() {
        changes.stop(
            push.paused.map { pause in
                Fault(
                    .busy,
                    code: "push_paused",
                    message: "\(pause.who) has paused the push since \(pause.since): \(pause.reason)",
                    hint: "What was accepted waits in the outbox. Let it go on by POST to `/push/resume`."
                )
            }
        )
    }

    /// Lets the push go on.
    ///
    /// - Throws: `Fault`.
    package func resumePush() async throws {
        try await shop.state.rememberPushPause(nil)
        push.set(nil)
        tellFollowers()
    }

    /// What each source's schedule is about to do.
    ///
    /// - Throws: `Fault`.
    package func agenda() async throws -> [SourceAgenda] {
        let shop = shop
        var all: [SourceAgenda] = []
        for source in shop.sources { all.append(try await SourceAgenda(of: source.id, in: shop)) }
        return all
    }

    /// Goes on by other settings; the state stays as it is.
    func change(to shop: Shop) {
        served.withLock { $0 = shop }
        committed.add()
        for box in mailboxes.values { box.change() }
        push.changed.notify()
    }
}

/// How often something was committed.
private final class CommitCount: Sendable {
    private let state = Mutex(0)

    var count: Int { state.withLock { $0 } }

    func add() { state.withLock { $0 += 1 } }
}
