package import InventoryCore
package import OroClient
package import StateStore
import TidegateSettings

/// What a push run did, and what it left.
package struct PushResult: Sendable {
    /// The newest accepted run, whose wishes were the last to come.
    package let last: RunRecord?
    package fileprivate(set) var progress: PushProgress
    package let backlog: Backlog
    /// SKUs whose levels have moved at the shop: the next run works them out.
    package let moved: Int
    /// Exceptions open now.
    package let exceptions: Int

    /// The same, of which no more is counted than some runs have had confirmed and refused.
    func bounded(by own: RunCounts) -> PushResult {
        var result = self
        result.progress.applied = min(progress.applied, own.written)
        result.progress.refused = min(progress.refused, own.refused)
        return result
    }
}

/// One push: what was accepted goes from the outbox to the shop.
package struct PushRun: Sendable {
    private let shop: Shop
    private let oro: OroClient
    private let events: RunEvents

    package init(shop: Shop, oro: OroClient, events: @escaping RunEvents = { _ in }) {
        self.shop = shop
        self.oro = oro
        self.events = events
    }

    /// Pushes until the outbox is empty, and marks the newest accepted run as done where it is.
    ///
    /// What has moved in the shop is worked out first, and once more where the push finds something moved: no
    /// delivery is needed for that.
    ///
    /// - Throws: `Fault` where the shop takes no more; the outbox is kept.
    package func perform() async throws -> RunSummary {
        do {
            let stopwatch = Stopwatch(events: events)
            let requestsBefore = oro.requestsSent
            let moved = OrderRun(shop: shop, oro: oro, events: events)
            _ = try await moved.perform()
            var result = try await stopwatch.time(.push) { try await push() }
            if result.moved > 0 {
                let before = result.progress
                _ = try await moved.perform()
                result = try await stopwatch.time(.push) { try await push() }
                result.progress.applied += before.applied
                result.progress.refused += before.refused
            }
            var summary = RunSummary(push: result)
            summary.requests = oro.requestsSent - requestsBefore
            summary.steps = stopwatch.seconds
            events(.ended(summary))
            return summary
        } catch {
            let fault = Fault(error)
            events(.failed(run: nil, source: nil, fault))
            throw fault
        }
    }

    /// The push itself, for runs that go on to it.
    ///
    /// With `changes` it also sends what is accepted while it goes on.
    func push(waking changes: OutboxChanges? = nil) async throws -> PushResult {
        if changes == nil, let session = shop.session {
            session.notify()
            try await MovedFigures(shop, oro).settle()
            return try await shop.pushResult()
        }
        var context = RunContext.current
        if context.shop == nil { context.shop = shop.settings.shop }
        return try await RunContext.$current.withValue(context) {
            try await pushInContext(waking: changes)
        }
    }

    private func pushInContext(waking changes: OutboxChanges?) async throws -> PushResult {
        try await shop.identity.requireAddress(of: oro)
        let freshSeconds = shop.settings.oro.namesFreshSeconds
        try await shop.state.believeNames(since: Timestamp.now.adding(seconds: -freshSeconds))
        let index = LevelIndex(state: shop.state, shop: oro, identity: shop.identity)
        if try await shop.state.hasWork(at: .now) {
            // From now on until their last wish is settled the runs are `pushing`, however this push ends.
            try await shop.state.endPush(at: .now)
            try await shop.identity.require(oro)
            _ = try await index.confirmWished(limit: PushRun.namesBeforeMax)
        }
        async let refreshed = PushRun.fault { try await index.refresh(freshSeconds: freshSeconds) }
        var pusher = Pusher(state: shop.state, shop: oro, settings: shop.settings)
        let events = events
        pusher.onNotice = { events(.noticed($0)) }
        let count = PushCount(state: shop.state, changes: changes)
        if changes == nil {
            let total = try await shop.state.backlog().unsettled
            pusher.onTurn = { progress, _ in
                let done = progress.applied + progress.refused + progress.released
                events(.progressed(StepProgress(.push, done: done, of: total)))
            }
        }
        if let changes {
            pusher.onTurn = { _, pace in changes.note(pace) }
            pusher.onSettled = { changes.settled($0, at: .now) }
            pusher.onUpkeep = { progress, _ in
                try await count.note(progress)
                try await index.refresh(freshSeconds: freshSeconds, pagesMax: 1)
            }
            pusher.onRest = { try await count.note($0) }
        }
        let outcome = try await pusher.push(waking: changes)
        let refreshFault = await refreshed
        try await count.note(outcome.progress)
        events(.pushed(outcome.progress, outcome.backlog))
        if let trouble = outcome.trouble { throw trouble }
        // A shop that has just taken writes and does not answer a page is asked again by the next run.
        if let refreshFault, refreshFault.exitStatus != .unavailable, refreshFault.exitStatus != .busy {
            throw refreshFault
        }
        try await MovedFigures(shop, oro).settle()
        return try await shop.pushResult(outcome.progress, outcome.backlog)
    }

    /// Tells of trouble that ends this push and not its session.
    func tell(_ fault: Fault) {
        events(.failed(run: nil, source: nil, fault))
    }

    /// Stale names that are confirmed before the first write goes; the others while it pushes.
    private static let namesBeforeMax = 4_000

    /// Why the body failed.
    private static func fault(_ body: @Sendable () async throws -> Void) async -> Fault? {
        do {
            try await body()
            return nil
        } catch {
            return Fault(error)
        }
    }
}

