/// A sum of quantities in 128 bits, so that adding cannot overflow.
package struct QuantityTotal: Hashable, Sendable, CustomStringConvertible {
    package private(set) var millionths: Int128 = 0

    package static let zero = QuantityTotal()

    package init() {}

    package init(millionths: Int128) {
        self.millionths = millionths
    }

    package mutating func add(_ quantity: Quantity) {
        millionths += Int128(quantity.millionths)
    }

    package mutating func add(_ other: QuantityTotal) {
        millionths += other.millionths
    }

    /// The same with the other sign.
    package var negated: QuantityTotal {
        var total = QuantityTotal.zero
        total.millionths = -millionths
        return total
    }

    /// For drawing only.
    package var approximate: Double { Double(millionths) / Double(Quantity.scale) }

    /// The plain decimal without trailing zeros, like that of a quantity.
    package var description: String {
        let scale = Int128(Quantity.scale)
        let magnitude = millionths < 0 ? -millionths : millionths
        let fraction = Quantity(millionths: Int64(magnitude % scale)).description.dropFirst()
        return (millionths < 0 ? "-" : "") + "\(magnitude / scale)" + fraction
    }
}

extension QuantityTotal {
    static func sum(of quantities: [Quantity]) -> QuantityTotal {
        var total = QuantityTotal.zero
        for quantity in quantities { total.add(quantity) }
        return total
    }
}
