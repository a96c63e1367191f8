import InventoryCore

/// What a key may consist of: no control character, and at most so many bytes in UTF-8.
///
/// A control character in an SKU is a broken export at best; shown somewhere, it steers terminals.
package enum KeyLimits {
    package static let bytesMax = 255

    /// Whether the text may be an SKU, location, unit or bin.
    package static func allow(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { $0.count <= bytesMax && !hasControls($0) }
    }

    /// Whether a control character (C0, DEL, C1) stands in sound UTF-8.
    static func hasControls(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var before: UInt8 = 0
        for byte in bytes {
            if byte < 0x20 || byte == 0x7F || before == 0xC2 && byte < 0xA0 { return true }
            before = byte
        }
        return false
    }

    /// Whether a canonical key has a part that may not be one; a long key is suspected only.
    ///
    /// Hot (benchmarks `build`, `diff`): asked for every row that a baseline takes on.
    @inline(__always)
    static func suspect(_ key: UnsafePointer<UInt8>, _ length: Int) -> Bool {
        if _slowPath(length < 8) { return suspectSlowly(key, length) }
        var marks: UInt64 = 0
        var index = 0
        while index + 8 < length {
            marks |= KeyLimits.marks(UnsafeRawPointer(key + index).loadUnaligned(as: UInt64.self))
            index += 8
        }
        marks |= KeyLimits.marks(UnsafeRawPointer(key + length - 8).loadUnaligned(as: UInt64.self))
        if _fastPath(marks == 0 && length <= bytesMax) { return false }
        return suspectSlowly(key, length)
    }

    /// Sets a high bit at least at the first byte that is a control character, or begins one beyond ASCII.
    @inline(__always)
    private static func marks(_ word: UInt64) -> UInt64 {
        let every: UInt64 = 0x0101_0101_0101_0101
        let deletes = word ^ every &* 0x7F
        let leads = word ^ every &* 0xC2
        let low = (word &- every &* 0x20) & ~word
        return (low | (deletes &- every) & ~deletes | (leads &- every) & ~leads) & every &* 0x80
    }

    @inline(never)
    private static func suspectSlowly(_ key: UnsafePointer<UInt8>, _ length: Int) -> Bool {
        let bytes = UnsafeBufferPointer(start: key, count: length)
        guard length <= bytesMax else { return true }
        guard bytes.contains(CanonicalKey.escape) else { return hasControls(bytes) }
        // Only constants have escapes here, and constants were looked at before; what is escaped are commas.
        return CanonicalKey.key(bytes).map { key in
            ![key.sku.text, key.location.text, key.unit.text, key.bin.text].allSatisfy(allow)
        } ?? true
    }
}
