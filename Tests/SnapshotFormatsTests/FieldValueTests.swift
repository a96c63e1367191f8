import InventoryCore
import SnapshotFormats
import TestSupport
import Testing

@Suite struct FieldValueTests {
    private static func parse(_ text: String, _ change: (inout Dialect) -> Void = { _ in }) -> String {
        var dialect = Dialect()
        change(&dialect)
        return Array(text.utf8).withUnsafeBufferPointer { field in
            do throws(QuantityError) {
                return try QuantityParser(dialect).parse(field).description
            } catch {
                return "\(error)"
            }
        }
    }

    @Test(
        "a plain decimal is exact, and anything else is refused",
        arguments: [
            ("0", "0"), ("-0", "0"), ("+7", "7"), ("17-", "-17"), ("17+", "17"), (" 1.5\t", "1.5"),
            (".5", "0.5"),
            ("5.", "5"), ("1.2345670000", "1.234567"), ("000000000000000000012", "12"),
            ("9223372036854.775807", "9223372036854.775807"),
            ("-9223372036854.775807", "-9223372036854.775807"),
            ("1.0000001", "tooPrecise"), ("9223372036854.775808", "tooLarge"),
            ("99999999999999999999", "tooLarge"),
            ("", "notANumber"), ("  ", "notANumber"), ("-", "notANumber"), (".", "notANumber"),
            ("-5-", "notANumber"), ("--5", "notANumber"), ("- 5", "notANumber"), ("1e3", "notANumber"),
            ("1E+05", "notANumber"), ("(5)", "notANumber"), ("1,5", "notANumber"), ("1.2.3", "notANumber"),
            ("12 ST", "notANumber"), ("0x10", "notANumber"), ("NaN", "notANumber"), ("٣", "notANumber"),
        ]
    )
    func plainDecimals(text: String, expected: String) {
        #expect(Self.parse(text) == expected)
    }

    @Test(
        "groups are three digits each after a first that does not begin with zero",
        arguments: [
            ("1.614", "1614"), ("1.250,000", "1250"), ("1.234.567,5", "1234567.5"), ("1614", "1614"),
            ("12.34", "notANumber"), ("1234.567", "notANumber"), ("1.2345", "notANumber"),
            (".123", "notANumber"),
            ("0.125", "notANumber"), ("1..234", "notANumber"), ("1.234.", "notANumber"),
            ("1,234.567", "notANumber"),
            ("1.614-", "-1614"),
        ]
    )
    func groups(text: String, expected: String) {
        let parsed = Self.parse(text) {
            $0.decimalMark = .comma
            $0.grouping = .point
        }
        #expect(parsed == expected)
    }

    @Test("thousands are separated by apostrophes and spaces of every kind, only where declared")
    func otherSeparators() {
        for text in ["1'234.5", "1’234.5"] {
            #expect(Self.parse(text) { $0.grouping = .apostrophe } == "1234.5")
            #expect(Self.parse(text) == "notANumber")
        }
        for text in ["1 234.5", "1\u{A0}234.5", "1\u{202F}234.5"] {
            #expect(Self.parse(text) { $0.grouping = .space } == "1234.5")
            #expect(Self.parse(text) == "notANumber")
        }
        #expect(Self.parse("1,234.5") { $0.grouping = .comma } == "1234.5")
    }

    @Test("ungrouped quantities read as the plain decimal reader has them", arguments: 0..<200)
    func agreesWithPlainDecimals(seed: UInt64) {
        var random = SplitMix64(state: seed)
        for _ in 0..<50 {
            let length = Int.random(in: 0...18, using: &random)
            let text = String((0..<length).map { _ in random.pick(Array("0123456789012345678900.-")) })
            // A trailing sign is the dialect's own.
            guard !(text.hasSuffix("-")) else { continue }
            let expected = try? Quantity(decimal: text)
            #expect(Self.parse(text) == expected?.description || expected == nil)
            if expected == nil {
                #expect(["notANumber", "tooPrecise", "tooLarge"].contains(Self.parse(text)))
            }
        }
    }

    private static func time(_ text: String, _ format: TimeFormat) throws -> String? {
        var parser = try TimeParser(format)
        return Array(text.utf8).withUnsafeBufferPointer { parser.parse($0)?.description }
    }

