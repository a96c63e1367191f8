import Foundation
import InventoryCore
import SnapshotFormats
import TestSupport

/// A table of known rows, written in a dialect of chance.
struct RandomTable {
    /// What a row must read as; lines are not compared.
    struct Row: Hashable {
        var key: PositionKey
        var onHand: Quantity
        var committed: Quantity?
        var asOf: Timestamp?
    }

    private(set) var rows: [Row] = []
    private(set) var format = SnapshotFormat()
    private(set) var bytes: [UInt8] = []

    private var lineEnd = "\n"
    private var quotesAlways = false

    init(seed: UInt64, rowsMax: Int = 40) {
        var random = SplitMix64(state: seed)
        chooseDialect(&random)
        var text = ""
        for _ in 0..<format.dialect.skippedLines {
            text += random.pick(["Stock list", "\"unbalanced", "", "a;b,c|d"]) + lineEnd
        }
        let hasQuotes = format.dialect.quote != nil
        var names = ["Note", " SKU ", "Location", "unit", "On_Hand", "Reserved", "As_Of", "Rest"]
        if !hasQuotes { names.removeLast() }
        if format.dialect.hasHeader { text += line(names, &random) }
        let count = Int.random(in: 1...rowsMax, using: &random)
        for _ in 0..<count {
            if random.chance(5) { text += lineEnd }
            text += row(&random)
        }
        // The last field may be cut off with the line end only where an empty one would not look cut off.
        if random.chance(30) { text.removeLast(lineEnd.count) }
        bytes = encoded(text, random.chance(50))
    }

    private mutating func chooseDialect(_ random: inout SplitMix64) {
        var dialect = Dialect()
        dialect.delimiter = random.pick(
            [",", ";", "\t", "|"].map { (mark: Unicode.Scalar) in UInt8(ascii: mark) }
        )
        dialect.quote = random.pick([UInt8(ascii: "\""), UInt8(ascii: "\""), UInt8(ascii: "'"), nil])
        if dialect.quote == nil, dialect.delimiter == UInt8(ascii: ",") {
            dialect.delimiter = UInt8(ascii: ";")
        }
        dialect.decimalMark = random.pick([.point, .comma])
        let groupings: [Grouping] =
            dialect.decimalMark == .point
            ? [.none, .comma, .apostrophe, .space] : [.none, .point, .apostrophe, .space]
        dialect.grouping = random.pick(groupings)
        dialect.encoding = random.pick(TextEncoding.allCases)
        dialect.skippedLines = random.pick([0, 0, 0, 1, 3])
        dialect.hasHeader = random.chance(80)
        dialect.timeFormat = random.pick([.rfc3339, .pattern("d.M.yyyy H:mm:ss", timeZone: "Asia/Tokyo")])
        lineEnd = random.pick(["\n", "\r\n", "\r"])
        quotesAlways = random.chance(30)
        format.dialect = dialect
        guard !dialect.hasHeader else { return }
        format.columns = ColumnMapping(
            sku: ColumnRule(source: .position(2)),
            location: ColumnRule(source: .position(3)),
            unit: ColumnRule(source: .position(4)),
            onHand: ColumnRule(source: .position(5)),
            committed: ColumnRule(source: .position(6)),
            asOf: ColumnRule(source: .position(7))
        )
    }

    private mutating func row(_ random: inout SplitMix64) -> String {
        let sku =
            random.pick(["A-", "Größe ", "x", "É"]) + String(Int.random(in: 0..<1_000_000, using: &random))
        let location = random.pick(["WH-1", "Köln", "", "Lager Süd am Rhein, Tor 3"])
        let hasQuotes = format.dialect.quote != nil
        let onHand = quantity(&random)
        // Less than nothing is never taken away.
        let committed =
            random.chance(20) ? nil : Quantity(millionths: Int64(quantity(&random).millionths.magnitude))
        let seconds = Int64.random(in: 0..<4_000_000_000, using: &random)
        let asOf = random.chance(20) ? nil : Timestamp(microseconds: seconds * 1_000_000)
        rows.append(
            Row(
                key: PositionKey(
                    sku: SKU(sku),
                    location: Location(location),
                    unit: random.chance(50) ? "EA" : "kg"
                ),
                onHand: onHand,
                committed: committed,
                asOf: asOf
            )
        )
        let blank = random.pick(["", "", " ", hasQuotes ? "\t" : ""])
        var cells = [
            random.pick(["", "3/4\" pipe's", "plain"]),
            blank + sku + blank,
            location,
            rows[rows.count - 1].key.unit.text,
            written(onHand, &random),
            committed.map { written($0, &random) } ?? "",
            asOf.map(written) ?? "",
        ]
        if hasQuotes { cells.append(random.pick(["", "a\"b'c", "two\(lineEnd)lines", ",;|\t", "''\"\""])) }
        return line(cells, &random)
    }

