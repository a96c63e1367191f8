import InventoryCore

@testable import TidegateSettings

/// Ways to a configuration.
enum Fixture {
    static let source = """
        source:
          kind: file
          path: stock.csv
        """

    static func settings(_ text: String) throws(SettingsProblems) -> Settings {
        try SettingsDecoder(file: "t.yaml", lists: SKUList.read).settings(text)
    }
}
