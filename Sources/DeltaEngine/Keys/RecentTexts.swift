/// A small cache from texts to values, with one text a slot: for few texts that alternate.
///
/// Two texts that share a slot only lose the speed-up.
struct RecentTexts<Value> {
    /// Nothing before the first text is remembered.
    private var places: [Place] = []

    private struct Place {
        var words = Words(count: -1, first: 0, last: 0)
        var value: Value?
        /// The whole text, if its words do not cover it.
        var text: [UInt8] = []
    }

    /// The start and the end of a text, eight bytes each that may overlap, or less of a shorter one.
    private struct Words: Equatable {
        var count: Int
        var first: UInt64
        var last: UInt64
    }

    /// Texts up to this length are identified by their words alone.
    private static var wholeBytes: Int { 16 }

    /// Enough slots that a hundred texts rarely share one.
    private static var bits: Int { 12 }

    /// The value of a text; nil if it is not remembered.
    @inline(__always)
    func value(of text: UnsafeBufferPointer<UInt8>) -> Value? {
        let text = UnsafeRawBufferPointer(text)
        let words = RecentTexts.words(of: text)
        return places.withUnsafeBufferPointer { places in
            guard !places.isEmpty else { return nil }
            let place = RecentTexts.place(of: words, text)
            guard places[place].words == words else { return nil }
            if words.count > RecentTexts.wholeBytes, !places[place].text.elementsEqual(text) { return nil }
            return places[place].value
        }
    }

    mutating func remember(_ value: Value, of text: UnsafeBufferPointer<UInt8>) {
        if places.isEmpty { places = Array(repeating: Place(), count: 1 << RecentTexts.bits) }
        let words = RecentTexts.words(of: UnsafeRawBufferPointer(text))
        let place = RecentTexts.place(of: words, UnsafeRawBufferPointer(text))
        let isWhole = words.count <= RecentTexts.wholeBytes
        places[place] = Place(words: words, value: value, text: isWhole ? [] : Array(text))
    }

    @inline(__always)
    private static func words(of text: UnsafeRawBufferPointer) -> Words {
        let count = text.count
        if count >= 8 {
            return Words(
                count: count,
                first: text.loadUnaligned(as: UInt64.self),
                last: text.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
            )
        }
        if count >= 4 {
            return Words(
                count: count,
                first: UInt64(text.loadUnaligned(as: UInt32.self)),
                last: UInt64(text.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
            )
        }
        var first: UInt64 = 0
        for byte in text { first = first << 8 | UInt64(byte) }
        return Words(count: count, first: first, last: 0)
    }

    @inline(__always)
    private static func place(of words: Words, _ text: UnsafeRawBufferPointer) -> Int {
        var hash = mixed(mixed(words.first ^ UInt64(words.count)) ^ words.last)
        var offset = 8
        while offset + 8 < words.count {
            hash = mixed(hash ^ text.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        return Int(hash >> UInt64(64 - bits))
    }

    @inline(__always)
    private static func mixed(_ hash: UInt64) -> UInt64 {
        let product = hash.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }
}
