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

extension StateDatabase {
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
    func remember(_ report: AuditReport) async throws {
        let json = try report.json(limit: LastAudit.rowsMax)
        try await remember(String(decoding: json, as: UTF8.self), as: LastAudit.name)
    }
}
