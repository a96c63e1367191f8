package import InventoryCore

extension RunRecord {
    /// How far a run has come, or how it ended.
    package enum State: Hashable, Sendable {
        case running
        /// The outbox is filled; the shop has not confirmed everything yet. `note` is what guards said that
        /// held nothing back, `pushed` when the run's own push ended without having confirmed all.
        case accepted(note: String? = nil, pushed: Timestamp? = nil)
        case done(note: String? = nil, at: Timestamp)
        /// A guard wants a person's decision on a part; the rest was accepted.
        case held(reason: String, pushed: Timestamp? = nil)
        /// A guard or a person decided against it.
        case rejected(reason: String?, at: Timestamp)
        case failed(reason: String, at: Timestamp)
        /// The process ended while the run was going on, so nothing of it was accepted.
        case interrupted(reason: String, at: Timestamp)
        /// A newer delivery that states everything was taken in place of its own, which was not read.
        case superseded(reason: String, at: Timestamp)

        /// The state as one word.
        package enum Kind: String, Sendable, CaseIterable {
            case running
            case accepted
            case done
            case held
            case rejected
            case failed
            case interrupted
            case superseded
        }

        package var kind: Kind {
            switch self {
            case .running: .running
            case .accepted: .accepted
            case .done: .done
            case .held: .held
            case .rejected: .rejected
            case .failed: .failed
            case .interrupted: .interrupted
            case .superseded: .superseded
            }
        }

        /// The state as people and machines are told it: `pushing` where a push has left some of the run's
        /// wishes unsettled.
        package var word: String {
            if case .accepted(_, .some) = self { "pushing" } else { kind.rawValue }
        }

        /// Whether the baseline and the outbox have what the run did not hold back.
        package var isAccepted: Bool {
            switch self {
            case .accepted, .done, .held: true
            case .running, .rejected, .failed, .interrupted, .superseded: false
            }
        }

        /// What a person should know: why it was held or failed.
        package var message: String? {
            switch self {
            case .running: nil
            case .accepted(let note, _), .done(let note, _), .rejected(let note, _): note
            case .held(let reason, _), .failed(let reason, _), .interrupted(let reason, _),
                .superseded(let reason, _):
                reason
            }
        }

        package var finished: Timestamp? {
            switch self {
            case .running: nil
            case .accepted(_, let pushed), .held(_, let pushed): pushed
            case .done(_, let at), .rejected(_, let at), .failed(_, let at), .interrupted(_, let at),
                .superseded(_, let at):
                at
            }
        }

        /// The same state with one sentence more that a person should know.
        package func adding(_ sentence: String) -> State {
            let said = [message, sentence].compactMap(\.self).joined(separator: " ")
            return switch self {
            case .running: self
            case .accepted(_, let pushed): .accepted(note: said, pushed: pushed)
            case .done(_, let at): .done(note: said, at: at)
            case .held(_, let pushed): .held(reason: said, pushed: pushed)
            case .rejected(_, let at): .rejected(reason: said, at: at)
            case .failed(_, let at): .failed(reason: said, at: at)
            case .interrupted(_, let at): .interrupted(reason: said, at: at)
            case .superseded(_, let at): .superseded(reason: said, at: at)
            }
        }
    }
}

extension RunRecord.State {
    /// Puts together what is stored of it; `started` stands in where an old row lacks its end.
    init(_ kind: Kind, message: String?, finished: Timestamp?, started: Timestamp) {
        let reason = message ?? ""
        let end = finished ?? started
        switch kind {
        case .running: self = .running
        case .accepted: self = .accepted(note: message, pushed: finished)
        case .done: self = .done(note: message, at: end)
        case .held: self = .held(reason: reason, pushed: finished)
        case .rejected: self = .rejected(reason: message, at: end)
        case .failed: self = .failed(reason: reason, at: end)
        case .interrupted: self = .interrupted(reason: reason, at: end)
        case .superseded: self = .superseded(reason: reason, at: end)
        }
    }
}
