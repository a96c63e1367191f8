package import InventoryCore

/// How much is waiting at most, and how long an event is known again.
package struct EventLimits: Hashable, Sendable {
    /// Events that wait for their run.
    package var itemsMax = 1_000_000
    /// What they take, roughly.
    package var bytesMax = 1 << 30
    /// An event is known again for at least so long; one that is as old as what was forgotten is stale.
    package var identitySecondsMin: Int64 = 7 * 86400
    /// How far ahead of ours a sender's clock may be.
    package var aheadSecondsMax = HighWaterMark.aheadSecondsMax
    /// Events that were taken and are kept all the same, so that a backup finds them.
    package var takenMax: Int64 = 100_000

    package init() {}
}

/// What became of the events of one call; each is counted once.
package struct EventReceipt: Hashable, Sendable {
    /// Stored, and in effect with the next run.
    package var accepted = 0
    /// Known by their identity.
    package var duplicate = 0
    /// As old as events of which nobody knows any more whether they came before.
    package var stale = 0
    /// Stored, and no more than hints: there is nothing that they could change.
    package var parked = 0
    /// Events that wait now; an item can be several.
    package var stored = 0
    package var rejected: [EventRejection] = []

    package init() {}
}

extension Fault.Code {
    /// More events wait than the inbox holds (exit 75).
    package static let inboxFull = Fault.Code("inbox_full")
    /// An event's id was used before, for something else.
    package static let conflictingEvent = Fault.Code("conflicting_event")
    /// An event states to be of a time that has not come.
    package static let eventInFuture = Fault.Code("event_in_future")
}

/// An event that waits for its run.
package struct WaitingEvent: Hashable, Sendable {
    /// Counts the events of an inbox, in the order in which they were stored.
    package let number: Int64
    package let event: StockEvent
    package let received: Timestamp
}

/// Up to where the events of a source are in effect.
package struct InboxMark: Hashable, Sendable {
    /// Names the inbox that counts: another one counts from the start.
    package let inbox: String
    package let through: Int64

    package init(inbox: String, through: Int64) {
        (self.inbox, self.through) = (inbox, through)
    }
}
