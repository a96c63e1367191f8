/// Numbers and texts as few bytes, as blocks of the history have them.
package struct HistoryBytes: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func append(_ byte: UInt8) { bytes.append(byte) }

    /// Appends seven bits a byte, the lowest first.
    package mutating func append(unsigned number: UInt64) {
        var rest = number
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Appends a number whose sign is its lowest bit.
    package mutating func append(signed number: Int64) {
        append(unsigned: UInt64(bitPattern: number << 1 ^ number >> 63))
    }

    package mutating func append(_ text: String) { append(text.utf8) }

    /// Appends a text by its bytes.
    package mutating func append(_ text: some Collection<UInt8>) {
        append(unsigned: UInt64(text.count))
        bytes.append(contentsOf: text)
    }

    package mutating func append(optional text: String?) {
        guard let text else { return append(unsigned: 0) }
        append(unsigned: UInt64(text.utf8.count) + 1)
        bytes.append(contentsOf: text.utf8)
    }

    package mutating func append(contentsOf part: UnsafeBufferPointer<UInt8>) {
        bytes.append(contentsOf: part)
    }

    /// Appends how many tens a quantity can be divided by, and the rest: stock is mostly whole.
    package mutating func append(_ quantity: Quantity?) {
        guard let quantity else { return append(HistoryBytes.nothing) }
        var (rest, tens) = (quantity.millionths, UInt8(0))
        if rest == 0 { return append(HistoryBytes.zero) }
        if rest % Quantity.scale == 0 { (rest, tens) = (rest / Quantity.scale, 6) }
        while tens < 6, rest % 10 == 0 { (rest, tens) = (rest / 10, tens + 1) }
        append(tens)
        append(signed: rest)
    }

    fileprivate static let nothing: UInt8 = 7
    fileprivate static let zero: UInt8 = 8

    package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }
}

/// Reads what `HistoryBytes` has written; whatever it cannot read is damaged.
package struct HistoryByteReader: Sendable {
    private let bytes: ArraySlice<UInt8>
    private var place: Int

    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        place = bytes.startIndex
    }

    package var isAtEnd: Bool { place == bytes.endIndex }

    package mutating func byte() throws(HistoryDamage) -> UInt8 {
        guard place < bytes.endIndex else { throw HistoryDamage() }
        defer { place += 1 }
        return bytes[place]
    }

    /// Most numbers are below 128: their way is short.
    @inline(__always)
    package mutating func unsigned() throws(HistoryDamage) -> UInt64 {
        guard place < bytes.endIndex else { throw HistoryDamage() }
        let byte = bytes[place]
        guard byte < 0x80 else { return try longUnsigned() }
        place += 1
        return UInt64(byte)
    }

    private mutating func longUnsigned() throws(HistoryDamage) -> UInt64 {
        var (number, shift) = (UInt64(0), UInt64(0))
        while true {
            let byte = try byte()
            guard shift < 63 || byte <= 1 else { throw HistoryDamage() }
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return number }
            shift += 7
        }
    }

    package mutating func signed() throws(HistoryDamage) -> Int64 {
        let number = try unsigned()
        return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    /// A number that has to be below a bound, such as a place in a list.
    package mutating func count(below bound: Int) throws(HistoryDamage) -> Int {
        let number = try unsigned()
        guard number < UInt64(bound) else { throw HistoryDamage() }
        return Int(number)
    }

    package mutating func slice(_ count: Int) throws(HistoryDamage) -> ArraySlice<UInt8> {
        bytes[try range(count)]
    }

    /// Passes so many bytes by; says where they lie in what is read.
    package mutating func range(_ count: Int) throws(HistoryDamage) -> Range<Int> {
        let start = place
        guard count <= bytes.endIndex - start else { throw HistoryDamage() }
        place = start + count
        return start..<place
    }

    package mutating func text() throws(HistoryDamage) -> String {
        String(decoding: try slice(try count(below: .max)), as: UTF8.self)
    }

    package mutating func optionalText() throws(HistoryDamage) -> String? {
        let count = try count(below: .max)
        return count == 0 ? nil : String(decoding: try slice(count - 1), as: UTF8.self)
    }

    package mutating func skipOptionalText() throws(HistoryDamage) {
        let count = try count(below: .max)
        if count > 0 { _ = try range(count - 1) }
    }

    package mutating func quantity() throws(HistoryDamage) -> Quantity? {
        let tens = try byte()
        if tens == HistoryBytes.nothing { return nil }
        if tens == HistoryBytes.zero { return .zero }
        guard tens < HistoryBytes.nothing else { throw HistoryDamage() }
        var number = try signed()
        for _ in 0..<tens {
            let (product, overflow) = number.multipliedReportingOverflow(by: 10)
            guard !overflow else { throw HistoryDamage() }
            number = product
        }
        return Quantity(millionths: number)
    }

    package mutating func knownQuantity() throws(HistoryDamage) -> Quantity {
        guard let quantity = try quantity() else { throw HistoryDamage() }
        return quantity
    }
}

/// Bytes of the history are not what was written.
package struct HistoryDamage: Error, Hashable, Sendable {
    package init() {}
}
