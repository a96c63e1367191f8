import CSQLite
import InventoryCore

/// Names rows by the SKUs that were asked for, as long as they come in the same order.
struct SKUWalk {
    private let skus: ArraySlice<SKU>
    /// The bytes of all SKUs, one behind the other, and which of them are whose.
    private(set) var texts: [UInt8] = []
    private(set) var ranges: [Range<Int>] = []
    private var place = 0

    init(_ skus: ArraySlice<SKU>) {
        self.skus = skus
        ranges.reserveCapacity(skus.count)
        for sku in skus {
            let start = texts.count
            texts.append(contentsOf: sku.text.utf8)
            ranges.append(start..<texts.count)
        }
    }

    /// Gives the SKU of the next row; of one that comes out of turn a new one.
    mutating func next(_ value: sqlite_value) -> SKU {
        while place < ranges.count {
            if order(against: value) == 0 { return skus[skus.startIndex + place] }
            place += 1
        }
        return SKU(value.string)
    }

    /// Gives the SKU of the next row where it was asked for; SKUs and rows are both in byte order.
    mutating func sought(_ value: sqlite_value) -> SKU? {
        while place < ranges.count {
            let order = order(against: value)
            if order == 0 { return skus[skus.startIndex + place] }
            if order > 0 { return nil }
            place += 1
        }
        return nil
    }

    /// Less than 0 where the present SKU sorts before a text, more than 0 where it sorts after it.
    private func order(against value: sqlite_value) -> Int {
        texts.withUnsafeBufferPointer { value.order(of: UnsafeBufferPointer(rebasing: $0[ranges[place]])) }
    }
}
