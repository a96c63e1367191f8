import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@Suite("What real exports need")
struct RealExportTests {
    private func agrees(
        _ text: String,
        _ format: SnapshotFormat,
        at location: SourceLocation = #_sourceLocation
    ) {
        let bytes = Array(text.utf8)
        let slow = ScanReading(TemporaryFile(bytes), format) { $0.forcesCareful = true }
        #expect(ScanReading(TemporaryFile(bytes), format) == slow, sourceLocation: location)
        for pieceMax in [1, 9] {
            let stream = ScanReading(PiecesOfBytes(bytes, pieceMax: pieceMax, seed: 1), format)
            #expect(stream == slow, "pieces of \(pieceMax)", sourceLocation: location)
        }
    }

    private func format(_ change: (inout SnapshotFormat) -> Void) -> SnapshotFormat {
        var format = SnapshotFormat()
        change(&format)
        return format
    }

    private func isNot(_ column: String, _ texts: String...) -> RowRules.Condition {
        RowRules.Condition(column: ColumnRule(anyOf: [column]), texts: texts, isExclusion: true)
    }

    // MARK: rows that count

    @Test("rows with another text in a column are left out, and counted")
    func wanted() {
        let format = format {
            $0.rows.conditions = [
                RowRules.Condition(
                    column: ColumnRule(anyOf: ["Type"]),
                    texts: ["01", "02"],
                    isExclusion: false
                )
            ]
        }
        let text = "sku,type,quantity\nA,01,1\nB,03,n/a\nC, 02 ,3\nD,\"01\",4\nE,,5\n"
        let reading = Reading(text, format)
        #expect(reading.brief == ["A=1", "C=3", "D=4"])
        #expect(reading.rejected == [] && reading.rowCount == 3)
        agrees(text, format)
    }

    @Test(
        "lines with a total are no stock, whatever columns they have",
        arguments: ["Total,,30", "Total", "Total,30", ",WH-1,30", "A,,30"]
    )
    func totals(line: String) {
        let format = format { $0.rows.conditions = [isNot("sku", "", "Total"), isNot("location", "")] }
        let text = "sku,location,quantity\nA,WH-1,10\nB,WH-1,20\n\(line)\n"
        let reading = Reading(text, format)
        #expect(reading.brief == ["A=10", "B=20"])
        #expect(reading.rejected == [])
        agrees(text, format)
    }

    @Test("a broken row is not lost without a word")
    func broken() {
        let format = format {
            $0.rows.conditions = [
                isNot("sku", ""),
                RowRules.Condition(
                    column: ColumnRule(source: .position(2)),
                    texts: ["01"],
                    isExclusion: false
                ),
            ]
        }
        let text = "sku,type,quantity\nA,x,01,1\n,\nB\n"
        #expect(Reading(text, format).reasons == [.tooManyColumns, .missingColumn, .missingColumn])
        agrees(text, format)
    }

    @Test("the header of every printed page is left out where that is said")
    func pages() {
        let format = format { $0.rows.skipsRepeatedHeaders = true }
        let text = "sku,quantity\nA,1\nsku,quantity\nB,2\n"
        #expect(Reading(text, format).brief == ["A=1", "B=2"])
        #expect(Reading(text, format).rejected == [] && Reading(text, format).rowCount == 2)
        agrees(text, format)
    }

    @Test("a condition on a column that is not there is an error")
    func missing() {
        let format = format { $0.rows.conditions = [isNot("kind", "x")] }
        #expect(Reading("sku,quantity\nA,1\n", format).error?.code == .missingColumn)
    }

    @Test("SKUs that are no stock are left out of tables and objects")
    func ignored() {
        var format = format { $0.rows.ignoredSKUs = [Glob("SERVICE-*"), Glob("FREIGHT")] }
        let text = "sku,quantity\nSERVICE-1,n/a\nA,1\nFREIGHT,9\nFREIGHT-2,2\n"
        #expect(Reading(text, format).brief == ["A=1", "FREIGHT-2=2"])
        #expect(Reading(text, format).rejected == [])
        agrees(text, format)
        format.notation = .ndjson
        let objects = ["SERVICE-1", "A", "FREIGHT"].map { "{\"sku\":\"\($0)\",\"on_hand\":1}\n" }.joined()
        #expect(Reading(objects, format).brief == ["A=1"])
        agrees(objects, format)
    }

