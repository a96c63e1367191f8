import InventoryCore
import SnapshotFormats
import TestSupport

/// Random lines of NDJSON, mostly sound, mostly alike.
enum RandomObjects {
    static func lines(rows: Int, using random: inout SplitMix64) -> (SnapshotFormat, [UInt8]) {
        var format = format(using: &random)
        if random.chance(10) { format.limits.rowBytesMax = 90 }
        var order = ["sku", "location", "unit", "on_hand", "committed", "unusable", "as_of", "note", "more"]
        if random.chance(40) { order.shuffle(using: &random) }
        if random.chance(40) { order.removeAll { ["note", "unusable"].contains($0) } }
        let gap = random.pick(["", "", " ", "\t"])
        let isSteady = random.chance(50)
        var bytes: [UInt8] = random.chance(10) ? [0xEF, 0xBB, 0xBF] : []
        for row in 0..<rows {
            if random.chance(2) { bytes += Array(random.pick(["\n", " \n", "\r\n"]).utf8) }
            var members = order
            if !isSteady {
                members.removeAll { _ in random.chance(8) }
                if random.chance(5) { members.shuffle(using: &random) }
                if random.chance(3) { members.append(random.pick(order)) }
            }
            var line = object(members, row, gap, using: &random)
            if random.chance(3) { spoil(&line, using: &random) }
            bytes += line
            let isLast = row == rows - 1
            bytes += isLast && random.chance(40) ? [] : Array((random.chance(10) ? "\r\n" : "\n").utf8)
        }
        return (format, bytes)
    }

    private static func format(using random: inout SplitMix64) -> SnapshotFormat {
        var format = SnapshotFormat(notation: .ndjson)
        if random.chance(20) { format.dialect.decimalMark = .comma }
        if random.chance(10) { format.dialect.grouping = .space }
        // Means nothing here.
        if random.chance(10) { format.dialect.encoding = .utf16 }
        format.dialect.emptyQuantity = random.pick(EmptyQuantity.allCases)
        if random.chance(15) {
            format.dialect.timeFormat = .pattern("d.M.yyyy H:mm:ss", timeZone: "Asia/Tokyo")
        }
        if random.chance(10) { format.columns.location = ColumnRule(source: .constant("WH,1")) }
        if random.chance(10) { format.columns.location = ColumnRule(anyOf: ["location"]) }
        if random.chance(15) { format.columns.sku.stripsLeadingZeros = true }
        if random.chance(5) { format.columns.sku.afterLast = ":" }
        if random.chance(15) {
            format.columns.unit = ColumnRule(anyOf: ["more.unit", "more[1]", "unit"], isOptional: true)
        }
        if random.chance(15) {
            format.columns.committed = ColumnRule(anyOf: ["more.a.b", "committed"], isOptional: true)
        }
        return format
    }

    private static func object(
        _ members: [String],
        _ row: Int,
        _ gap: String,
        using random: inout SplitMix64
    ) -> [UInt8] {
        let parts = members.map { name in
            var key = name
            if random.chance(2) { key = key.uppercased() }
            if random.chance(1) { key = "\\u00" + hex(key.utf8.first ?? 0) + key.dropFirst() }
            return "\"\(key)\":\(gap)\(value(name, row, using: &random))"
        }
        return Array("{\(random.chance(2) ? gap : "")\(parts.joined(separator: "," + gap))}".utf8)
    }

    private static func hex(_ byte: UInt8) -> String {
        String(byte, radix: 16, uppercase: byte & 1 == 0)
    }

