/// How long work on an exception may take, by code, by owner, and by severity.
package struct ExceptionDeadlines: Hashable, Sendable {
    /// What holds where nothing more special does, in seconds.
    package var bySeverity: [ExceptionSeverity: Int64]
    /// What holds for an owner, in seconds.
    package var byOwner: [InventoryException.Owner: [ExceptionSeverity: Int64]]
    /// What holds for a code, in seconds; before all others.
    package var byCode: [InventoryException.Code: Int64]

    /// An hour, a day, a week.
    package static let usual: [ExceptionSeverity: Int64] = [
        .critical: 3600, .warning: 86_400, .notice: 7 * 86_400,
    ]

    package init(
        bySeverity: [ExceptionSeverity: Int64] = ExceptionDeadlines.usual,
        byOwner: [InventoryException.Owner: [ExceptionSeverity: Int64]] = [:],
        byCode: [InventoryException.Code: Int64] = [:]
    ) {
        self.bySeverity = bySeverity
        self.byOwner = byOwner
        self.byCode = byCode
    }

    /// How long work on such an exception may take, in seconds.
    package func seconds(for code: InventoryException.Code) -> Int64 {
        byCode[code] ?? byOwner[code.owner]?[code.severity] ?? bySeverity[code.severity]
            ?? ExceptionDeadlines.usual[code.severity] ?? 86_400
    }

    /// When work has to be done that began then; whoever has put it off has until then at least.
    package func due(
        _ code: InventoryException.Code,
        opened: Timestamp,
        snoozedUntil: Timestamp? = nil
    ) -> Timestamp {
        let due = opened.adding(seconds: seconds(for: code))
        return snoozedUntil.map { max($0, due) } ?? due
    }
}
