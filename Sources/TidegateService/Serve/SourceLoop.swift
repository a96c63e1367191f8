import CLinux
import InventoryCore
import Logging
import ServiceLifecycle
import SnapshotSources
import StateStore
import TidegatePipeline
import TidegateSettings

/// Begins the runs of one source: when its schedule says so, when something has come, when somebody asks.
struct SourceLoop: Service {
    let served: ServedShop
    let source: SourceID
    let logger: Logger

    /// Seconds between two looks at a schedule; a clock that is set meanwhile is noticed.
    private static let lookSecondsMax = 30.0
    /// Seconds between two looks at the rules of a source without a schedule: timed ones begin and end.
    private static let rulesSeconds = 300.0
    /// Seconds after a turn at which the state could not be read or written.
    private static let pauseSeconds = 5.0

    func run() async throws {
        let mailbox = try served.mailbox(of: source)
        var rulesLooked = ContinuousClock.now
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                try await turn(mailbox, &rulesLooked)
            } catch {
                // The state could not be read or written: nothing is lost, and the next turn tries again.
                tell(Fault(error))
                await cancelWhenGracefulShutdown { await Task.pause(seconds: SourceLoop.pauseSeconds) }
            }
        }
    }

    private func turn(_ mailbox: SourceMailbox, _ rulesLooked: inout ContinuousClock.Instant) async throws {
        var seconds = SourceLoop.lookSecondsMax
        if let due = due {
            var memory = try await served.shop.state.scheduleMemory(of: source)
            let before = memory
            let turn = due.turn(&memory, at: .now, isBusy: false)
            if memory != before { try await served.shop.state.remember(memory, of: source) }
            switch turn {
            case .run: return try await pass(.everything)
            case .wait(let until):
                seconds = min(seconds, max(0.01, until.secondsSince(.now)))
            case .paused, .never: break
            }
        } else if rulesLooked.duration(to: .now) > .seconds(SourceLoop.rulesSeconds) {
            rulesLooked = .now
            return try await pass(.rules)
        }
        let mail = await cancelWhenGracefulShutdown { [seconds] in await mailbox.next(within: seconds) }
        if Task.isShuttingDownGracefully || Task.isCancelled {
            // Runs that were asked for and did not begin are asked for again by whoever wants them; files
            // and uploads lie where they are.
            return
        }
        for run in mail.runs { try await pass(.everything, named: run) }
        if mail.isDelivered || mail.isChanged, mail.runs.isEmpty, try await !isPaused {
            try await pass(.newDeliveries)
        }
        if mail.isChanged { try await pass(.rules) }
    }

    /// Whether a person has stopped what runs by itself; what comes meanwhile lies where it is.
    private var isPaused: Bool {
        get async throws { try await served.shop.state.scheduleMemory(of: source).pause != nil }
    }

    private var due: DueRuns? {
        let shop = served.shop
        guard let settings = shop.sources.first(where: { $0.id == source })?.settings else { return nil }
        return shop.settings.schedule(of: settings).map { DueRuns($0, of: source, shop: served.id) }
    }

    private func pass(_ extent: PassExtent, named run: RunID? = nil) async throws {
        var failure: Fault?
        do {
            let outcome = try await served.perform("run of \(source)") { [source, served] shop, oro in
                try await SyncRun(
                    shop: shop,
                    oro: oro,
                    sources: [source],
                    extent: extent,
                    first: run,
                    events: served.events
                ).perform()
            }
            failure = outcome.faults.first?.fault
            if !outcome.summaries.isEmpty {
                try await served.shop.giveMemoryBack()
                linux_give_back_memory()
            }
            for (_, fault) in outcome.notes { tell(fault) }
        } catch {
            failure = Fault(error)
        }
        if Task.isCancelled { return }
        // A folder that is empty is no failure; that nothing comes is told where the source is silent.
        if failure?.code == .noSnapshot { failure = nil }
        if let failure { tell(failure) }
        if extent == .everything { try await ended(failure) }
    }

    /// Counts failures, and leaves out the times that came while the run went on.
    private func ended(_ fault: Fault?) async throws {
        guard let due else { return }
        var memory = try await served.shop.state.scheduleMemory(of: source)
        let before = memory
        let wasPaused = memory.pause != nil
        due.ended(&memory, fault: fault, at: .now)
        _ = due.turn(&memory, at: .now, isBusy: true)
        if memory != before { try await served.shop.state.remember(memory, of: source) }
        if let pause = memory.pause, !wasPaused {
            logger.error(
                "the schedule is paused: \(pause.reason)",
                metadata: ["source": .string(source.text)]
            )
        }
    }

    private func tell(_ fault: Fault) {
        logger.tell(fault, of: served.id, source)
    }
}

/// Wakes a source whenever something comes to lie in its folder.
struct WatchLoop: Service {
    let served: ServedShop
    let source: SourceID
    let folder: String

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in DropFolderWatch(folder) { served.delivered(source) }
        }
    }
}

extension Timestamp {
    /// Seconds from an earlier moment to this one.
    fileprivate func secondsSince(_ earlier: Timestamp) -> Double {
        Double(microseconds - earlier.microseconds) / 1_000_000
    }
}
