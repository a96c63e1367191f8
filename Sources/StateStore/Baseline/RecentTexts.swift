import Glibc

/// Remembers for each of some places the last text that fell on it, and what belongs to that text: for texts
/// of which there are few, in turns.
///
/// Texts that meet on one place only cost what the table was to spare.
struct RecentTexts<Value> {
    private var texts = [[UInt8]](repeating: [], count: RecentTexts.count)
    private var values = [Value?](repeating: nil, count: RecentTexts.count)

    private static var bits: UInt64 { 10 }
    private static var count: Int { 1 << Int(bits) }

    /// What belongs to a text; nothing if it is not remembered.
    @inline(__always)
    func value(of text: UnsafeBufferPointer<UInt8>) -> Value? {
        let place = RecentTexts.place(of: text)
        guard let value = values[place], RecentTexts.isSame(texts[place], text) else { return nil }
        return value
    }

    mutating func remember(_ value: Value, of text: UnsafeBufferPointer<UInt8>) {
        let place = RecentTexts.place(of: text)
        texts[place] = Array(text)
        values[place] = value
    }

    @inline(__always)
    private static func place(of text: UnsafeBufferPointer<UInt8>) -> Int {
        let bytes = UnsafeRawBufferPointer(text)
        var hash = UInt64(bytes.count)
        var offset = 0
        while offset + 8 <= bytes.count {
            hash = mixed(hash ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        while offset < bytes.count {
            hash = hash << 8 ^ UInt64(bytes[offset]) ^ hash >> 56
            offset += 1
        }
        return Int(mixed(hash) >> (64 - bits))
    }

    @inline(__always)
    private static func mixed(_ hash: UInt64) -> UInt64 {
        let product = hash.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }

    @inline(__always)
    private static func isSame(_ bytes: [UInt8], _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count == text.count, let base = text.baseAddress else { return bytes.count == text.count }
        return memcmp(bytes, base, text.count) == 0
    }
}
