import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@Suite("The table scanner agrees with the slow reader")
struct ScanTwinTests {
    @Test("on tables of any dialect, sound and damaged", arguments: UInt64(0)..<250)
    func agrees(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let (format, bytes) = Tables.table(rows: Int.random(in: 0...60, using: &random), using: &random)
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
    }

    @Test("where ranges of a file meet", arguments: UInt64(0)..<3)
    func agreesAcrossRanges(seed: UInt64) {
        var random = SplitMix64(state: seed)
        var text = "sku,note,on_hand\n"
        for row in 0..<30_000 {
            let note = random.chance(50) ? "\"two\nlines, \(row)\n3,4\"" : "12\" pipe"
            text += "A\(row),\(random.chance(3) ? note : "plain note of some length"),\(row)\n"
        }
        let bytes = Array(text.utf8)
        let format = SnapshotFormat()
        let slow = ScanReading(TemporaryFile(bytes), format) { $0.forcesCareful = true }
        for workers in [1, 2, 4] {
            #expect(
                ScanReading(TemporaryFile(bytes), format) { $0.workers = workers } == slow,
                "\(workers) workers"
            )
        }
        #expect(slow.rows.count > 29_000)
    }

    @Test("where a quoted field is longer than a range")
    func agreesOnGiantField() {
        let giant = String(repeating: "x,\n1,2\n", count: 100_000)
        let text =
            "sku,note,on_hand\nA,plain,1\nB,\"\(giant)\",2\nC,plain,3\n"
            + String(repeating: "D,tail,4\n", count: 60_000)
        var format = SnapshotFormat()
        for limit in [1 << 20, 1 << 16] {
            format.limits.rowBytesMax = limit
            let slow = ScanReading(TemporaryFile(Array(text.utf8)), format) { $0.forcesCareful = true }
            #expect(
                ScanReading(TemporaryFile(Array(text.utf8)), format) { $0.workers = 3 } == slow,
                "limit \(limit)"
            )
            #expect(ScanReading(PiecesOfBytes(Array(text.utf8), pieceMax: 9000, seed: 1), format) == slow)
        }
    }

    @Test("where the first row is the only one, without a header")
    func agreesOnOneRow() {
        var format = SnapshotFormat()
        format.dialect.hasHeader = false
        format.columns = ColumnMapping(
            sku: ColumnRule(source: .position(1)),
            onHand: ColumnRule(source: .position(2))
        )
        for text in ["A,1", "A,1\n", "A,1\n\n", "A,x\n"] {
            let slow = ScanReading(TemporaryFile(Array(text.utf8)), format) { $0.forcesCareful = true }
            #expect(slow.rowCount == 1)
            #expect(ScanReading(TemporaryFile(Array(text.utf8)), format) == slow, "\(text)")
            #expect(
                ScanReading(PiecesOfBytes(Array(text.utf8), pieceMax: 1, seed: 1), format) == slow,
                "\(text)"
            )
        }
    }

    @Test("on an input that stops anywhere")
    func agreesOnTruncation() {
        let text = "sku,location,on_hand\nA,\"W \"\"1\"\"\",5\r\nB,W,7.5\nC,\"W\n2\",-1\n"
        let bytes = Array(text.utf8)
        for end in 0...bytes.count {
            let part = Array(bytes[..<end])
            let slow = ScanReading(TemporaryFile(part), SnapshotFormat()) { $0.forcesCareful = true }
            #expect(ScanReading(TemporaryFile(part), SnapshotFormat()) == slow, "\(end) bytes")
            #expect(
                ScanReading(PiecesOfBytes(part, pieceMax: 7, seed: 1), SnapshotFormat()) == slow,
                "\(end) bytes"
            )
        }
    }
}

/// Random tables, mostly sound.
enum Tables {
    static func table(rows: Int, using random: inout SplitMix64) -> (SnapshotFormat, [UInt8]) {
        var format = SnapshotFormat()
        format.dialect.delimiter = [44, 44, 44, 59, 9, 124].randomElement(using: &random) ?? 44
        if random.chance(10) { format.dialect.quote = nil }
        if random.chance(20) { format.dialect.decimalMark = .comma }
        if random.chance(10) { format.dialect.grouping = .space }
        if random.chance(10) {
            format.dialect.encoding = [.latin1, .windows1252].randomElement(using: &random) ?? .utf8
        }
        format.dialect.emptyQuantity = EmptyQuantity.allCases.randomElement(using: &random) ?? .absent
        if random.chance(15) { format.dialect.skippedLines = 2 }
        if random.chance(10) { format.columns.location = ColumnRule(source: .constant("WH,1")) }
        if random.chance(15) { format.columns.sku.stripsLeadingZeros = true }
        if random.chance(5) { format.columns.sku.afterLast = ":" }
        if random.chance(10) { format.limits.rowBytesMax = 60 }
        var names = ["sku", "location", "unit", "on_hand", "committed", "unusable", "as_of", "note"]
        if random.chance(60) { names.shuffle(using: &random) }
        if random.chance(50) { names.removeAll { ["note", "unusable"].contains($0) } }
        switch random.below(6) {
        case 0: stateSites(&names, &format, using: &random)
        case 1: addBin(&names, &format, using: &random)
        default: break
        }
        var bytes: [UInt8] = []
        for _ in 0..<format.dialect.skippedLines { bytes += Array("a \" title, of\n".utf8) }
        let end = random.chance(30) ? "\r\n" : "\n"
        bytes += join(names.map { Array($0.utf8) }, format) + Array(end.utf8)
        for row in 0..<rows {
            if random.chance(2) { bytes += Array(end.utf8) }
            var fields = names.map { field($0, row, format, using: &random) }
            if random.chance(2) { fields = names.map { Array($0.utf8) } }
            if random.chance(3) { fields.removeLast() }
            if random.chance(3) { fields.append([65]) }
            bytes += join(fields, format)
            let isLast = row == rows - 1
            bytes += isLast && random.chance(30) ? [] : Array((random.chance(2) ? "\r" : end).utf8)
        }
        return (format, bytes)
    }

