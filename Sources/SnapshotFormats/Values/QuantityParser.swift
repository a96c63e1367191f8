package import InventoryCore

/// Reads quantities exactly as the dialect declares them; nothing is guessed.
///
/// Outer blanks (space, tab) are ignored. A sign stands before or after the digits (`-17`, `17-`), not both
/// and not apart from them. Where separators of thousands occur they must all be there, in groups of three
/// after a first group that does not begin with 0: `0.125` under grouping by points is a misdeclared decimal,
/// not 125. Exponents, parentheses and units are refused. An apostrophe may also be U+2019, a space also
/// U+00A0 or U+202F.
package struct QuantityParser: Hashable, Sendable {
    package let decimalMark: UInt8
    package let grouping: Grouping
    /// Whether a character is one byte; UTF-16 arrives here as UTF-8.
    private let isSingleByte: Bool
    private let hasCurlyApostrophe: Bool

    /// Digits of the largest quantity before its decimal mark.
    private static let unitDigitsMax = 13
    private static let decimalsMax = 6

    package init(_ dialect: Dialect) {
        decimalMark = dialect.decimalMark.rawValue
        grouping = dialect.grouping
        isSingleByte = dialect.encoding.isSingleByte
        hasCurlyApostrophe = dialect.encoding == .windows1252
    }

    /// Gives the quantity that the field states.
    ///
    /// - Throws: `QuantityError`; a blank field is `.notANumber`.
    package func parse(_ field: UnsafeBufferPointer<UInt8>) throws(QuantityError) -> Quantity {
        var (index, end) = Blanks.trimmed(field)
        guard index < end else { throw .notANumber }
        var isNegative = false
        switch field[index] {
        case UInt8(ascii: "-"), UInt8(ascii: "+"):
            isNegative = field[index] == UInt8(ascii: "-")
            index += 1
        default:
            let last = field[end - 1]
            if last == UInt8(ascii: "-") || last == UInt8(ascii: "+") {
                isNegative = last == UInt8(ascii: "-")
                end -= 1
            }
        }
        let whole = try units(field, &index, end)
        let fraction = try decimals(field, &index, end)
        guard whole.digits + fraction.digits > 0 else { throw .notANumber }
        guard !fraction.isTooPrecise else { throw .tooPrecise }
        // At most 10¹³ − 1 units: the product and the sum stay below 2⁶⁴.
        let magnitude = whole.value &* UInt64(Quantity.scale) &+ fraction.value
        guard !whole.isTooLarge, magnitude <= UInt64(Int64.max) else { throw .tooLarge }
        return Quantity(millionths: isNegative ? -Int64(magnitude) : Int64(magnitude))
    }

    /// Whether the field holds nothing but blanks.
    package static func isBlank(_ field: UnsafeBufferPointer<UInt8>) -> Bool {
        let (start, end) = Blanks.trimmed(field)
        return start == end
    }

    private func units(
        _ field: UnsafeBufferPointer<UInt8>,
        _ index: inout Int,
        _ end: Int
    ) throws(QuantityError) -> (value: UInt64, digits: Int, isTooLarge: Bool) {
        let first = index
        var value: UInt64 = 0
        var digits = 0
        var significant = 0
        var groupDigits = 0
        var isGrouped = false
        while index < end {
            let byte = field[index]
            let digit = byte &- 48
            if digit < 10 {
                if digit != 0 || significant > 0 { significant += 1 }
                if significant <= QuantityParser.unitDigitsMax { value = value &* 10 &+ UInt64(digit) }
                digits += 1
                groupDigits += 1
                index += 1
            } else if byte == decimalMark {
                break
            } else {
                let width = separatorWidth(field, index, end)
                let isPlaced =
                    isGrouped ? groupDigits == 3 : 1...3 ~= groupDigits && field[first] != UInt8(ascii: "0")
                guard width > 0, isPlaced else { throw .notANumber }
                isGrouped = true
                groupDigits = 0
                index += width
            }
        }
        if isGrouped, groupDigits != 3 { throw .notANumber }
        return (value, digits, significant > QuantityParser.unitDigitsMax)
    }

    private func decimals(
        _ field: UnsafeBufferPointer<UInt8>,
        _ index: inout Int,
        _ end: Int
    ) throws(QuantityError) -> (value: UInt64, digits: Int, isTooPrecise: Bool) {
        guard index < end else { return (0, 0, false) }
        index += 1
        var value: UInt64 = 0
        var digits = 0
        var isTooPrecise = false
        while index < end {
            let digit = field[index] &- 48
            guard digit < 10 else { throw .notANumber }
            if digits < QuantityParser.decimalsMax {
                value = value &* 10 &+ UInt64(digit)
            } else if digit != 0 {
                isTooPrecise = true
            }
            digits += 1
            index += 1
        }
        for _ in min(digits, QuantityParser.decimalsMax)..<QuantityParser.decimalsMax { value &*= 10 }
        return (value, digits, isTooPrecise)
    }

    /// How many bytes the separator of thousands at `index` has, or 0 if none is there.
    private func separatorWidth(_ field: UnsafeBufferPointer<UInt8>, _ index: Int, _ end: Int) -> Int {
        let byte = field[index]
        func follows(_ second: UInt8, _ third: UInt8) -> Bool {
            index + 2 < end && field[index + 1] == second && field[index + 2] == third
        }
        switch grouping {
        case .none: return 0
        case .point: return byte == UInt8(ascii: ".") ? 1 : 0
        case .comma: return byte == UInt8(ascii: ",") ? 1 : 0
        case .apostrophe:
            if byte == UInt8(ascii: "'") { return 1 }
            if isSingleByte { return hasCurlyApostrophe && byte == 0x92 ? 1 : 0 }
            return byte == 0xE2 && follows(0x80, 0x99) ? 3 : 0
        case .space:
            if byte == UInt8(ascii: " ") { return 1 }
            if isSingleByte { return byte == 0xA0 ? 1 : 0 }
            if byte == 0xC2 { return index + 1 < end && field[index + 1] == 0xA0 ? 2 : 0 }
            return byte == 0xE2 && follows(0x80, 0xAF) ? 3 : 0
        }
    }
}

/// Spaces and tabs at either end of a field, which no field means.
package enum Blanks {
    /// Gives the range without outer blanks.
    package static func trimmed(_ field: UnsafeBufferPointer<UInt8>) -> (start: Int, end: Int) {
        var start = 0
        var end = field.count
        while start < end, isBlank(field[start]) { start += 1 }
        while end > start, isBlank(field[end - 1]) { end -= 1 }
        return (start, end)
    }

    package static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}
