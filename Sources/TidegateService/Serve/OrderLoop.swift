import InventoryCore
import Logging
import OroClient
import ServiceLifecycle
import TidegatePipeline
import TidegateSettings

/// Reads the shop's orders again and again, and has what the ERP says of them applied as soon as it comes.
///
/// However many acknowledgements come while the shop is at work, they are one work that waits for its turn.
struct OrderLoop: Service {
    let served: ServedShop
    let logger: Logger
    /// What is done at each turn; gives whether something has come into the outbox.
    var apply: @Sendable (Shop, OroClient, @escaping RunEvents) async throws -> Bool = OrderLoop.poll

    private static let pauseSecondsMax = 60.0
    private static let gatherSeconds = 0.2
    /// Seconds between two looks at a shop whose orders are not read; its settings may change.
    private static let lookSeconds = 30.0

    static let work = ShopTurns.Work(name: "web orders", isBrief: true)

    /// Reads what has changed, and works out what follows from it.
    static func poll(_ shop: Shop, _ oro: OroClient, _ events: @escaping RunEvents) async throws -> Bool {
        guard let poll = OrderPoll(shop: shop, oro: oro), try await poll.perform().isDue else { return false }
        return try await OrderRun(shop: shop, oro: oro, events: events).perform() != nil
    }

    func run() async throws {
        var pauseSeconds = 1.0
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                let every = served.shop.settings.orders?.everySeconds
                if every != nil { try await turn() }
                pauseSeconds = 1
                await cancelWhenGracefulShutdown {
                    await served.waitForOrders(seconds: every ?? OrderLoop.lookSeconds)
                    // Hints come for each order of a busy shop; those of a moment share a reading.
                    await Task.pause(seconds: OrderLoop.gatherSeconds)
                }
            } catch {
                if Task.isCancelled { return }
                // What was acknowledged stays kept, and figures stop rising, until that is mended.
                logger.tell(Fault(error), of: served.id, saying: "web orders cannot be read: ")
                await cancelWhenGracefulShutdown { [pauseSeconds] in await Task.pause(seconds: pauseSeconds) }
                pauseSeconds = min(pauseSeconds * 2, OrderLoop.pauseSecondsMax)
            }
        }
    }

    private func turn() async throws {
        let hasCome = try await served.perform(OrderLoop.work) { [apply, events = served.events] shop, oro in
            try await apply(shop, oro, events)
        }
        if hasCome { served.changes.notify() }
    }
}
