/// One position's difference between the baseline and a snapshot.
package struct Delta: Hashable, Sendable {
    package let key: PositionKey
    package let change: Change

    /// What happened to the net quantity.
    package enum Change: Hashable, Sendable {
        case added(Quantity)
        case changed(from: Quantity, to: Quantity)
        case removed(Quantity)
    }

    package init(key: PositionKey, change: Change) {
        self.key = key
        self.change = change
    }

    package var before: Quantity? {
        switch change {
        case .added: nil
        case .changed(let before, _), .removed(let before): before
        }
    }

    package var after: Quantity? {
        switch change {
        case .removed: nil
        case .changed(_, let after), .added(let after): after
        }
    }

    /// What happened to a position; the raw value is the text of all outputs.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case added, changed, removed
    }

    package var kind: Kind {
        switch change {
        case .added: .added
        case .changed: .changed
        case .removed: .removed
        }
    }
}

/// How many deltas there are of each kind.
package struct DeltaCounts: Hashable, Sendable {
    package var added = 0
    package var changed = 0
    package var removed = 0

    package init() {}

    package var total: Int { added + changed + removed }

    package mutating func count(_ delta: Delta) {
        switch delta.change {
        case .added: added += 1
        case .changed: changed += 1
        case .removed: removed += 1
        }
    }
}
