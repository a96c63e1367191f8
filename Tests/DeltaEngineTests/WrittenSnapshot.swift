import InventoryCore
import SnapshotFormats
import TestSupport

/// Rows of a catalogue as a snapshot of a form that chance chooses.
struct WrittenSnapshot {
    let format: SnapshotFormat
    let bytes: [UInt8]

    init(_ rows: [(key: PositionKey, net: Int64)], using random: inout SplitMix64) {
        // Long enough for several ranges of a file now and then.
        let note = String(repeating: "n", count: random.chance(8) ? 9000 : random.below(20))
        var text = ""
        if random.chance(35) {
            format = SnapshotFormat(notation: .ndjson)
            let order = ["sku", "location", "unit", "on_hand", "note"].shuffled(using: &random)
            let gap = random.pick(["", " "])
            for row in rows {
                text += WrittenSnapshot.object(row, order, gap, note, using: &random)
                text += random.chance(5) ? "\r\n" : "\n"
            }
        } else {
            var dialect = Dialect()
            dialect.delimiter = random.pick([0x2C, 0x3B, 0x09, 0x7C])
            dialect.quote = random.pick([0x22, 0x27])
            dialect.decimalMark = random.pick([.point, .comma])
            dialect.skippedLines = random.pick([0, 2])
            format = SnapshotFormat(dialect: dialect)
            let order = ["sku", "location", "unit", "on_hand", "note"].shuffled(using: &random)
            let end = random.pick(["\n", "\r\n"])
            text += String(repeating: "title\(end)", count: dialect.skippedLines)
            let delimiter = String(Unicode.Scalar(dialect.delimiter))
            text += order.joined(separator: delimiter) + end
            for row in rows {
                let fields = order.map { WrittenSnapshot.field($0, row, note, dialect, using: &random) }
                text += fields.joined(separator: delimiter) + end
            }
        }
        bytes = Array(text.utf8)
    }

    private static func object(
        _ row: (key: PositionKey, net: Int64),
        _ order: [String],
        _ gap: String,
        _ note: String,
        using random: inout SplitMix64
    ) -> String {
        let members = order.compactMap { name -> String? in
            var text = value(name, row, note)
            if name == "on_hand" { return "\"\(name)\":\(gap)\(random.chance(20) ? "\"\(text)\"" : text)" }
            if text.isEmpty, random.chance(50) { return random.chance(50) ? nil : "\"\(name)\":\(gap)null" }
            if random.chance(3), text.hasPrefix("SKU") { text = "\\u0053" + text.dropFirst() }
            return "\"\(name)\":\(gap)\"\(text)\""
        }
        return "{\(members.joined(separator: "," + gap))}"
    }

    private static func field(
        _ name: String,
        _ row: (key: PositionKey, net: Int64),
        _ note: String,
        _ dialect: Dialect,
        using random: inout SplitMix64
    ) -> String {
        var text = value(name, row, note)
        if name == "on_hand", dialect.decimalMark == .comma {
            text = String(text.map { $0 == "." ? "," : $0 })
        }
        guard let quote = dialect.quote else { return text }
        let mustQuote = text.utf8.contains(dialect.delimiter)
        guard mustQuote || random.chance(10) else { return text }
        let mark = String(Unicode.Scalar(quote))
        return mark + text + mark
    }

    private static func value(
        _ name: String,
        _ row: (key: PositionKey, net: Int64),
        _ note: String
    ) -> String {
        switch name {
        case "sku": row.key.sku.text
        case "location": row.key.location.text
        case "unit": row.key.unit.text
        case "on_hand": Quantity(millionths: row.net).description
        default: note
        }
    }

    /// The bytes in pieces, or as a file.
    func source(using random: inout SplitMix64) -> any ByteSource {
        if random.chance(50) { return SnapshotPieces(bytes, pieceMax: random.pick([7, 1000, 1 << 20])) }
        return TemporaryFile(bytes)
    }
}

/// Bytes in memory, in pieces of at most so many.
private final class SnapshotPieces: ByteSource {
    private let bytes: [UInt8]
    private let pieceMax: Int
    private var offset = 0

    init(_ bytes: [UInt8], pieceMax: Int) {
        self.bytes = bytes
        self.pieceMax = pieceMax
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = min(buffer.count, bytes.count - offset, pieceMax)
        buffer.copyBytes(from: bytes[offset..<offset + count])
        offset += count
        return count
    }

    var plainFile: PlainFile? { nil }
}