    @Test(
        "a time follows its pattern to the letter",
        arguments: [
            ("dd.MM.yyyy HH:mm", "23.11.2026 00:15", "2026-11-23T00:15:00Z"),
            ("dd.MM.yyyy HH:mm", "3.11.2026 00:15", nil), ("dd.MM.yyyy HH:mm", "23.11.2026 00:15:00", nil),
            ("dd.MM.yyyy HH:mm", "31.11.2026 00:15", nil),
            ("dd.MM.yyyy HH:mm", "23.11.2026 24:00", "2026-11-24T00:00:00Z"),
            ("dd.MM.yyyy HH:mm", "23.11.2026 24:01", nil),
            ("M/d/yyyy h:mm a", "1/2/2026 12:05 am", "2026-01-02T00:05:00Z"),
            ("M/d/yyyy h:mm a", "11/22/2026 12:05 PM", "2026-11-22T12:05:00Z"),
            ("M/d/yyyy h:mm a", "11/22/2026 13:05 PM", nil), ("M/d/yyyy h:mm a", "11/22/2026 0:05 am", nil),
            ("yyyyMMddHHmmss", "20261123201500", "2026-11-23T20:15:00Z"),
            ("yyyyMMdd", "20261123", "2026-11-23T00:00:00Z"),
            ("yyyy-MM-dd'T'HH:mm:ss", " 2026-11-23T20:15:30 ", "2026-11-23T20:15:30Z"),
        ] as [(String, String, String?)]
    )
    func patterns(pattern: String, text: String, expected: String?) throws {
        #expect(try Self.time(text, .pattern(pattern, timeZone: "UTC")) == expected)
    }

    @Test("RFC 3339 times read as the plain reader has them", arguments: 0..<50)
    func agreesWithPlainTimes(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        for _ in 0..<50 {
            var text = Array(
                "2026-0\(Int.random(in: 0...9, using: &random))-28T1\(seed % 10):15:5\(seed % 10)Z".utf8
            )
            if random.chance(50) {
                text[Int.random(in: 0..<text.count, using: &random)] = random.pick(
                    Array("0369 .:+-TtZz".utf8)
                )
            }
            if random.chance(20) { text.insert(contentsOf: Array(".25".utf8), at: 19) }
            let expected = Timestamp(rfc3339: String(decoding: text, as: UTF8.self))?.description
            // Outer blanks are no part of a field.
            guard text.first != UInt8(ascii: " "), text.last != UInt8(ascii: " ") else { continue }
            #expect(try Self.time(String(decoding: text, as: UTF8.self), .rfc3339) == expected)
        }
    }

    @Test("a local time that the clock skips is none; one that it repeats is the earlier instant")
    func daylightSaving() throws {
        let berlin = TimeFormat.pattern("yyyy-MM-dd HH:mm", timeZone: "Europe/Berlin")
        #expect(try Self.time("2026-03-29 01:59", berlin) == "2026-03-29T00:59:00Z")
        #expect(try Self.time("2026-03-29 02:30", berlin) == nil)
        #expect(try Self.time("2026-03-29 03:00", berlin) == "2026-03-29T01:00:00Z")
        #expect(try Self.time("2026-10-25 02:30", berlin) == "2026-10-25T00:30:00Z")
        #expect(try Self.time("2026-10-25 03:00", berlin) == "2026-10-25T02:00:00Z")
        #expect(try Self.time("2026-10-26 12:00", berlin) == "2026-10-26T11:00:00Z")
        let lordHowe = TimeFormat.pattern("yyyy-MM-dd HH:mm", timeZone: "Australia/Lord_Howe")
        #expect(try Self.time("2026-10-04 02:15", lordHowe) == nil)
        #expect(try Self.time("2026-07-01 00:00", lordHowe) == "2026-06-30T13:30:00Z")
    }

    @Test(
        "a pattern that does not state a whole date, or states it twice, is refused",
        arguments: [
            "dd.MM", "yyyy-MM-dd hh:mm", "yyyy-MM-dd HH:mm a", "yy-MM-dd", "yyyy-MM-dd'T", "yyyy-MM-dd dd",
            "Q",
        ]
    )
    func badPatterns(pattern: String) {
        #expect(TimePattern(pattern) == nil)
    }

    @Test("a key is trimmed, cut and stripped as its column declares")
    func keys() {
        func key(_ text: String, _ rule: ColumnRule) -> String? {
            var normaliser = KeyNormaliser(rule: rule, encoding: .utf8)
            return Array(text.utf8).withUnsafeBufferPointer { normaliser.text($0) }
        }
        let plain = ColumnRule(anyOf: ["sku"])
        #expect(key(" \tA 1 ", plain) == "A 1")
        #expect(key("", plain) == "")
        let child = ColumnRule(anyOf: ["sku"], afterLast: " : ")
        #expect(key("P : Q : SKU-1", child) == "SKU-1")
        #expect(key("SKU:1", child) == "SKU:1")
        #expect(key("Größe : Ä ", child) == "Ä")
        let stripped = ColumnRule(anyOf: ["sku"], stripsLeadingZeros: true)
        #expect(key("000012", stripped) == "12")
        #expect(key("0000", stripped) == "0")
        #expect(key("", stripped) == "")
    }
}
