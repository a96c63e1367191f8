package import InventoryCore
package import StateStore

/// What a run did, as `sync`, `push` and `demo` end with it (spec, Command line).
package struct RunSummary: Sendable {
    package enum State: String, Sendable, Encodable {
        case done
        /// Some of what it wished for is not settled yet: it waits, or may still take effect.
        case pushing
        case held
        case failed
    }

    package let run: RunID
    /// The source whose delivery was read; nothing of a push alone.
    package let source: SourceID?
    package let state: State
    package let counts: RunCounts
    /// Levels still in the outbox, or where another value than the last one may still take effect, and SKUs
    /// whose levels have moved at the shop.
    package let waiting: Int
    /// The part of them that only time can settle.
    package let inQuestion: Int
    /// Exceptions open now.
    package internal(set) var exceptions: Int
    package var requests = 0
    package var steps: [RunStep: Double] = [:]
    /// Guards that tripped, in words; machines find them in `runs --json`.
    package var held: [String] = []

    /// Of a delivery that was read, as its run is recorded, and pushed.
    package init(intake record: RunRecord, push: PushResult? = nil) {
        let state: State =
            switch record.state.kind {
            case .held: .held
            case .failed, .rejected, .interrupted: .failed
            case .running, .accepted, .done, .superseded: .done
            }
        self.init(record.id, record.source, state, record.counts, push)
    }

    /// Of a held run that a person has approved: it was read before.
    ///
    /// `isAll` says whether nothing of it waits any more.
    init(approved record: RunRecord, push: PushResult, isAll: Bool) {
        var counts = RunCounts()
        counts.wanted = record.counts.wanted
        counts.unchanged = record.counts.unchanged
        self.init(record.id, record.source, isAll ? .done : .held, counts, push)
    }

    /// The same once its wishes have been pushed.
    func pushed(_ push: PushResult) -> RunSummary {
        var summary = RunSummary(run, source, state == .pushing ? .done : state, counts, push)
        (summary.requests, summary.steps, summary.held) = (requests, steps, held)
        return summary
    }

    /// Of a run of a command that has failed, as the run is recorded by now.
    init(failing record: RunRecord, _ counts: RunCounts, push: PushResult? = nil) {
        let state: State =
            switch record.state.kind {
            case .held: .held
            case .running, .failed, .rejected, .interrupted: .failed
            case .accepted: .pushing
            case .done, .superseded: .done
            }
        self.init(record.id, record.source, state, counts, push)
    }

    /// Of a push alone.
    init(push: PushResult) {
        let run = push.last?.id ?? RunID(startedAt: .now, salt: 0)
        self.init(run, nil, .done, RunCounts(), push)
    }

    private init(_ run: RunID, _ source: SourceID?, _ state: State, _ counts: RunCounts, _ push: PushResult?)
    {
        var counts = counts
        // Those of this push; the record adds up all that its run has had.
        counts.written = push?.progress.applied ?? 0
        counts.refused = push?.progress.refused ?? 0
        waiting = push.map { $0.backlog.unsettled + $0.moved } ?? 0
        inQuestion = push?.backlog.inQuestion ?? 0
        (self.run, self.source, self.counts) = (run, source, counts)
        self.state = state == .done && waiting > 0 ? .pushing : state
        exceptions = push?.exceptions ?? 0
    }

    /// Seconds by the name of the step.
    package var seconds: [String: Double] {
        Dictionary(uniqueKeysWithValues: steps.map { ($0.rawValue, $1) })
    }

    /// How a process that ends with this summary exits.
    package var status: ExitStatus {
        switch state {
        case .failed: .badInput
        case .held: .held
        case .pushing: exceptions > 0 ? .exceptionsOpen : .busy
        case .done: exceptions > 0 ? .exceptionsOpen : .done
        }
    }
}

extension RunSummary: Encodable {
    private enum Key: CodingKey {
        case run, state, rows, rejected, deltas, levels, requests, exceptions, seconds
    }

    private enum DeltasKey: CodingKey {
        case added, changed, removed
    }

    private enum LevelsKey: CodingKey {
        case wanted, written, unchanged, refused, waiting
    }

    /// Writes the documented keys, and no others.
    package func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        try object.encode(run.text, forKey: .run)
        try object.encode(state, forKey: .state)
        try object.encode(counts.rows, forKey: .rows)
        try object.encode(counts.rejected, forKey: .rejected)
        var deltas = object.nestedContainer(keyedBy: DeltasKey.self, forKey: .deltas)
        try deltas.encode(counts.deltas.added, forKey: .added)
        try deltas.encode(counts.deltas.changed, forKey: .changed)
        try deltas.encode(counts.deltas.removed, forKey: .removed)
        var levels = object.nestedContainer(keyedBy: LevelsKey.self, forKey: .levels)
        try levels.encode(counts.wanted, forKey: .wanted)
        try levels.encode(counts.written, forKey: .written)
        try levels.encode(counts.unchanged, forKey: .unchanged)
        try levels.encode(counts.refused, forKey: .refused)
        try levels.encode(waiting, forKey: .waiting)
        try object.encode(requests, forKey: .requests)
        try object.encode(exceptions, forKey: .exceptions)
        try object.encode(seconds, forKey: .seconds)
    }
}
