package import InventoryCore

/// What alerts are about, as it is now.
package enum AlertSubject: Sendable {
    /// A group of exceptions with the first of them; none of one that is closed.
    case exception(ExceptionGroup, examples: [InventoryException])
    /// A run that is held, or was.
    case run(RunRecord)
}

/// An alert on its way to a receiver.
package struct AlertDelivery: Hashable, Sendable {
    package let number: Int
    package let receiver: String
    package let alert: Alert
    /// When it was first to be told.
    package let due: Timestamp
    /// When it is tried next.
    package let tryAt: Timestamp
    /// How often it has failed.
    package let attempts: Int
    /// Why it failed last.
    package let failure: String?
}

/// How a receiver of alerts stands.
package struct AlertStanding: Hashable, Sendable {
    package let receiver: String
    package let waiting: Int
    /// When what was told last was told.
    package let sent: Timestamp?
    /// What could not be told in the last week.
    package let dropped: Int
    /// Why it failed last, where something waits that has failed.
    package let failure: String?
}

extension AlertStanding {
    /// Of a receiver that was never told anything.
    package init(of receiver: String) {
        self.init(receiver: receiver, waiting: 0, sent: nil, dropped: 0, failure: nil)
    }
}
