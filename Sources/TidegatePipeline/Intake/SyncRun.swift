package import InventoryCore
package import OroClient
import StateStore
import TidegateSettings

/// One pass from the sources to the shop: for each source an intake run, and the push of its outbox.
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
        /// Of each source whose delivery was taken, in the order of the sources.
        package let summaries: [RunSummary]
        /// Why others were not, with their sources; a source that fails does not stop the next.
        package let faults: [(source: SourceID, fault: Fault)]

        /// How a process exits that ends with this, where no source failed: the gravest of the summaries'.
        package var status: ExitStatus {
            let statuses = summaries.map(\.status)
            return [.badInput, .held, .exceptionsOpen].first { statuses.contains($0) } ?? .done
        }
    }

    /// Does the pass.
    ///
    /// - Throws: `Fault` where there is only one source, or the shop takes no more; what was accepted stays
    ///   accepted.
    package func perform() async throws -> Outcome {
        var summaries: [RunSummary] = []
        var faults: [(source: SourceID, fault: Fault)] = []
        // Of a process that was killed before it had compressed them.
        var leftovers = try await shop.copies.leftovers()
        for source in sources {
            do {
                summaries.append(try await perform(source, finishing: leftovers))
                leftovers = []
            } catch {
                let fault = Fault(error)
                if sources.count == 1 || fault.isShopTrouble || fault.code == Fault.stopped.code {
                    throw fault
                }
                faults.append((source.id, fault))
            }
        }
        return Outcome(summaries: summaries, faults: faults)
    }

    private func perform(_ source: Source, finishing leftovers: [RunID]) async throws -> RunSummary {
        let requestsBefore = oro.requestsSent
        var intake = IntakeRun(shop: shop, source: source, oro: oro, events: events)
        let taken = try await intake.perform()
        // Copies are compressed beside the push: stock that ends must not wait for that.
        async let ending = archive(taken.record.id, after: leftovers)
        let stopwatch = Stopwatch(events: events)
        let pushed: PushResult
        do {
            let context = RunContext(shop: shop.settings.shop, source: source.id, run: taken.record.id)
            pushed = try await RunContext.$current.withValue(context) {
                try await stopwatch.time(.push) {
                    try await PushRun(shop: shop, oro: oro, events: events).push()
                }
            }
        } catch {
            events(.failed(run: taken.record.id, source: source.id, Fault(error)))
            throw error
        }
        try await shop.copies.note(await ending, of: taken.record.id)
        try await source.baseline.foldIfDue()
        var summary = RunSummary(intake: pushed.last ?? taken.record, push: pushed)
        summary.requests = oro.requestsSent - requestsBefore
        summary.steps = taken.steps.merging(stopwatch.seconds) { $0 + $1 }
        summary.held = taken.held
        events(.ended(summary))
        return summary
    }

    private func archive(_ run: RunID, after leftovers: [RunID]) async throws -> ArchiveCopy.Ending {
        try await shop.copies.finish(leftovers: leftovers)
        return try await shop.copies.finish(run)
    }
}
