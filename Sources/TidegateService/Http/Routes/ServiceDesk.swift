package import InventoryCore
import Synchronization
import TidegatePipeline
import TidegateSettings

/// What the routes work with.
package struct ServiceDesk: Sendable {
    let shops: [ShopID: any ShopService]
    let probes: ServiceProbes
    let events: [ShopID: EventPort]
    let keys = IdempotencyKeys()
    let rates = CallRates()
    let streams = StreamCount()
    let stream = StreamStates()
    let kept = KeptPages()
    let uploads = UploadCount()
    let comparisons = OneAtATime()

    /// Brings the shops and the parts beside the routes together.
    package init(
        shops: [any ShopService],
        probes: ServiceProbes = ServiceProbes(),
        events: [ShopID: EventPort] = [:]
    ) {
        self.shops = Dictionary(shops.map { ($0.id, $0) }) { first, _ in first }
        self.probes = probes
        self.events = events
    }

    /// - Throws: `unknown_shop`.
    func shop(_ call: Call) throws(Fault) -> any ShopService {
        if let shop = shops[ShopID(call.value("shop"))] { return shop }
        throw Fault(
            .inputMissing,
            code: "unknown_shop",
            message: "There is no such shop.",
            hint: "`/v1/shops` lists them."
        )
    }

    /// - Throws: `unknown_shop`, `unknown_source`.
    func source(_ call: Call) throws(Fault) -> (any ShopService, SourceSettings) {
        let shop = try shop(call)
        return (shop, try shop.shop.settings.source(named: call.value("source")))
    }
}

/// Lets one at a time in.
final class OneAtATime: Sendable {
    private let isTaken = Mutex(false)

    /// - Throws: `busy_now` where somebody is in.
    func perform<Result>(_ work: () async throws -> Result) async throws -> Result {
        let entered = isTaken.withLock { taken in
            defer { taken = true }
            return !taken
        }
        guard entered else {
            throw Fault(
                .busy,
                code: "busy_now",
                message: "Somebody has asked for the same, and it is still being worked out.",
                hint: "Ask again in a moment."
            )
        }
        defer { isTaken.withLock { $0 = false } }
        return try await work()
    }
}