    private static func value(_ name: String, _ row: Int, using random: inout SplitMix64) -> String {
        if random.chance(4) { return "null" }
        if random.chance(1) { return random.pick(["true", "[]", "{}", "{\"value\":1}", "false", "tru"]) }
        switch name {
        case "sku":
            guard random.chance(25) else { return "\"AB-\(row)\"" }
            return random.pick([
                "\(row)", "\"00\(row)\"", "\"Ä-\(row)\"", "\"x:\(row)\"", "\"\"", "\"a,b\(row)\"", "1.5",
                "-7",
                "\"\\u00c4\\/\(row)\"", "\" \(row) \"", "\"\\u0001\(row)\"", "\"\\ud83d\"",
                "\"\\ud83d\\ude00\"",
                "\"long-\(row)-sku-of-an-odd-shape-in-all-respects\"", "\"nul\\u0000\(row)\"",
                "\"esc\\u001b[2J\"", "\"\\u007f\(row)\"", "\"\u{7F}\(row)\"", "\"C1\u{9B}\"", "\"tab\\tbed\"",
                "\"\(String(repeating: "x", count: 250 + row % 10))\"",
            ])
        case "location":
            return random.pick([
                "\"WH-LEEDS-01\"", "\"\"", "\" W \"", "\"Köln\"", "\"K\\u00f6ln\"", "17", "\"a,b\"",
                "\"W\\u0007\"", "\"\u{85}\"",
            ])
        case "unit": return random.pick(["\"each\"", "\"\"", "\"case\"", "\"  \""])
        case "as_of":
            if random.chance(60) { return "\"2026-11-\(10 + row % 20)T20:15:0\(row % 10)Z\"" }
            return random.pick([
                "\"2026-02-29T00:00:00Z\"", "\"2026-11-23 20:15:00.25+01:30\"", "\"\"", "\"now\"", "17",
                "\"24.12.2026 8:15:00\"", "\"24.12.2026 \\u0038:15:01\"", "\" 2027-01-01T00:00:00Z\"",
            ])
        case "note":
            return random.pick([
                "\"\"", "\"plain and long enough for more than one step of the scanner\"", "\"12\\\" pipe\"",
                "\"two\\nlines\"", "\"\\u00e9\\\\\"", "[1,2.5,{\"a\":[]}]", "1e5", "{\"a\":{\"b\":\"}\"}}",
            ])
        case "more":
            return random.pick([
                "{\"unit\":\"box\"}", "[1,\"pack\"]", "{\"a\":{\"b\":3},\"unit\":null}", "{\"x\":1}", "7",
                "{\"unit\":\"box\",\"unit\":\"box\"}",
            ])
        default: return quantity(row, using: &random)
        }
    }

    private static func quantity(_ row: Int, using random: inout SplitMix64) -> String {
        let number = random.below(100_000_000)
        switch random.below(22) {
        case 0: return "\"\""
        case 1: return "\"+\(row)\""
        case 2: return "\"\(row)-\""
        case 3: return "-\(row).5"
        case 4: return "\" \(row) \""
        case 5: return "\(number)\(number).000000"
        case 6: return "1e5"
        case 7: return "\(row).1234567"
        case 8: return "\(row).1000000"
        case 9: return "9223372036854.775807"
        case 10: return "\"1 234,5\""
        case 11: return ".5"
        case 12: return "\(row)."
        case 13: return "-9223372036854.5"
        case 14: return "0\(row)"
        case 15: return "2695.4900000000002"
        case 16: return "\"\(row),25\""
        case 17: return "\"\(row).25\""
        case 18: return "\"\\u0031\""
        default: return random.chance(50) ? "\(number % 1000)" : "\(number % 1000).\(number % 997)"
        }
    }

    private static func spoil(_ line: inout [UInt8], using random: inout SplitMix64) {
        guard !line.isEmpty else { return }
        let index = random.below(line.count)
        switch random.below(4) {
        case 0: line[index] = random.pick([0xFF, 0x22, 0x5C, 0x7B, 0x2C, 0x01, 0x0D, 0x20])
        case 1: line.remove(at: index)
        case 2: line.insert(random.pick([0x22, 0x5C, 0x7D, 0x2C, 0x3A, 0x00, 0xC3]), at: index)
        default: line.removeLast(random.below(line.count))
        }
    }
}
