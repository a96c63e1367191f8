import Foundation
import InventoryCore

@testable import TidegateSettings

/// The smallest configuration, and ways to read others.
enum Fixture {
    static let source = """
        source:
          kind: file
          path: stock.csv
        """
    static let oro = """
        oro:
          url: https://shop.example
        """
    static let minimal = source + "\n" + oro + "\n"

    static func settings(_ text: String) throws(SettingsProblems) -> Settings {
        try SettingsDecoder(file: "t.yaml", lists: lists).settings(text)
    }

    static func rules(_ text: String) throws(SettingsProblems) -> RulesFile {
        try SettingsDecoder(file: "r.yaml", lists: lists).rulesFile(text)
    }

    /// What is wrong with a configuration; nothing where it is accepted.
    static func problems(_ text: String) -> [SettingsProblem] {
        do {
            _ = try settings(text)
            return []
        } catch {
            return error.problems
        }
    }

    static func ruleProblems(_ text: String) -> [SettingsProblem] {
        do {
            _ = try rules(text)
            return []
        } catch {
            return error.problems
        }
    }

    /// `line:column code keyPath` of each problem.
    static func marks(_ problems: [SettingsProblem]) -> [String] {
        problems.map { "\($0.line):\($0.column) \($0.code.rawValue) \($0.keyPath)" }
    }

    @Sendable
    static func lists(path: String) throws(SettingsProblems) -> Set<SKU> {
        guard path != "missing.txt" else { return try SKUList.read(path: "/nonexistent/missing.txt") }
        return SKUList.parse("# promotion\nAB-1\n\n  AB-2 \r\n")
    }

    /// Runs with a folder that is gone afterwards.
    static func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tidegate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }
}
