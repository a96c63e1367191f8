import HTTPTransport
package import InventoryCore
package import OroClient
package import StateStore
package import TidegateSettings

/// Sends the outbox to the shop: a thin shell that does what the push engine says.
///
/// Wishes are claimed durably before they are sent, so a process killed at any instant leaves behind which
/// levels may have been written. The next process finds out before it sends anything newer to them.
package struct Pusher: Sendable {
    package let state: StateDatabase
    package let shop: OroClient
    private let settings: OroSettings
    private let graceSeconds: Int64
    let storefront: StorefrontWatch?
    /// Replaces what the settings and earlier pushes say of the shop: for measurements.
    package var options: PushOptions?
    /// Called after each turn of the engine; an error it throws ends the push as the end of the process
    /// would.
    package var onTurn: (@Sendable (PushProgress, PushPace) throws -> Void)?
    /// Called with what people can mend while the push goes on, once for each.
    package var onNotice: (@Sendable (ShopNotice) -> Void)?
    /// Called again and again while the push of a session goes on, with what it has done so far.
    var onUpkeep: (@Sendable (PushProgress, [EndedOperation]) async throws -> Void)?
    /// Called whenever a session has nothing left that can be sent.
    var onRest: (@Sendable (PushProgress) async throws -> Void)?
    /// Called with the receipts once they are written down.
    package var onSettled: (@Sendable ([Receipt]) -> Void)?

    /// How often one push looks up levels that are gone: a shop that lists a level but does not find it when
    /// it is written to would otherwise be asked forever.
    private static let lookupsMax = 10
    /// The most receipts written in one transaction.
    private static let receiptsMax = 2_000

    package init(state: StateDatabase, shop: OroClient, settings: Settings) {
        self.state = state
        self.shop = shop
        self.settings = settings.oro
        graceSeconds = Int64(settings.audit.graceSeconds)
        storefront = settings.oro.storefrontWatch(shop)
    }

    /// What a push did, and what it left.
    package struct Outcome: Sendable {
        package let progress: PushProgress
        package let backlog: Backlog
        /// Why the push stopped before the outbox was empty.
        package let trouble: Fault?
        /// Levels of the sample that did not show what had been confirmed.
        package let drifts: Int
    }

    /// Pushes until everything that can be sent is settled, or the shop cannot take more.
    ///
    /// What is left then is durable: parked, in question, or kept for a shop that answers.
    ///
    /// - Parameter changes: tells of wishes that are accepted meanwhile, so that they do not wait for others.
    /// - Returns: what it did, and what it left.
    /// - Throws: `Fault`, or `CancellationError`; what is claimed then is found again by the next push.
    package func push(waking changes: OutboxChanges? = nil) async throws -> Outcome {
        let review = QuestionReview(state: state, shop: shop, settings: settings)
        let known = try await state.pushOptions(settings, at: .now)
        let options = options ?? known
        try await review.takeOver()
        _ = try await state.retryRefused(restedBy: .now)
        var loop = try PushLoop(
            pusher: keeping(review),
            engine: PushEngine(options: options, seed: UInt64.random(in: 0 ... .max))
        )
        try await loop.recover()
        do {
            _ = try await review.perform()
            try await review.lookForArrivals()
            try await run(&loop, review, waking: changes)
        } catch let fault as Fault where fault.isShopTrouble {
            loop.trouble = fault
        }
        try await state.remember(loop.engine, after: options, of: settings, at: .now)
        let drifts = loop.trouble == nil ? try await readBack(loop.sample) : 0
        if settings.restoresInStock, loop.trouble == nil {
            loop.trouble = try await StatusRestoration(state: state, shop: shop).perform()
        }
        return Outcome(
            progress: loop.engine.progress,
            backlog: try await state.backlog(),
            trouble: loop.trouble,
            drifts: drifts
        )
    }

    /// The same with everything that has to be looked after while the push of a session goes on: what is
    /// otherwise done when a push begins and ends.
    private func keeping(_ review: QuestionReview) -> Pusher {
        guard let onUpkeep else { return self }
        var pusher = self
        let index = LevelIndex(state: state, shop: shop)
        pusher.onUpkeep = { [state] progress, ended in
            try await review.note(ended)
            _ = try await review.perform()
            _ = try await index.resolveGone()
            _ = try await state.retryRefused(restedBy: .now)
            try await onUpkeep(progress, ended)
        }
        return pusher
    }

    /// Runs the loop, and again as long as levels that were gone are found or questions end meanwhile.
    private func run(
        _ loop: inout PushLoop,
        _ review: QuestionReview,
        waking changes: OutboxChanges?
    ) async throws {
        let index = LevelIndex(state: state, shop: shop)
        for _ in 0...Self.lookupsMax {
            // On the thread of the connections: each answer would otherwise change threads several times.
            try await withTaskExecutorPreference(shop.executor) { try await loop.run(waking: changes) }
            try Task.checkCancellation()
            try await review.note(loop.takeEndedOperations())
            guard loop.trouble == nil else { return }
            let ended = try await review.perform()
            // Levels that were gone have new ids now: their wishes can be sent.
            guard try await index.resolveGone() || ended > 0 else { return }
        }
    }

    /// Checks whether some of the confirmed levels do show their values.
    ///
    /// One request, and none where nothing was written. Gives how many of them need looking after.
    private func readBack(_ sample: WrittenSample) async throws -> Int {
        let ids = sample.levels
        // The writes are confirmed even if the shop does not answer now; the next audit looks again.
        guard !ids.isEmpty, case .levels(let quantities) = await shop.readBack(ids) else { return 0 }
        let rows = try await state.auditRows(of: ids).values.filter { !$0.isInMotion }
        let found = rows.compactMap { row in
            let shown = quantities[row.level.id].map { ShownLevel.quantity($0) } ?? .gone
            let drift = Drift(row.level, shows: shown, graceSeconds: graceSeconds, now: .now)
            return drift.map { FoundDrift(row: row.row, drift: $0) }
        }
        try await state.record(found, extent: .levels(rows.map(\.row)), at: .now)
        return found.count { !$0.drift.isTolerated }
    }

    /// Carries out one action and gives its answer.
    ///
    /// What is being sent is not cancelled with the push.
    func perform(_ action: PushAction) async throws -> PushEvent {
        let shop = shop
        switch action {
        case .write(let ticket, let wish):
            return .written(ticket, await uncancelled(on: shop.executor) { await shop.write(wish.write) })
        case .submit(let ticket, let wishes, let synchronous):
            let writes = wishes.map(\.write)
            let answer = await uncancelled(on: shop.executor) {
                await shop.submit(writes, synchronous: synchronous)
            }
            if case .accepted(let operation) = answer {
                try await state.record(operation: operation, of: wishes)
            }
            return .submitted(ticket, answer)
        case .poll(let ticket, let operation, let wishes):
            return .polled(ticket, await shop.poll(operation, writes: wishes.map(\.write)))
        case .readBack(let ticket, let levels):
            return .readBack(ticket, await shop.readBack(levels))
        case .probe(let ticket):
            return .probed(ticket, await shop.probeWriting())
        }
    }

    /// Writes receipts down, with what may still take effect of them.
    ///
    /// - Parameters:
    ///   - receipts: how wishes ended.
    ///   - start: the machine's clock at the engine's moment 0.
    /// - Throws: `Fault` where they cannot be written down.
    func settle(_ receipts: [Receipt], since start: MachineInstant) async throws {
        for first in stride(from: 0, to: receipts.count, by: Self.receiptsMax) {
            let part = Array(receipts[first..<min(first + Self.receiptsMax, receipts.count)])
            let questions = part.compactMap { OpenQuestion($0, since: start) }
            _ = try await state.settle(
                part,
                notesRaised: settings.restoresInStock,
                questions: questions,
                at: .now
            )
        }
        WriteCounts.add(receipts)
        onSettled?(receipts)
    }
}

extension OpenQuestion {
    fileprivate init?(_ receipt: Receipt, since start: MachineInstant) {
        switch receipt.question {
        case nil: return nil
        case .operation(let id): self.init(sequence: receipt.wish.sequence, until: nil, operation: id)
        case .until(let moment):
            let end = start.adding(seconds: Double(moment.nanoseconds) / 1e9)
            self.init(sequence: receipt.wish.sequence, until: end)
        }
    }
}
