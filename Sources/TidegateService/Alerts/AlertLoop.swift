import InventoryCore
import Logging
import ServiceLifecycle
import TidegatePipeline
import TidegateSettings

/// Tells people what needs them, beside everything else: whatever fails here is tried again, and nothing
/// waits for it.
struct AlertLoop: Service {
    let served: ServedShop
    let logger: Logger

    /// Seconds between two looks at what has changed.
    private static let lookSeconds = 5.0
    /// Seconds between two looks at deadlines and at sources that say nothing.
    private static let clockSeconds = 60.0

    func run() async throws {
        await cancelWhenGracefulShutdown { await loop() }
    }

    private func loop() async {
        while !Task.isCancelled {
            let settings = served.shop.settings.alerts
            do {
                let sender = try AlertSender(settings, logger: logger)
                await tell(by: sender)
                try await sender.shutdown()
            } catch {
                logger.tell(Fault(error), of: served.id, saying: "alerts cannot be told: ")
                await Task.pause(seconds: AlertLoop.clockSeconds)
            }
        }
    }

    /// Tells until the settings are others, or it is asked to end; each receiver for itself, so that one that
    /// takes its time keeps nothing from others.
    private func tell(by sender: AlertSender) async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                var clock = ContinuousClock.now
                await again(sender) { run in
                    let isDue = clock <= .now
                    if isDue { clock = .now + .seconds(AlertLoop.clockSeconds) }
                    try await run.plan(withClock: isDue)
                }
            }
            for receiver in sender.settings.receivers {
                group.addTask { await again(sender) { run in try await run.deliver(to: receiver) } }
            }
        }
    }

    private func again(_ sender: AlertSender, _ work: (AlertRun) async throws -> Void) async {
        while !Task.isCancelled, served.shop.settings.alerts == sender.settings {
            do {
                try await work(AlertRun(shop: served.shop, sender: sender, logger: logger))
            } catch {
                if Task.isCancelled { return }
                logger.tell(Fault(error), of: served.id, saying: "alerts wait: ")
                await Task.pause(seconds: AlertLoop.clockSeconds)
            }
            await Task.pause(seconds: AlertLoop.lookSeconds)
        }
    }
}
