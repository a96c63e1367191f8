/// An exact quantity as the shop's database keeps it: DECIMAL(20,10).
package struct StockQuantity: Sendable, Hashable, Comparable {
    /// Digits after the decimal mark that the column keeps, and at most ten before it.
    static let scaleDigits = 10
    package static let zero = StockQuantity(scaled: 0)

    /// The value times 10¹⁰.
    let scaled: Int128

    init(scaled: Int128) {
        self.scaled = scaled
    }

    /// Reads a plain decimal (`-12.5`, `.5`); nil when it is none or does not fit the column.
    package init?(_ text: String) {
        guard case .success(let quantity) = Self.parse(text) else { return nil }
        self = quantity
    }

    enum ParseFault: Error {
        case notDecimal
        /// More digits than the column keeps, even if they are zeros.
        case tooLong
        /// Too large for the shop to read it as a number at all.
        case tooLarge
    }

    /// Digits before the mark that still make a number for the shop: those of a 64-bit one.
    private static let numberDigits = 19

    /// Follows the API's own pattern `^-?\d*\.?\d+$`, then the column's limits.
    static func parse(_ text: String) -> Result<StockQuantity, ParseFault> {
        var value: Int128 = 0
        var decimals: Int?
        var integerDigits = 0
        var digitsSeen = false
        var isNegative = false
        var last: UInt8 = 0
        for (index, byte) in text.utf8.enumerated() {
            last = byte
            switch byte {
            case UInt8(ascii: "-") where index == 0: isNegative = true
            case UInt8(ascii: ".") where decimals == nil: decimals = 0
            case 0x30...0x39:
                digitsSeen = true
                let digit = Int128(byte - 0x30)
                if let count = decimals {
                    decimals = count + 1
                    if count < scaleDigits { value = value * 10 + digit }
                } else if integerDigits > 0 || digit > 0 {
                    integerDigits += 1
                    if integerDigits <= scaleDigits { value = value * 10 + digit }
                }
            default: return .failure(.notDecimal)
            }
        }
        guard digitsSeen, last != UInt8(ascii: ".") else { return .failure(.notDecimal) }
        guard integerDigits <= numberDigits else { return .failure(.tooLarge) }
        let fraction = decimals ?? 0
        guard fraction <= scaleDigits, integerDigits <= scaleDigits else { return .failure(.tooLong) }
        let scaled = value * powerOfTen(scaleDigits - fraction)
        return .success(StockQuantity(scaled: isNegative ? -scaled : scaled))
    }

    private static func powerOfTen(_ exponent: Int) -> Int128 {
        var power: Int128 = 1
        for _ in 0..<exponent { power *= 10 }
        return power
    }

    /// Whether it has no fraction.
    var isWhole: Bool { scaled % 10_000_000_000 == 0 }

    /// The value as the API shows it: no exponent, no trailing zeros.
    package var text: String {
        let magnitude = scaled.magnitude
        let unit: UInt128 = 10_000_000_000
        let whole = magnitude / unit
        var fraction = UInt64(magnitude % unit)
        // 10 digits before the mark fit UInt64; 128-bit integers print much more slowly.
        var text = (scaled < 0 ? "-" : "") + String(UInt64(truncatingIfNeeded: whole))
        guard fraction > 0 else { return text }
        var digits = Self.scaleDigits
        while fraction % 10 == 0 {
            fraction /= 10
            digits -= 1
        }
        let spelled = String(fraction)
        text += "." + String(repeating: "0", count: digits - spelled.utf8.count) + spelled
        return text
    }

    package static func < (left: StockQuantity, right: StockQuantity) -> Bool {
        left.scaled < right.scaled
    }
}
