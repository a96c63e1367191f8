import InventoryCore
import SnapshotFormats
import Testing

@Suite struct RowReaderTests {
    @Test("columns are found by name, whatever the case, order and byte order mark")
    func headerByName() {
        let reading = Reading("\u{FEFF} Quantity ,other,SKU,as_of\n5,x,A,2026-11-23T20:15:00Z\n")
        #expect(reading.brief == ["A=5"])
        #expect(reading.rows.first?.line == 2)
        #expect(reading.rows.first?.committed == nil)
        #expect(reading.rows.first?.asOf?.description == "2026-11-23T20:15:00Z")
        #expect(reading.rows.first?.key == PositionKey(sku: "A", location: "", unit: ""))
    }

    @Test("columns are found by position where there is no header")
    func positions() {
        let reading = Reading("A,3,x\nB,4,y\n") {
            $0.dialect.hasHeader = false
            $0.columns = ColumnMapping(
                sku: ColumnRule(source: .position(1)),
                location: ColumnRule(source: .constant("WH")),
                onHand: ColumnRule(source: .position(2))
            )
        }
        #expect(reading.brief == ["A=3", "B=4"])
        #expect(reading.rows.allSatisfy { $0.key.location == "WH" })
    }

    @Test("quoted fields may hold delimiters, quotes and line ends, and lines are counted as they stand")
    func quoting() {
        let reading = Reading(
            "note,sku,quantity\n,\"A,1\",1\n\"B\r\n\"\"2\"\"\nx\",\"B\"\"2\"\"\",\"2\"\n,C\"3,3\n"
        )
        #expect(reading.brief == ["A,1=1", "B\"2\"=2", "C\"3=3"])
        #expect(reading.rows.map(\.line) == [2, 3, 6])
    }

    @Test("text after a closing quote rejects the row and no other")
    func badQuoting() {
        let reading = Reading("sku,quantity\n\"A\"x,1\nB,2\n")
        #expect(reading.brief == ["B=2"])
        #expect(reading.reasons == [.badQuoting])
        #expect(reading.rejected.first?.line == 2)
    }

    @Test("without a quote character quotes are ordinary text")
    func noQuotes() {
        #expect(Reading("sku,quantity\n\"A,1\n") { $0.dialect.quote = nil }.brief == ["\"A=1"])
    }

    @Test("LF, CRLF and CR end rows, empty lines are passed over, the last line end may be missing")
    func lineEnds() {
        let reading = Reading("sku,quantity\r\nA,1\r\n\r\nB,2\rC,3\n\nD,4")
        #expect(reading.brief == ["A=1", "B=2", "C=3", "D=4"])
        #expect(reading.rows.map(\.line) == [2, 4, 5, 7])
        #expect(reading.error == nil)
    }

    @Test("skipped lines are not parsed, whatever quotes they have")
    func skippedLines() {
        let reading = Reading("Stock \"list\n\nsku,quantity\nA,1\n") { $0.dialect.skippedLines = 2 }
        #expect(reading.brief == ["A=1"])
        #expect(reading.rows.first?.line == 4)
    }

    @Test("too few and too many columns reject the row; an empty extra one too unless the header has it")
    func columnCounts() {
        let reading = Reading("sku,quantity\nA\nB,2,3\nC,3,\nD,4\n")
        #expect(reading.brief == ["D=4"])
        #expect(reading.reasons == [.missingColumn, .tooManyColumns, .tooManyColumns])
        #expect(Reading("sku,quantity,\nA,1,\n").brief == ["A=1"])
    }

