import InventoryCore
import SnapshotFormats
import Testing

@testable import TidegateSettings

@Suite("The section source")
struct SourceSettingsTests {
    @Test("the smallest configuration has the defaults")
    func defaults() throws {
        let settings = try Fixture.settings(Fixture.minimal)
        #expect(settings.sources == [SourceSettings(kind: .file, path: "stock.csv")])
        #expect(settings.sources[0].format == SnapshotFormat())
        #expect(settings.sources[0].scope == .partial)
        #expect(settings.sources[0].duplicates == .sum)
        #expect(settings.units == UnitSettings())
        #expect(settings.guards == GuardThresholds())
        #expect(settings.store == StoreSettings())
        #expect(settings.service == ServiceSettings())
        #expect(settings.schedule == nil)
        #expect(settings.owners.isEmpty)
        #expect(settings.warnings.isEmpty)
        #expect(settings.rules.sites.isEmpty)
        #expect(settings.oro == OroSettings(url: "https://shop.example").placed(like: settings.oro))
    }

    @Test("columns, dialect and times become the snapshot's format")
    func format() throws {
        let text = """
            source:
              kind: folder
              path: /srv/drop
              pattern: "stock-*.csv"
              done_marker: .done
              scope: full
              contract: { rows_min: 10 }
              duplicates: last
              columns:
                sku: { name: Name, after_last: " : ", strip_leading_zeros: true }
                on_hand: { names: [Bestand, Menge], optional: true }
                location: { constant: 17 }
                unit: { position: 3 }
                committed: null
                bin: { name: Lagerplatz, strip_leading_zeros: true }
              csv: { delimiter: tab, quote: none, decimal: ",", grouping: ".", encoding: CP1252,
                     skip_lines: 2, empty_quantity: zero }
              times: { format: "MM/dd/yyyy h:mm a", time_zone: America/New_York }
            \(Fixture.oro)
            """
        let source = try Fixture.settings(text).sources[0]
        #expect(source.kind == .folder)
        #expect(source.folder.pattern == "stock-*.csv")
        #expect(source.folder.doneMarker == ".done")
        #expect(source.scope == .full)
        #expect(source.contract == SourceSettings.Contract(rowsMin: 10))
        #expect(source.duplicates == .last)
        let columns = source.format.columns
        let sku = ColumnRule(anyOf: ["Name"], afterLast: " : ", stripsLeadingZeros: true)
        #expect(columns.sku == sku)
        #expect(columns.onHand == ColumnRule(anyOf: ["Bestand", "Menge"], isOptional: true))
        #expect(columns.location == ColumnRule(source: .constant("17")))
        #expect(columns.unit == ColumnRule(source: .position(3)))
        #expect(columns.committed == nil && columns.unusable == nil && columns.asOf == nil)
        #expect(columns.bin == ColumnRule(anyOf: ["Lagerplatz"], stripsLeadingZeros: true))
        var dialect = Dialect.tabs
        dialect.quote = nil
        dialect.decimalMark = .comma
        dialect.grouping = .point
        dialect.encoding = .windows1252
        dialect.skippedLines = 2
        dialect.emptyQuantity = .zero
        dialect.timeFormat = .pattern("MM/dd/yyyy h:mm a", timeZone: "America/New_York")
        #expect(source.format.dialect == dialect)
    }

    @Test("NDJSON has keys instead of columns, and quantities in strings have their own marks")
    func ndjson() throws {
        let text = """
            source:
              kind: file
              path: stock.jsonl
              format: ndjson
              columns: { sku: item.id, on_hand: { names: [free, "stock[0]"] } }
              ndjson: { decimal: ",", grouping: ".", empty_quantity: reject }
            \(Fixture.oro)
            """
        let format = try Fixture.settings(text).sources[0].format
        #expect(format.notation == .ndjson)
        #expect(format.columns.onHand == ColumnRule(anyOf: ["free", "stock[0]"]))
        var dialect = Dialect()
        dialect.decimalMark = .comma
        dialect.grouping = .point
        dialect.emptyQuantity = .reject
        #expect(format.dialect == dialect)
    }

    @Test("a full snapshot without a contract is accepted with a warning")
    func fullWithoutContract() throws {
        let settings = try Fixture.settings(Fixture.source + "\n  scope: full\n" + Fixture.oro)
        #expect(Fixture.marks(settings.warnings) == ["4:10 no_contract source.scope"])
    }

