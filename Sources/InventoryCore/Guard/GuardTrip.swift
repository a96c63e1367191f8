/// A guard that tripped: what it saw, its limit, and what it holds back.
package struct GuardTrip: Hashable, Sendable {
    package let code: Code
    /// The location concerned; nothing when it is the whole snapshot.
    package let location: Location?
    package let message: String

    package enum Code: String, Sendable, CaseIterable {
        case empty
        case allZero = "all_zero"
        case rowCount = "row_count"
        case checksum
        case stale
        /// What it states is of a time that our clock has not reached.
        case asOfInFuture = "as_of_in_future"
        /// The bytes were accepted before, and others since.
        case replayed
        case sameSequence = "same_sequence_other_content"
        case rejectedRows = "rejected_rows"
        case newlyZero = "newly_zero"
        case absentRows = "absent_rows"
        case totalChange = "total_change"
    }

    package enum Consequence: Sendable {
        /// The snapshot is not taken at all.
        case rejectSnapshot
        case holdRun
        /// The location's zeros and increases wait; its other
        /// decreases go on, they can only prevent overselling.
        case holdZeros
        /// What the location no longer lists keeps its figure.
        case holdRemovals
        case holdLocation
    }

    package var consequence: Consequence {
        switch code {
        case .empty, .allZero, .rowCount, .checksum, .stale, .asOfInFuture, .sameSequence:
            .rejectSnapshot
        case .rejectedRows, .replayed: .holdRun
        case .newlyZero: .holdZeros
        case .absentRows: .holdRemovals
        case .totalChange: .holdLocation
        }
    }

    package init(code: Code, location: Location? = nil, message: String) {
        self.code = code
        self.location = location
        self.message = message
    }
}
