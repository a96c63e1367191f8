package import InventoryCore
package import OroClient
import StateStore
package import TidegateSettings

/// One pass from source to shop: read, diff, guard, allocate, plan, accept, push.
package struct SyncRun {
    package let settings: Settings
    package let shop: OroClient
    private let workspace: Workspace
    private let started = Timestamp.now
    private let stopwatch: Stopwatch
    private var summary: RunSummary
    private var record: RunRecord
    /// The snapshot's path, once it is known.
    private var path: String?
    private var hasNewContent = true
    private var isAccepted = false

    /// Begins a run in an opened workspace; `onStep` is told each step that begins, for whoever watches.
    package init(
        workspace: Workspace,
        shop: OroClient,
        onStep: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        stopwatch = Stopwatch(onStep: onStep)
        let id = RunID(startedAt: started, salt: UInt16.random(in: 0 ... .max))
        settings = workspace.settings
        self.workspace = workspace
        self.shop = shop
        summary = RunSummary(run: id)
        record = RunRecord(
            id: id,
            source: workspace.settings.source.path,
            scope: .partial,
            started: started
        )
    }

    /// Does the run.
    ///
    /// - Throws: `Fault`; what was accepted before stays accepted.
    package mutating func perform() async throws -> RunSummary {
        let requestsBefore = shop.requestsSent
        do {
            try await accept(await observe())
            // The copy is made beside the push: stock that ends must not wait for it.
            async let archived: Void = archive()
            try await push()
            try await archived
            try await workspace.baseline.foldIfDue()
        } catch {
            let fault = Fault(error)
            await fail(fault)
            throw fault
        }
        summary.requests = shop.requestsSent - requestsBefore
        summary.seconds = stopwatch.seconds
        return summary
    }

    /// Does everything up to the plan and remembers nothing of the snapshot.
    ///
    /// - Throws: `Fault`.
    package mutating func plan() async throws -> (plan: PushPlan, summary: RunSummary) {
        do {
            let accepted = try await observe()
            let result = try await work(out: accepted)
            summary.seconds = stopwatch.seconds
            if !accepted.judgement.held.isEmpty { summary.state = .held }
            return (result.plan, summary)
        } catch {
            throw Fault(error)
        }
    }

    // MARK: read, diff, guard

    private struct Accepted {
        let judgement: Judgement
        let observation: Observation
        let mark: HighWaterMark
    }

    private mutating func observe() async throws -> Accepted {
        let intake = try SnapshotIntake(settings.source)
        path = intake.path
        var accepted = try await judge(try await read(intake), of: intake)
        if accepted.observation.isFirst, !accepted.judgement.trips.isEmpty,
            accepted.judgement.rejection == nil
        {
            // What is held is held difference by difference.
            accepted = try await judge(try await read(intake, isFirstCompared: true), of: intake)
        }
        note(accepted, intake)
        if let rejection = accepted.judgement.rejection { throw Fault(rejection, path: intake.path) }
        return accepted
    }

    private func read(_ intake: SnapshotIntake, isFirstCompared: Bool = false) async throws -> Observation {
        try await stopwatch.time("read") {
            do {
                return try await workspace.baseline.observe(
                    intake,
                    format: settings.source.format,
                    duplicates: settings.source.duplicates,
                    isFirstCompared: isFirstCompared
                )
            } catch {
                throw Fault(reading: error, path: intake.path)
            }
        }
    }

    private mutating func judge(_ observation: Observation, of intake: SnapshotIntake) async throws
        -> Accepted
    {
        let mark = HighWaterMark(
            source: settings.source.path,
            asOf: intake.contract.asOf,
            sequence: intake.contract.sequence,
            digest: observation.digest
        )
        let last = try await workspace.state.highWaterMark(of: mark.source)
        hasNewContent = last?.digest != mark.digest
        let judgement = Judgement(
            deltas: observation.deltas,
            statistics: observation.statistics,
            scope: intake.scope,
            isRepeated: last == mark,
            promised: intake.trips(
                rows: observation.statistics.rows,
                sha256: observation.sha256,
                accepted: last,
                mark: mark
            ),
            absentBefore: try await workspace.state.absences(),
            thresholds: settings.guards
        )
        return Accepted(judgement: judgement, observation: observation, mark: mark)
    }

    private mutating func note(_ accepted: Accepted, _ intake: SnapshotIntake) {
        let (observation, mark) = (accepted.observation, accepted.mark)
        let statistics = observation.statistics
        var counts = DeltaCounts()
        for delta in observation.deltas where delta.kind != "removed" || intake.scope == .full {
            counts.count(delta)
        }
        if observation.isFirst { counts.added = statistics.positions }
        summary.rows = statistics.rows
        summary.rejected = statistics.rejected
        summary.deltas = .init(added: counts.added, changed: counts.changed, removed: counts.removed)
        record.rows = statistics.rows
        record.rejected = statistics.rejected
        record.deltas = counts
        record.scope = intake.scope
        record.asOf = mark.asOf ?? statistics.asOf
        record.sequence = mark.sequence
        record.digest = mark.digest
    }

    // MARK: allocate, plan, accept

    private mutating func accept(_ accepted: Accepted) async throws {
        let judgement = accepted.judgement
        let result = try await work(out: accepted)
        record.wanted = result.wanted
        record.unchanged = result.plan.unchanged
        record.rulesVersion = result.plan.rulesVersion
        record.state = judgement.held.isEmpty ? .accepted : .held
        record.message = judgement.trips.isEmpty ? nil : judgement.trips.map(\.message).joined(separator: " ")
        try await stopwatch.time("accept") {
            try await commit(accepted, result)
        }
    }

    private mutating func work(out accepted: Accepted) async throws -> Planning.Result {
        let judgement = accepted.judgement
        let planning = try Planning(workspace: workspace, shop: shop, at: started)
        let last = try await workspace.state.lastAccepted()
        let isIndexFresh = try await stopwatch.time("index") { try await planning.index.complete() }
        let result = try await stopwatch.time("plan") {
            try await planning.plan(
                accepted: judgement.accepted,
                isFirst: accepted.observation.isFirst,
                since: last,
                isIndexFresh: isIndexFresh
            )
        }
        summary.levels.wanted = result.wanted
        summary.levels.unchanged = result.plan.unchanged
        summary.held = judgement.trips.map(\.message)
        return result
    }

    /// Makes the baseline and everything else durable; the database's transaction is the commit point.
    ///
    /// It is filled beside the baseline, and committed once that is durable.
    private mutating func commit(_ accepted: Accepted, _ result: Planning.Result) async throws {
        let sealed = Handover<RunRecord>()
        let acceptance = acceptance(of: accepted, result)
        let (workspace, id) = (workspace, record.id)
        async let stored = workspace.state.accept(acceptance) { try sealed.wait() }
        do {
            // Before the commit point: an accepted run is never without its certificate.
            async let kept: Void = ArchiveCopy.keep(result.certificate, of: id, in: workspace)
            async let digest = offPool { result.plan.digest }
            record.generation = try await acceptBaseline(accepted)
            record.planDigest = try await digest
            try await kept
            sealed.give(.success(record))
        } catch {
            sealed.give(.failure(error))
            // It fails for the same reason, unless it failed before.
            _ = try await stored
            throw error
        }
        _ = try await stored
        isAccepted = true
    }

    private func acceptBaseline(_ accepted: Accepted) async throws -> UInt64 {
        let (judgement, observation) = (accepted.judgement, accepted.observation)
        guard !judgement.accepted.isEmpty || observation.isFirst else {
            return await workspace.baseline.generation
        }
        return try await workspace.baseline.accept(judgement.accepted, of: observation.deltas.count)
    }

    private func acceptance(of accepted: Accepted, _ result: Planning.Result) -> Acceptance {
        let judgement = accepted.judgement
        var acceptance = Acceptance(run: record, at: .now)
        acceptance.writes = result.writes
        acceptance.ruleText = result.text
        acceptance.isComplete = result.isComplete
        acceptance.highWater = accepted.mark
        acceptance.exceptions = result.exceptions
        acceptance.rejectedRows = accepted.observation.rejectedRows
        acceptance.absences = judgement.absences.map { Absence(key: $0.key, count: $0.count) }
        acceptance.absencesEnded = judgement.absencesEnded
        acceptance.heldDeltas = judgement.held.map { HeldDelta(delta: $0.delta, reason: $0.reason.rawValue) }
        return acceptance
    }

    private func archive() async throws {
        guard let path, hasNewContent else { return }
        try await ArchiveCopy.keep(path, of: record.id, in: workspace)
    }

    // MARK: push, confirm

    private mutating func push() async throws {
        let pusher = Pusher(state: workspace.state, shop: shop, settings: settings)
        let outcome = try await stopwatch.time("push") { try await pusher.push() }
        summary.add(outcome)
        summary.exceptions = try await workspace.state.openExceptionCounts().values.reduce(0, +)
        summary.state = record.state == .held ? .held : .done
        record.written = outcome.progress.applied
        record.refused = outcome.progress.refused
        if record.state == .accepted, outcome.trouble == nil { record.state = .done }
        record.finished = .now
        try await workspace.state.record(record)
        if let trouble = outcome.trouble { throw trouble }
    }

    /// Leaves a trace of a run that failed before it was
    /// accepted; a state that cannot be written has said so.
    private mutating func fail(_ fault: Fault) async {
        guard !isAccepted else { return }
        record.state = fault.kind == .badInput ? .rejected : .failed
        record.message = fault.sentence
        record.finished = .now
        // Nothing of what it was about to do came about.
        (record.generation, record.planDigest, record.rulesVersion) = (nil, nil, nil)
        (record.wanted, record.unchanged) = (0, 0)
        do {
            try await workspace.state.record(record)
        } catch {
            // The failure itself is what the user has to hear; this one follows from the same trouble.
            summary.state = .failed
        }
    }
}

extension RunSummary {
    mutating func add(_ outcome: Pusher.Outcome) {
        levels.written = outcome.progress.applied
        levels.refused = outcome.progress.refused
        levels.waiting = outcome.backlog.unsettled
    }
}

extension Fault {
    /// A snapshot that a guard refused.
    init(_ trip: GuardTrip, path: String) {
        self.init(
            .badInput,
            code: Fault.Code(trip.code.rawValue),
            place: path,
            message: "\(trip.message) Nothing of it was taken.",
            hint: "Look at the export that made it; if it is right, correct its manifest or `guards`."
        )
    }
}
