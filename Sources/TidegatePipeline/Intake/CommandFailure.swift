package import InventoryCore
package import OroClient
package import StateStore

/// How things stood when a command began: tells what it came to all the same where it fails.
package struct CommandStart: Sendable {
    private let shop: Shop
    private let oro: OroClient
    private let at = Timestamp.now
    private let requests: Int
    /// The run that was the newest accepted one: what the shop confirms is counted with that.
    private let newest: RunRecord?

    /// Finds the run that a command was about.
    package typealias Subject = @Sendable (Shop) async throws -> RunRecord?

    /// Runs of one command that are told; a pass takes fewer deliveries of a source.
    private static let runsMax = 1_000

    package init(_ shop: Shop, _ oro: OroClient) async throws {
        (self.shop, self.oro, requests) = (shop, oro, oro.requestsSent)
        newest = try await shop.state.lastAccepted()
    }

    /// Gives what the command came to, which has failed; what it accepted stays accepted.
    ///
    /// - Parameters:
    ///   - fault: why it ends.
    ///   - about: finds the run that the command was about, told where it has made none.
    /// - Returns: the run that it failed with, and those before.
    /// - Throws: `Fault` where the state cannot be read.
    package func failure(_ fault: Fault, about: Subject? = nil) async throws -> CommandFailure {
        let made = try await shop.state.lastRuns(limit: CommandStart.runsMax).filter { $0.started >= at }
        let last = try await shop.state.lastAccepted()
        var progress = PushProgress()
        if let last {
            let before = last.id == newest?.id ? newest?.counts : nil
            progress.applied = last.counts.written - (before?.written ?? 0)
            progress.refused = last.counts.refused - (before?.refused ?? 0)
        }
        let standing = try await shop.pushResult(progress)
        func told(_ record: RunRecord, _ counts: RunCounts) -> RunSummary {
            var summary = RunSummary(failing: record, counts, push: standing)
            summary.requests = oro.requestsSent - requests
            return summary
        }
        guard let record = made.first else {
            let subject = try await about?(shop)
            return CommandFailure(run: subject.map { told($0, RunCounts()) }, fault: fault)
        }
        // Of a delivery that was refused, an accepted run is another one.
        let isOther = fault.kind == .badInput && record.state.isAccepted
        let before = made.dropFirst(isOther ? 0 : 1).reversed()
        return CommandFailure(
            before: before.map { RunSummary(failing: $0, $0.counts) },
            run: isOther ? nil : told(record, record.counts),
            fault: fault
        )
    }
}

/// What a command came to that has failed.
package struct CommandFailure: Sendable {
    /// Of runs before the one that it failed with.
    package let before: [RunSummary]
    /// Of the run that it failed with; nothing where it had not begun one.
    package let run: RunSummary?
    package let fault: Fault

    package init(before: [RunSummary] = [], run: RunSummary? = nil, fault: Fault) {
        (self.before, self.run, self.fault) = (before, run, fault)
    }
}

extension CommandFailure: Encodable {
    private enum Key: CodingKey {
        case run, state, error
    }

    private enum ErrorKey: CodingKey {
        case code, place, message, hint
    }

    /// Writes the run's summary, or as much of it as there is, and why the command failed.
    package func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        if let run {
            try run.encode(to: encoder)
        } else {
            try object.encodeNil(forKey: .run)
            try object.encode(RunSummary.State.failed, forKey: .state)
        }
        var error = object.nestedContainer(keyedBy: ErrorKey.self, forKey: .error)
        try error.encode(fault.code.rawValue, forKey: .code)
        try error.encode(fault.place, forKey: .place)
        try error.encode(fault.message, forKey: .message)
        try error.encode(fault.hint, forKey: .hint)
    }
}
