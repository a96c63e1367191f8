package import InventoryCore
package import OroClient
import StateStore
import TidegateSettings

/// What a pass looks at.
package enum PassExtent: Sendable {
    /// Deliveries that are due, what is held, and rules that have changed.
    case everything
    /// Nothing where no delivery is due that has not been looked at.
    case newDeliveries
    /// Rules that have changed and timed ones that have begun; no delivery.
    case rules
}

/// One pass from the sources to the shop: for each source an intake run a delivery, and a push of the outbox.
package struct SyncRun {
    private let shop: Shop
    private let oro: OroClient
    private let sources: [Source]
    private let extent: PassExtent
    private let first: RunID?
    private let events: RunEvents

    /// Prepares a pass over these sources; over all where none is named.
    ///
    /// `first` is the name that its first run shall have.
    ///
    /// - Throws: `Fault` with `unknown_source`.
    package init(
        shop: Shop,
        oro: OroClient,
        sources: [SourceID] = [],
        extent: PassExtent = .everything,
        first: RunID? = nil,
        events: @escaping RunEvents = { _ in }
    ) throws(Fault) {
        self.shop = shop
        self.oro = oro
        self.extent = extent
        self.first = first
        self.events = events
        var chosen: [Source] = []
        for id in sources { chosen.append(try shop.source(id)) }
        self.sources = sources.isEmpty ? shop.sources : chosen
    }

    /// What a pass came to.
    package struct Outcome: Sendable {
        /// Of each delivery that was taken, in the order of the sources and of their deliveries.
        package private(set) var summaries: [RunSummary]
        /// Why others were not, with their sources; none that fails stops the next source.
        package let faults: [(source: SourceID, fault: Fault)]
        /// Files that were taken and could not be put away, with their sources.
        package let notes: [(source: SourceID, fault: Fault)]
        /// Runs before it that still wait for a decision, the newest first: what a partial delivery had held
        /// is not stated again by the next.
        package let waiting: [RunID]

        /// How a process exits that ends with this, where no source failed: the gravest of the summaries',
        /// and as held as long as anything waits for a decision.
        package var status: ExitStatus {
            let statuses = summaries.map(\.status) + (waiting.isEmpty ? [] : [.held])
            return [.badInput, .held, .exceptionsOpen, .busy].first { statuses.contains($0) } ?? .done
        }

        /// The same once a session has pushed what was accepted; the newest run counts what was sent.
        ///
        /// - Throws: `Fault` where the shop takes no more.
        package func followed(in shop: Shop, since sent: SentByNow) async throws -> Outcome {
            guard let last = summaries.last else { return self }
            var outcome = self
            outcome.summaries[summaries.count - 1] = try await shop.followed(last, since: sent)
            return outcome
        }
    }

    /// Does the pass.
    ///
    /// - Throws: `Fault` where there is only one source, or the shop takes no more; what was accepted stays
    ///   accepted.
    package func perform() async throws -> Outcome {
        var summaries: [RunSummary] = []
        var faults: [(source: SourceID, fault: Fault)] = []
        var notes: [(source: SourceID, fault: Fault)] = []
        try await shop.identity.requireAddress(of: oro)
        try await shop.state.countOrders(shop.settings.orders != nil, at: .now)
        if extent == .everything, let fault = try await readOrders() {
            notes.append((shop.sources[0].id, fault))
        }
        // Of a process that was killed before it had compressed them.
        var leftovers = try await shop.copies.leftovers()
        for source in sources {
            var pass = SourcePass(shop: shop, source: source, oro: oro, events: events)
            (pass.extent, pass.nextRun) = (extent, first)
            do {
                summaries += try await pass.perform(finishing: leftovers)
                leftovers = []
                faults += pass.faults.map { (source.id, $0) }
                notes += pass.notes.map { (source.id, $0) }
            } catch {
                let fault = Fault(error)
                let isOfAll = fault.isShopTrouble || [Fault.stopped.code, .otherShop].contains(fault.code)
                if sources.count == 1 || isOfAll { throw fault }
                faults.append((source.id, fault))
            }
        }
        if extent == .everything, let fault = try await lookAfterOrders() {
            notes.append((shop.sources[0].id, fault))
        }
        // A service does it beside its runs.
        if shop.session == nil { try await shop.keepHistory(at: .now) }
        if summaries.count > 1 {
            // What a run has opened another may have ended.
            let open = try await shop.state.openExceptionCounts().values.reduce(0, +)
            for place in summaries.indices { summaries[place].exceptions = open }
        }
        let told = Set(summaries.filter { $0.state == .held }.map(\.run))
        let waiting = try await shop.state.heldRuns().filter { !told.contains($0) }
        return Outcome(summaries: summaries, faults: faults, notes: notes, waiting: waiting)
    }

    /// Reads the shop's orders first: what they have taken is not put back.
    ///
    /// - Returns: why they could not be read; figures do not rise once that lasts too long.
    /// - Throws: `Fault` where the work itself cannot go on.
    private func readOrders() async throws -> Fault? {
        guard shop.settings.orders != nil else { return nil }
        let fault = try await shop.pollOrders(oro)
        _ = try await OrderRun(shop: shop, oro: oro, events: events).perform()
        return fault
    }

    /// Looks at running checkouts once more after levels were written: one of them may have taken stock
    /// between our reading and our writing.
    private func lookAfterOrders() async throws -> Fault? {
        guard shop.session == nil, shop.settings.orders != nil, try await !shop.state.youngOrders().isEmpty
        else { return nil }
        if let fault = try await shop.pollOrders(oro) { return fault }
        if try await OrderRun(shop: shop, oro: oro, events: events).perform() != nil {
            _ = try await PushRun(shop: shop, oro: oro, events: events).push()
        }
        return nil
    }
}
