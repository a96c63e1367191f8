import InventoryCore
import SnapshotFormats
import Testing

@testable import TidegateSettings

@Suite("Which rows count, and how fields are written")
struct RowRulesTests {
    @Test("conditions, repeated headers, ignored SKUs, escapes, Excel's texts and times in two columns")
    func all() throws {
        let text = """
            source:
              kind: file
              path: stock.csv
              rows:
                where:
                  - { column: Type, is: "01" }
                  - { column: { position: 1 }, is_not: ["", Total] }
                skip_repeated_header: true
              ignore: ["SERVICE-*", FREIGHT]
              columns: { sku: MATNR, on_hand: LABST, as_of: [DATUM, { position: 4 }] }
              csv: { escape: "\\\\", excel_text: true }
              times: { format: "yyyyMMdd HHmmss", time_zone: Europe/Berlin }
            \(Fixture.oro)
            """
        let format = try Fixture.settings(text).sources[0].format
        #expect(
            format.rows.conditions == [
                RowRules.Condition(column: ColumnRule(anyOf: ["Type"]), texts: ["01"], isExclusion: false),
                RowRules.Condition(
                    column: ColumnRule(source: .position(1)),
                    texts: ["", "Total"],
                    isExclusion: true
                ),
            ]
        )
        #expect(format.rows.skipsRepeatedHeaders)
        #expect(format.rows.ignoredSKUs == [Glob("SERVICE-*"), Glob("FREIGHT")])
        #expect(format.dialect.escape == UInt8(ascii: "\\") && format.dialect.hasExcelTexts)
        #expect(format.columns.asOf == ColumnRule(anyOf: ["DATUM"]))
        #expect(format.columns.asOfTime == ColumnRule(source: .position(4)))
    }

    @Test("a column for each location")
    func wide() throws {
        let text = """
            source:
              kind: file
              path: stock.csv
              columns:
                sku: Item
                unit: { constant: EA }
                location_columns: { WH-1: "Stock Leeds", "WH 2": { position: 4 } }
            \(Fixture.oro)
            """
        let columns = try Fixture.settings(text).sources[0].format.columns
        #expect(
            columns.places == [
                ColumnMapping.Place(location: "WH-1", onHand: ColumnRule(anyOf: ["Stock Leeds"])),
                ColumnMapping.Place(location: "WH 2", onHand: ColumnRule(source: .position(4))),
            ]
        )
        #expect(columns.onHand == columns.places[0].onHand && columns.location == nil)
        #expect(columns.unit == ColumnRule(source: .constant("EA")))
    }

    @Test(
        "wrong use is refused with its place",
        arguments: [
            ("rows: { where: [{ is: a }] }", "4:19 missing_key source.rows.where[1].column"),
            ("rows: { where: [{ column: a }] }", "4:19 missing_key source.rows.where[1]"),
            (
                "rows: { where: [{ column: a, is: b, is_not: c }] }",
                "4:39 conflicting_keys source.rows.where[1].is_not"
            ),
            ("rows: { where: [{ column: a, is: [] }] }", "4:36 bad_value source.rows.where[1].is"),
            ("rows: { where: { column: a } }", "4:18 wrong_type source.rows.where"),
            ("rows: { wher: [] }", "4:11 unknown_key source.rows.wher"),
            ("rows: { skip_repeated_header: yes }", "4:33 wrong_type source.rows.skip_repeated_header"),
            ("format: ndjson\n  rows: { where: [] }", "5:9 conflicting_keys source.rows"),
            ("ignore: SERVICE", "4:11 wrong_type source.ignore"),
            ("ignore: [\"*\"]", "4:12 bad_value source.ignore[1]"),
            ("csv: { escape: ab }", "4:18 bad_value source.csv.escape"),
            ("csv: { escape: \"\\\"\" }", "4:10 conflicting_keys source.csv.escape"),
            ("csv: { excel_text: 1 }", "4:22 wrong_type source.csv.excel_text"),
            (
                "columns: { sku: a, location_columns: { W: b }, on_hand: c }",
                "4:59 conflicting_keys source.columns.on_hand"
            ),
            ("columns: { sku: a, location_columns: {} }", "4:40 bad_value source.columns.location_columns"),
            (
                "columns: { sku: a, location_columns: { W: { constant: 1 } } }",
                "4:45 bad_value source.columns.location_columns.W"
            ),
            (
                "format: ndjson\n  columns: { sku: a, location_columns: { W: b } }",
                "5:40 conflicting_keys source.columns.location_columns"
            ),
            ("columns: { sku: a, on_hand: b, as_of: [c] }", "4:41 bad_value source.columns.as_of"),
            ("columns: { sku: a, on_hand: b, as_of: [c, d] }", "4:41 conflicting_keys source.columns.as_of"),
        ]
    )
    func refused(lines: String, mark: String) {
        let problems = Fixture.problems(Fixture.source + "\n  \(lines)\n" + Fixture.oro)
        #expect(Fixture.marks(problems) == [mark])
    }
}