/// Notes what a push has come to, more than once while it goes on.
private actor PushCount {
    private let state: StateDatabase
    private let changes: OutboxChanges?
    private var noted = PushProgress()

    init(state: StateDatabase, changes: OutboxChanges?) {
        self.state = state
        self.changes = changes
    }

    func note(_ progress: PushProgress) async throws {
        let (written, refused) = (progress.applied - noted.applied, progress.refused - noted.refused)
        noted = progress
        try await state.endPush(at: .now)
        changes?.add(written: written, refused: refused)
    }
}

extension Shop {
    /// How things stand after a push that has done so much.
    func pushResult(
        _ progress: PushProgress = PushProgress(),
        _ backlog: Backlog? = nil
    ) async throws -> PushResult {
        var stands = backlog
        if stands == nil { stands = try await state.backlog() }
        return PushResult(
            last: try await state.lastAccepted(),
            progress: progress,
            backlog: stands ?? Backlog(),
            moved: try await state.movedSKUCount(),
            exceptions: try await state.openExceptionCounts().values.reduce(0, +)
        )
    }

    /// Follows the push of what a run has accepted, where a session does it, and tells what it came to.
    ///
    /// Where the run pushed itself, its summary says so already.
    ///
    /// - Throws: `Fault` where the shop takes no more; what was accepted stays accepted.
    package func followed(_ summary: RunSummary, since sent: SentByNow) async throws -> RunSummary {
        guard let session else { return summary }
        if let trouble = await session.follow() { throw trouble }
        try Task.checkCancellation()
        let now = session.sent
        var progress = PushProgress()
        progress.applied = now.written - sent.written
        progress.refused = now.refused - sent.refused
        let result = try await pushResult(progress)
        // A session sends for all: a run counts what it has wished for itself, a push alone everything.
        guard summary.source != nil else { return summary.pushed(result) }
        let own = summary.counts == RunCounts() ? [] : [summary.run]
        return summary.pushed(result.bounded(by: try await pushed(of: own)))
    }

    /// Gives what of some runs' wishes was confirmed and refused by now; nothing else is counted.
    func pushed(of runs: [RunID]) async throws -> RunCounts {
        var counts = RunCounts()
        for run in runs {
            guard let record = try await state.run(run) else { continue }
            counts.written += record.counts.written
            counts.refused += record.counts.refused
        }
        return counts
    }
}
