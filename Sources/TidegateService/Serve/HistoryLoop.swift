import InventoryCore
import Logging
import ServiceLifecycle
import StateStore
import TidegatePipeline

/// Moves the history into its files again and again, beside runs and push.
struct HistoryLoop: Service {
    let served: ServedShop
    let logger: Logger

    /// Seconds between two looks; what waits meanwhile is in the database.
    private static let lookSeconds = 20.0
    /// Seconds after a look that failed.
    private static let pauseSeconds = 120.0

    func run() async throws {
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            var seconds = HistoryLoop.lookSeconds
            do {
                // A merge that is broken off is begun anew by the next process.
                try await cancelWhenGracefulShutdown { try await served.shop.keepHistory(at: .now) }
            } catch {
                if Task.isCancelled || Task.isShuttingDownGracefully { return }
                // Nothing is lost: it waits in the database.
                logger.tell(Fault(error), of: served.id, saying: "the history cannot be moved: ")
                seconds = HistoryLoop.pauseSeconds
            }
            await cancelWhenGracefulShutdown { [seconds] in await Task.pause(seconds: seconds) }
        }
    }
}
