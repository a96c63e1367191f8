import Foundation
import GRDB
package import InventoryCore

extension StateDatabase {
    /// What follows from a change: given what it is about and what receivers know of it.
    package typealias AlertDecision = @Sendable (AlertSubject, [AlertPlan.Told]) -> [AlertPlan.Step]

    /// Thinks of what has changed since the last time, and puts what has to be told into the outbox; all of
    /// it in one transaction.
    ///
    /// - Parameters:
    ///   - limit: changes that are thought of at once.
    ///   - decide: what follows; called inside the transaction.
    /// - Returns: whether more waits to be thought of.
    /// - Throws: `Fault`; nothing is changed then.
    package func planAlerts(limit: Int = 500, decide: @escaping AlertDecision) async throws -> Bool {
        guard try await hasAlertChanges() else { return false }
        return try await write("plan alerts") { db in
            let changes = try Row.fetchAll(
                db,
                cached: "SELECT kind, about FROM alert_changes LIMIT ?",
                arguments: [limit]
            ).map { (kind: $0[0] as String, about: $0[1] as Int) }
            for change in changes {
                if let subject = try db.alertSubject(change.kind, change.about) {
                    let about = "\(change.kind):\(change.about)"
                    try db.take(decide(subject, try db.told(about)), about: about)
                }
                try db.execute(
                    cached: "DELETE FROM alert_changes WHERE kind = ? AND about = ?",
                    arguments: [change.kind, change.about]
                )
            }
            return changes.count == limit
        }
    }

    /// Forgets what has changed: nobody wants to hear of it.
    package func forgetAlertChanges() async throws {
        guard try await hasAlertChanges() else { return }
        try await write("forget alerts") { try $0.execute(cached: "DELETE FROM alert_changes") }
    }

    /// Mostly nothing has changed, and a transaction would wait for its turn.
    private func hasAlertChanges() async throws -> Bool {
        try await read("look for alerts") { db in
            try Bool.fetchOne(db, cached: "SELECT EXISTS (SELECT 1 FROM alert_changes)") == true
        }
    }

    /// Thinks of exceptions that are open past their deadlines; of each once.
    ///
    /// - Parameters:
    ///   - deadlines: how long each may be open.
    ///   - now: the time.
    ///   - limit: how many are thought of at once.
    ///   - decide: what follows.
    /// - Throws: `Fault`.
    package func planOverdue(
        _ deadlines: ExceptionDeadlines,
        at now: Timestamp,
        limit: Int = 200,
        decide: @escaping AlertDecision
    ) async throws {
        let late = try await read("look for overdue exceptions") { db in
            try InventoryException.Code.bySeverity.flatMap { code in
                try Int.fetchAll(
                    db,
                    cached: """
                        SELECT number FROM exception_groups WHERE code = ?1 AND closed IS NULL
                            AND opened < ?2 AND overdue_told < times AND ifnull(snoozed_until, 0) < ?3
                        ORDER BY opened LIMIT ?4
                        """,
                    arguments: [
                        code.rawValue, now.adding(seconds: -deadlines.seconds(for: code)).microseconds,
                        now.microseconds, limit,
                    ]
                )
            }
        }
        guard !late.isEmpty else { return }
        try await write("plan alerts") { db in
            for number in late.prefix(limit) {
                if let subject = try db.alertSubject("exception", number) {
                    let about = "exception:\(number)"
                    try db.take(decide(subject, try db.told(about)), about: about)
                }
                try db.execute(
                    cached: "UPDATE exception_groups SET overdue_told = times WHERE number = ?",
                    arguments: [number]
                )
            }
        }
    }
}

extension Database {
    fileprivate func alertSubject(_ kind: String, _ number: Int) throws -> AlertSubject? {
        guard kind == "exception" else {
            return try RunRecord.fetch(self, "WHERE number = ?", [number]).first.map { .run($0) }
        }
        guard let group = try exceptionGroup(number) else { return nil }
        let examples = try StoredException.fetch(self, of: group, after: nil, limit: 3).map(\.exception)
        return .exception(group, examples: examples)
    }

    fileprivate func told(_ about: String) throws -> [AlertPlan.Told] {
        try Row.fetchAll(
            self,
            cached: """
                SELECT number, receiver, kind, sent IS NOT NULL FROM alert_deliveries
                WHERE about = ? AND is_current AND dropped IS NULL ORDER BY number
                """,
            arguments: [about]
        ).map { row in
            guard let kind = Alert.Kind(rawValue: row[2]) else { throw Fault.damaged("an alert") }
            return AlertPlan.Told(number: row[0], receiver: row[1], kind: kind, isSent: row[3])
        }
    }

    fileprivate func take(_ steps: [AlertPlan.Step], about: String) throws {
        for step in steps {
            switch step {
            case .tell(let receiver, let alert, let due):
                let text = String(decoding: try JSONEncoder().encode(alert), as: UTF8.self)
                try execute(
                    cached: """
                        INSERT INTO alert_deliveries (receiver, about, kind, alert, due, try_at)
                        VALUES (?1, ?2, ?3, ?4, ?5, ?5)
                        ON CONFLICT(about, receiver, kind) WHERE is_current DO NOTHING
                        """,
                    arguments: [receiver, about, alert.kind.rawValue, text, due.microseconds]
                )
            case .withdraw(let number):
                try execute(
                    cached: "DELETE FROM alert_deliveries WHERE number = ? AND sent IS NULL",
                    arguments: [number]
                )
            case .forget(let receiver):
                try execute(
                    cached: """
                        UPDATE alert_deliveries SET is_current = 0 WHERE about = ? AND receiver = ?
                            AND is_current
                        """,
                    arguments: [about, receiver]
                )
            }
        }
    }
}
