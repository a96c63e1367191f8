import InventoryCore

/// A quantity as the shop shows it, which may have up to ten decimals where ours have six.
struct ShopQuantity: Hashable, Sendable {
    /// The quantity, rounded towards zero where it is not exact.
    ///
    /// An inexact one never ends in zero at the sixth decimal: 5.0000001 becomes 5.000001 and not 5, so that
    /// it differs from
    /// every figure with fewer decimals and the level is seen to need a write.
    let quantity: Quantity
    let isExact: Bool

    /// Reads a plain decimal, or gives nothing for a text that is none.
    init?(_ text: String) {
        do {
            quantity = try Quantity(decimal: text)
            isExact = true
        } catch .tooPrecise {
            guard let point = text.utf8.firstIndex(of: UInt8(ascii: ".")),
                let end = text.utf8.index(point, offsetBy: 7, limitedBy: text.utf8.endIndex),
                text.utf8[end...].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
            else { return nil }
            guard let rounded = ShopQuantity.exact(text[..<end]) else { return nil }
            let isNegative = text.utf8.first == UInt8(ascii: "-")
            let nudge: Int64 = rounded.millionths % 10 == 0 ? (isNegative ? -1 : 1) : 0
            quantity = Quantity(millionths: rounded.millionths + nudge)
            isExact = false
        } catch {
            return nil
        }
    }

    private static func exact(_ text: Substring) -> Quantity? {
        do {
            return try Quantity(decimal: text)
        } catch {
            return nil
        }
    }
}
