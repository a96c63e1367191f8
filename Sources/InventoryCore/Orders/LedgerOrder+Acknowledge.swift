// What the ERP says of an order, and what that does to its lines.
extension LedgerOrder {
    /// Takes an acknowledgement; gives whether it says anything new.
    ///
    /// Each statement counts by itself: two shipments of 2 and 1 are two of them. What is acknowledged
    /// goes on counting until a figure contains it (`contain`).
    mutating func take(_ stated: OrderAcknowledgement, _ rules: LedgerRules) -> Bool {
        let (before, booked) = (lines, bookedAt)
        var acknowledgement = stated
        // Nothing is booked before it was ordered: a time of another zone would let an older figure contain
        // it.
        if stated.at < placed.adding(seconds: -LedgerOrder.clocksDifferSecondsMax) {
            acknowledgement.at = placed
        }
        guard has(line: acknowledgement.line) else { return false }
        if acknowledgement.state != .cancelled {
            bookedAt = min(bookedAt ?? acknowledgement.at, acknowledgement.at)
            for place in lines.indices where lines[place].isMeant(by: acknowledgement) {
                lines[place].isBooked = true
            }
        } else if acknowledgement.line == nil, acknowledgement.quantity == nil {
            bookedAt = nil
            for place in lines.indices { lines[place].isBooked = false }
        }
        if rules.releases(acknowledgement.state), isClear(acknowledgement) {
            var rest = acknowledgement.quantity?.millionths
            let names = acknowledgement.source != nil && acknowledgement.state == rules.contains
            for place in lines.indices where lines[place].isMeant(by: acknowledgement) {
                if names, lines[place].nameSource(by: acknowledgement) { continue }
                lines[place].acknowledge(acknowledgement, &rest)
            }
        }
        if bookedAt == nil, acknowledgement.state == .cancelled, isEnded(rules) {
            // Both have taken it back.
            for place in lines.indices { lines[place].end(.cancelled, at: acknowledgement.at) }
        }
        return lines != before || bookedAt != booked
    }

    /// Whether a statement can speak of that line; nothing is the whole order.
    package func has(line: Int64?) -> Bool {
        line == nil || lines.contains { $0.id.line == line }
    }

    /// How far the clocks of shop and ERP may be apart, in seconds.
    private static let clocksDifferSecondsMax: Int64 = 900

    /// Whether it says which lines it speaks of: a quantity without a line does so only where there is one.
    private func isClear(_ acknowledgement: OrderAcknowledgement) -> Bool {
        acknowledgement.line != nil || acknowledgement.quantity == nil || Set(lines.map(\.id.line)).count < 2
    }

    /// Counts an order as booked some time after it was placed: the weakest of all proofs, which needs an
    /// import that is known to be alive beyond that time.
    mutating func countAsImported(_ rules: LedgerRules, aliveThrough: Timestamp) -> Bool {
        guard let within = rules.importedWithinSeconds, bookedAt == nil,
            lines.contains(where: { $0.ending == nil && !$0.isAcknowledged })
        else { return false }
        let at = placed.adding(seconds: within)
        guard at <= aliveThrough else { return false }
        return take(OrderAcknowledgement(order: id.description, at: at), rules)
    }

    /// Takes off what figures of the ERP contain by now.
    ///
    /// - Parameters:
    ///   - now: our time.
    ///   - isContained: whether a figure of the line's stock says so of what was acknowledged.
    /// - Returns: the products of the lines that count for less now.
    mutating func contain(
        at now: Timestamp,
        _ isContained: (LedgerLine, LedgerLine.Acknowledged) -> Bool
    ) -> Set<SKU> {
        var skus: Set<SKU> = []
        for place in lines.indices where !lines[place].acknowledged.isEmpty {
            let line = lines[place]
            let contained = line.acknowledged.filter { isContained(line, $0) }
            guard !contained.isEmpty else { continue }
            lines[place].acknowledged.removeAll { contained.contains($0) }
            lines[place].contained = contained.reduce(line.contained) {
                $0.adding(clamping: $1.quantity)
            }
            if lines[place].contained >= lines[place].ordered { lines[place].end(.contained, at: now) }
            skus.insert(line.sku)
        }
        return skus
    }

    /// Forgets what the ERP has said of what counts, so that all of it can be taken again by other rules.
    mutating func forgetStatements() {
        bookedAt = nil
        for place in lines.indices where lines[place].ending == nil {
            lines[place].acknowledged = []
            lines[place].contained = .zero
            lines[place].isBooked = false
        }
    }

    /// Ends what counts of it because a person says so; gives the products.
    mutating func release(at now: Timestamp) -> Set<SKU> {
        let before = lines
        for place in lines.indices where lines[place].open > .zero { lines[place].end(.released, at: now) }
        return LedgerOrder.changed(before, lines)
    }
}

extension LedgerLine {
    /// Kits are acknowledged as a whole: their components' lines have the kit's id.
    fileprivate func isMeant(by acknowledgement: OrderAcknowledgement) -> Bool {
        ending == nil && (acknowledgement.line == nil || acknowledgement.line == id.line)
    }

    /// Takes whose figures contain what was acknowledged before without saying that.
    ///
    /// A quantity is that of a former statement where both are as of one time; otherwise it is another one.
    ///
    /// - Returns: whether the quantity is a former statement's, and nothing on top of it.
    fileprivate mutating func nameSource(by acknowledgement: OrderAcknowledgement) -> Bool {
        let nameless = acknowledged.indices.filter { acknowledged[$0].source == nil }
        guard let quantity = acknowledgement.quantity else {
            for place in nameless {
                acknowledged[place].source = acknowledgement.source
                acknowledged[place].at = acknowledgement.at
            }
            acknowledged.sort { $0.at < $1.at }
            return false
        }
        let stated = kits.map { ordered.share(quantity.millionths, of: $0) } ?? quantity.millionths
        let same = nameless.first { place in
            acknowledged[place].at == acknowledgement.at
                && acknowledged[place].quantity.millionths == stated
        }
        guard let same else { return false }
        acknowledged[same].source = acknowledgement.source
        return true
    }

    /// Takes its part of what is acknowledged: all of it, or as much as is left of a stated quantity.
    ///
    /// Of a kit the stated quantity counts kits, and so it does for each of its components.
    fileprivate mutating func acknowledge(_ acknowledgement: OrderAcknowledgement, _ rest: inout Int64?) {
        let known = acknowledged.reduce(contained.millionths) { $0 + $1.quantity.millionths }
        let lacking = max(0, ordered.millionths - known)
        var quantity = lacking
        if let stated = rest {
            quantity = min(lacking, kits.map { ordered.share(stated, of: $0) } ?? stated)
            if kits == nil { rest = stated - quantity }
        }
        guard quantity > 0 else { return }
        let part = Acknowledged(
            quantity: Quantity(millionths: quantity),
            at: acknowledgement.at,
            source: acknowledgement.source
        )
        acknowledged.append(part)
        acknowledged.sort { $0.at < $1.at }
    }
}

extension Quantity {
    /// The part of it that goes with so many of all kits, rounded down: what is acknowledged is never counted
    /// as more.
    fileprivate func share(_ stated: Int64, of kits: Quantity) -> Int64 {
        guard kits > .zero else { return millionths }
        return Int64(clamping: Int128(millionths) * Int128(max(0, stated)) / Int128(kits.millionths))
    }
}
