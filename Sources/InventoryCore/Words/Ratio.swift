/// An exact conversion factor: base units in one unit, such as 12 or 1/1000.
package struct Ratio: Hashable, Sendable, CustomStringConvertible {
    package let numerator: Int64
    package let denominator: Int64

    package static let one = Ratio(numerator: 1, denominator: 1)

    private init(numerator: Int64, denominator: Int64) {
        self.numerator = numerator
        self.denominator = denominator
    }

    /// Makes the fraction in lowest terms, or nil if it is not positive.
    package init?(_ numerator: Int64, over denominator: Int64) {
        guard numerator > 0, denominator > 0 else { return nil }
        var (a, b) = (numerator, denominator)
        while b != 0 { (a, b) = (b, a % b) }
        self.init(numerator: numerator / a, denominator: denominator / a)
    }

    /// Reads `12`, `0.25` or `1/1000`.
    package init?(text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        switch parts.count {
        case 1:
            guard let value = try? Quantity(decimal: parts[0]) else { return nil }
            self.init(value.millionths, over: Quantity.scale)
        case 2:
            guard let upper = Int64(parts[0]), let lower = Int64(parts[1]) else { return nil }
            self.init(upper, over: lower)
        default: return nil
        }
    }

    /// Gives so many of it, or nil where that is not positive or does not fit.
    func times(_ count: Quantity) -> Ratio? {
        let (upper, isOver) = numerator.multipliedReportingOverflow(by: count.millionths)
        let (lower, isUnder) = denominator.multipliedReportingOverflow(by: Quantity.scale)
        return isOver || isUnder ? nil : Ratio(upper, over: lower)
    }

    package var description: String {
        denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)"
    }
}

extension Quantity {
    /// Converts this many units into base units, rounded down at the sixth decimal.
    ///
    /// - Throws: `QuantityError.tooLarge` when it does not fit.
    package func inBase(_ unitsPerBase: Ratio) throws(QuantityError) -> Quantity {
        try scaled(by: unitsPerBase.numerator, over: unitsPerBase.denominator)
    }

    /// Converts this many base units into units that each hold `perBase` of them, rounded down.
    ///
    /// - Throws: `QuantityError.tooLarge` when it does not fit.
    package func inUnits(of perBase: Ratio) throws(QuantityError) -> Quantity {
        try scaled(by: perBase.denominator, over: perBase.numerator)
    }

    /// Multiplies exactly in 128 bits and rounds towards negative infinity.
    package func scaled(by numerator: Int64, over denominator: Int64) throws(QuantityError) -> Quantity {
        if numerator == denominator { return self }
        let product = Int128(millionths) * Int128(numerator)
        let divisor = Int128(denominator)
        var quotient = product / divisor
        if product % divisor < 0 { quotient -= 1 }
        guard let fitting = Int64(exactly: quotient) else { throw .tooLarge }
        return Quantity(millionths: fitting)
    }
}
