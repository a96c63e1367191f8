import InventoryCore
import Logging
import ServiceLifecycle
import StateStore
import Synchronization
import TidegatePipeline

/// Keeps the push session of a shop open, unless a person has paused it.
struct PushService: Service {
    let served: ServedShop
    let control: PushControl
    let logger: Logger
    /// How long a write that is under way is waited for at the end.
    let endSeconds: Double

    /// Seconds until a session that could not go on is tried again, doubling up to a minute.
    private static let pauseSecondsMax = 60.0

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            let hasEnded = try await Patience.wait(seconds: endSeconds) { try await keep() }
            if !hasEnded {
                logger.warning(
                    "the shop has not answered a write; the next start finds out what became of it"
                )
            }
        }
    }

    private func keep() async throws {
        var pauseSeconds = 1.0
        while !Task.isCancelled {
            if control.isPaused {
                await control.changed.wait(seconds: 3600)
                continue
            }
            do {
                try await session()
                pauseSeconds = 1
            } catch {
                let fault = Fault(error)
                if Task.isCancelled { return }
                // A full disk gets room again, a wrong address is corrected: the runs go on meanwhile.
                await note(fault)
                served.changes.rest(fault)
                await control.changed.wait(seconds: pauseSeconds)
                pauseSeconds = min(pauseSeconds * 2, PushService.pauseSecondsMax)
            }
        }
    }

    /// Tells why nothing goes to the shop, in the log and to those who look at the state.
    private func note(_ fault: Fault?) async {
        if let fault {
            logger.tell(fault, of: served.id, saying: "the push waits: ")
        }
        do {
            try await served.shop.state.remember(trouble: fault, at: .now)
        } catch {
            logger.warning("\(Fault(error).sentence)")
        }
    }

    /// Pushes until it is paused, changed or cancelled.
    private func session() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (shop, oro) = (served.shop, served.oro)
            group.addTask {
                try await PushSession(
                    shop: shop,
                    oro: oro,
                    changes: served.changes,
                    events: served.events,
                    onTrouble: note
                ).perform()
            }
            group.addTask { await control.changed.wait() }
            try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}

/// Whether a shop's push is paused; the database remembers it.
final class PushControl: Sendable {
    private let pause: Mutex<ScheduleMemory.Pause?>
    /// Told whenever the session has to look again: paused, resumed, or other settings.
    let changed = Wakeup()

    init(_ pause: ScheduleMemory.Pause?) {
        self.pause = Mutex(pause)
    }

    var paused: ScheduleMemory.Pause? { pause.withLock { $0 } }
    var isPaused: Bool { paused != nil }

    func set(_ pause: ScheduleMemory.Pause?) {
        self.pause.withLock { $0 = pause }
        changed.notify()
    }
}
