import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

/// Inputs on which the fuzzer once found the readers to disagree; see Tests/Fuzz.
@Suite("Readers agree on what the fuzzer has found")
struct FoundInputTests {
    private func expectAgreement(
        on text: String,
        _ format: SnapshotFormat,
        at location: SourceLocation = #_sourceLocation
    ) {
        let bytes = Array(text.utf8)
        let slow = ScanReading(PiecesOfBytes(bytes, pieceMax: 9, seed: 1), format) { $0.forcesCareful = true }
        #expect(ScanReading(TemporaryFile(bytes), format) == slow, sourceLocation: location)
        for instructions in Instructions.allCases where instructions < .best {
            let plainer = ScanReading(TemporaryFile(bytes), format, readsAll: true) {
                $0.instructions = instructions
            }
            #expect(plainer == slow, "with \(instructions) instructions", sourceLocation: location)
        }
        for pieceMax in [1, 7, 50] {
            let stream = ScanReading(PiecesOfBytes(bytes, pieceMax: pieceMax, seed: 2), format)
            #expect(stream == slow, "pieces of \(pieceMax)", sourceLocation: location)
        }
    }

    @Test("a last row that is too long and cut off as well")
    func longLastRow() {
        var format = SnapshotFormat()
        format.limits.rowBytesMax = 60
        let long = String(repeating: "x", count: 80)
        for end in [
            "A,\(long)", "A,L,\(long)", "A,L,1,\(long)", "A,\(long),", "A,\"\(long)", "A,\(long),\"\"",
        ] {
            expectAgreement(on: "sku,location,on_hand\nA,L,1\n\(end)", format)
        }
    }

    @Test("as many missing columns in some rows as extra ones in others")
    func fewAndManyColumns() {
        for rows in [
            ["Seq,", "5", "A,L,1,1,1,1"], ["A,L,1,1,1,1", "Seq,", "5"],
            ["A,L,1,1", "B,L,2", "Seq,", "5", "C,,,,9"],
            ["7", "A,L,1", "Seq,", "B,L,1,2,3,4"], ["A,L,1", "", "Seq,5", "B,L,2,2,2"],
        ] {
            for end in ["\n", "\r\n"] {
                let text = (["sku,location,on_hand"] + rows).map { $0 + end }.joined()
                expectAgreement(on: text, SnapshotFormat())
                expectAgreement(on: text.replacing("A", with: "\"A\""), SnapshotFormat())
            }
        }
    }

    @Test("a first row shorter than a byte order mark, before an incomplete one")
    func shortFirstRow() {
        let objects = SnapshotFormat(notation: .ndjson)
        for text in [
            "{\n\"A\"s&ku\":\"A", "{\n{\"sku\":\"A\",\"on_hand\":1}", "{\n{\n{\"sku\":\"A\",\"on_hand\":1}\n",
        ] {
            expectAgreement(on: text, objects)
        }
        var table = SnapshotFormat()
        table.dialect.hasHeader = false
        table.columns = ColumnMapping(
            sku: ColumnRule(source: .position(1)),
            onHand: ColumnRule(source: .constant("1"))
        )
        for text in ["A\nBB", "A\nB\nCC", "A\n\"B\nB\"\nC\n", "A\r\nB"] { expectAgreement(on: text, table) }
    }
}
