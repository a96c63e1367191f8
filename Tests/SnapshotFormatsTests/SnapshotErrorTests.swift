import InventoryCore
import SnapshotFormats
import Testing

@Suite struct SnapshotErrorTests {
    @Test("an input without a header or row is empty", arguments: ["", "\u{FEFF}", "\n\r\n"])
    func empty(text: String) {
        #expect(Reading(text).error?.code == .empty)
    }

    @Test("a header alone is a table without rows")
    func headerAlone() {
        #expect(Reading("sku,quantity").error == nil)
        #expect(Reading("sku,quantity\n").rowCount == 0)
    }

    @Test("an input that stops inside a row fails after its whole rows")
    func endsInsideRow() {
        let unended = Reading("sku,quantity\nA,1\n\"B,2\nC,3\n")
        #expect(unended.brief == ["A=1"])
        #expect(unended.reasons == [.unendedQuote])
        #expect(unended.error?.code == .endsInsideRow)
        #expect(unended.error?.line == 3)
        let short = Reading("sku,location,quantity\nA,W,1\nB,W")
        #expect(short.reasons == [.missingColumn])
        #expect(short.error?.code == .endsInsideRow)
        #expect(Reading("sku,quantity,note\nA,1,").error == nil)
        #expect(Reading("sku,quantity,note\n\"A\",\"1\",\"\"").error == nil)
    }

    @Test("an empty quantity at the very end may be a cut-off one, and is never taken for zero in silence")
    func emptyQuantityAtTheEnd() {
        let reading = Reading("sku,quantity\nA,1\nB,") { $0.dialect.emptyQuantity = .zero }
        #expect(reading.error?.code == .endsInsideRow)
        #expect(Reading("sku,quantity\nB,\"\"") { $0.dialect.emptyQuantity = .zero }.error == nil)
    }

    @Test("a missing column is named together with those that are there")
    func missingColumn() throws {
        let error = try #require(Reading("artikel,bestand\nA,1\n").error)
        #expect(error.code == .missingColumn)
        #expect(
            error.message == "The header has no column \"sku\" (for sku); it has \"artikel\", \"bestand\"."
        )
        let single = try #require(Reading("sku;quantity\nA;1\n").error)
        #expect(single.hint.contains("\";\""))
        let optional = Reading("sku,quantity\nA,1\n") {
            $0.columns.location = ColumnRule(anyOf: ["place"])
        }
        #expect(optional.error?.code == .missingColumn)
    }

    @Test("a wanted name that is in the header twice is refused")
    func ambiguousColumn() {
        #expect(Reading("sku,quantity,Quantity\nA,1,2\n").error?.code == .ambiguousColumn)
        #expect(Reading("sku,quantity,note,note\nA,1,2,3\n").brief == ["A=1"])
    }

    @Test("names without a header and positions beyond the table are refused")
    func positions() {
        #expect(Reading("A,1\n") { $0.dialect.hasHeader = false }.error?.code == .badFormat)
        let beyond = Reading("sku,quantity\nA,1\n") { $0.columns.onHand = ColumnRule(source: .position(3)) }
        #expect(beyond.error?.code == .missingColumn)
        let zeroth = Reading("sku,quantity\nA,1\n") { $0.columns.onHand = ColumnRule(source: .position(0)) }
        #expect(zeroth.error?.code == .badFormat)
    }

    @Test("a byte order mark that contradicts the encoding is an error that names the right one")
    func wrongMark() throws {
        let error = try #require(Reading([0xFF, 0xFE, 0x73, 0x00]).error)
        #expect(error.code == .wrongEncoding)
        #expect(error.hint == "Set the encoding to utf-16.")
        var format = SnapshotFormat()
        format.dialect.encoding = .utf16LittleEndian
        #expect(Reading([0xFE, 0xFF, 0x00, 0x73], format).error?.hint == "Set the encoding to utf-16be.")
        #expect(Reading([0xEF, 0xBB, 0xBF, 0x73], format).error?.hint == "Set the encoding to utf-8.")
    }

    @Test("a dialect that contradicts itself is refused before any row")
    func badDialect() {
        let changes: [(inout SnapshotFormat) -> Void] = [
            { $0.dialect.grouping = .point },
            { $0.dialect.delimiter = UInt8(ascii: "\n") },
            { $0.dialect.quote = UInt8(ascii: ",") },
            { $0.dialect.timeFormat = .pattern("yyyy-MM", timeZone: "UTC") },
            { $0.dialect.timeFormat = .pattern("yyyy-MM-dd", timeZone: "Mars/Olympus") },
            { $0.columns.committed = ColumnRule(source: .constant("1,5")) },
        ]
        for change in changes {
            let reading = Reading("sku,quantity\nA,1\n", change)
            #expect(reading.rows.isEmpty)
            #expect(reading.error != nil)
        }
    }

    @Test("a header beyond the limits is refused")
    func headerLimits() {
        let wide = Reading("sku,quantity,a,b\n") { $0.limits.columnsMax = 3 }
        #expect(wide.error?.code == .tooManyColumns)
        let long = Reading("sku,quantity,aaaaaaaaaa\n") { $0.limits.rowBytesMax = 20 }
        #expect(long.error?.code == .headerTooLong)
    }
}
