/// A position whose newest statement is not clear: it counts as its last clear value, less what has appeared
/// elsewhere since (spec, Stock in doubt, section 1).
///
/// A copy costs one reference: a delivery can put tens of thousands in doubt, and each is looked at several
/// times (`PipelineBenchmarks FOLDER TIMES doubts`).
package struct Doubt: Sendable {
    private var box: Box

    package var source: SourceID { box.fields.source }
    package var key: PositionKey { box.fields.key }
    package var reason: Reason {
        get { box.fields.reason }
        set { own.reason = newValue }
    }
    /// When it began; a newer unclear statement changes the reason only.
    package var since: Timestamp { box.fields.since }
    /// The as-of of the source's last delivery before it began, where one was stated.
    package var knownAsOf: Timestamp? { box.fields.knownAsOf }
    /// The last clear value, which the baseline still holds; nothing where there never was one.
    package var last: Quantity? { box.fields.last }
    /// What a held statement says, and nothing of a held removal; of a unit without a factor what is stated
    /// as it was clear.
    package var stated: Quantity? {
        get { box.fields.stated }
        set { own.stated = newValue }
    }
    /// What was stated when a person was asked first: an approval must not take much more than that.
    package var askedAbout: Quantity? {
        get { box.fields.askedAbout }
        set { own.askedAbout = newValue }
    }
    /// What other positions of the SKU have grown since, in base units.
    package var grown: Quantity {
        get { box.fields.grown }
        set { own.grown = newValue }
    }
    /// Full deliveries in a row that have not listed it.
    package var absentCount: Int {
        get { box.fields.absentCount }
        set { own.absentCount = newValue }
    }
    /// Rows without a readable key in the delivery before it went missing.
    package var keylessBefore: Int {
        get { box.fields.keylessBefore }
        set { own.keylessBefore = newValue }
    }
    /// Deliveries in a row in which its SKU had rows that could not be understood.
    package var spoiledCount: Int {
        get { box.fields.spoiledCount }
        set { own.spoiledCount = newValue }
    }
    /// The guard that holds it until a person decides.
    package var guardCode: GuardTrip.Code? {
        get { box.fields.guardCode }
        set { own.guardCode = newValue }
    }
    /// The run whose approval or rejection decides about it.
    package var run: RunID? {
        get { box.fields.run }
        set { own.run = newValue }
    }
    /// Where the newest unclear rows lie, the first few of them.
    package var lines: [Int] {
        get { box.fields.lines }
        set { own.lines = newValue }
    }

    /// The fields, to be changed: of a box that no other copy has.
    private var own: Fields {
        @inline(__always) get { box.fields }
        @inline(__always) _modify {
            if !isKnownUniquelyReferenced(&box) { box = Box(box.fields) }
            yield &box.fields
        }
    }

    private struct Fields: Hashable, Sendable {
        let source: SourceID
        let key: PositionKey
        var reason: Reason
        let since: Timestamp
        var knownAsOf: Timestamp?
        let last: Quantity?
        var stated: Quantity?
        var askedAbout: Quantity?
        var grown = Quantity.zero
        var absentCount = 0
        var keylessBefore = 0
        var spoiledCount = 0
        var guardCode: GuardTrip.Code?
        var run: RunID?
        var lines: [Int] = []
    }

    // Unchecked: its fields are changed only by the one `Doubt` that refers to it.
    private final class Box: @unchecked Sendable {
        var fields: Fields

        init(_ fields: Fields) { self.fields = fields }
    }

    /// Lines that are kept of one doubt.
    package static let linesMax = 5

    /// Why a statement is not clear.
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        case unreadable
        case unitUnknown = "unit_unknown"
        case collision
        case conflict
        case absent
        case held
        case rejected

        /// Whether such a row may be any of its SKU, so that others are not counted absent.
        var spoilsOthers: Bool { [.unreadable, .unitUnknown, .collision].contains(self) }

        /// Whether nobody can say what the newest statement is.
        package var isUnclear: Bool { spoilsOthers || self == .conflict }

        /// Whether a difference says once more what put a position in doubt, of which this was stated.
        func isTold(by delta: Delta, _ stated: Quantity?) -> Bool {
            switch self {
            case .absent: delta.after == nil
            case .held, .rejected: delta.after == stated
            case .unreadable, .unitUnknown, .collision, .conflict: false
            }
        }
    }

    package init(
        source: SourceID,
        key: PositionKey,
        reason: Reason,
        since: Timestamp,
        knownAsOf: Timestamp? = nil,
        last: Quantity?
    ) {
        box = Box(
            Fields(
                source: source,
                key: key,
                reason: reason,
                since: since,
                knownAsOf: knownAsOf,
                last: last
            )
        )
    }

    /// Makes one of what a table says.
    init(
        source: SourceID,
        key: PositionKey,
        _ row: DoubtTable.Row,
        run: RunID?,
        lines: [Int]
    ) {
        box = Box(
            Fields(
                source: source,
                key: key,
                reason: row.reason,
                since: row.since,
                knownAsOf: row.knownAsOf,
                last: row.last,
                stated: row.stated,
                askedAbout: row.askedAbout,
                grown: row.grown,
                absentCount: row.absentCount,
                keylessBefore: row.keylessBefore,
                spoiledCount: row.spoiledCount,
                guardCode: row.guardCode,
                run: run,
                lines: lines
            )
        )
    }

    /// What a table says of it, but for what that has numbers for.
    var row: DoubtTable.Row {
        var row = DoubtTable.Row(reason, since: since)
        (row.knownAsOf, row.last) = (knownAsOf, last)
        (row.stated, row.askedAbout, row.grown) = (stated, askedAbout, grown)
        (row.absentCount, row.keylessBefore, row.spoiledCount) = (absentCount, keylessBefore, spoiledCount)
        row.guardCode = guardCode
        return row
    }

    /// The same, where the position was stated as late as this.
    func known(asOf time: Timestamp?) -> Doubt {
        guard let time, knownAsOf.map({ $0 < time }) ?? true else { return self }
        var doubt = self
        doubt.own.knownAsOf = time
        return doubt
    }

    /// Whether a person has to decide about it.
    package var waitsForDecision: Bool { guardCode != nil && reason != .rejected }

    /// Whether it is not listed, also where that is held, or a person has rejected that it is gone.
    var isMissing: Bool {
        switch reason {
        case .absent: true
        case .held, .rejected: last != nil && stated == nil
        case .unreadable, .unitUnknown, .collision, .conflict: false
        }
    }

    /// Whether the newest statement is what was clear, and only its unit has lost its factor.
    var isStatedAsKnown: Bool { reason == .unitUnknown && last != nil && stated == last }

    /// The same after one more full delivery without it.
    var missedOnceMore: Doubt {
        guard reason == .absent else { return self }
        var doubt = self
        doubt.absentCount += 1
        return doubt
    }

    /// Whether a difference says once more what put it in doubt.
    package func isToldBy(_ delta: Delta) -> Bool { reason.isTold(by: delta, stated) }

    /// What the position can hold, at least and at most; nothing where it was never clear.
    package var interval: ClosedRange<Quantity>? {
        guard let last else { return nil }
        guard reason == .held else { return min(.zero, last)...max(.zero, last) }
        let stated = stated ?? .zero
        return min(last, stated)...max(last, stated)
    }
}

extension Doubt: Hashable {
    package static func == (left: Doubt, right: Doubt) -> Bool {
        left.box === right.box || left.box.fields == right.box.fields
    }

    package func hash(into hasher: inout Hasher) { box.fields.hash(into: &hasher) }
}

/// What becomes of the doubts in one commit.
package struct DoubtChanges: Hashable, Sendable {
    /// New ones, and those that have changed.
    package var set: [Doubt] = []
    package var ended: [Doubt] = []
    /// The source of which all that is absent and not set here was missing once more.
    ///
    /// Tens of thousands can be: that is one change and not one of each.
    package var missed: SourceID?

    package init(set: [Doubt] = [], ended: [Doubt] = []) {
        self.set = set
        self.ended = ended
    }
}
