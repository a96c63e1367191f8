/// A position whose newest statement is not clear: it counts as its last clear value, less what has appeared
/// elsewhere since (spec, Stock in doubt, section 1).
package struct Doubt: Hashable, Sendable {
    package let source: SourceID
    package let key: PositionKey
    package var reason: Reason
    /// When it began; a newer unclear statement changes the reason only.
    package let since: Timestamp
    /// The as-of of the source's last delivery before it began, where one was stated.
    package let knownAsOf: Timestamp?
    /// The last clear value, which the baseline still holds; nothing where there never was one.
    package let last: Quantity?
    /// What a held statement says; nothing of a held removal.
    package var stated: Quantity?
    /// What was stated when a person was asked first: an approval must not take much more than that.
    package var askedAbout: Quantity?
    /// What other positions of the SKU have grown since, in base units.
    package var grown = Quantity.zero
    /// Full deliveries in a row that have not listed it.
    package var absentCount = 0
    /// Rows without a readable key in the delivery before it went missing.
    package var keylessBefore = 0
    /// Deliveries in a row in which its SKU had rows that could not be understood.
    package var spoiledCount = 0
    /// The guard that holds it until a person decides.
    package var guardCode: GuardTrip.Code?
    /// The run whose approval or rejection decides about it.
    package var run: RunID?
    /// Where the newest unclear rows lie, the first few of them.
    package var lines: [Int] = []

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
    }

    package init(
        source: SourceID,
        key: PositionKey,
        reason: Reason,
        since: Timestamp,
        knownAsOf: Timestamp? = nil,
        last: Quantity?
    ) {
        self.source = source
        self.key = key
        self.reason = reason
        self.since = since
        self.knownAsOf = knownAsOf
        self.last = last
    }

    /// Whether a person has to decide about it.
    package var waitsForDecision: Bool { guardCode != nil && reason != .rejected }

    /// Whether it is not listed, also where a person has rejected that it is gone.
    var isMissing: Bool { reason == .absent || reason == .rejected && stated == nil }

    /// What the position can hold, at least and at most; nothing where it was never clear.
    package var interval: ClosedRange<Quantity>? {
        guard let last else { return nil }
        guard reason == .held else { return min(.zero, last)...max(.zero, last) }
        let stated = stated ?? .zero
        return min(last, stated)...max(last, stated)
    }

    /// Gives what the position counts as, in its own unit; nothing where it was never clear.
    ///
    /// `perBase` are the base units in its unit.
    package func used(perBase: Ratio) -> Quantity? {
        guard let last, let interval else { return nil }
        guard grown > .zero else { return last }
        // Rounded up, so that nothing is counted twice.
        let scaled = Int128(grown.millionths) * Int128(perBase.denominator)
        let divisor = Int128(perBase.numerator)
        let less = Int128(last.millionths) - (scaled + divisor - 1) / divisor
        return max(interval.lowerBound, Quantity(millionths: Int64(clamping: less)))
    }
}

/// What becomes of the doubts in one commit.
package struct DoubtChanges: Hashable, Sendable {
    /// New ones, and those that have changed.
    package var set: [Doubt] = []
    package var ended: [Doubt] = []

    package init(set: [Doubt] = [], ended: [Doubt] = []) {
        self.set = set
        self.ended = ended
    }
}
