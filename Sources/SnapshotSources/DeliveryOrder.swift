import InventoryCore

/// Which of several deliveries is the older one.
package enum DeliveryOrder: String, Hashable, Sendable, CaseIterable {
    /// For full ones, where nothing is configured: by sequence, else by the time of the file.
    case sequenceElseTime
    /// For partial ones, where nothing is configured: by sequence, else by as-of, else by name.
    case stated
    /// For folders with both: names of the two kinds do not tell which came first.
    case statedElseTime
    case sequence
    case asOf = "as_of"
    case name
    case time

    /// The orders that a configuration may name.
    package static let named: [DeliveryOrder] = [.sequence, .asOf, .name, .time]

    /// Gives the deliveries in order, the oldest first.
    ///
    /// One that states what the order goes by is newer than one that does not; the name decides last.
    package func sorted(_ found: [DropFolder.Found]) -> [DropFolder.Found] {
        found.sorted { left, right in
            for (mine, its) in zip(keys(left), keys(right)) where mine != its { return mine < its }
            return left.file.bytes.lexicographicallyPrecedes(right.file.bytes)
        }
    }

    private func keys(_ found: DropFolder.Found) -> [Int64] {
        let sequence = found.contract?.sequence ?? .min
        let asOf = found.contract?.asOf?.microseconds ?? .min
        return switch self {
        case .sequenceElseTime: [sequence, found.modified.microseconds]
        case .stated: [sequence, asOf]
        case .statedElseTime: [sequence, asOf, found.modified.microseconds]
        case .sequence: [sequence]
        case .asOf: [asOf]
        case .name: []
        case .time: [found.modified.microseconds]
        }
    }
}
