/// A level that does not show what the shop has confirmed (spec, Words).
package struct Drift: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Less than published: the shop's own checkout, which the ERP has yet to book. Where orders are read
        /// they explain it; else it is believed for a while.
        case order
        /// More than published: somebody has changed it in the shop.
        case manual
        /// What it showed before our last write: the write was overwritten by an older one.
        case lost
        /// The level is gone.
        case missing
        /// The shop has two levels where one belongs.
        case duplicate
        /// Its id is another level's now: a SKU was renamed or two were swapped.
        case moved
        /// Less than published for longer than an order takes to be booked.
        case unknown
        /// It shows what was written under another name, and no source states the one that it has now.
        case stranded
        /// Made anew or moved in the shop, and it does not show its figure yet.
        case unwritten

        /// Whether it is told from a level's name: what the level shows has no part in it.
        package var isOfNames: Bool {
            switch self {
            case .moved, .duplicate, .stranded, .unwritten: true
            case .order, .manual, .lost, .missing, .unknown: false
            }
        }
    }

    package let key: LevelKey
    package let level: LevelID
    package let kind: Kind
    package let published: Quantity
    /// What the shop shows; nothing where the level is gone.
    package let shown: Quantity?
    /// Whose level the id is now, where it is another's.
    package let owner: LevelKey?
    /// Since when it is known to show that.
    package let since: Timestamp
    /// Expected for now: neither reported as an exception nor repaired.
    package let isTolerated: Bool

    /// Whether sending the published figure again would mend it; a second level has to go by hand, and what
    /// no source states is nobody's to write.
    package var isRepairable: Bool { !isTolerated && kind != .duplicate && kind != .stranded }

    /// How far off the shop is; a level that is gone offers nothing, and a stranded one all that it shows.
    package var distance: UInt64 {
        if kind == .stranded { return (shown ?? .zero).millionths.magnitude }
        let difference = Int128((shown ?? .zero).millionths) - Int128(published.millionths)
        return UInt64(clamping: difference.magnitude)
    }

    /// Compares what a level shows with what is known of it; nothing where they agree.
    ///
    /// A level that shows too little is left alone until `graceSeconds` have passed since that was first
    /// seen, or since the last write where that was later: it may be an order that the ERP does not know of
    /// yet, and giving the stock back would sell it twice (API contract, section 6.2). For that reason a lost
    /// write is waited for too where it would raise the figure; a figure that is too high oversells and is
    /// never waited for.
    ///
    /// `explained` is what the shop's own checkouts may be taking of the level now; where orders are read,
    /// nothing but that is waited for.
    package init?(
        _ level: AuditedLevel,
        shows: ShownLevel,
        explained: Quantity? = nil,
        graceSeconds: Int64,
        now: Timestamp
    ) {
        key = level.key
        self.level = level.id
        published = level.published
        if case .moved(let key, _) = shows { owner = key } else { owner = nil }
        switch shows {
        case .moved(_, let quantity): (kind, shown, since, isTolerated) = (.moved, quantity, now, false)
        case .unwritten(let quantity): (kind, shown, since, isTolerated) = (.unwritten, quantity, now, false)
        case .stranded(let quantity): (kind, shown, since, isTolerated) = (.stranded, quantity, now, false)
        case .gone:
            (kind, shown, since, isTolerated) = (.missing, nil, now, false)
        case .twice:
            (kind, shown, since, isTolerated) = (.duplicate, level.published, now, false)
        case .quantity(let quantity):
            guard quantity != level.published else { return nil }
            let firstSeen = level.seen.flatMap { $0.quantity == quantity ? $0.since : nil } ?? now
            shown = quantity
            since = firstSeen
            let isTooHigh = quantity > level.published
            let waitedSince = max(firstSeen, level.publishedAt ?? firstSeen)
            var isRecent = now < waitedSince.adding(seconds: graceSeconds)
            if let explained {
                isRecent = level.published.millionths - quantity.millionths <= explained.millionths
            }
            isTolerated = !isTooHigh && isRecent
            if quantity == level.before, explained == nil || !isRecent {
                kind = .lost
            } else if isTooHigh {
                kind = .manual
            } else {
                kind = isRecent ? .order : .unknown
            }
        }
    }
}

extension Drift {
    /// What a repair writes: what was published, but never more than is wanted now; nothing where that would
    /// change nothing, or where nobody wants the level to show more.
    ///
    /// `wanted` is nothing for a level that is not published any more: it can only be lowered.
    package func repaired(wanted: Quantity?) -> Quantity? {
        if let shown, shown >= published { return published }
        let target = min(published, wanted ?? .zero)
        if let shown { return target > shown ? target : nil }
        // A level that is gone or has a new id shows nobody knows what.
        return target
    }

    /// What it is, for whoever has to look after it.
    package var exception: InventoryException {
        let shows = shown.map { "shows \($0)" } ?? "does not have level \(level) any more"
        let message =
            switch kind {
            case .missing: "OroCommerce \(shows); \(published) was published."
            case .duplicate: "OroCommerce has a second level beside \(level)."
            case .moved:
                "Level \(level) is \(owner?.description ?? "another SKU")'s now; it was written for this."
            case .lost: "OroCommerce \(shows), as before the last write of \(published)."
            case .manual, .order, .unknown: "OroCommerce \(shows); \(published) was published."
            case .unwritten:
                "OroCommerce \(shows) since the level was made anew or has moved; \(published) is wanted."
            case .stranded: "OroCommerce \(shows), which was written under another name."
            }
        let code: InventoryException.Code =
            switch kind {
            case .duplicate: .duplicateLevel
            case .stranded: .figureStranded
            case .missing, .moved, .lost, .manual, .order, .unknown, .unwritten: .drift
            }
        return InventoryException(code: code, subject: Subject(key), message: "\(kind): \(message)")
    }
}
