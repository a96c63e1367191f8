import GRDB
package import InventoryCore

/// Runs whose rules are kept; older ones only keep the version's name.
private let runsWithRulesMax = 1_000

/// The rules by which figures are made: their text, and when its timed rules were looked up.
package struct FigureRules: Hashable, Sendable {
    package let text: RuleText
    package let at: Timestamp

    package init(text: RuleText, at: Timestamp) {
        self.text = text
        self.at = at
    }
}

extension StateDatabase {
    /// Gives the rules by which the figures in the outbox and at the shop were made; nothing before the first
    /// acceptance.
    ///
    /// It changes in the transaction that changes the figures, and where they were found to be right still: a
    /// run that is rejected or fails leaves it as it is.
    package func figuresMadeBy() async throws -> (version: String, at: Timestamp)? {
        try await read("read by which rules the figures were made") { db in
            try Row.fetchOne(db, cached: "SELECT rules_version, at FROM figures").map { row in
                (row[0], Timestamp(microseconds: row[1]))
            }
        }
    }

    /// Gives the units by which the figures were made, where they were made by other rules than `version`;
    /// nothing where they were not, or nothing is known of it.
    package func unitsInForce(besides version: String? = nil) async throws -> UnitTable? {
        guard let made = try await figuresMadeBy(), made.version != version,
            let text = try await ruleText(made.version)
        else { return nil }
        // Another version of Tidegate may write rules differently.
        return (try? Apportioner(text, at: made.at))?.units
    }

    /// Notes that the figures are what they would be if they were made now by the same rules.
    ///
    /// What has begun or ended meanwhile is then not looked at again.
    package func figuresStand(at instant: Timestamp, version: String) async throws {
        try await write("note that the figures stand") { db in
            try db.execute(
                cached: "UPDATE figures SET at = ? WHERE rules_version = ?",
                arguments: [instant.microseconds, version]
            )
        }
    }

    /// Gives the rules that a version names; nothing where they are not kept, or not any more.
    package func ruleText(_ version: String) async throws -> RuleText? {
        try await read("read the rules of a run") { db in
            let row = try Row.fetchOne(
                db,
                cached: "SELECT text FROM rule_texts WHERE version = ?",
                arguments: [version]
            )
            return row.map { RuleText(bytes: [UInt8](blob: $0[0])) }
        }
    }
}

extension Database {
    /// Notes by which rules the figures are made from now on, and forgets the rules of old runs when these
    /// are new.
    func keep(_ rules: FigureRules) throws {
        let version = rules.text.version.text
        try execute(
            cached: "INSERT OR REPLACE INTO figures VALUES (1, ?, ?)",
            arguments: [version, rules.at.microseconds]
        )
        try execute(
            cached: "INSERT OR IGNORE INTO rule_texts (version, text) VALUES (?, ?)",
            arguments: [version, rules.text.bytes.blob]
        )
        guard changesCount > 0 else { return }
        try execute(
            cached: """
                DELETE FROM rule_texts WHERE version <> ? AND version NOT IN (
                    SELECT rules_version FROM (
                        SELECT rules_version FROM runs WHERE rules_version IS NOT NULL
                        ORDER BY number DESC LIMIT ?))
                """,
            arguments: [version, runsWithRulesMax]
        )
    }
}
