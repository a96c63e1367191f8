package import InventoryCore

/// How many positions a location has, and what they hold together.
package struct LocationTotal: Hashable, Sendable {
    package var positions = 0
    /// The sum of the net quantities, in millionths.
    package var net: Int128 = 0

    package init() {}
}

/// What is known of every location, updated by deltas instead of recounted.
package struct LocationTotals: Hashable, Sendable {
    package private(set) var totals: [Location: LocationTotal] = [:]

    /// More than any sum of quantities; sums of it do not overflow.
    private static let netMax: UInt128 = 1 << 100

    package init() {}

    package subscript(location: Location) -> LocationTotal {
        get { totals[location] ?? LocationTotal() }
        set { totals[location] = newValue == LocationTotal() ? nil : newValue }
    }

    /// Whether no location has a negative number of positions, as a damaged file can say.
    var arePossible: Bool { totals.values.allSatisfy { $0.positions >= 0 } }

    /// The totals as bytes.
    func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        func append(_ word: UInt64) { withUnsafeBytes(of: word) { bytes.append(contentsOf: $0) } }
        append(UInt64(totals.count))
        for (location, total) in totals.sorted(by: { $0.key < $1.key }) {
            append(UInt64(total.positions))
            append(UInt64(truncatingIfNeeded: total.net))
            append(UInt64(truncatingIfNeeded: total.net >> 64))
            append(UInt64(location.text.utf8.count))
            bytes.append(contentsOf: location.text.utf8)
        }
        return bytes
    }

    /// Reads totals back; nothing if the bytes are not of this shape.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var offset = 0
        func word() -> UInt64? {
            guard bytes.count - offset >= 8 else { return nil }
            defer { offset += 8 }
            return bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        }
        guard let count = word(), count <= UInt64(bytes.count / 32) else { return nil }
        for _ in 0..<count {
            guard let positions = word(), let low = word(), let high = word(), let length = word(),
                positions <= UInt64(UInt32.max), length <= UInt64(bytes.count - offset)
            else { return nil }
            var total = LocationTotal()
            total.positions = Int(positions)
            total.net = Int128(truncatingIfNeeded: Int64(bitPattern: high)) << 64 | Int128(low)
            guard total.net.magnitude <= LocationTotals.netMax else { return nil }
            let text = String(decoding: bytes[offset..<(offset + Int(length))], as: UTF8.self)
            totals[Location(text)] = total
            offset += Int(length)
        }
    }
}
