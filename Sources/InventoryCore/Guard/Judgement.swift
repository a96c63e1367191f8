/// Which of a delivery's differences are accepted, and which positions are in doubt after it.
///
/// What is in doubt stays out of the baseline, so the next delivery shows it again.
package struct Judgement: Sendable {
    /// Set where the whole delivery is refused.
    package private(set) var rejection: GuardTrip?
    package private(set) var trips: [GuardTrip]
    /// In the order of the delivery.
    package private(set) var accepted: [Delta] = []
    package private(set) var doubts = DoubtChanges()
    /// Whether something waits for a person's decision after this delivery.
    package private(set) var isHeld = false
    /// Positions that were not listed and not counted absent, because the delivery had rows that nobody can
    /// understand.
    package private(set) var uncounted: [PositionKey] = []

    /// Judges; a pure function of its inputs.
    package init(_ statement: DeliveryStatement, known: KnownOfSource, thresholds: GuardThresholds) {
        var judged = statement.statistics
        for location in statement.refused { judged.locations[location] = nil }
        let units = UnitDoubts(statement, known)
        units.correct(&judged, statement)
        trips = statement.promised
        if let trip = mappingTrip(statement, known) { trips.append(trip) }
        trips += Guards(thresholds: thresholds).trips(
            on: judged,
            scope: statement.scope,
            isFirst: statement.isFirst,
            accepted: known.accepted
        )
        if let rejection = trips.first(where: { $0.consequence == .rejectDelivery }) {
            self.rejection = rejection
            return
        }
        var judge = PositionJudge(statement, known, units, HoldingGuards(trips: trips), thresholds)
        judge.judge()
        (accepted, doubts, uncounted) = (judge.accepted, judge.changes, judge.uncounted)
        isHeld = judge.isHeld
    }

    /// Whether everything that the delivery changes waits.
    package var holdsAll: Bool { trips.contains { $0.consequence == .holdAll } }
}

/// A changed meaning is not a changed stock (spec, Stock in doubt, section 3).
private func mappingTrip(_ statement: DeliveryStatement, _ known: KnownOfSource) -> GuardTrip? {
    guard !statement.isFirst, let before = known.mapping, let now = statement.mapping, now != before else {
        return nil
    }
    if statement.scope == .partial, let trip = binsTrip(before, now) { return trip }
    let gone = columnsGone(from: before, to: now)
    if !gone.isEmpty {
        let names = gone.joined(separator: ", ")
        let message = "The last delivery had a column for \(names), and this one has none."
        return GuardTrip(code: .mappingChanged, message: message)
    }
    guard statement.scope == .full else { return nil }
    return GuardTrip(
        code: .mappingChanged,
        message: "Its keys and quantities are read otherwise than those of the last delivery: columns, "
            + "constants, normalisation or dialect have changed. What it changes may be no change of stock."
    )
}

/// What a partial source counted without bins would stay beside what it states of bins, and be counted twice.
private func binsTrip(_ before: String, _ now: String) -> GuardTrip? {
    // A mapping has a line for each role.
    func namesBins(_ mapping: String) -> Bool {
        mapping.split(separator: "\n").contains { $0.hasPrefix("bin ") && $0 != "bin -" }
    }
    guard namesBins(before) != namesBins(now) else { return nil }
    return GuardTrip(
        code: .mappingChanged,
        message: "The column of bins has come or gone since the last delivery: what was counted before would "
            + "stay beside what this one states. `tidegate baseline rebuild` reads the archive by the new "
            + "columns."
    )
}

/// The roles that had a column and have none now; each line of a mapping begins with its role.
private func columnsGone(from before: String, to now: String) -> [String] {
    let had = Set(before.split(separator: "\n"))
    return now.split(separator: "\n").filter { $0.hasSuffix(" -") && !had.contains($0) }
        .map { String($0.dropLast(2)) }
}

/// What a delivery states, as far as it is judged.
package struct DeliveryStatement: Sendable {
    package let source: SourceID
    package let run: RunID
    package let scope: SnapshotScope
    /// When it arrived.
    package let arrived: Timestamp
    /// In its own order; removals are what a full delivery does not list.
    package var deltas: [Delta] = []
    package var statistics = SnapshotStatistics()
    /// Rows of which the key can be read and something else cannot.
    package var unclear: [UnclearRow] = []
    /// Guards that tripped on the contract, the high-water mark or the bytes.
    package var promised: [GuardTrip] = []
    /// By what its keys and quantities were read; nothing where no row was looked at.
    package var mapping: String?
    /// Runs that hold earlier statements of the same kind, by what holds them: what is held now joins them.
    ///
    /// Where everything is held, all that the source has waiting goes to the one of that guard.
    package var plans: [GuardTrip.Code: RunID] = [:]
    /// Positions that events have opened and that the delivery states as others: that these are gone is no
    /// change of the stock.
    package var rehomed: Set<PositionKey> = []
    /// Positions of which a later event has stated a level, which counts.
    package var decided: Set<PositionKey> = []
    /// Locations that another source states.
    package var refused: Set<Location> = []
    /// Whether nothing was known of the source before.
    package var isFirst = false
    /// Whether its bytes are those of the last accepted one, so that no row was looked at.
    package var isIdentical = false
    /// Whether nothing of it is new, not even its time.
    package var isRepeated = false
    /// Whether its bytes are those of the delivery before, under whatever time.
    package var hasSameBytes = false
    /// Whether a person has rejected these very bytes.
    package var isRejected = false

    package init(source: SourceID, run: RunID, scope: SnapshotScope, arrived: Timestamp) {
        self.source = source
        self.run = run
        self.scope = scope
        self.arrived = arrived
    }
}

/// A row that names its position and states nothing clear about it.
package struct UnclearRow: Hashable, Sendable {
    package let key: PositionKey
    package let reason: Doubt.Reason
    package let line: Int

    package init(key: PositionKey, reason: Doubt.Reason, line: Int) {
        self.key = key
        self.reason = reason
        self.line = line
    }
}

/// What was known of a source before a delivery.
package struct KnownOfSource: Sendable {
    package var doubts = SourceDoubts()
    /// What the baseline holds of some SKUs: those of unclear rows, and those with units that are not known.
    package var positions: [SKU: [Position]] = [:]
    package var units = UnitTable()
    /// By which the last clear values count whose units have no factor now.
    package var past = PastFactors()
    /// What the last accepted delivery was like; nothing before the first.
    package var accepted: AcceptedShape?
    /// By what the last accepted delivery was read.
    package var mapping: String?
    /// The as-of of the last accepted delivery.
    package var asOf: Timestamp?
    /// Rows without a readable key in the last accepted delivery.
    package var keylessRows = 0

    package init() {}

    /// The last clear value of a position, if it was looked up.
    func last(_ key: PositionKey) -> Quantity? {
        positions[key.sku]?.first { $0.key == key }?.net
    }
}
