package import InventoryCore

/// Reads numbers as JSON writes them, from their digits: no floating-point number is ever made.
///
/// An exponent only moves the point. More than six decimals are refused as they are in text, with one
/// exception: a number of at least 16 significant digits was written from a binary fraction
/// (`2695.4900000000002`), which carries 15 of them; it is rounded to six decimals, half to even.
package enum NumberToken {
    /// From this many digits on, the last ones are an artefact of binary fractions.
    private static let artefactDigits = 16
    /// An exponent beyond it has the same effect on every number that fits in a row.
    private static let exponentMax = 1 << 40

    /// Gives the quantity that a sound number states.
    ///
    /// - Throws: `QuantityError`.
    package static func quantity(_ token: UnsafeBufferPointer<UInt8>) throws(QuantityError) -> Quantity {
        var digits: [UInt8] = []
        var fractionDigits = 0
        var exponent = 0
        var index = 0
        var isInFraction = false
        let isNegative = token.first == UInt8(ascii: "-")
        if isNegative { index = 1 }
        while index < token.count {
            let byte = token[index]
            index += 1
            if byte &- 48 < 10 {
                if byte != 48 || !digits.isEmpty { digits.append(byte &- 48) }
                if isInFraction { fractionDigits += 1 }
            } else if byte == UInt8(ascii: ".") {
                isInFraction = true
            } else {
                exponent = exponentValue(UnsafeBufferPointer(rebasing: token[index...]))
                break
            }
        }
        let significant = digits.count
        while digits.last == 0 {
            digits.removeLast()
            exponent += 1
        }
        guard !digits.isEmpty else { return .zero }
        // The digits times ten to this power are millionths.
        let power = exponent - fractionDigits + 6
        if power < 0 {
            guard significant >= artefactDigits else { throw .tooPrecise }
            return try quantity(rounded(digits, dropping: -power), isNegative)
        }
        guard digits.count + power <= 19 else { throw .tooLarge }
        return try quantity(digits + [UInt8](repeating: 0, count: power), isNegative)
    }

    private static func exponentValue(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        var value = 0
        var isNegative = false
        for byte in text {
            if byte &- 48 < 10 {
                value = min(value * 10 + Int(byte &- 48), exponentMax)
            } else {
                isNegative = byte == UInt8(ascii: "-")
            }
        }
        return isNegative ? -value : value
    }

    private static func rounded(_ digits: [UInt8], dropping count: Int) -> [UInt8] {
        guard count <= digits.count else { return [] }
        var kept = Array(digits.dropLast(count))
        let first = digits[kept.count]
        // The digits end in none that is zero, so anything after a 5 makes it more than half.
        let isMoreThanHalf = first > 5 || first == 5 && count > 1
        let isHalf = first == 5 && count == 1
        guard isMoreThanHalf || isHalf && (kept.last ?? 0) % 2 == 1 else { return kept }
        var index = kept.count - 1
        while index >= 0, kept[index] == 9 {
            kept[index] = 0
            index -= 1
        }
        if index >= 0 { kept[index] += 1 } else { kept.insert(1, at: 0) }
        return kept
    }

    private static func quantity(
        _ millionths: [UInt8],
        _ isNegative: Bool
    ) throws(QuantityError) -> Quantity {
        guard millionths.count <= 19 else { throw .tooLarge }
        // Nineteen digits stay below 2⁶⁴.
        let magnitude = millionths.reduce(UInt64(0)) { $0 * 10 + UInt64($1) }
        guard magnitude <= UInt64(Int64.max) else { throw .tooLarge }
        return Quantity(millionths: isNegative ? -Int64(magnitude) : Int64(magnitude))
    }
}
