package import InventoryCore
package import OroClient
import StateStore
import TidegateSettings

/// One pass from the sources to the shop: for each source an intake run a delivery, and a push of the outbox.
package struct SyncRun {
    private let shop: Shop
    private let oro: OroClient
    private let sources: [Source]
    private let events: RunEvents

    /// Prepares a pass over these sources; over all where none is named.
    ///
    /// - Throws: `Fault` with `unknown_source`.
    package init(
        shop: Shop,
        oro: OroClient,
        sources: [SourceID] = [],
        events: @escaping RunEvents = { _ in }
    ) throws(Fault) {
        self.shop = shop
        self.oro = oro
        self.events = events
        var chosen: [Source] = []
        for id in sources { chosen.append(try shop.source(id)) }
        self.sources = sources.isEmpty ? shop.sources : chosen
    }

    /// What a pass came to.
    package struct Outcome: Sendable {
        /// Of each delivery that was taken, in the order of the sources and of their deliveries.
        package let summaries: [RunSummary]
        /// Why others were not, with their sources; none that fails stops the next source.
        package let faults: [(source: SourceID, fault: Fault)]
        /// Files that were taken and could not be put away, with their sources.
        package let notes: [(source: SourceID, fault: Fault)]

        /// How a process exits that ends with this, where no source failed: the gravest of the summaries'.
        package var status: ExitStatus {
            let statuses = summaries.map(\.status)
            return [.badInput, .held, .exceptionsOpen, .busy].first { statuses.contains($0) } ?? .done
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
        // Of a process that was killed before it had compressed them.
        var leftovers = try await shop.copies.leftovers()
        for source in sources {
            var pass = SourcePass(shop: shop, source: source, oro: oro, events: events)
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
        return Outcome(summaries: summaries, faults: faults, notes: notes)
    }
}