    @Test("the pass counts what is left out, and it is none of the rows")
    func counted() throws {
        let format = format { $0.rows.ignoredSKUs = [Glob("S*")] }
        let pass = SnapshotPass(format: format, seeds: KeySeeds(1, 2))
        let summary = try pass.run(TemporaryFile(Array("sku,quantity\nS1,1\nA,1\nS2,1\n".utf8))) { _ in
            Recorder(readsAll: true)
        }.summary
        #expect(summary.rows == 1 && summary.ignored == 2)
    }

    // MARK: Excel's texts

    @Test("texts that are protected for spreadsheets mean what they hold")
    func excelTexts() {
        let format = format {
            $0.dialect.delimiter = UInt8(ascii: ";")
            $0.dialect.hasExcelTexts = true
        }
        let text =
            "=\"sku\";\"=\"\"quantity\"\"\";note\n=\"0012\";12;\n\"=\"\"0013\"\"\";=\"7\";\n"
            + "=\"a\"\"b\";1;=1+1\n=A1&\"x\";2;\n=\"a\"&\"b\";3;\n0014;4;\n"
        let reading = Reading(text, format)
        #expect(
            reading.brief == ["0012=12", "0013=7", "a\"b=1", "=A1&\"x\"=2", "=\"a\"&\"b\"=3", "0014=4"]
        )
        #expect(reading.rows.allSatisfy { $0.writtenKey == nil })
        agrees(text, format)
    }

    // MARK: date and time in two columns

    @Test("date and time are joined, and 24:00:00 is the end of the day")
    func twoColumns() {
        let format = format {
            $0.columns.asOf = ColumnRule(anyOf: ["DATUM"])
            $0.columns.asOfTime = ColumnRule(anyOf: ["UZEIT"])
            $0.dialect.timeFormat = .pattern("yyyyMMdd HHmmss", timeZone: "Europe/Berlin")
        }
        let text =
            "sku,quantity,DATUM,UZEIT\nA,5,20261128,060000\nB,6,20261128,240000\nC,7,,\nD,8,20261128,240001\n"
            + "E,9,20261128,\nF,1,20261231,240000\nG,1,20260328,240000\n"
        let reading = Reading(text, format)
        #expect(
            reading.rows.map { $0.asOf?.description ?? "-" } == [
                "2026-11-28T05:00:00Z", "2026-11-28T23:00:00Z", "-", "2026-12-31T23:00:00Z",
                "2026-03-28T23:00:00Z",
            ]
        )
        #expect(reading.reasons == [.badTime, .badTime])
        #expect(reading.rejected.map(\.key?.sku) == ["D", "E"])
        agrees(text, format)
    }

    // MARK: escapes

    @Test("an escape makes the character after it stand for itself, within quotes and without")
    func escapes() {
        let format = format { $0.dialect.escape = UInt8(ascii: "\\") }
        let text =
            "note,sku,quantity\n\"3\\\" pipe, \\\\\",\"A\\\"1\",1\n,B\\,2,2\n\"a\\\nb\",C\\\\,3\n"
            + "x\\\ny,\"D\"\"4\",4\n\\\"quoted\\\",\\\"E,5\n"
        let reading = Reading(text, format)
        #expect(reading.rejected == [] && reading.error == nil)
        #expect(reading.rows.map(\.key.sku.text) == ["A\"1", "B,2", "C\\", "D\"4", "\"E"])
        #expect(reading.rows.map(\.line) == [2, 3, 4, 6, 8])
        agrees(text, format)
        #expect(Reading(text) { $0.dialect.escape = UInt8(ascii: "\"") }.error?.code == .badFormat)
    }

    @Test("all of it has a part in how a snapshot was read")
    func mapping() throws {
        let changes: [(inout SnapshotFormat) -> Void] = [
            { _ in },
            { $0.rows.skipsRepeatedHeaders = true },
            { $0.rows.conditions = [isNot("note", "x")] },
            { $0.rows.conditions = [isNot("note", "y")] },
            { $0.rows.ignoredSKUs = [Glob("X*")] },
            { $0.dialect.escape = UInt8(ascii: "\\") },
            { $0.dialect.hasExcelTexts = true },
            { $0.columns.asOfTime = ColumnRule(anyOf: ["note"]) },
        ]
        let texts = try changes.map { change in
            let format = format(change)
            let pass = SnapshotPass(format: format, seeds: KeySeeds(1, 2))
            let file = TemporaryFile(Array("sku,quantity,as_of,note\n".utf8))
            let columns = try pass.run(file) { _ in Recorder(readsAll: true) }.summary.columns
            return SnapshotMapping(format, try #require(columns), duplicates: .sum).text
        }
        #expect(Set(texts).count == changes.count)
    }
}
