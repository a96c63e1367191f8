package import InventoryCore

/// The one byte form of a position's key: SKU, location and unit with commas between them, and the bin as a
/// fourth part where there is one.
///
/// A comma within a part is written 0x01 0x02, and 0x01 is written 0x01 0x01,
/// so that no two keys share a form and every form can be read back. It does
/// not depend on the dialect: nearly all comma-separated rows hold it as it is.
package enum CanonicalKey {
    @inlinable package static var comma: UInt8 { 0x2C }
    package static let escape: UInt8 = 0x01
    private static let escapedComma: UInt8 = 0x02

    /// Gives the form of a key.
    package static func bytes(of key: PositionKey) -> [UInt8] {
        var bytes: [UInt8] = []
        append(key.sku.text, to: &bytes)
        bytes.append(comma)
        append(key.location.text, to: &bytes)
        bytes.append(comma)
        append(key.unit.text, to: &bytes)
        // Without a bin nothing is written, so that keys are what they were before there were any.
        if !key.bin.text.isEmpty {
            bytes.append(comma)
            append(key.bin.text, to: &bytes)
        }
        return bytes
    }

    /// Gives the form of an SKU followed by a comma, with which all of its keys begin.
    package static func prefix(of sku: SKU) -> [UInt8] {
        var bytes: [UInt8] = []
        append(sku.text, to: &bytes)
        bytes.append(comma)
        return bytes
    }

    /// Gives the text of a part as it stands in the form.
    package static func part(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        append(text, to: &bytes)
        return bytes
    }

    /// The parts of a form, as they stand in it.
    package struct Parts {
        package typealias Part = Slice<UnsafeBufferPointer<UInt8>>
        package let sku: Part
        package let location: Part
        package let unit: Part
        /// Empty where the key has none.
        package let bin: Part
    }

    /// Gives the parts of a form, or nothing if the bytes are none.
    package static func parts(of bytes: UnsafeBufferPointer<UInt8>) -> Parts? {
        var (first, second, third) = (0, 0, bytes.count)
        var (index, met) = (0, 0)
        while index < bytes.count {
            if bytes[index] == comma {
                switch met {
                case 0: first = index
                case 1: second = index
                case 2: third = index
                default: return nil
                }
                met += 1
            }
            index += 1
        }
        // One key has one form: no third comma without a bin.
        guard met == 2 || met == 3 && third + 1 < bytes.count else { return nil }
        return Parts(
            sku: bytes[..<first],
            location: bytes[(first + 1)..<second],
            unit: bytes[(second + 1)..<third],
            bin: bytes[min(third + 1, bytes.count)...]
        )
    }

    /// Reads a form back; nothing if the bytes are none.
    package static func key(_ bytes: UnsafeBufferPointer<UInt8>) -> PositionKey? {
        guard let parts = parts(of: bytes) else { return nil }
        return PositionKey(
            sku: SKU(text(parts.sku)),
            location: Location(text(parts.location)),
            unit: StockUnit(text(parts.unit)),
            bin: Bin(text(parts.bin))
        )
    }

    /// Gives the text that a part of a form stands for.
    package static func text(_ part: Slice<UnsafeBufferPointer<UInt8>>) -> String {
        guard part.contains(escape) else {
            return String(decoding: UnsafeBufferPointer(rebasing: part), as: UTF8.self)
        }
        var plain: [UInt8] = []
        var isEscaped = false
        for byte in part {
            if isEscaped {
                plain.append(byte == escapedComma ? comma : byte)
                isEscaped = false
            } else if byte == escape {
                isEscaped = true
            } else {
                plain.append(byte)
            }
        }
        return String(decoding: plain, as: UTF8.self)
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case comma: bytes += [escape, escapedComma]
            case escape: bytes += [escape, escape]
            default: bytes.append(byte)
            }
        }
    }
}
