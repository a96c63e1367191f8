package import InventoryCore

/// What a run changes in what is known of a source's events, all in the transaction of its acceptance.
package struct EventChanges: Sendable {
    /// Up to where events are in effect then.
    package var mark: InboxMark?
    package var levels: [PositionKey: LevelStatement] = [:]
    package var movements: [PositionKey: [MovementStatement]] = [:]
    /// Positions of which no events are kept any more: they are kept with others.
    package var left: Set<PositionKey> = []
    /// Positions that only events have stated.
    package var opened: Set<PositionKey> = []
    /// Movements that a later level contains.
    package var contained: [PositionKey: [MovementStatement]] = [:]
    package var hints: [EventHint] = []
    /// What events did to positions, for the guards.
    package var moved: [PositionKey: PositionMove] = [:]
    /// What a delivery stated, which answers what is older.
    package var stated: StatedPositions?

    package init() {}

    /// Rows of one source that are kept at most; more is no more than a hint.
    package static let keptMax = 2_000_000
    /// The same of hints; what comes on top is counted with the source as a whole.
    package static let hintsMax = 100_000
}

/// What is known of a source's events as such.
package struct EventStanding: Hashable, Sendable {
    /// Every position of the source was stated as of then.
    package var stated: Timestamp?
    package var mark: InboxMark?
    /// Rows that are kept of its events.
    package var kept = 0

    package init() {}
}

/// How much waits for a source's next delivery.
package struct WaitingHints: Hashable, Sendable {
    package let count: Int
    /// When the oldest came; nothing where none waits.
    package let oldest: Timestamp?

    package init(count: Int, oldest: Timestamp?) {
        (self.count, self.oldest) = (count, oldest)
    }
}
