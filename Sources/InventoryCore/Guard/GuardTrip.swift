/// A guard that tripped: what it saw, its limit, and what it holds back.
package struct GuardTrip: Hashable, Sendable {
    package let code: Code
    /// The location concerned; nothing when it is the whole snapshot.
    package let location: Location?
    /// The warehouse of the shop concerned, where it is about figures; nothing also for a shop without any.
    package let warehouse: String?
    package let message: String

    package enum Code: String, Sendable, CaseIterable {
        case empty
        case allZero = "all_zero"
        case rowCount = "row_count"
        case checksum
        case stale
        case asOfInFuture = "as_of_in_future"
        case repeatedHeader = "repeated_header"
        case endsInsideRow = "ends_inside_row"
        case sameSequence = "same_sequence_other_content"
        case rejectedRows = "rejected_rows"
        case rowsPerPosition = "rows_per_position"
        case mappingChanged = "mapping_changed"
        case columnEmpty = "column_empty"
        case replayed
        case newlyZero = "newly_zero"
        case absentRows = "absent_rows"
        case totalDrop = "total_drop"
        case totalRise = "total_rise"
        case shownZero = "shown_zero"
        case shownDrop = "shown_drop"
        case shownRise = "shown_rise"
        case aboveStock = "above_stock"
        case shownUnstated = "shown_unstated"
    }

    package enum Consequence: Sendable {
        /// The delivery is not taken at all.
        case rejectDelivery
        /// Everything that it changes waits.
        case holdAll
        /// The location's zeros wait.
        case holdZeros
        /// What the location no longer lists keeps its figure.
        case holdAbsent
        /// The location's changes by half or more down wait.
        case holdFalls
        /// The location's changes to double or more up wait.
        case holdRises
        /// Figures of the warehouse wait.
        case holdFigures
    }

    package var consequence: Consequence { code.consequence }

    package init(
        code: Code,
        location: Location? = nil,
        warehouse: String? = nil,
        message: String
    ) {
        self.code = code
        self.location = location
        self.warehouse = warehouse
        self.message = message
    }
}

extension GuardTrip.Code {
    /// What a guard of this code holds back.
    package var consequence: GuardTrip.Consequence {
        switch self {
        case .empty, .allZero, .rowCount, .checksum, .stale, .asOfInFuture, .repeatedHeader, .endsInsideRow,
            .sameSequence:
            .rejectDelivery
        case .rejectedRows, .rowsPerPosition, .mappingChanged, .columnEmpty, .replayed: .holdAll
        case .newlyZero: .holdZeros
        case .absentRows: .holdAbsent
        case .totalDrop: .holdFalls
        case .totalRise: .holdRises
        case .shownZero, .shownDrop, .shownRise, .shownUnstated, .aboveStock: .holdFigures
        }
    }

    /// Guards that hold a whole delivery.
    package static let ofWholes = GuardTrip.Code.allCases.filter { $0.consequence == .holdAll }
}
