import InventoryCore
import Logging
import ServiceLifecycle
import StateStore
import TidegatePipeline

/// Brings the stock events of one source from the inbox into the outbox, as soon as they come.
///
/// While a run goes on others gather and become the next one; only while a delivery is read and
/// planned, and not yet taken, do they go on beside it.
struct EventLoop: Service {
    let served: ServedShop
    let source: SourceID
    let logger: Logger

    /// Seconds between two looks at an inbox that nobody has told of.
    private static let lookSeconds = 30.0
    private static let pauseSecondsMax = 60.0
    /// Seconds that events gather at most between two runs.
    private static let gatherSecondsMax = 0.5
    /// After a run of so many events they gather as long as it took, and after a larger one up to so many
    /// times.
    private static let gatherEvents = 500.0
    private static let gatherShareMax = 3.0

    func run() async throws {
        var pauseSeconds = 1.0
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                try await takeAll()
                pauseSeconds = 1
                await cancelWhenGracefulShutdown {
                    await served.waitForEvents(of: source, seconds: EventLoop.lookSeconds)
                }
            } catch {
                if Task.isCancelled { return }
                // They wait in the inbox until whatever it is has been mended.
                logger.tell(Fault(error), of: served.id, source, saying: "events wait: ")
                await cancelWhenGracefulShutdown { [pauseSeconds] in await Task.pause(seconds: pauseSeconds) }
                pauseSeconds = min(pauseSeconds * 2, EventLoop.pauseSecondsMax)
            }
        }
    }

    /// Waits after a run, the longer the more it had to take: under load others gather meanwhile and share
    /// the next one, and whoever sends them has the processor.
    private func gather(_ events: Int, since began: ContinuousClock.Instant) async {
        let share = min(EventLoop.gatherShareMax, Double(events) / EventLoop.gatherEvents)
        let seconds = min(EventLoop.gatherSecondsMax, began.duration(to: .now) / .seconds(1) * share)
        await cancelWhenGracefulShutdown { await Task.pause(seconds: seconds) }
    }

    private func takeAll() async throws {
        var hasMore = true
        while hasMore, !Task.isShuttingDownGracefully {
            guard served.inbox.waitingCount(of: source) > 0 else { return }
            let began = ContinuousClock.now
            let work = ShopTurns.Work(name: "events of \(source)", isBrief: true)
            let outcome = try await served.perform(work) { [source, served] shop, oro in
                var run = EventRun(
                    shop: shop,
                    source: try shop.source(source),
                    inbox: served.inbox,
                    oro: oro,
                    events: served.events
                )
                return try await run.perform()
            }
            if let outcome, outcome.record != nil {
                served.changes.await(outcome.received)
                served.changes.notify()
            }
            hasMore = outcome?.hasMore ?? false
            await gather(outcome?.tally.total ?? 0, since: began)
        }
    }
}
