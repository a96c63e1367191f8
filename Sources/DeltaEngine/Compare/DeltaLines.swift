import Glibc
import InventoryCore
import SnapshotFormats

/// Writes deltas as lines of text, straight from their bytes.
///
/// JSON: `{"sku":"AB-1","location":"WH-1","unit":"EA","kind":"changed","before":"10","after":"7.5"}`. CSV:
/// the same columns under a header, quoted where they must be, empty where there is no quantity. A bin
/// follows the unit: in JSON where there is one, in CSV where bins are wanted, so that the header hangs on no
/// row.
package struct DeltaLines {
    package enum Format: String, Sendable, CaseIterable {
        case json
        case csv
    }

    private let format: Format
    private let namesBins: Bool
    private var bytes: [UInt8] = []

    package init(_ format: Format, namesBins: Bool = false) {
        self.format = format
        self.namesBins = namesBins
    }

    /// Gives all deltas of a diff to `write`, in pieces of whole lines.
    ///
    /// - Throws: `Fault` with `damaged`, and what the closure throws.
    package mutating func write(_ diff: SnapshotDiff, to write: (UnsafeRawBufferPointer) throws -> Void)
        throws
    {
        if format == .csv {
            append("sku,location,unit,")
            if namesBins { append("bin,") }
            append("kind,before,after\n")
        }
        try flush(write)
        let (format, namesBins) = (format, namesBins)
        for begin in stride(from: 0, to: diff.count, by: DeltaLines.windowEntries) {
            let window = begin..<min(diff.count, begin + DeltaLines.windowEntries)
            let parts = try diff.mapParts(of: window) { entries in
                var lines = DeltaLines(format, namesBins: namesBins)
                lines.bytes.reserveCapacity(entries.count * 96)
                for entry in entries { try diff.withKey(of: entry) { lines.append(entry, $0) } }
                return lines.bytes
            }
            for part in parts { try part.withUnsafeBytes { try write($0) } }
        }
    }

    /// How many deltas are text in memory at once.
    private static let windowEntries = 1 << 18

    private mutating func flush(_ write: (UnsafeRawBufferPointer) throws -> Void) throws {
        try bytes.withUnsafeBytes { try write($0) }
        bytes.removeAll(keepingCapacity: true)
    }

    private mutating func append(_ entry: SnapshotDiff.Entry, _ key: UnsafeBufferPointer<UInt8>) {
        guard let parts = CanonicalKey.parts(of: key) else { return }
        switch format {
        case .json: appendJSON(entry, parts)
        case .csv: appendCSV(entry, parts)
        }
    }

    private mutating func appendJSON(_ entry: SnapshotDiff.Entry, _ parts: CanonicalKey.Parts) {
        append("{\"sku\":\"")
        appendJSON(parts.sku)
        append("\",\"location\":\"")
        appendJSON(parts.location)
        append("\",\"unit\":\"")
        appendJSON(parts.unit)
        if !parts.bin.isEmpty {
            append("\",\"bin\":\"")
            appendJSON(parts.bin)
        }
        append("\",\"kind\":\"")
        bytes.append(contentsOf: entry.kind.rawValue.utf8)
        append("\",\"before\":")
        if entry.kind == .added { append("null") } else { appendQuoted(entry.before) }
        append(",\"after\":")
        if entry.kind == .removed { append("null") } else { appendQuoted(entry.after) }
        append("}\n")
    }

    private mutating func appendCSV(_ entry: SnapshotDiff.Entry, _ parts: CanonicalKey.Parts) {
        appendCSV(parts.sku)
        bytes.append(CanonicalKey.comma)
        appendCSV(parts.location)
        bytes.append(CanonicalKey.comma)
        appendCSV(parts.unit)
        bytes.append(CanonicalKey.comma)
        if namesBins {
            appendCSV(parts.bin)
            bytes.append(CanonicalKey.comma)
        }
        bytes.append(contentsOf: entry.kind.rawValue.utf8)
        bytes.append(CanonicalKey.comma)
        if entry.kind != .added { append(quantity: entry.before) }
        bytes.append(CanonicalKey.comma)
        if entry.kind != .removed { append(quantity: entry.after) }
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func append(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func appendQuoted(_ millionths: Int64) {
        bytes.append(UInt8(ascii: "\""))
        append(quantity: millionths)
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func append(quantity millionths: Int64) {
        if millionths < 0 { bytes.append(UInt8(ascii: "-")) }
        let (units, fraction) = millionths.magnitude.quotientAndRemainder(dividingBy: UInt64(Quantity.scale))
        append(number: units)
        guard fraction > 0 else { return }
        bytes.append(UInt8(ascii: "."))
        var left = fraction
        var unit = UInt64(Quantity.scale) / 10
        while left > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(left / unit))
            left %= unit
            unit /= 10
        }
    }

    private mutating func append(number: UInt64) {
        let begin = bytes.count
        var left = number
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(left % 10))
            left /= 10
        } while left > 0
        bytes[begin...].reverse()
    }

    private mutating func appendJSON(_ part: Slice<UnsafeBufferPointer<UInt8>>) {
        let isPlain = part.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        guard !isPlain else { return bytes.append(contentsOf: part) }
        for byte in CanonicalKey.text(part).utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20:
                append("\\u00")
                bytes.append(DeltaLines.hexadecimal(byte >> 4))
                bytes.append(DeltaLines.hexadecimal(byte & 15))
            default: bytes.append(byte)
            }
        }
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }

    private mutating func appendCSV(_ part: Slice<UnsafeBufferPointer<UInt8>>) {
        let isPlain = part.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != CanonicalKey.comma }
        guard !isPlain else { return bytes.append(contentsOf: part) }
        bytes.append(UInt8(ascii: "\""))
        for byte in CanonicalKey.text(part).utf8 {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
