package import InventoryCore

/// What a run did, as `sync`, `push` and `demo` end with it (spec, Command line).
package struct RunSummary: Sendable, Encodable {
    package enum State: String, Sendable, Encodable {
        case done
        case held
        case failed
    }

    package struct Deltas: Sendable, Encodable {
        package var added = 0
        package var changed = 0
        package var removed = 0
    }

    package struct Levels: Sendable, Encodable {
        /// Figures that this run worked out.
        package var wanted = 0
        /// Levels that the shop confirmed with a new value.
        package var written = 0
        package var unchanged = 0
        package var refused = 0
        /// Still in the outbox.
        package var waiting = 0
    }

    package var run: String
    package var state: State = .done
    package var rows = 0
    package var rejected = 0
    package var deltas = Deltas()
    package var levels = Levels()
    package var requests = 0
    /// Exceptions open now.
    package var exceptions = 0
    /// Seconds by step, in the order of the steps.
    package var seconds: [String: Double] = [:]
    /// Guards that tripped, in words; machines find them in `runs --json`.
    package var held: [String] = []

    /// The documented keys, and no others.
    private enum CodingKeys: CodingKey {
        case run, state, rows, rejected, deltas, levels, requests, exceptions, seconds
    }

    package init(run: RunID) {
        self.run = run.text
    }

    /// How a process that ends with this summary exits.
    package var status: ExitStatus {
        switch state {
        case .failed: .badInput
        case .held: .held
        case .done: exceptions > 0 ? .exceptionsOpen : .done
        }
    }
}
