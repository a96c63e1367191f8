import GRDB
package import InventoryCore

/// Runs whose rules are kept; older ones only keep the version's name.
private let runsWithRulesMax = 1_000

extension StateDatabase {
    /// Gives the rules that a version names, or nothing where they are not kept (any more).
    package func ruleText(_ version: String) async throws -> RuleText? {
        try await read("read the rules of a run") { db in
            let row = try Row.fetchOne(
                db,
                sql: "SELECT text FROM rule_texts WHERE version = ?",
                arguments: [version]
            )
            return row.map { RuleText(bytes: [UInt8](blob: $0[0])) }
        }
    }
}

extension Database {
    /// Keeps the rules of a run, and forgets those of old runs when they are new.
    func keep(_ text: RuleText, of run: RunRecord) throws {
        guard let version = run.rulesVersion else { return }
        try execute(
            sql: "INSERT OR IGNORE INTO rule_texts (version, text) VALUES (?, ?)",
            arguments: [version, text.bytes.blob]
        )
        guard changesCount > 0 else { return }
        try execute(
            sql: """
                DELETE FROM rule_texts WHERE version NOT IN (
                    SELECT rules_version FROM (
                        SELECT rules_version FROM runs WHERE rules_version IS NOT NULL
                        ORDER BY number DESC LIMIT ?))
                """,
            arguments: [runsWithRulesMax]
        )
    }
}
