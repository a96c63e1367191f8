import Foundation
package import InventoryCore
package import StateStore

/// The newest audit of a shop, as it is remembered in the state folder.
package struct LastAudit: Sendable {
    /// The report as JSON, with its largest drifts.
    package let json: [UInt8]
    /// Drifts by kind.
    package let drift: [Drift.Kind: Int]

    fileprivate static let name = "audit.last"
    /// Drifts that are remembered: what is remembered is small.
    fileprivate static let rowsMax = 50

    fileprivate init(json text: String) throws {
        struct Counts: Decodable { let drift: [String: Int] }
        json = Array(text.utf8)
        let counts = try JSONDecoder().decode(Counts.self, from: Data(text.utf8))
        drift = Dictionary(
            counts.drift.compactMap { name, count in Drift.Kind(rawValue: name).map { ($0, count) } }
        ) { first, _ in first }
    }
}

/// What is remembered of an audit beside the newest: when it was, and what it found.
package struct PastAudit: Hashable, Sendable, Codable {
    private let atMicroseconds: Int64
    /// Levels that were compared.
    package let compared: Int
    /// Drifts by their kinds' names.
    package let drift: [String: Int]
    package let repaired: Int
    /// Drifts that are left for a person.
    package let open: Int

    package var at: Timestamp { Timestamp(microseconds: atMicroseconds) }

    fileprivate static let name = "audit.past"
    /// Audits that are remembered.
    fileprivate static let countMax = 50

    package init(at: Timestamp, compared: Int, drift: [Drift.Kind: Int], repaired: Int, open: Int) {
        atMicroseconds = at.microseconds
        (self.compared, self.repaired, self.open) = (compared, repaired, open)
        self.drift = Dictionary(drift.map { ($0.key.rawValue, $0.value) }) { first, _ in first }
    }
}

extension StateDatabase {
    /// Gives the last audits, the newest first; what cannot be read counts as none.
    ///
    /// - Throws: `Fault`.
    package func pastAudits() async throws -> [PastAudit] {
        let text = try await memory(PastAudit.name) ?? "[]"
        return (try? JSONDecoder().decode([PastAudit].self, from: Data(text.utf8))) ?? []
    }

    /// Gives the newest audit that has ended; nothing before the first.
    ///
    /// - Throws: `Fault`.
    package func lastAudit() async throws -> LastAudit? {
        guard let text = try await memory(LastAudit.name) else { return nil }
        do {
            return try LastAudit(json: text)
        } catch {
            throw Fault(
                .internalError,
                code: "state_damaged",
                message: "The report of the last audit cannot be read: \(text.prefix(200))",
                hint: "`tidegate audit` makes it anew."
            )
        }
    }

    /// Remembers an audit in place of the one before.
    func remember(_ report: AuditReport, at now: Timestamp = .now) async throws {
        let json = try report.json(limit: LastAudit.rowsMax)
        try await remember(String(decoding: json, as: UTF8.self), as: LastAudit.name)
        let past = PastAudit(
            at: now,
            compared: report.levels.compared,
            drift: report.counts,
            repaired: report.count(.repaired),
            open: report.count(.open)
        )
        let all = [past] + (try await pastAudits()).prefix(PastAudit.countMax - 1)
        try await remember(String(decoding: try JSONEncoder().encode(all), as: UTF8.self), as: PastAudit.name)
    }
}