    @Test("an empty quantity is absent, zero or rejected, as declared; on hand must not be absent")
    func emptyQuantities() {
        let text = "sku,quantity,committed\nA,,1\nB,2,\nC, ,\n"
        let absent = Reading(text)
        #expect(absent.brief == ["B=2"])
        #expect(absent.rows.first?.committed == nil)
        #expect(absent.reasons == [.missingValue, .missingValue])
        #expect(absent.rejected.first?.column == "quantity")
        let zero = Reading(text) { $0.dialect.emptyQuantity = .zero }
        #expect(zero.brief == ["A=0", "B=2", "C=0"])
        #expect(zero.rows.map(\.committed) == [Quantity(units: 1), .zero, .zero])
        #expect(
            Reading(text) { $0.dialect.emptyQuantity = .reject }.reasons
                == Array(repeating: .missingValue, count: 3)
        )
    }

    @Test("a bad value rejects its row with line, column, reason and bytes, and the others go on")
    func badValues() {
        let reading = Reading("sku,quantity,as_of\nA,1e3,\nB,2,\n,3,\nD,4,yesterday\nE,99999999999999,\n")
        #expect(reading.brief == ["B=2"])
        #expect(reading.reasons == [.badQuantity, .missingValue, .badTime, .tooLarge])
        #expect(reading.rejected.map(\.line) == [2, 4, 5, 6])
        #expect(reading.rejected.map(\.column) == ["quantity", "sku", "as_of", "quantity"])
        #expect(reading.rejected.first?.bytes == Array("1e3".utf8))
    }

    @Test("bytes that are invalid in the encoding reject the row, unless the column is not used")
    func badEncoding() {
        let header = Array("sku,quantity,note\n".utf8)
        let rows: [UInt8] = [0x41, 0xFF, 0x2C, 0x31, 0x2C, 0x0A, 0x42, 0x2C, 0x32, 0x2C, 0xFF, 0x0A]
        let reading = Reading(header + rows)
        #expect(reading.brief == ["B=2"])
        #expect(reading.reasons == [.badEncoding])
        #expect(reading.rejected.first?.bytes == [0x41, 0xFF])
        for (encoding, byte) in [(TextEncoding.windows1252, UInt8(0x81)), (.latin1, 0x80), (.latin9, 0x9F)] {
            var format = SnapshotFormat()
            format.dialect.encoding = encoding
            #expect(Reading(header + [0x41, byte, 0x2C, 0x31, 0x2C, 0x0A], format).reasons == [.badEncoding])
        }
    }

    @Test("the same bytes are different letters in different encodings")
    func encodings() {
        let bytes = Array("sku,quantity\n".utf8) + [0xA4, 0xE4, 0x2C, 0x31]
        let expected: [TextEncoding: String] = [.windows1252: "¤ä=1", .latin1: "¤ä=1", .latin9: "€ä=1"]
        for (encoding, brief) in expected {
            var format = SnapshotFormat()
            format.dialect.encoding = encoding
            #expect(Reading(bytes, format).brief == [brief])
        }
    }

    @Test("a UTF-16 character cut in half or without its other half is a fault")
    func brokenUTF16() {
        var format = SnapshotFormat()
        format.dialect.encoding = .utf16BigEndian
        func units(_ text: String) -> [UInt8] { text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } }
        let lone = units("sku,quantity\nA") + [0xD8, 0x3D] + units(",1\n😀,2\n")
        #expect(Reading(lone, format).reasons == [.badEncoding])
        #expect(Reading(lone, format).brief == ["😀=2"])
        #expect(Reading(units("sku,quantity\nA,1\n") + [0x00], format).error?.code == .endsInsideRow)
    }

    @Test("an overlong row is rejected and not kept, the next is read")
    func overlongRow() {
        let long = String(repeating: "x", count: 500)
        let reading = Reading("note,sku,quantity\n\(long),A,1\n,B,2\n") { $0.limits.rowBytesMax = 503 }
        #expect(reading.reasons == [.tooLong])
        #expect(reading.rejected.first?.bytes.count == RejectedRow.bytesMax)
        #expect(reading.brief == ["B=2"])
        #expect(
            Reading("note,sku,quantity\n\(long),A,1\n,B,2\n") { $0.limits.rowBytesMax = 504 }.rows.count == 2
        )
    }

    @Test("what the configuration states for every row needs no column")
    func constants() {
        let reading = Reading("sku\nA\n") {
            $0.columns.onHand = ColumnRule(source: .constant("7.5"))
            $0.columns.asOf = ColumnRule(source: .constant("2026-11-23T00:00:00Z"))
        }
        #expect(reading.brief == ["A=7.5"])
        #expect(reading.rows.first?.asOf?.description == "2026-11-23T00:00:00Z")
    }

    @Test("a reader with known columns goes on in the middle of a table")
    func resumes() throws {
        var whole = RowReader(format: SnapshotFormat())
        try Array("quantity,sku\n".utf8).withUnsafeBytes {
            try whole.read($0, rows: { _ in }, rejected: { _ in })
        }
        let columns = try #require(whole.columns)
        var part = try RowReader(format: SnapshotFormat(), columns: columns, line: 7)
        var rows: [SourceRow] = []
        try Array("3,A\n".utf8).withUnsafeBytes {
            try part.read($0, rows: { rows.append($0) }, rejected: { _ in })
        }
        try part.finish(rows: { rows.append($0) }, rejected: { _ in })
        #expect(rows.map(\.line) == [7])
        #expect(rows.first?.onHand == Quantity(units: 3))
    }
}