    private func line(_ cells: [String], _ random: inout SplitMix64) -> String {
        let delimiter = String(Unicode.Scalar(format.dialect.delimiter))
        let written = cells.map { cell in
            guard let byte = format.dialect.quote else { return cell }
            let quote = String(Unicode.Scalar(byte))
            let needsQuotes = [quote, delimiter, "\n", "\r"].contains(where: { mark in
                cell.unicodeScalars.contains { mark.unicodeScalars.contains($0) }
            })
            guard needsQuotes || quotesAlways || random.chance(10) else { return cell }
            return quote + cell.replacingOccurrences(of: quote, with: quote + quote) + quote
        }
        return written.joined(separator: delimiter) + lineEnd
    }

    private func quantity(_ random: inout SplitMix64) -> Quantity {
        let digits = Int.random(in: 0...17, using: &random)
        let bound = Int64(pow(10, Double(digits)))
        return Quantity(millionths: Int64.random(in: -bound...bound, using: &random))
    }

    private func written(_ quantity: Quantity, _ random: inout SplitMix64) -> String {
        let parts = Quantity(millionths: Int64(quantity.millionths.magnitude)).description.split(
            separator: "."
        )
        var units = String(parts[0])
        if random.chance(50), let separator = separator(&random) {
            var grouped = ""
            for (index, digit) in units.enumerated() {
                if index > 0, (units.count - index) % 3 == 0 { grouped += separator }
                grouped.append(digit)
            }
            units = grouped
        }
        var text = units
        if parts.count > 1 || random.chance(20) {
            let decimals = parts.count > 1 ? String(parts[1]) : ""
            text += String(Unicode.Scalar(format.dialect.decimalMark.rawValue)) + decimals
            text += String(repeating: "0", count: Int.random(in: 0...4, using: &random))
        }
        if quantity < .zero { return random.chance(50) ? "-" + text : text + "-" }
        return random.chance(10) ? "+" + text : text
    }

    private func separator(_ random: inout SplitMix64) -> String? {
        switch format.dialect.grouping {
        case .none: nil
        case .point: "."
        case .comma: ","
        case .apostrophe: "'"
        case .space: random.pick([" ", "\u{A0}"])
        }
    }

    private func written(_ instant: Timestamp) -> String {
        guard case .pattern = format.dialect.timeFormat else { return instant.description }
        // Tokyo is nine hours ahead all the year round.
        let text = instant.adding(seconds: 9 * 3600).description
        let numbers = text.split(whereSeparator: { "-T:Z".contains($0) }).compactMap { Int($0) }
        let minute = numbers[4] < 10 ? "0\(numbers[4])" : "\(numbers[4])"
        let second = numbers[5] < 10 ? "0\(numbers[5])" : "\(numbers[5])"
        return "\(numbers[2]).\(numbers[1]).\(numbers[0]) \(numbers[3]):\(minute):\(second)"
    }

    private func encoded(_ text: String, _ hasMark: Bool) -> [UInt8] {
        let utf8Mark: [UInt8] = hasMark ? [0xEF, 0xBB, 0xBF] : []
        func units(bigEndian: Bool) -> [UInt8] {
            ((hasMark ? "\u{FEFF}" : "") + text).utf16.flatMap {
                bigEndian ? [UInt8($0 >> 8), UInt8($0 & 0xFF)] : [UInt8($0 & 0xFF), UInt8($0 >> 8)]
            }
        }
        switch format.dialect.encoding {
        case .utf8: return utf8Mark + Array(text.utf8)
        // All characters used here lie where the three agree with the first 256 code points.
        case .windows1252, .latin1, .latin9: return utf8Mark + text.unicodeScalars.map { UInt8($0.value) }
        case .utf16LittleEndian, .utf16: return units(bigEndian: false)
        case .utf16BigEndian: return units(bigEndian: true)
        }
    }
}
