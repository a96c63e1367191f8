import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@Suite("The object scanner agrees with the slow reader")
struct ObjectScanTwinTests {
    @Test("on objects of any shape, sound and damaged", arguments: UInt64(0)..<250)
    func agrees(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let (format, bytes) = RandomObjects.lines(rows: random.below(60), using: &random)
        let slow = ScanReading(PiecesOfBytes(bytes, pieceMax: 4096, seed: seed), format) {
            $0.forcesCareful = true
        }
        #expect(ScanReading(TemporaryFile(bytes), format) == slow, "plain file, seed \(seed)")
        for instructions in Instructions.allCases where instructions < .best {
            #expect(
                ScanReading(TemporaryFile(bytes), format) { $0.instructions = instructions } == slow,
                "with \(instructions) instructions, seed \(seed)"
            )
        }
        #expect(
            ScanReading(PiecesOfBytes(bytes, pieceMax: 50, seed: seed), format) == slow,
            "stream in small pieces, seed \(seed)"
        )
        #expect(
            ScanReading(TemporaryFile(bytes), format, readsAll: true) == slow,
            "read all at once, seed \(seed)"
        )
    }

    @Test("where ranges of a file meet")
    func agreesAcrossRanges() {
        var random = SplitMix64(state: 1)
        let (format, bytes) = RandomObjects.lines(rows: 20_000, using: &random)
        let slow = ScanReading(TemporaryFile(bytes), format) { $0.forcesCareful = true }
        for workers in [2, 3] {
            #expect(
                ScanReading(TemporaryFile(bytes), format) { $0.workers = workers } == slow,
                "\(workers) workers"
            )
        }
        #expect(slow.error == nil && slow.rowCount > 19_000)
    }

    @Test("where a line is longer than a range")
    func agreesOnGiantLine() {
        let giant = String(repeating: "x, \\n {", count: 150_000)
        let text =
            "{\"sku\":\"A\",\"on_hand\":1}\n{\"sku\":\"B\",\"note\":\"\(giant)\",\"on_hand\":2}\n"
            + String(repeating: "{\"sku\":\"D\",\"on_hand\":4}\n", count: 40_000)
        var format = SnapshotFormat(notation: .ndjson)
        for limit in [1 << 21, 1 << 16] {
            format.limits.rowBytesMax = limit
            let slow = ScanReading(TemporaryFile(Array(text.utf8)), format) { $0.forcesCareful = true }
            for workers in [1, 3] {
                let file = TemporaryFile(Array(text.utf8))
                #expect(ScanReading(file, format) { $0.workers = workers } == slow, "limit \(limit)")
            }
            #expect(ScanReading(PiecesOfBytes(Array(text.utf8), pieceMax: 9000, seed: 1), format) == slow)
        }
    }

    @Test("on an input that stops anywhere")
    func agreesOnTruncation() {
        let text = """
            {"sku":"A","location":"W \\"1\\"","on_hand":5}\r
            {"sku":"\\ud83d\\ude00","on_hand":[1,2]}
            \r
            {"sku":"C","unit":"\\u00e9","on_hand":-1.5e0,"x":{"y":[null,false]}}
            """
        let bytes = Array(text.utf8)
        let format = SnapshotFormat(notation: .ndjson)
        for end in 0...bytes.count {
            let part = Array(bytes[..<end])
            let slow = ScanReading(TemporaryFile(part), format) { $0.forcesCareful = true }
            #expect(ScanReading(TemporaryFile(part), format) == slow, "\(end) bytes")
            #expect(ScanReading(PiecesOfBytes(part, pieceMax: 7, seed: 1), format) == slow, "\(end) bytes")
        }
    }

    @Test("and equal rests mean equal rows")
    func restsAreBound() {
        let rows = [
            #"{"sku":"A","location":"L","on_hand":1}"#, #"{"sku":"A","location":"L","on_hand":2}"#,
            #"{"sku":"A","location":"L","on_hand":1 }"#, #"{"sku":"A","on_hand":1,"location":"L"}"#,
            #"{"on_hand":1,"sku":"A","location":"L"}"#, #"{"sku":"A","location":"L","quantity":1}"#,
            #"{"sku":"A","location":"L","on_hand":1,"committed":1}"#,
            #"{"sku":"B","location":"L","on_hand":1}"#,
        ]
        let text = rows.joined(separator: "\n") + "\n" + rows.joined(separator: "\n") + "\n"
        let reading = RestRecorder.rests(of: Array(text.utf8))
        #expect(reading.count == 2 * rows.count)
        #expect(Set(reading.dropFirst().prefix(rows.count - 1)).count == rows.count - 1)
        #expect(Array(reading.suffix(rows.count - 1)) == Array(reading.dropFirst().prefix(rows.count - 1)))
    }
}

/// Writes down the rests of the rows.
private final class RestRecorder: RowSink {
    private var rests: [UInt64] = []

    func take(_ batch: RowBatch) throws {
        for row in 0..<batch.count { rests.append(batch.rests[row]) }
    }

    func reject(_ row: RejectedRow) {}

    static func rests(of bytes: [UInt8]) -> [UInt64] {
        let pass = SnapshotPass(format: SnapshotFormat(notation: .ndjson), seeds: KeySeeds(1, 2))
        let parts = try? pass.run(PiecesOfBytes(bytes, pieceMax: 100, seed: 1)) { _ in RestRecorder() }.parts
        return parts?.flatMap(\.sink.rests) ?? []
    }
}
