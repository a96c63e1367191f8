import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@Suite("A column of bins")
struct BinColumnTests {
    private static func format(_ rule: ColumnRule = ColumnRule(anyOf: ["bin"])) -> SnapshotFormat {
        var format = SnapshotFormat()
        format.columns.bin = rule
        return format
    }

    private static var objects: SnapshotFormat {
        var format = SnapshotFormat(notation: .ndjson)
        format.columns.bin = ColumnRule(anyOf: ["place.bin"], isOptional: true)
        return format
    }

    @Test("is part of the key, and may be empty")
    func table() {
        let text = "sku,location,bin,unit,on_hand\nA,W,B-1,EA,1\nA,W,\"B,\"\"2\",EA,2\nA,W,,EA,3\n"
        let reading = Reading(text, Self.format())
        #expect(reading.rows.map(\.key.bin) == ["B-1", "B,\"2", ""])
        #expect(reading.rows.allSatisfy { $0.key.location == "W" && $0.key.unit == "EA" })
    }

    @Test("is not looked for where it is not named")
    func unnamed() {
        let reading = Reading("sku,location,bin,unit,on_hand\nA,W,B-1,EA,1\n")
        #expect(reading.rows.map(\.key) == [PositionKey(sku: "A", location: "W", unit: "EA")])
    }

    @Test("may be a constant, and is normalised as others are")
    func rules() {
        let text = "sku,bin,on_hand\nA,  0017 ,1\n"
        let stripped = Reading(text, Self.format(ColumnRule(anyOf: ["BIN"], stripsLeadingZeros: true)))
        #expect(stripped.rows.map(\.key.bin) == ["17"])
        #expect(stripped.rows.map(\.writtenKey?.bin) == ["  0017 "])
        let constant = Reading(text, Self.format(ColumnRule(source: .constant("floor"))))
        #expect(constant.rows.map(\.key.bin) == ["floor"])
        let control = Reading(text, Self.format(ColumnRule(source: .constant("a\u{7}"))))
        #expect(control.error?.code == .badFormat)
        let missing = Reading("sku,on_hand\nA,1\n", Self.format())
        #expect(missing.error?.code == .missingColumn)
    }

    @Test("objects have one too, a whole number or a text")
    func members() {
        let text = """
            {"sku":"A","on_hand":1,"place":{"bin":"B-1"}}
            {"sku":"A","on_hand":2,"place":{"bin":17}}
            {"sku":"A","on_hand":3}
            {"sku":"A","on_hand":[],"place":{"bin":"B-9"}}
            {"sku":"A","on_hand":[],"place":{"bin":1.5}}

            """
        let reading = Reading(text, Self.objects)
        #expect(reading.rows.map(\.key.bin) == ["B-1", "17", ""])
        let key = PositionKey(sku: "A", location: "", unit: "", bin: "B-9")
        #expect(reading.rejected.map(\.key) == [key, nil])
        #expect(reading.rejected.map(\.column) == ["on_hand", "place.bin"])
    }

    @Test("a row whose bin no key can have names no position")
    func door() {
        for bin in ["a\u{7}b", String(repeating: "x", count: 256)] {
            let reading = Reading("sku,bin,on_hand\nA,\(bin),1\n", Self.format())
            #expect(reading.reasons == [.badKey])
            #expect(reading.rejected.first?.key == nil && reading.rejected.first?.column == "bin")
        }
        let longest = Reading("sku,bin,on_hand\nA,\(String(repeating: "x", count: 255)),1\n", Self.format())
        #expect(longest.rows.count == 1)
        let object = Reading("{\"sku\":\"A\",\"on_hand\":1,\"place\":{\"bin\":\"a\\u0007\"}}\n", Self.objects)
        #expect(object.reasons == [.badKey])
    }

    @Test("every pass reads what the slow reader does", arguments: UInt64(0)..<30)
    func twin(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let isTable = random.chance(50)
        var text = isTable ? "sku,location,unit,bin,on_hand\n" : ""
        for _ in 0..<Int.random(in: 1...400, using: &random) {
            let sku = "SKU-\(random.below(20))"
            let control = isTable ? "\u{7}" : "\\u0007"
            let bin = random.pick(["", "A1", "A,1", "é", "S-\(random.below(99))", control])
            let quantity = random.pick(["1", "7.5", "n/a"])
            if isTable {
                text += "\(sku),WH,EA,\"\(bin)\",\(quantity)\n"
            } else {
                text += "{\"sku\":\"\(sku)\",\"location\":\"WH\",\"unit\":\"EA\","
                text += "\"place\":{\"bin\":\"\(bin)\"},\"on_hand\":\"\(quantity)\"}\n"
            }
        }
        let (bytes, format) = (Array(text.utf8), isTable ? Self.format() : Self.objects)
        let careful = ScanReading(TemporaryFile(bytes), format) { $0.forcesCareful = true }
        #expect(careful.rowCount > 0)
        #expect(careful.rows.allSatisfy { $0.key.count { $0 == CanonicalKey.comma } >= 2 })
        let file = ScanReading(TemporaryFile(bytes), format) { $0.rangeBytes = 1000 }
        #expect(file == careful)
        #expect(ScanReading(PiecesOfBytes(bytes, pieceMax: 300, seed: seed), format) == careful)
    }
}