    /// Makes rows state several locations.
    private static func stateSites(
        _ names: inout [String],
        _ format: inout SnapshotFormat,
        using random: inout SplitMix64
    ) {
        let sites = (0..<random.pick([1, 3, 30])).map { "on_hand@\($0)" }
        names.removeAll { ["location", "on_hand", "committed", "unusable"].contains($0) }
        names.insert(contentsOf: sites, at: random.below(names.count + 1))
        (format.columns.location, format.columns.committed, format.columns.unusable) = (nil, nil, nil)
        if random.chance(30) { format.columns.unit = ColumnRule(source: .constant("EA,0")) }
        format.columns.places = sites.enumerated().map { number, name in
            let text = random.pick([
                "WH-\(number)", "L\(number),süd", "\(number)-" + String(repeating: "w", count: 40),
            ])
            return ColumnMapping.Place(location: text, onHand: ColumnRule(anyOf: [name]))
        }
        format.columns.onHand = format.columns.places[0].onHand
    }

    /// Makes bins a part of the key.
    private static func addBin(
        _ names: inout [String],
        _ format: inout SnapshotFormat,
        using random: inout SplitMix64
    ) {
        let place = (names.firstIndex(of: "unit") ?? 0) + 1
        names.insert("bin", at: random.chance(70) ? place : random.below(names.count + 1))
        format.columns.bin = ColumnRule(anyOf: ["bin"])
        if random.chance(20) { format.columns.bin?.stripsLeadingZeros = true }
        if random.chance(10) { format.columns.bin = ColumnRule(source: .constant("B,1")) }
        if random.chance(10) { format.columns.unit = nil }
    }

    private static func join(_ fields: [[UInt8]], _ format: SnapshotFormat) -> [UInt8] {
        Array(fields.joined(separator: [format.dialect.delimiter]))
    }

    private static func field(
        _ name: String,
        _ row: Int,
        _ format: SnapshotFormat,
        using random: inout SplitMix64
    ) -> [UInt8] {
        var text: String
        switch name {
        case "sku":
            text =
                [
                    "AB-\(row)", "00\(row)", "Ä-\(row)", "x:\(row)", "", "a,b\(row)",
                    "long-\(row)-sku-of-an-odd-shape-in-all-respects", "esc\u{1B}[2J\(row)", "nul\u{0}",
                    "del\(row)\u{7F}", "\u{9B}31m\(row)", "tab\tbed", "12½-\(row)",
                    String(repeating: "x", count: 250 + row % 10), String(repeating: "é", count: 128),
                ]
                .randomElement(using: &random) ?? ""
            if random.chance(70) { text = "AB-\(row)" }
        case "location":
            text =
                ["WH-LEEDS-01", "", " W ", "Köln", "a,b", "L\u{1}x", "W\u{7F}", "°\u{8}", "WH\u{85}"]
                .randomElement(using: &random) ?? ""
        case "bin": text = ["A-1", "", " ", "007", "é", "a,b", "B\u{1}"].randomElement(using: &random) ?? ""
        case "unit": text = ["each", "", "case", "  "].randomElement(using: &random) ?? ""
        case "as_of":
            text =
                [
                    "2026-11-\(10 + row % 20)T20:15:0\(row % 10)Z", "2026-02-29T00:00:00Z",
                    "2026-11-23 20:15:00.25+01:30", "", "now",
                    "2024-02-29T23:59:59Z",
                ].randomElement(using: &random) ?? ""
            if random.chance(60) { text = "2026-11-\(10 + row % 20)T20:15:0\(row % 10)Z" }
        case "note":
            text =
                ["", "plain", "12\" pipe", "a, b", "two\nlines", "lone\rreturn"].randomElement(using: &random)
                ?? ""
        default: text = quantity(row, format, using: &random)
        }
        var bytes = Array(text.utf8)
        if random.chance(2), !bytes.isEmpty { bytes[Int.random(in: 0..<bytes.count, using: &random)] = 0xFF }
        guard let quote = format.dialect.quote else { return bytes }
        let mustQuote = bytes.contains { [quote, format.dialect.delimiter, 10, 13].contains($0) }
        guard mustQuote && random.chance(80) || random.chance(15) else { return bytes }
        return [quote] + bytes.flatMap { $0 == quote ? [quote, quote] : [$0] }
            + (random.chance(3) ? [] : [quote])
            + (random.chance(2) ? [66] : [])
    }

    private static func quantity(_ row: Int, _ format: SnapshotFormat, using random: inout SplitMix64)
        -> String
    {
        let mark = format.dialect.decimalMark == .comma ? "," : "."
        let number = Int.random(in: 0...99_999_999, using: &random)
        switch Int.random(in: 0..<20, using: &random) {
        case 0: return ""
        case 1: return "+\(row)"
        case 2: return "\(row)-"
        case 3: return "-\(row)\(mark)5"
        case 4: return " \(row) "
        case 5: return "\(number)\(number)\(mark)000000"
        case 6: return "1e5"
        case 7: return "\(row)\(mark)1234567"
        case 8: return "\(row)\(mark)1000000"
        case 9: return "9223372036854\(mark)775807"
        case 10: return "1 234\(mark)5"
        case 11: return "\(mark)5"
        case 12: return "\(row)\(mark)"
        case 13: return "-9223372036854\(mark)5"
        default: return random.chance(50) ? "\(number % 1000)" : "\(number % 1000)\(mark)\(number % 997)"
        }
    }
}
