import InventoryCore
import Logging
import OroClient
import StateStore
import TidegatePipeline
import TidegateSettings

/// Discards what a run holds, and works out what counts as less then.
struct Rejection {
    let shop: Shop
    let oro: OroClient
    let logger: Logger

    /// Does it.
    ///
    /// It is discarded also where the figures cannot be worked out: then the next run does that.
    ///
    /// - Throws: `Fault` as `Approval.reject`.
    func perform(_ run: String, _ choice: Approval.Choice) async throws -> RunRecord {
        let rejected = try await Approval.reject(run, choice, in: shop)
        do {
            let events = logger.runEvents(of: shop.settings.shop)
            _ = try await OrderRun(shop: shop, oro: oro, events: events).perform()
        } catch {
            logger.warning("The next run works out what was discarded: \(Fault(error).message)")
        }
        return rejected
    }
}
