import Foundation
import Testing

/// The example configurations, by the command line, on the real files that they were written for.
@Suite("example configurations")
struct ExampleTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let examples = [
        "netsuite-saved-search": "netsuite_saved_search.csv",
        "german-semicolon-utf8": "de_semicolon_utf8_bom.csv",
        "german-semicolon-cp1252": "de_semicolon_cp1252.csv",
        "german-semicolon-bom-cp1252": "de_semicolon_bom_but_cp1252.csv",
        "tryton-csv-utf8": "tryton_csv_route_utf8_comma.csv",
        "tryton-csv-cp1252": "tryton_csv_route_cp1252_semicolon.csv",
    ]

    @Test("`read` prints exactly the expected rows", arguments: examples.keys.sorted())
    func read(name: String) throws {
        let scratch = try Scratch()
        let ending = try Program.tidegate.run(
            ["read", "--config", "config/examples/\(name).yaml"],
            in: scratch,
            directory: Self.root
        )
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(ending.errors.isEmpty)
        let expected = try Self.expected(try #require(Self.examples[name]))
        let rows = ending.objects
        #expect(rows.count == expected.count)
        for (row, wanted) in zip(rows, expected) {
            #expect(row["sku"] as? String == wanted.sku)
            #expect(row["location"] as? String == wanted.location)
            #expect(row["unit"] as? String == wanted.unit)
            #expect(Self.text(row["on_hand"]) == wanted.onHand)
            #expect(Self.text(row["committed"]) == wanted.reserved)
            #expect(
                Set(row.keys) == ["sku", "location", "unit", "on_hand", "committed", "unusable", "as_of"]
            )
        }
    }

    @Test("`check --offline` finds them in order", arguments: examples.keys.sorted())
    func check(name: String) throws {
        let scratch = try Scratch()
        let ending = try Program.tidegate.run(
            ["check", "--offline", "--config", "config/examples/\(name).yaml"],
            in: scratch,
            directory: Self.root
        )
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(ending.output.contains("in order"))
    }

    /// A row as expected.json states it.
    struct ExpectedRow: Decodable {
        let sku: String
        let location: String
        let unit: String
        let onHand: String
        let reserved: String?
    }

    private static func expected(_ file: String) throws -> [ExpectedRow] {
        let fixtures = root.appending(path: "Tests/SnapshotSourcesTests/Fixtures")
        let data = try Data(contentsOf: fixtures.appending(path: "expected.json"))
        return try #require(try JSONDecoder().decode([String: [ExpectedRow]].self, from: data)[file])
    }

    /// A quantity as it was printed; nothing where it is null.
    private static func text(_ value: Any?) -> String? {
        value.flatMap { $0 is NSNull ? nil : "\($0)" }
    }
}
