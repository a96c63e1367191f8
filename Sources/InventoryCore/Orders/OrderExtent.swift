/// Through which order the ERP says to know all of them, and which of those it does not
/// (`orders_through`, `orders_missing`).
///
/// A name that the ledger knows stands for its order, and orders are compared by their ids. Another one is
/// compared in a way that never takes a later order for an earlier one, since that would sell it twice.
package struct OrderExtent: Hashable, Sendable {
    private let through: String
    private let last: OrderID?
    private let missing: Set<String>

    /// - Parameters:
    ///   - through: the name of the last order.
    ///   - known: the orders of the ledger that it can mean.
    ///   - missing: names of orders before it that are not known.
    package init(through: String, known: [LedgerOrder], missing: Set<String>) {
        self.through = through
        self.missing = missing
        last = known.map(\.id).min()
    }

    /// Whether the ERP says to know this order.
    package func contains(_ order: LedgerOrder) -> Bool {
        guard !missing.contains(order.identifier), !missing.contains(order.id.description) else {
            return false
        }
        if let last { return order.id <= last }
        guard let number = Int64(through) else { return OrderExtent.isUpTo(through, order.identifier) }
        // It may be an id or an identifier of digits, which need not be the id.
        return order.id.number <= number && Int64(order.identifier).map { $0 <= number } ?? true
    }

    /// Whether an identifier is of the same form as another one, and its number not greater.
    private static func isUpTo(_ other: String, _ identifier: String) -> Bool {
        let (left, right) = (parts(identifier), parts(other))
        guard left.prefix == right.prefix else { return false }
        if left.number.count != right.number.count { return left.number.count < right.number.count }
        return left.number.lexicographicallyPrecedes(right.number) || left.number == right.number
    }

    /// What stands before the last digits, and those without leading zeros.
    private static func parts(_ text: String) -> (prefix: [UInt8], number: [UInt8]) {
        let bytes = Array(text.utf8)
        let begin = bytes.lastIndex { !(48...57 ~= $0) }.map { $0 + 1 } ?? 0
        return (Array(bytes[..<begin]), Array(bytes[begin...].drop { $0 == 48 }))
    }
}
