/// What is known of every exception of one code: the catalogue from which lists, alerts and the documentation
/// are made.
package struct ExceptionEntry: Hashable, Sendable {
    package let severity: ExceptionSeverity
    /// Who can mend it.
    package let owner: InventoryException.Owner
    /// What it says, in one sentence.
    package let meaning: String
    /// What its owner does first.
    package let firstStep: String
    /// When it closes by itself.
    package let ending: String
    /// What trying again means; nothing where only a decision or a next delivery helps.
    package let retry: ExceptionRetry?
    /// Whether each unit is a piece of work of its own.
    let isByUnit: Bool

    init(
        _ severity: ExceptionSeverity,
        _ owner: InventoryException.Owner,
        isByUnit: Bool = false,
        meaning: String,
        firstStep: String,
        ending: String,
        retry: ExceptionRetry? = nil
    ) {
        self.severity = severity
        self.owner = owner
        self.isByUnit = isByUnit
        self.meaning = meaning
        self.firstStep = firstStep
        self.ending = ending
        self.retry = retry
    }
}

/// How much harm an exception does while nobody looks after it.
package enum ExceptionSeverity: String, Sendable, CaseIterable, Comparable {
    /// Worth knowing; nothing wrong is shown.
    case notice
    /// Some stock is not sold, or its figure does not follow.
    case warning
    /// The shop may sell what is not there, or nothing moves until somebody looks.
    case critical

    package static func < (left: ExceptionSeverity, right: ExceptionSeverity) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .notice: 0
        case .warning: 1
        case .critical: 2
        }
    }
}

/// What is done at once when a person asks to try again.
package enum ExceptionRetry: String, Sendable, CaseIterable {
    /// What the shop has refused is sent once more.
    case writes
    /// The figures of the SKUs concerned are worked out anew.
    case figures
    /// The source is read again.
    case source
}

extension InventoryException.Code {
    package var severity: ExceptionSeverity { entry.severity }
    package var owner: InventoryException.Owner { entry.owner }
    /// What its owner does first.
    package var firstStep: String { entry.firstStep }

    /// The codes of what the shop lacks.
    package static let ofLacks: [InventoryException.Code] = [.unknownSKU, .unknownLevel]

    /// All codes, the gravest first, and in each severity by their names.
    package static let bySeverity: [InventoryException.Code] = allCases.sorted { one, other in
        one.severity == other.severity ? one.rawValue < other.rawValue : one.severity > other.severity
    }

    /// What the catalogue says of it.
    package var entry: ExceptionEntry {
        switch self {
        case .unknownSKU: .unknownSKU
        case .unknownLevel: .unknownLevel
        case .duplicateLevel: .duplicateLevel
        case .figureStranded: .figureStranded
        case .unknownUnit: .unknownUnit
        case .unknownLocation: .unknownLocation
        case .locationOfAnotherSource: .locationOfAnotherSource
        case .sourceSilent: .sourceSilent
        case .deliveryRefused: .deliveryRefused
        case .negativeStock: .negativeStock
        case .oversold: .oversold
        case .unattributedOrder: .unattributedOrder
        case .quantityTooLarge: .quantityTooLarge
        case .writeRefused: .writeRefused
        case .increaseParked: .increaseParked
        case .drift: .drift
        case .stockUnreadable: .stockUnreadable
        case .stockUnitUnknown: .stockUnitUnknown
        case .stockCollision: .stockCollision
        case .stockConflict: .stockConflict
        case .stockAbsent: .stockAbsent
        case .stockHeld: .stockHeld
        case .stockRejected: .stockRejected
        case .absenceNotCounted: .absenceNotCounted
        case .figuresHeld: .figuresHeld
        case .shownUnstated: .shownUnstated
        case .unitFactorsDiffer: .unitFactorsDiffer
        case .conflictingEvent: .conflictingEvent
        case .eventRefused: .eventRefused
        case .orderUnacknowledged: .orderUnacknowledged
        case .cancelledButBooked: .cancelledButBooked
        case .acknowledgementUnclear: .acknowledgementUnclear
        case .orderUnitUnknown: .orderUnitUnknown
        case .orderUnreadable: .orderUnreadable
        case .ledgerStale: .ledgerStale
        case .ordersRefused: .ordersRefused
        }
    }
}
