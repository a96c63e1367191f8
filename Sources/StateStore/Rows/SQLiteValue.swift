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
        let shared = min(other.count, Int(bytes))
        if shared > 0, let text, let base = other.baseAddress {
            let order = memcmp(base, text, shared)
            if order != 0 { return Int(order) }
        }
        return other.count - Int(bytes)
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
