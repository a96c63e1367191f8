/// Says quickly of most SKUs that they are not among some others.
///
/// A set hashes each SKU it is asked about so that nobody can make them collide, which for every difference
/// of a large delivery costs more than all else that is done with it. Here a few of the others pass.
struct SKUSieve {
    private var bits: [UInt64]
    private let mask: UInt64

    /// Bits for each SKU: one in so many of the others passes.
    private static let bitsPerSKU = 16

    init(_ skus: Set<SKU>) {
        var size = 64
        while size < skus.count * SKUSieve.bitsPerSKU { size *= 2 }
        bits = Array(repeating: 0, count: size / 64)
        mask = UInt64(size - 1)
        for sku in skus {
            let bit = SKUSieve.number(of: sku) & mask
            bits[Int(bit >> 6)] |= 1 << (bit & 63)
        }
    }

    /// Whether a SKU may be one of them.
    @inline(__always)
    func mayHold(_ sku: SKU) -> Bool {
        let bit = SKUSieve.number(of: sku) & mask
        return bits[Int(bit >> 6)] & 1 << (bit & 63) != 0
    }

    @inline(__always)
    private static func number(of sku: SKU) -> UInt64 {
        var text = sku.text
        return text.withUTF8 { bytes in
            var number = UInt64(bytes.count)
            let raw = UnsafeRawBufferPointer(bytes)
            var place = 0
            while place + 8 <= raw.count {
                number = mixed(number ^ raw.loadUnaligned(fromByteOffset: place, as: UInt64.self))
                place += 8
            }
            var rest: UInt64 = 0
            while place < raw.count {
                rest = rest << 8 | UInt64(raw[place])
                place += 1
            }
            return mixed(number ^ rest)
        }
    }

    @inline(__always)
    private static func mixed(_ number: UInt64) -> UInt64 {
        let product = number.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }
}
