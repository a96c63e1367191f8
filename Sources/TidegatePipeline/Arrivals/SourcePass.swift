import InventoryCore
import OroClient
import SnapshotSources
import StateStore
import TidegateSettings

/// One source's part of a pass: an intake run for each delivery that is due, then one push for all of them.
///
/// Stock that one delivery raises and the next takes away is never shown in between.
struct SourcePass {
    private let shop: Shop
    private let source: Source
    private let oro: OroClient
    private let events: RunEvents

    var extent = PassExtent.everything
    /// The name that the next run shall have; one is made where it is nothing.
    var nextRun: RunID?
    private var taken: [IntakeRun.Outcome] = []
    private(set) var faults: [Fault] = []
    /// Deliveries that were taken and whose files could not be put away.
    private(set) var notes: [Fault] = []
    private var putAway: [DropFolder.Found] = []
    private var refused: [DropFolder.Found] = []
    /// Whether it is known by now which deliveries are refused.
    private var hasLooked = false

    /// Deliveries that are taken from one source in one pass; the next pass goes on from there.
    static let deliveriesMax = 100

    init(shop: Shop, source: Source, oro: OroClient, events: @escaping RunEvents) {
        self.shop = shop
        self.source = source
        self.oro = oro
        self.events = events
    }

    /// Does it; a fault of a single delivery is told with the summaries of the others.
    ///
    /// The leftovers are runs of a process that was killed before it had compressed their bytes.
    ///
    /// - Throws: `Fault` where nothing was taken, or the shop takes no more.
    mutating func perform(finishing leftovers: [RunID]) async throws -> [RunSummary] {
        let requestsBefore = oro.requestsSent
        try await shop.makeReady()
        do {
            switch (extent, source.settings.isFolder) {
            case (.rules, _): try await takeNothing()
            case (_, false): try await takeFile()
            case (_, true): try await takeFolder()
            }
        } catch {
            // An export that does not come is silent, too.
            await noteSilence(beside: error)
            throw error
        }
        if extent == .everything || !taken.isEmpty || !faults.isEmpty { try await noteSilence() }
        // A look that found nothing leaves no trace.
        if extent != .everything, taken.isEmpty, faults.isEmpty { return [] }
        if taken.isEmpty, let first = faults.first {
            if faults.count == 1 { throw first }
            return []
        }
        var summaries = try await push(finishing: leftovers)
        if !summaries.isEmpty {
            summaries[summaries.count - 1].requests = oro.requestsSent - requestsBefore
            for summary in summaries { events(.ended(summary)) }
        }
        try await clear()
        return summaries
    }

    // MARK: which deliveries

    private mutating func takeFile() async throws {
        let path = source.settings.path
        let found = try await offPool { DropFolder.Found(at: path) }
        do {
            try await take(nil)
            hasLooked = true
        } catch {
            let fault = Fault(error)
            try await note(fault, of: found)
            hasLooked = !refused.isEmpty
            throw fault
        }
    }

    private mutating func takeFolder() async throws {
        let plan = try await shop.inbox(of: source).due()
        faults = plan.faults
        (putAway, refused) = (plan.settled, plan.refused)
        var due = plan.partials
        if let full = plan.full {
            if try await attempt(full) {
                try await supersede(plan.olderFull + plan.before)
            } else {
                // Of one that is still being written nothing is known yet: what follows it waits.
                due = isPassable(full) ? plan.before + due : []
            }
        }
        for one in due.prefix(SourcePass.deliveriesMax) {
            guard try await attempt(one) || isPassable(one) else { break }
        }
        hasLooked = true
        guard taken.isEmpty, faults.isEmpty, extent == .everything else { return }
        if let last = plan.last, source.settings.putAway == .keep {
            // Rules may have changed, and what is held asks again.
            try await take(last)
        } else if plan.isEmptyFromTheStart {
            throw source.settings.dropFolder.nothing
        } else {
            try await takeNothing()
        }
    }

    /// Takes one of several deliveries; false where it was refused, and why is among the faults.
    ///
    /// - Throws: `Fault` where that says nothing of the delivery; it and those after it are tried again.
    private mutating func attempt(_ found: DropFolder.Found) async throws -> Bool {
        do {
            try await take(found)
            putAway.append(found)
            return true
        } catch {
            let fault = Fault(error)
            guard fault.isOfDelivery else { throw fault }
            try await note(fault, of: found)
            faults.append(fault)
            return false
        }
    }

    /// Whether the deliveries after one that failed may be taken all the same.
    private func isPassable(_ found: DropFolder.Found) -> Bool {
        guard let fault = faults.last else { return false }
        // Gone by now: whoever took it away does not want it taken.
        return fault.kind == .badInput || fault.code == .notFound
    }

    private mutating func note(_ fault: Fault, of found: DropFolder.Found?) async throws {
        guard let found,
            let record = DeliveryRecord(found, in: source.settings, outcome: .rejected, at: .now)
                .failing(with: fault)
        else { return }
        // One that cannot be read now is tried again, and a source that says nothing is silent.
        if record.outcome != .unreadable { refused.append(found) }
        try await shop.state.record([record])
    }

    private mutating func supersede(_ older: [DropFolder.Found]) async throws {
        // Not the inbox from before: a first delivery has given the baseline its seeds.
        try await shop.state.record(try await shop.inbox(of: source).superseded(older))
        putAway += older
    }

