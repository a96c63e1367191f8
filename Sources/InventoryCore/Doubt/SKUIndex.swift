/// Finds SKUs in a list.
///
/// A `Set` hashes each SKU it is asked about so that nobody can make them collide, which for every difference
/// of a large delivery costs more than all else that is done with it. Here a multiplication for eight bytes
/// does, with a number that changes with each process.
struct SKUIndex: Sendable {
    /// The place of a SKU in the list, below 0 where there is none.
    private var slots: [Int32]
    private let mask: UInt64

    /// Slots for each SKU, at least.
    private static let slotsPerSKU = 2
    private static let seed = UInt64.random(in: 0 ... .max)

    /// Takes SKUs, each once.
    init(_ skus: [SKU]) {
        var size = 1
        while size < skus.count * SKUIndex.slotsPerSKU { size *= 2 }
        slots = Array(repeating: -1, count: size)
        mask = UInt64(size - 1)
        for (number, sku) in skus.enumerated() {
            var slot = Int(SKUIndex.number(of: sku) & mask)
            while slots[slot] >= 0 { slot = (slot + 1) & Int(mask) }
            slots[slot] = Int32(number)
        }
    }

    /// Gives a SKU's place in the list that the index was made of.
    @inline(__always)
    func number(of sku: SKU, in skus: [SKU]) -> Int? {
        guard !skus.isEmpty else { return nil }
        var slot = Int(SKUIndex.number(of: sku) & mask)
        while slots[slot] >= 0 {
            let number = Int(slots[slot])
            if skus[number] == sku { return number }
            slot = (slot + 1) & Int(mask)
        }
        return nil
    }

    /// Spreads SKUs over the numbers; the same SKU has the same one in all of a process.
    @inline(__always)
    static func number(of sku: SKU) -> UInt64 {
        var text = sku.text
        return text.withUTF8 { bytes in
            var number = seed ^ UInt64(bytes.count)
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
