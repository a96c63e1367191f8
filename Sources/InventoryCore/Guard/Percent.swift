/// An exact share in per cent, such as 10 or 0.5.
package struct Percent: Hashable, Comparable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
    /// The number of per cent: `Quantity` for its six exact decimals, not for stock.
    package let number: Quantity

    package init(_ number: Quantity) {
        self.number = number
    }

    package init(integerLiteral value: Int64) {
        number = Quantity(units: value)
    }

    package static func < (left: Percent, right: Percent) -> Bool { left.number < right.number }

    package var description: String { "\(number) %" }

    /// Whether `part` is more than this share of `whole`, exactly; of zero, any part is more.
    package func isExceeded(by part: Int, of whole: Int) -> Bool {
        isExceeded(by: Int128(part), of: Int128(whole))
    }

    /// Whether `part` is more than this share of `whole`, exactly, for totals that need 128 bits.
    package func isExceeded(by part: Int128, of whole: Int128) -> Bool {
        compare(part, whole) { $0 > $1 }
    }

    /// Whether `part` is this share of `whole` or more, exactly.
    package func isReached(by part: Int128, of whole: Int128) -> Bool {
        compare(part, whole) { $0 >= $1 }
    }

    private func compare(_ part: Int128, _ whole: Int128, _ trips: (Int128, Int128) -> Bool) -> Bool {
        let (share, shareOverflows) = whole.multipliedReportingOverflow(by: Int128(number.millionths))
        let (scaled, partOverflows) = part.multipliedReportingOverflow(by: Int128(Quantity.scale) * 100)
        // A total too large to compare should be seen by a person.
        guard !shareOverflows, !partOverflows else { return true }
        return trips(scaled, share)
    }
}
