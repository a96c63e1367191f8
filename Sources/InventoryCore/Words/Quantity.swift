/// An exact amount of stock: fixed point with six decimals, never floating point.
package struct Quantity: Hashable, Comparable, Sendable {
    /// The amount in millionths of the unit.
    package let millionths: Int64

    package static let scale: Int64 = 1_000_000
    package static let zero = Quantity(millionths: 0)
    /// The greatest quantity that OroCommerce stores: ten integer digits.
    package static let shopMax = Quantity(millionths: 9_999_999_999_999_999)

    @inlinable
    package init(millionths: Int64) {
        self.millionths = millionths
    }

    /// Makes a whole number of units.
    ///
    /// For constants: a value out of range is a programming error, and traps.
    package init(units: Int64) {
        self.millionths = units * Quantity.scale
    }

    @inlinable
    package static func < (left: Quantity, right: Quantity) -> Bool {
        left.millionths < right.millionths
    }

    /// Whether it has no decimals.
    package var isWhole: Bool { millionths % Quantity.scale == 0 }

    /// Gives the sum.
    ///
    /// - Throws: `QuantityError.tooLarge` when it does not fit.
    package func adding(_ other: Quantity) throws(QuantityError) -> Quantity {
        let (sum, overflow) = millionths.addingReportingOverflow(other.millionths)
        guard !overflow else { throw .tooLarge }
        return Quantity(millionths: sum)
    }

    /// Gives the sum; what does not fit stays the largest or the smallest.
    package func adding(clamping other: Quantity) -> Quantity {
        let (sum, overflow) = millionths.addingReportingOverflow(other.millionths)
        guard overflow else { return Quantity(millionths: sum) }
        return Quantity(millionths: other.millionths > 0 ? .max : .min)
    }

    /// Gives the difference.
    ///
    /// - Throws: `QuantityError.tooLarge` when it does not fit.
    package func subtracting(_ other: Quantity) throws(QuantityError) -> Quantity {
        let (difference, overflow) = millionths.subtractingReportingOverflow(other.millionths)
        guard !overflow else { throw .tooLarge }
        return Quantity(millionths: difference)
    }

    /// Gives the greatest multiple of `step` that does not exceed this quantity.
    package func floored(toStep step: Quantity) -> Quantity {
        guard step.millionths > 0 else { return self }
        var multiples = millionths / step.millionths
        if millionths % step.millionths < 0 { multiples -= 1 }
        return Quantity(millionths: multiples * step.millionths)
    }
}

/// Why a text or a result is not a quantity.
package enum QuantityError: Error, Equatable, Sendable {
    /// No digits, or a character that does not belong in a plain decimal.
    case notANumber
    /// Digits other than 0 beyond the sixth decimal: nothing is rounded silently.
    case tooPrecise
    /// Outside ±9.2 × 10¹² units.
    case tooLarge
}
