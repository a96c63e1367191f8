/// Combines rows of one key, such as bins and lots, into
/// positions, in the order in which the keys first appear.
package struct PositionCombiner: Sendable {
    /// What becomes of a row when its key has come before.
    package enum Rule: Sendable {
        case sum
        case last
        case reject
    }

    private let rule: Rule
    private var places: [PositionKey: Int] = [:]
    private var positions: [Position] = []
    private var refused: Set<PositionKey> = []

    package init(rule: Rule) {
        self.rule = rule
    }

    /// Takes a row; a row that cannot be combined comes back as a rejected one.
    package mutating func add(_ row: SourceRow) -> RejectedRow? {
        do {
            let net = try row.net()
            guard let place = places[row.key] else {
                places[row.key] = positions.count
                positions.append(Position(key: row.key, net: net))
                return nil
            }
            switch rule {
            case .last: positions[place] = Position(key: row.key, net: net)
            case .sum: positions[place] = Position(key: row.key, net: try positions[place].net.adding(net))
            case .reject:
                refused.insert(row.key)
                return rejection(
                    of: row,
                    .duplicate,
                    "The key was already stated; its rows are all set aside."
                )
            }
            return nil
        } catch {
            return rejection(of: row, .tooLarge, "The quantities add up to more than can be counted.")
        }
    }

    /// The positions; keys whose rows contradict each other are left out.
    package var combined: [Position] {
        refused.isEmpty ? positions : positions.filter { !refused.contains($0.key) }
    }

    /// Keys that are stated but not usable: they are not absent either, so the baseline keeps what it had.
    package var unusable: Set<PositionKey> { refused }

    private func rejection(of row: SourceRow, _ reason: RejectedRow.Reason, _ message: String) -> RejectedRow
    {
        RejectedRow(
            line: row.line,
            column: nil,
            reason: reason,
            message: message,
            bytes: "\(row.key.sku),\(row.key.location),\(row.key.unit)".utf8
        )
    }
}
