import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@Suite("Whether a snapshot's last line has an end")
struct LineEndTests {
    private static let header = "sku,quantity"

    @Test(
        "is told of files and streams",
        arguments: [
            ("\nA,1", true), ("\nA,1\n", false), ("\r\nA,1\r\n", false), ("\rA,1\r", false), ("\rA,1", true),
            ("\nA,1\n\n\n", false), ("\nA,1\r\n\r\n", false), ("", true), ("\n", false), ("\nA,\"1\"", true),
        ]
    )
    func told(text: String, isInside: Bool) {
        let bytes = Array((Self.header + text).utf8)
        #expect(ScanReading(TemporaryFile(bytes), SnapshotFormat()).endsInsideLine == isInside)
        for pieceMax in [1, 3, 1 << 20] {
            let stream = ScanReading(PiecesOfBytes(bytes, pieceMax: pieceMax, seed: 1), SnapshotFormat())
            #expect(stream.endsInsideLine == isInside)
        }
    }

    @Test("also in UTF-16", arguments: [("\nA,1", true), ("\nA,1\n", false), ("\rA,1\r", false)])
    func wide(text: String, isInside: Bool) {
        for (encoding, isBig) in [(TextEncoding.utf16LittleEndian, false), (.utf16BigEndian, true)] {
            let bytes = (Self.header + text).utf16.flatMap { unit in
                isBig ? [UInt8(unit >> 8), UInt8(unit & 0xFF)] : [UInt8(unit & 0xFF), UInt8(unit >> 8)]
            }
            var format = SnapshotFormat()
            format.dialect.encoding = encoding
            #expect(ScanReading(TemporaryFile(bytes), format).endsInsideLine == isInside)
        }
    }
}
