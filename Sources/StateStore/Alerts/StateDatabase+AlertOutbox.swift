import Foundation
import GRDB
package import InventoryCore

/// How long it is known what was told, or could not be.
private let keptSeconds: Int64 = 7 * 86_400

extension StateDatabase {
    /// Gives alerts that wait, those that were to be told first.
    ///
    /// - Parameters:
    ///   - receiver: whose; nothing stands for all.
    ///   - now: only what is to be tried by then; nothing stands for all.
    ///   - limit: how many at most.
    /// - Returns: them, the oldest first.
    /// - Throws: `Fault`.
    package func waitingAlerts(
        of receiver: String? = nil,
        by now: Timestamp? = nil,
        limit: Int
    ) async throws -> [AlertDelivery] {
        try await read("read the alerts") { db in
            try Row.fetchAll(
                db,
                cached: """
                    SELECT number, receiver, alert, due, try_at, attempts, failure FROM alert_deliveries
                    WHERE sent IS NULL AND dropped IS NULL AND (?1 IS NULL OR receiver = ?1)
                        AND (?2 IS NULL OR try_at <= ?2) ORDER BY number LIMIT ?3
                    """,
                arguments: [receiver, now?.microseconds, limit]
            ).map { try AlertDelivery($0) }
        }
    }

    /// Gives the receivers that have something to be tried by then.
    package func receiversOfAlerts(by now: Timestamp) async throws -> Set<String> {
        try await read("read the alerts") { db in
            Set(
                try String.fetchAll(
                    db,
                    cached: """
                        SELECT DISTINCT receiver FROM alert_deliveries
                        WHERE sent IS NULL AND dropped IS NULL AND try_at <= ?
                        """,
                    arguments: [now.microseconds]
                )
            )
        }
    }

    /// Gives when a receiver was told something since a time.
    package func alertsSent(to receiver: String, since past: Timestamp) async throws -> [Timestamp] {
        try await read("read the alerts") { db in
            try Int64.fetchAll(
                db,
                cached: "SELECT sent FROM alert_deliveries WHERE receiver = ? AND sent > ?",
                arguments: [receiver, past.microseconds]
            ).map(Timestamp.init(microseconds:))
        }
    }

    /// Notes that a receiver has taken an alert; that something has ended makes room for it to be told anew.
    package func sent(_ delivery: AlertDelivery, at now: Timestamp) async throws {
        try await write("note that an alert was told") { db in
            try db.execute(
                cached: "UPDATE alert_deliveries SET sent = ?, failure = NULL WHERE number = ?",
                arguments: [now.microseconds, delivery.number]
            )
            guard delivery.alert.kind == .ended else { return }
            try db.execute(
                cached: """
                    UPDATE alert_deliveries SET is_current = 0
                    WHERE is_current AND receiver = ?1 AND about = (
                        SELECT about FROM alert_deliveries WHERE number = ?2)
                    """,
                arguments: [delivery.receiver, delivery.number]
            )
        }
    }

    /// Notes that a receiver has not taken an alert.
    ///
    /// - Parameters:
    ///   - delivery: which.
    ///   - reason: why, without secrets.
    ///   - next: when all that waits for the receiver is tried again; nothing drops this one.
    ///   - now: when it failed.
    /// - Throws: `Fault`.
    package func failed(
        _ delivery: AlertDelivery,
        _ reason: String,
        next: Timestamp?,
        at now: Timestamp
    ) async throws {
        try await write("note that an alert was not told") { db in
            try db.execute(
                cached: """
                    UPDATE alert_deliveries SET attempts = attempts + 1, failure = ?2,
                        dropped = iif(?3 IS NULL, ?4, NULL), is_current = is_current AND ?3 IS NOT NULL
                    WHERE number = ?1
                    """,
                arguments: [delivery.number, reason, next?.microseconds, now.microseconds]
            )
            guard let next else { return }
            // The receiver fails, not the alert.
            try db.execute(
                cached: """
                    UPDATE alert_deliveries SET try_at = max(try_at, ?2)
                    WHERE receiver = ?1 AND sent IS NULL AND dropped IS NULL
                    """,
                arguments: [delivery.receiver, next.microseconds]
            )
        }
    }

    /// Drops what waits for receivers beyond a number, what waits for receivers that there are no more, and
    /// what nobody asks for any more.
    ///
    /// - Returns: how many were dropped.
    /// - Throws: `Fault`.
    package func tidyAlerts(of receivers: [String], waitingMax: Int, at now: Timestamp) async throws -> Int {
        try await write("tidy the alerts") { db in
            var dropped = 0
            let listed = Array(repeating: "?", count: receivers.count).joined(separator: ", ")
            try db.execute(
                sql: "DELETE FROM alert_deliveries WHERE receiver NOT IN (\(listed))",
                arguments: StatementArguments(receivers)
            )
            for receiver in receivers {
                try db.execute(
                    cached: """
                        UPDATE alert_deliveries SET dropped = ?2, is_current = 0
                        WHERE receiver = ?1 AND sent IS NULL AND dropped IS NULL AND number <= (
                            SELECT number FROM alert_deliveries
                            WHERE receiver = ?1 AND sent IS NULL AND dropped IS NULL
                            ORDER BY number DESC LIMIT 1 OFFSET ?3)
                        """,
                    arguments: [receiver, now.microseconds, waitingMax]
                )
                dropped += db.changesCount
            }
            let past = now.adding(seconds: -keptSeconds).microseconds
            try db.execute(
                cached: "DELETE FROM alert_deliveries WHERE NOT is_current AND (sent < ?1 OR dropped < ?1)",
                arguments: [past]
            )
            return dropped
        }
    }

    /// Gives how the receivers stand of which something is known.
    package func alertStandings(at now: Timestamp) async throws -> [AlertStanding] {
        try await read("read the alerts") { db in
            try Row.fetchAll(
                db,
                cached: """
                    SELECT receiver, sum(sent IS NULL AND dropped IS NULL), max(sent),
                        sum(ifnull(dropped, 0) > ?1),
                        max(iif(sent IS NULL AND dropped IS NULL, failure, NULL))
                    FROM alert_deliveries GROUP BY receiver ORDER BY receiver
                    """,
                arguments: [now.adding(seconds: -keptSeconds).microseconds]
            ).map { row in
                AlertStanding(
                    receiver: row[0],
                    waiting: row[1],
                    sent: (row[2] as Int64?).map(Timestamp.init(microseconds:)),
                    dropped: row[3],
                    failure: row[4]
                )
            }
        }
    }
}

extension AlertDelivery {
    fileprivate init(_ row: Row) throws {
        let text: String = row[2]
        let alert: Alert
        do {
            alert = try JSONDecoder().decode(Alert.self, from: Data(text.utf8))
        } catch {
            throw Fault.damaged("an alert")
        }
        self.init(
            number: row[0],
            receiver: row[1],
            alert: alert,
            due: Timestamp(microseconds: row[3]),
            tryAt: Timestamp(microseconds: row[4]),
            attempts: row[5],
            failure: row[6]
        )
    }
}
