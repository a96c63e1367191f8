package import InventoryCore
import Logging
import ServiceLifecycle
package import StateStore
import Synchronization
import TidegatePipeline

/// What the shop had not confirmed at one moment, by class.
package struct BacklogPoint: Hashable, Sendable {
    package let at: Timestamp
    package let zero: Int
    package let decrease: Int
    package let increase: Int
    package let sent: Int
    /// Behind another write, or looked up in the shop.
    package let blocked: Int
    package let parked: Int

    package init(_ backlog: Backlog, at now: Timestamp) {
        at = now
        zero = backlog.waiting[.zero, default: 0]
        decrease = backlog.waiting[.decrease, default: 0]
        increase = backlog.waiting[.increase, default: 0]
        sent = backlog.claimed
        blocked = backlog.blocked + backlog.unresolved
        parked = backlog.parked
    }
}

/// The backlog of the last hour, for as long as the process lives.
final class BacklogTrace: Sendable {
    private let known = Mutex<[BacklogPoint]>([])

    static let spanSeconds: Int64 = 3_600
    static let lookSeconds = 30.0

    /// The oldest first.
    var points: [BacklogPoint] { known.withLock { $0 } }

    func add(_ point: BacklogPoint) {
        let oldest = point.at.adding(seconds: -BacklogTrace.spanSeconds)
        known.withLock { points in
            points.removeAll { $0.at < oldest }
            points.append(point)
        }
    }
}

/// Looks at a shop's backlog now and then.
struct BacklogLoop: Service {
    let served: ServedShop
    let logger: Logger

    func run() async throws {
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            do {
                served.trace.add(BacklogPoint(try await served.shop.state.backlog(), at: .now))
            } catch {
                if Task.isCancelled { return }
                logger.tell(Fault(error), of: served.id, saying: "the backlog cannot be counted: ")
            }
            await cancelWhenGracefulShutdown { await Task.pause(seconds: BacklogTrace.lookSeconds) }
        }
    }
}
