/// What has decided some figures: a run's commit, a person's decision, or orders that were read.
///
/// Every act of a shop has a number; later ones have greater ones.
package struct HistoryAct: Hashable, Sendable {
    package var number: Int64
    package let kind: Kind
    package let at: Timestamp
    /// Nothing of orders that changed no figure of the shop.
    package var run: RunID?
    package var source: SourceID?
    /// The delivery that the run read, as it is named in the runs.
    package var delivery: String?
    /// As of when the source's statement was true.
    package var asOf: Timestamp?
    package var rulesVersion: String?
    package var planDigest: String?
    /// The run that is taken back.
    package var reverts: RunID?
    /// The person, where one has decided.
    package var who: String?
    package var reason: String?
    /// Whether every SKU was worked out.
    package var isWhole = false
    /// Whether nothing had been stated before.
    package var isFirst = false

    package enum Kind: UInt8, Sendable, CaseIterable {
        case delivery = 0
        case events = 1
        case orders = 2
        case rules = 3
        case approval = 4
        case rejection = 5
        case revert = 6
        /// The state was bound to another shop.
        case adoption = 7
    }

    package init(number: Int64 = 0, kind: Kind, at: Timestamp) {
        (self.number, self.kind, self.at) = (number, kind, at)
    }
}

/// Why an act has worked a SKU out.
package struct HistoryReasons: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// A statement about it was accepted.
    package static let stated = HistoryReasons(rawValue: 1)
    /// Something of it is in doubt, or was.
    package static let doubt = HistoryReasons(rawValue: 2)
    /// Rules, units or sites that concern it have changed, or a timed rule has begun or ended.
    package static let rules = HistoryReasons(rawValue: 4)
    /// Orders of it, or its levels in the shop, have changed.
    package static let moved = HistoryReasons(rawValue: 8)
}
