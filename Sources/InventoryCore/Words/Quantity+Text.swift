extension Quantity: CustomStringConvertible {
    /// Reads a plain decimal: an optional sign, digits, an optional point and digits (`-12`, `7.5`, `.5`).
    ///
    /// Beyond the sixth decimal only zeros are accepted.
    ///
    /// - Throws: `QuantityError` for anything else; exponents, spaces and grouping are not plain decimals.
    package init(decimal text: some StringProtocol) throws(QuantityError) {
        var whole: UInt64 = 0
        var negative = false
        var digits = 0
        var decimals = -1
        for (index, byte) in text.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "-") where index == 0: negative = true
            case UInt8(ascii: "+") where index == 0: break
            case UInt8(ascii: ".") where decimals < 0: decimals = 0
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits += 1
                if decimals >= 6 {
                    guard byte == UInt8(ascii: "0") else { throw .tooPrecise }
                    continue
                }
                if decimals >= 0 { decimals += 1 }
                try Quantity.append(byte &- UInt8(ascii: "0"), to: &whole)
            default: throw .notANumber
            }
        }
        guard digits > 0 else { throw .notANumber }
        for _ in max(0, decimals)..<6 { try Quantity.append(0, to: &whole) }
        guard whole <= UInt64(Int64.max) else { throw .tooLarge }
        self.init(millionths: negative ? -Int64(whole) : Int64(whole))
    }

    private static func append(_ digit: UInt8, to whole: inout UInt64) throws(QuantityError) {
        let (tenfold, tooLarge) = whole.multipliedReportingOverflow(by: 10)
        guard !tooLarge, tenfold <= UInt64(Int64.max) else { throw .tooLarge }
        whole = tenfold + UInt64(digit)
    }

    /// The plain decimal without trailing zeros: `10`, `7.5`, `-0.000001`.
    package var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the plain decimal without trailing zeros; hot (`PipelineBenchmarks`).
    package func append(to bytes: inout [UInt8]) {
        let (units, fraction) = millionths.magnitude.quotientAndRemainder(dividingBy: UInt64(Quantity.scale))
        if millionths < 0 { bytes.append(UInt8(ascii: "-")) }
        bytes.append(decimal: units)
        guard fraction > 0 else { return }
        bytes.append(UInt8(ascii: "."))
        var (rest, place) = (fraction, UInt64(Quantity.scale) / 10)
        while rest > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(rest / place))
            rest %= place
            place /= 10
        }
    }
}

extension [UInt8] {
    /// Appends a number in decimal digits.
    mutating func append(decimal number: UInt64) {
        let start = count
        var rest = number
        repeat {
            append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        self[start...].reverse()
    }
}