    @Test(
        "kinds and formats of the future are named as such",
        arguments: ["http", "odoo", "tryton"]
    )
    func later(kind: String) {
        let problems = Fixture.problems("source: { kind: \(kind), path: x, format: xml }\n" + Fixture.oro)
        #expect(
            Fixture.marks(problems) == [
                "1:17 not_yet source.kind", "1:\(36 + kind.utf8.count) not_yet source.format",
            ]
        )
    }

    @Test(
        "what cannot be told apart or does not exist is refused",
        arguments: [
            ("format: ndjson\n  csv: { delimiter: \";\" }", "5:8 conflicting_keys source.csv"),
            ("ndjson: { decimal: \",\" }", "4:11 conflicting_keys source.ndjson"),
            (
                "format: ndjson\n  columns: { sku: { position: 1 }, on_hand: b }",
                "5:19 conflicting_keys source.columns.sku"
            ),
            ("csv: { delimiter: \";;\" }", "4:21 bad_value source.csv.delimiter"),
            ("csv: { delimiter: ü }", "4:21 bad_value source.csv.delimiter"),
            ("csv: { quote: \",\" }", "4:10 conflicting_keys source.csv.quote"),
            ("csv: { decimal: \",\", grouping: \",\" }", "4:24 conflicting_keys source.csv.grouping"),
            ("csv: { quote: none, decimal: \",\" }", "4:23 conflicting_keys source.csv.decimal"),
            ("csv: { encoding: ebcdic }", "4:20 bad_value source.csv.encoding"),
            ("csv: { skip_lines: -1 }", "4:22 bad_value source.csv.skip_lines"),
            ("csv: { skip_lines: two }", "4:22 wrong_type source.csv.skip_lines"),
            ("csv: { header: no }", "4:18 wrong_type source.csv.header"),
            ("csv: { header: false }", "2:3 missing_key source.columns"),
            ("csv: [1]", "4:8 wrong_type source.csv"),
            ("pattern: \"*.csv\"", "4:12 conflicting_keys source.pattern"),
            ("times: { format: yyyy-MM-dd }", "4:10 missing_key source.times.time_zone"),
            ("times: { format: dd.MM.yy, time_zone: UTC }", "4:20 bad_value source.times.format"),
            ("times: { format: \"yyyy-MM-dd h:mm\", time_zone: UTC }", "4:20 bad_value source.times.format"),
            (
                "times: { format: yyyy-MM-dd, time_zone: Europe/Berlim }",
                "4:43 bad_value source.times.time_zone"
            ),
            ("times: { format: rfc3339, time_zone: UTC }", "4:40 conflicting_keys source.times.time_zone"),
            ("columns: { sku: a }", "4:12 missing_key source.columns.on_hand"),
            ("columns: { sku: {}, on_hand: b }", "4:19 missing_key source.columns.sku"),
            (
                "columns: { sku: { name: a, position: 1 }, on_hand: b }",
                "4:30 conflicting_keys source.columns.sku.position"
            ),
            ("columns: { sku: { position: 0 }, on_hand: b }", "4:31 bad_value source.columns.sku.position"),
            ("columns: { sku: { names: [] }, on_hand: b }", "4:28 bad_value source.columns.sku.names"),
            ("columns: { sku: [a], on_hand: b }", "4:19 wrong_type source.columns.sku"),
            ("contract: {}", "4:13 missing_key source.contract.rows_min"),
            ("duplicates: merge", "4:15 bad_value source.duplicates"),
        ]
    )
    func refused(lines: String, mark: String) {
        #expect(Fixture.marks(Fixture.problems(Fixture.source + "\n  \(lines)\n" + Fixture.oro)) == [mark])
    }

    @Test("without a header, every column needs a position or a constant")
    func positions() throws {
        let text = """
            \(Fixture.source)
              csv: { header: false }
              columns: { sku: { position: 1 }, on_hand: on_hand, unit: { name: u } }
            \(Fixture.oro)
            """
        #expect(
            Fixture.marks(Fixture.problems(text)) == [
                "5:45 conflicting_keys source.columns.on_hand",
                "5:68 conflicting_keys source.columns.unit.name",
            ]
        )
    }

    @Test("every encoding has its name and its other names")
    func encodings() throws {
        for (name, encoding) in TextEncoding.aliases + TextEncoding.allCases.map({ ($0.rawValue, $0) }) {
            let text = Fixture.source + "\n  csv: { encoding: \(name.uppercased()) }\n" + Fixture.oro
            #expect(try Fixture.settings(text).sources[0].format.dialect.encoding == encoding)
        }
    }
}

extension OroSettings {
    /// The same with the places of another's credentials, which defaults do not have.
    fileprivate func placed(like other: OroSettings) -> OroSettings {
        var settings = self
        if other.clientID.source == clientID.source { settings.clientID = other.clientID }
        if other.clientSecret.source == clientSecret.source { settings.clientSecret = other.clientSecret }
        return settings
    }
}
