package import InventoryCore

/// A piece of work: all exceptions of one cause, as one thing that is opened, looked after and closed.
package struct ExceptionGroup: Hashable, Sendable {
    /// What it is called; the same when it is opened again.
    package let number: Int
    package let cause: ExceptionCause
    /// How many exceptions of it are open; none of one that is closed.
    package let count: Int
    /// How often it was opened.
    package let times: Int
    /// When it was opened last.
    package let opened: Timestamp
    /// When one of its exceptions occurred last.
    package let seen: Timestamp
    /// When its last exception was closed; nothing while it is open.
    package let closed: Timestamp?
    /// Who looks after it.
    package let assignee: String?
    /// Until when nobody need be reminded.
    package let snoozedUntil: Timestamp?

    package var code: InventoryException.Code { cause.code }

    /// When work on it has to be done.
    package func due(_ deadlines: ExceptionDeadlines) -> Timestamp {
        deadlines.due(code, opened: opened, snoozedUntil: snoozedUntil)
    }

    package func isSnoozed(at now: Timestamp) -> Bool { snoozedUntil.map { $0 > now } ?? false }
}

/// How many exceptions of a code are open.
package struct ExceptionCount: Hashable, Sendable {
    /// Pieces of work.
    package var groups: Int
    /// Their cases: each SKU, level or order.
    package var cases: Int
    /// When the oldest piece of work was opened.
    package var oldest: Timestamp
    /// Pieces of work that should have been done by now, and that nobody has put off.
    package var overdue = 0

    package init(groups: Int, cases: Int, oldest: Timestamp, overdue: Int = 0) {
        (self.groups, self.cases, self.oldest, self.overdue) = (groups, cases, oldest, overdue)
    }
}

/// Something that a person did about a group of exceptions.
package struct ExceptionNote: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case assigned, snoozed, resolved, retried
    }

    package let kind: Kind
    package let who: String
    package let at: Timestamp
    /// To whom it was given, or why it was put off or ended.
    package let text: String?

    package init(_ kind: Kind, who: String, at: Timestamp, text: String? = nil) {
        (self.kind, self.who, self.at, self.text) = (kind, who, at, text)
    }

    /// Notes that are kept of one group; the oldest go first.
    package static let notesMax = 50
}
