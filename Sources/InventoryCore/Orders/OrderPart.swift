/// A part of an order (sub-order), which an ERP may know instead of the order.
package struct OrderPart: Hashable, Sendable {
    package let id: OrderID
    package let identifier: String
    /// The order that it is a part of; the ledger counts that one's lines.
    package let order: OrderID
    /// The order's own line for each of the part's: the very same from 6.1 on, before that the one that it is
    /// a copy of; nothing where none is like it.
    package let lines: [Int64: Int64?]

    package init(id: OrderID, identifier: String, order: OrderID, lines: [Int64: Int64?]) {
        (self.id, self.identifier, self.order, self.lines) = (id, identifier, order, lines)
    }

    /// Gives what a statement about the part says of the order's own lines.
    ///
    /// - Returns: one statement for each line; nothing where it speaks of a line that the order has not.
    package func statements(of statement: OrderAcknowledgement) -> [OrderAcknowledgement]? {
        var own: Set<Int64> = []
        for line in statement.line.map({ [$0] }) ?? Array(lines.keys) {
            // Whoever names a line may mean the part's copy or the order's own.
            let isOwn = lines.values.contains(line)
            guard let found = lines[line] ?? (isOwn ? line : nil) else { return nil }
            own.insert(found)
        }
        return own.sorted().map { line in
            var one = statement
            one.line = line
            return one
        }
    }
}

extension LedgerOrder {
    /// Finds the order's own line for each line of a part.
    ///
    /// A copy is known by what it takes: whose stock, in which unit, and how much.
    func ownLines(of part: WebOrder, _ rules: LedgerRules) -> [Int64: Int64?] {
        let own = Set(lines.map(\.id.line))
        var left = own.subtracting(part.lines.map(\.id)).sorted()
        var pairs: [Int64: Int64?] = [:]
        for line in part.lines.sorted(by: { $0.id < $1.id }) {
            guard !own.contains(line.id) else {
                pairs.updateValue(line.id, forKey: line.id)
                continue
            }
            var copy = part
            copy.lines = [line]
            let taken = LedgerOrder.taken(copy.ledgerLines(rules))
            // A line that takes nothing by the rules is none of the ledger's.
            guard !taken.isEmpty else { continue }
            let place = left.firstIndex { id in
                LedgerOrder.taken(lines.filter { $0.id.line == id }) == taken
            }
            pairs.updateValue(place.map { left.remove(at: $0) }, forKey: line.id)
        }
        return pairs
    }

    /// What some lines take, however they are numbered.
    private static func taken(_ lines: [LedgerLine]) -> [[String]] {
        lines.map { [$0.sku.text, $0.unit.text, $0.warehouse ?? "", $0.ordered.description] }
            .sorted { $0.lexicographicallyPrecedes($1) }
    }
}
