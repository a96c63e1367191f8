package import InventoryCore

/// Which positions a delivery stated, and as of when.
package struct StatedPositions: Sendable {
    package let asOf: Timestamp
    /// Whether it states every position of its source.
    package let isFull: Bool
    /// Positions that it states; of a full one only those that it states as of later than the rest.
    package let times: PositionTimes

    package init(asOf: Timestamp, isFull: Bool, times: PositionTimes = PositionTimes()) {
        (self.asOf, self.isFull, self.times) = (asOf, isFull, times)
    }
}

/// Positions, each with a time, in the order added; one may be there more than once.
///
/// A delivery can state millions: they lie one after another in some 50 bytes each, and are not looked up.
package struct PositionTimes: Sendable {
    private var bytes: [UInt8] = []
    package private(set) var count = 0

    /// How much one delivery may take of memory: some ten million positions.
    package static let bytesMax = 512 << 20

    package init() {}

    package init(_ times: [PositionKey: Timestamp]) {
        for (key, time) in times { append(key, time) }
    }

    package var isEmpty: Bool { count == 0 }

    /// Whether more may be added.
    package var hasRoom: Bool { bytes.count < PositionTimes.bytesMax }

    package mutating func append(_ key: PositionKey, _ time: Timestamp) {
        append(key.sku.text)
        append(key.location.text)
        append(key.unit.text)
        append(key.bin.text)
        append(time.microseconds)
        count += 1
    }

    /// Calls the body with each of them.
    package func forEach(_ body: (PositionKey, Timestamp) throws -> Void) rethrows {
        var place = 0
        for _ in 0..<count {
            let (sku, location) = (text(at: &place), text(at: &place))
            let (unit, bin) = (text(at: &place), text(at: &place))
            let key = PositionKey(
                sku: SKU(sku),
                location: Location(location),
                unit: StockUnit(unit),
                bin: Bin(bin)
            )
            try body(key, Timestamp(microseconds: number(at: &place)))
        }
    }

    private mutating func append(_ text: String) {
        append(Int64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    /// Small numbers, as lengths are, take one byte; a time takes eight or nine.
    private mutating func append(_ number: Int64) {
        var rest = UInt64(bitPattern: number)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private func number(at place: inout Int) -> Int64 {
        var (number, shift): (UInt64, UInt64) = (0, 0)
        while true {
            let byte = bytes[place]
            place += 1
            number |= UInt64(byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 { return Int64(bitPattern: number) }
        }
    }

    private func text(at place: inout Int) -> String {
        let length = Int(number(at: &place))
        let text = String(decoding: bytes[place..<place + length], as: UTF8.self)
        place += length
        return text
    }
}

extension Timestamp {
    /// Stands for the time of a delivery's statement where there has been none: only events have stated the
    /// position.
    package static let openedByEvent = Timestamp(microseconds: .min)
}