    // MARK: what is done with them

    private mutating func take(_ found: DropFolder.Found?) async throws {
        var intake = IntakeRun(
            shop: shop,
            source: source,
            delivery: found,
            named: found.flatMap { RunID(uploaded: $0.name, to: source.settings) } ?? nextRun,
            oro: oro,
            events: events
        )
        nextRun = nil
        taken.append(try await intake.perform())
    }

    /// Does what is due without a delivery: rules may have changed, or a timed one begun.
    private mutating func takeNothing() async throws {
        let run = RulesRun(shop: shop, source: source, oro: oro, events: events)
        if let outcome = try await run.perform() { taken.append(outcome) }
    }

    private func push(finishing leftovers: [RunID]) async throws -> [RunSummary] {
        let stopwatch = Stopwatch(events: events)
        let (pushed, endings) = try await shop.lending {
            // Copies are compressed beside the push: stock that ends must not wait for that.
            async let endings = archive(taken.map(\.record.id), after: leftovers)
            return (try await pushResult(stopwatch), try await endings)
        }
        for (run, ending) in endings { try await shop.copies.note(ending, of: run) }
        try await source.baseline.foldIfDue()
        if taken.isEmpty { return try await [summary(of: pushed, stopwatch)].compactMap(\.self) }
        // A push sends for all: runs count what they have wished for themselves, a push alone everything.
        let own = try await shop.pushed(of: taken.map(\.record.id))
        return summaries(pushed.bounded(by: own), stopwatch)
    }

    private func pushResult(_ stopwatch: Stopwatch) async throws -> PushResult {
        let last = taken.last?.record.id
        do {
            let context = RunContext(shop: shop.settings.shop, source: source.id, run: last)
            return try await RunContext.$current.withValue(context) {
                try await stopwatch.time(.push) {
                    try await PushRun(shop: shop, oro: oro, events: events).push()
                }
            }
        } catch {
            events(.failed(run: last, source: source.id, Fault(error)))
            throw error
        }
    }

    /// Of a pass that read nothing: what was held stays held until a person decides.
    private func summary(of pushed: PushResult, _ stopwatch: Stopwatch) async throws -> RunSummary? {
        guard var record = try await shop.state.lastAccepted(of: source.id) else { return nil }
        record.counts = RunCounts()
        var summary = RunSummary(intake: record, push: pushed)
        summary.steps = stopwatch.seconds
        return summary
    }

    private func summaries(_ pushed: PushResult, _ stopwatch: Stopwatch) -> [RunSummary] {
        guard let last = taken.last else { return [] }
        var summaries = taken.dropLast().map { outcome in
            var summary = RunSummary(intake: outcome.record)
            summary.steps = outcome.steps
            summary.held = outcome.held
            return summary
        }
        var summary = RunSummary(intake: pushed.last ?? last.record, push: pushed)
        summary.steps = last.steps.merging(stopwatch.seconds) { $0 + $1 }
        summary.held = last.held
        summaries.append(summary)
        return summaries
    }

    private func archive(_ runs: [RunID], after leftovers: [RunID]) async throws -> [(
        run: RunID, ending: ArchiveCopy.Ending
    )] {
        try await shop.copies.finish(leftovers: leftovers)
        var endings: [(run: RunID, ending: ArchiveCopy.Ending)] = []
        for run in runs { endings.append((run, try await shop.copies.finish(run))) }
        return endings
    }

    /// Puts away what was taken, once its copy is durable, and forgets what is no longer there.
    private mutating func clear() async throws {
        guard source.settings.isFolder else {
            let name = FilePath(source.settings.path).name.text
            return try await shop.state.forgetDeliveries(of: source.id, except: [name])
        }
        let (rule, marker, files) = (source.settings.putAway, source.settings.folder.doneMarker, putAway)
        let folder = source.settings.dropFolder
        let (faults, left) = try await offPool {
            let present = try folder.complete()
            guard rule != .keep else { return ([Fault](), present) }
            let claims = PutAway.claims(of: present)
            var faults: [Fault] = []
            for file in files {
                do throws(Fault) {
                    try rule.apply(to: file, doneMarker: marker, claims: claims)
                } catch {
                    faults.append(error)
                }
            }
            return (faults, try folder.complete())
        }
        // The same reason once is enough.
        notes += faults.prefix(1)
        try await shop.state.forgetDeliveries(of: source.id, except: Set(left.map(\.name)))
    }

    private func noteSilence(beside error: any Error) async {
        do {
            try await noteSilence()
        } catch {
            // The other error is what the user has to hear; this one follows from the same trouble.
            return
        }
    }

    /// Opens or closes what is said of sources as such.
    private func noteSilence() async throws {
        var changes = ExceptionChanges()
        if hasLooked { changes.note(refused: Set(refused.map(\.name)).sorted(), of: source.id) }
        try await shop.noteSilence(in: &changes, at: .now)
        try await shop.state.apply(changes, at: .now)
    }
}

extension Fault {
    /// Whether the delivery itself is the reason, so that others of its source can be taken.
    fileprivate var isOfDelivery: Bool {
        let codes: [Fault.Code] = [.notFound, .notReadable, .readFailed, .deliveryChanged]
        return kind == .badInput && !isOfBaseline || codes.contains(code)
    }
}
