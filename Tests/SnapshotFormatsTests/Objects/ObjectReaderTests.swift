import InventoryCore
import SnapshotFormats
import Testing

@Suite("NDJSON is read a JSON object a line")
struct ObjectReaderTests {
    private func read(_ text: String, _ change: (inout SnapshotFormat) -> Void = { _ in }) -> Reading {
        var format = SnapshotFormat(notation: .ndjson)
        change(&format)
        return Reading(text, format)
    }

    @Test("with the columns' default names, numbers and strings alike")
    func plain() throws {
        let reading = read(
            """
            {"sku":"A","location":"W1","unit":"EA","on_hand":10,"reserved":"2.5",\
            "as_of":"2026-11-23T20:15:00Z"}
            { "SKU" : 4711 , "quantity" : -0.000001 , "reserved" : null , "x" : [1, {"a": true}, "]"] }\r

            {"sku":"B","on_hand":"7"}
            """
        )
        #expect(reading.error == nil && reading.rejected.isEmpty)
        #expect(reading.brief == ["A=10", "4711=-0.000001", "B=7"])
        #expect(reading.rows.map(\.line) == [1, 2, 4])
        let first = try #require(reading.rows.first)
        #expect(first.key == PositionKey(sku: "A", location: "W1", unit: "EA"))
        #expect(first.committed == Quantity(millionths: 2_500_000))
        #expect(first.asOf == Timestamp(rfc3339: "2026-11-23T20:15:00Z"))
        #expect(reading.rows[1].committed == nil)
    }

    @Test(
        "and numbers are taken from their digits, never through a floating-point number",
        arguments: [
            ("0", "0"), ("-0.0", "0"), ("1e3", "1000"), ("1.5E+3", "1500"), ("25e-1", "2.5"),
            ("1000000e-12", "0.000001"), ("9223372036854.775807", "9223372036854.775807"),
            ("0.1", "0.1"), ("123456789012.123456", "123456789012.123456"), ("0e999999999999999999999", "0"),
            ("12.3400000000", "12.34"),
            // Written from binary fractions, which carry 15 digits.
            ("2695.4900000000002", "2695.49"), ("0.30000000000000004", "0.3"),
            ("948.9999999999999", "949"), ("5.551115123125783e-17", "0"), ("-0.7999999999999999", "-0.8"),
            ("9999999999.9999999", "10000000000"), ("1000000000.0000005", "1000000000"),
            ("1000000000.0000015", "1000000000.000002"),
        ]
    )
    func numbers(token: String, quantity: String) {
        #expect(read("{\"sku\":\"A\",\"on_hand\":\(token)}").brief == ["A=\(quantity)"])
    }

    @Test(
        "and numbers that are too precise, too large or malformed are refused",
        arguments: [
            ("1.1234567", RejectedRow.Reason.badQuantity), ("1e-7", .badQuantity),
            ("9223372036854.775808", .tooLarge), ("1e13", .tooLarge), ("1e999999999999999999999", .tooLarge),
            ("01", .badJSON), ("-", .badJSON), (".5", .badJSON), ("5.", .badJSON), ("+1", .badJSON),
            ("1e", .badJSON), ("0x1", .badJSON), ("NaN", .badJSON), ("1 2", .badJSON), ("--1", .badJSON),
            ("true", .wrongType), ("[1]", .wrongType), ("{\"value\":1}", .wrongType),
            ("\"1e3\"", .badQuantity),
            ("\"\"", .missingValue), ("null", .missingValue),
        ]
    )
    func badNumbers(token: String, reason: RejectedRow.Reason) {
        let reading = read("{\"sku\":\"A\",\"on_hand\":\(token)}\n{\"sku\":\"B\",\"on_hand\":1}\n")
        #expect(reading.reasons == [reason])
        #expect(reading.brief == ["B=1"])
        #expect(reading.rejected.first?.column == (reason == .badJSON ? nil : "on_hand"))
    }

