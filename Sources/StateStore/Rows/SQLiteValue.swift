import CSQLite
import Glibc
import InventoryCore

extension sqlite_value {
    var number: Int64? { is_null == 1 ? nil : integer }

    var quantity: Quantity? { number.map(Quantity.init(millionths:)) }

    var string: String {
        String(decoding: UnsafeBufferPointer(start: text, count: Int(bytes)), as: UTF8.self)
    }

    /// How another text sorts against this one: less than 0 where it comes first.
    func order(of other: UnsafeBufferPointer<UInt8>) -> Int {
        other.order(against: UnsafeBufferPointer(start: text, count: Int(bytes)))
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// How these bytes sort against others: less than 0 where they come first.
    @inline(__always)
    func order(against other: Self) -> Int {
        let shared = Swift.min(count, other.count)
        if shared > 0, let own = baseAddress, let base = other.baseAddress {
            let order = memcmp(own, base, shared)
            if order != 0 { return Int(order) }
        }
        return count - other.count
    }
}

/// A text that mostly is the one before.
struct LastText {
    private(set) var last = ""

    mutating func text(_ value: sqlite_value) -> String {
        _ = changes(to: value)
        return last
    }

    /// Takes the next text; gives whether it is another one.
    mutating func changes(to value: sqlite_value) -> Bool {
        guard last.withUTF8({ value.order(of: $0) }) != 0 else { return false }
        last = value.string
        return true
    }
}
