import Foundation
import InventoryCore
import SnapshotFormats
import SnapshotSources
import Testing

/// A row as expected.json states it.
private struct ExpectedRow: Codable, Equatable {
    let sku: String
    let location: String
    let unit: String
    let onHand: String
    let reserved: String?
}

@Suite struct ERPFixtureTests {
    private static func format(of file: String) -> SnapshotFormat {
        var dialect = Dialect()
        if file.hasPrefix("netsuite") {
            dialect.emptyQuantity = .zero
            dialect.timeFormat = .pattern("MM/dd/yyyy h:mm a", timeZone: "America/New_York")
            return SnapshotFormat(
                dialect: dialect,
                columns: ColumnMapping(
                    sku: ColumnRule(anyOf: ["Name"], afterLast: " : "),
                    location: ColumnRule(anyOf: ["Inventory Location"]),
                    unit: ColumnRule(anyOf: ["Primary Stock Unit"]),
                    onHand: ColumnRule(anyOf: ["Location On Hand"]),
                    committed: ColumnRule(anyOf: ["Location Committed"]),
                    asOf: ColumnRule(anyOf: ["Last Quantity Available Change"])
                )
            )
        }
        if file.contains("semicolon") {
            dialect.delimiter = UInt8(ascii: ";")
            dialect.decimalMark = .comma
        }
        if file.contains("cp1252") { dialect.encoding = .windows1252 }
        if file.hasPrefix("tryton") {
            return SnapshotFormat(
                dialect: dialect,
                columns: ColumnMapping(
                    sku: ColumnRule(anyOf: ["Code"]),
                    location: ColumnRule(source: .constant("Storage Zone")),
                    unit: ColumnRule(anyOf: ["Default UoM/Symbol"]),
                    onHand: ColumnRule(anyOf: ["Quantity"])
                )
            )
        }
        dialect.grouping = .point
        dialect.timeFormat = .pattern("dd.MM.yyyy HH:mm", timeZone: "Europe/Berlin")
        return SnapshotFormat(
            dialect: dialect,
            columns: ColumnMapping(
                sku: ColumnRule(anyOf: ["Artikelnummer"]),
                location: ColumnRule(anyOf: ["Lagerort"]),
                unit: ColumnRule(anyOf: ["Einheit"]),
                onHand: ColumnRule(anyOf: ["Bestand"]),
                committed: ColumnRule(anyOf: ["Reserviert"]),
                asOf: ColumnRule(anyOf: ["Stand"])
            )
        )
    }

    private static func fixture(_ name: String) throws -> String {
        try #require(Bundle.module.url(forResource: "Fixtures/" + name, withExtension: nil)).path
    }

    private static func read(_ file: String) throws -> [SourceRow] {
        let source = try SnapshotFile.open(path: try fixture(file))
        var reader = SnapshotReader(format: format(of: file))
        var rows: [SourceRow] = []
        try reader.readAll(from: source, rows: { rows.append($0) }, rejected: { Issue.record("\($0)") })
        return rows
    }

    @Test(
        "a real export gives exactly the expected rows",
        arguments: [
            "netsuite_saved_search.csv", "de_semicolon_utf8_bom.csv", "de_semicolon_cp1252.csv",
            "de_semicolon_bom_but_cp1252.csv", "tryton_csv_route_cp1252_semicolon.csv",
            "tryton_csv_route_utf8_comma.csv",
        ]
    )
    func rowsAreAsExpected(file: String) throws {
        let json = try Data(contentsOf: URL(fileURLWithPath: try Self.fixture("expected.json")))
        let expected = try JSONDecoder().decode([String: [ExpectedRow]].self, from: json)
        let rows = try Self.read(file).map {
            ExpectedRow(
                sku: $0.key.sku.text,
                location: $0.key.location.text,
                unit: $0.key.unit.text,
                onHand: $0.onHand.map(\.description) ?? "nothing",
                reserved: $0.committed.map(\.description)
            )
        }
        #expect(rows == expected[file])
    }

    @Test("local times become instants in the declared time zone")
    func timesAreInTheirZone() throws {
        let american = try #require(try Self.read("netsuite_saved_search.csv").first)
        #expect(american.asOf?.description == "2026-11-23T18:00:00Z")
        let german = try #require(try Self.read("de_semicolon_cp1252.csv").first)
        #expect(german.asOf?.description == "2026-11-22T23:15:00Z")
    }
}