    @Test("and escapes are resolved, in keys too")
    func escapes() {
        let reading = read(#"{"s\u006bu":"\u00c4\/\"\\\ud83d\ude00","on_h\u0061nd":1}"#)
        #expect(reading.rows.map(\.key.sku.text) == ["Ä/\"\\😀"])
        let halves = read(
            #"{"sku":"\ud83d","on_hand":1}"# + "\n" + #"{"sku":"\ude00\ud83d","on_hand":1}"# + "\n"
                + #"{"note":"\ud83d","sku":"A","on_hand":1}"# + "\n" + #"{"sku":"\ud83dx","on_hand":1}"#
        )
        #expect(halves.reasons == [.badEncoding, .badEncoding, .badEncoding])
        #expect(halves.brief == ["A=1"])
    }

    @Test("and a member inside others is named by its path")
    func paths() {
        let reading = read(
            """
            {"Item":{"id":"A","alt":["x","y"]},"wh":[7,"Leeds"],"q":{"fno":{"free":"3,5"}},"a.b":"EA"}
            {"item.id":"B","wh":[8],"q":{"fno.free":4}}
            """
        ) { format in
            format.columns = ColumnMapping(
                sku: ColumnRule(anyOf: ["item.id"]),
                location: ColumnRule(anyOf: ["wh[1]"]),
                unit: ColumnRule(anyOf: ["a.b"]),
                onHand: ColumnRule(anyOf: ["q.fno.free"])
            )
            format.dialect.decimalMark = .comma
        }
        #expect(reading.error == nil && reading.rejected.isEmpty)
        #expect(reading.rows.map(\.key.location.text) == ["Leeds", ""])
        #expect(reading.rows.map(\.key.unit.text) == ["EA", ""])
        #expect(reading.brief == ["A=3.5", "B=4"])
    }

    @Test("and the first of several names that has a value counts")
    func preference() {
        let reading = read(
            """
            {"quantity":5,"on_hand":null,"sku":"A"}
            {"quantity":5,"on_hand":6,"sku":"B"}
            {"quantity":false,"on_hand":6,"sku":"C"}
            """
        )
        #expect(reading.brief == ["A=5", "B=6", "C=6"])
    }

    @Test("and an object that states a wanted member twice is rejected; others may be stated twice")
    func repeated() {
        let reading = read(
            """
            {"sku":"A","on_hand":1,"on_hand":2}
            {"sku":"B","SKU":"B","on_hand":2}
            {"sku":"C","on_hand":3,"x":1,"x":2}
            {"sku":"D","on_hand":null,"on_hand":4}
            """
        )
        #expect(reading.reasons == [.repeatedKey, .repeatedKey, .repeatedKey])
        #expect(reading.brief == ["C=3"])
    }

    @Test("and what is not an object is rejected with its place")
    func faults() throws {
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        let reading = read(
            """
            {"sku":"A","on_hand":1}
            {"sku":"A","on_hand":1
            ["sku"]
            {"sku":"A\u{1}","on_hand":1}
            {"sku":"A","on_hand":1}}
            {"sku":"A","on_hand":1,}
            {"sku":"A","on_hand":1,"x":"\\q"}
            {"sku":"A","on_hand":1,"x":\(deep)}
            {"sku":1.5,"on_hand":1}
            {"on_hand":1}
            {"sku":"A","on_hand":1,"as_of":5}
            """
        )
        #expect(
            reading.reasons == [
                .badJSON, .badJSON, .badJSON, .badJSON, .badJSON, .badJSON, .badJSON, .wrongType,
                .missingValue, .wrongType,
            ]
        )
        let open = try #require(reading.rejected.first)
        #expect(open.line == 2 && open.column == nil)
        #expect(open.bytes == Array("{\"sku\":\"A\",\"on_hand\":1".utf8))
        #expect(reading.rejected[3].message.contains("at byte 24"))
        var bytes = Array("{\"sku\":\"A\",\"on_hand\":1,\"note\":\"é\"}\n{\"sku\":\"é\",\"on_hand\":1}".utf8)
        for index in bytes.indices where bytes[index] == 0xC3 { bytes[index] = 0xFF }
        let foreign = Reading(bytes, SnapshotFormat(notation: .ndjson))
        #expect(foreign.brief == ["A=1"])
        #expect(foreign.reasons == [.badEncoding])
    }

    @Test("and an input that stops inside an object is refused, at any byte")
    func truncated() {
        let text = "{\"sku\":\"Ä\\u00e4\",\"on_hand\":1.5e1,\"x\":[true,null]}\n"
        let bytes = Array(text.utf8)
        for end in 1..<bytes.count - 1 {
            let reading = Reading(Array(bytes[..<end]), SnapshotFormat(notation: .ndjson))
            #expect(reading.error?.code == .endsInsideRow, "\(end) bytes")
            #expect(reading.rows.isEmpty)
        }
        #expect(read(String(text.dropLast())).brief == ["Ää=15"])
        #expect(read("").error?.code == .empty)
        #expect(read("\n \r\n").error?.code == .empty)
    }

    @Test("and another format is reported, as is a key that no object has")
    func wrongFormat() throws {
        let table = try #require(read("sku,on_hand\nA,1\n").error)
        #expect(table.code == .wrongFormat && table.line == 1)
        #expect(try #require(read("\n[{\"sku\":1}]").error).hint.contains("array"))
        let missing = try #require(read("{\"article\":\"A\",\"on_hand\":1}\n").error)
        #expect(missing.code == .missingColumn)
        #expect(missing.message.contains("\"article\", \"on_hand\""))
        let typo = read("{\"sku\":\"A\",\"on_hand\":1,\"lager\":\"L\"}") {
            $0.columns.location = ColumnRule(anyOf: ["Laager"])
        }
        #expect(typo.error?.code == .missingColumn)
        let late = read("{\"sku\":\"A\",\"on_hand\":1}\n{\"sku\":\"A\",\"on_hand\":1,\"lager\":\"L\"}") {
            $0.columns.location = ColumnRule(anyOf: ["Lager"])
        }
        #expect(late.error == nil && late.rows.count == 2)
        #expect(
            read("{\"sku\":\"A\"}") { $0.columns.sku = ColumnRule(source: .position(1)) }.error?.code
                == .badFormat
        )
    }

    @Test("and a line beyond the limit is rejected, not buffered")
    func tooLong() {
        let long = "{\"sku\":\"\(String(repeating: "x", count: 200))\",\"on_hand\":1}"
        let reading = read("{\"sku\":\"A\",\"on_hand\":1}\n\(long)\n{\"sku\":\"B\",\"on_hand\":1}\n") {
            $0.limits.rowBytesMax = 100
        }
        #expect(reading.reasons == [.tooLong])
        #expect(reading.rejected.first?.line == 2)
        #expect(reading.brief == ["A=1", "B=1"])
    }
}
