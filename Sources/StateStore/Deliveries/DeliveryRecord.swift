package import InventoryCore

/// What is kept of one arrival from a source.
package struct DeliveryRecord: Hashable, Sendable {
    package let source: SourceID
    /// The last part of the path; escaped where its bytes are no text.
    package let name: String
    package let path: String
    /// Of the file as it lay there.
    package var sizeBytes: Int64?
    /// When the file was last written to; nothing where an earlier version of Tidegate took it.
    package var modified: Timestamp?
    /// Names the unpacked bytes under `seeds`; nothing where they were not read.
    package var digest: String?
    package var seeds: [UInt64]?
    /// Of the bytes as they lay there, in hexadecimal, where a manifest states it: an upload's always does.
    package var sha256: String?
    package var scope: SnapshotScope?
    package var asOf: Timestamp?
    package var sequence: Int64?
    package var rows = 0
    package var outcome: Outcome
    /// The code of the guard or fault, where there was one.
    package var code: String?
    /// How often it has come to this outcome.
    package var tries = 1
    package var run: RunID?
    package var at: Timestamp

    package enum Outcome: String, Sendable, CaseIterable {
        case taken
        /// A newer full delivery came before it was read.
        case superseded
        /// A guard refused it, or it cannot be understood.
        case rejected
        /// It states to be older than what was accepted.
        case stale
        /// The bytes of the one before, once more.
        case repeated
        /// It could not be opened or read to its end.
        case unreadable

        /// Whether nothing of it is missing in what is known.
        package var isSettled: Bool {
            switch self {
            case .taken, .superseded, .repeated: true
            case .rejected, .stale, .unreadable: false
            }
        }
    }

    package init(
        source: SourceID,
        name: String,
        path: String,
        outcome: Outcome,
        at: Timestamp
    ) {
        self.source = source
        self.name = name
        self.path = path
        self.outcome = outcome
        self.at = at
    }

    /// Whether the file is known, going by its size and time.
    package func isOf(sizeBytes: Int64, modified: Timestamp) -> Bool {
        self.sizeBytes == sizeBytes && self.modified == modified
    }

    /// When it was true, as far as it is known: what was stated, else when the file was written.
    package var stated: Timestamp { asOf ?? modified ?? at }
}

/// A high-water mark that a person took back.
package struct SourceReset: Hashable, Sendable {
    package let source: SourceID
    package let at: Timestamp
    package let who: String
    package let reason: String
    /// The run whose mark it was set to; nothing where it was taken away.
    package let toRun: RunID?
    /// What it was before.
    package let before: HighWaterMark?

    package init(
        source: SourceID,
        at: Timestamp,
        who: String,
        reason: String,
        toRun: RunID?,
        before: HighWaterMark? = nil
    ) {
        self.source = source
        self.at = at
        self.who = who
        self.reason = reason
        self.toRun = toRun
        self.before = before
    }
}
