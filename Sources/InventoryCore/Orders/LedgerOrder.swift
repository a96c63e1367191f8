/// A web order as the ledger keeps it, with its lines.
package struct LedgerOrder: Hashable, Sendable {
    package let id: OrderID
    package var identifier: String
    package var placed: Timestamp
    package var updated: Timestamp
    package var status: String?
    package var customerGroup: String?
    /// What the field of the order said in which the ERP's connector acknowledges.
    package var mark: String?
    /// When the ERP is known to have booked it.
    package var bookedAt: Timestamp?
    /// In the order of their ids.
    package var lines: [LedgerLine]

    package init(
        id: OrderID,
        identifier: String,
        placed: Timestamp,
        updated: Timestamp,
        status: String? = nil,
        customerGroup: String? = nil,
        mark: String? = nil,
        bookedAt: Timestamp? = nil,
        lines: [LedgerLine] = []
    ) {
        self.id = id
        self.identifier = identifier
        self.placed = placed
        self.updated = updated
        self.status = status
        self.customerGroup = customerGroup
        self.mark = mark
        self.bookedAt = bookedAt
        self.lines = lines
    }

    package subscript(line: LedgerLine.ID) -> LedgerLine? { lines.first { $0.id == line } }

    /// Whether something of it counts.
    package var isOpen: Bool { lines.contains { $0.open > .zero } }

    /// Whether the ERP has not said everything of it.
    package var hasUnstated: Bool { lines.contains { $0.unstated > .zero } }

    /// Whether it waits for the ERP longer than it should, or what was added to it later does.
    package func isOverdue(at now: Timestamp, _ rules: LedgerRules) -> Bool {
        let since = bookedAt == nil ? placed : updated
        guard now >= since.adding(seconds: rules.deadlineSeconds) else { return false }
        return lines.contains { line in
            rules.contains == .booked ? line.unstated > .zero : line.open > .zero && !line.isAcknowledged
        }
    }

    /// Cancelled in the shop, and booked in the ERP before or after, which has not taken it back.
    package func isCancelledButBooked(_ rules: LedgerRules) -> Bool {
        isEnded(rules) && bookedAt != nil && lines.contains { $0.ending != .released }
    }

    /// Whether the shop says that it takes no stock any more.
    func isEnded(_ rules: LedgerRules) -> Bool { status.map(rules.ended.contains) ?? false }

    // MARK: what the shop says

    /// Takes what the shop says of the order now.
    ///
    /// - Parameters:
    ///   - order: the order as the shop states it.
    ///   - unreadable: lines that nobody can read now; what was known of them stays.
    ///   - rules: which lines count, and for how long a checkout may run.
    ///   - now: our time.
    ///   - shopTime: the shop's own time at that moment, by which the order's age is reckoned.
    /// - Returns: the products whose open quantities changed.
    mutating func take(
        _ order: WebOrder,
        keeping unreadable: Set<Int64> = [],
        _ rules: LedgerRules,
        at now: Timestamp,
        shopTime: Timestamp
    ) -> Set<SKU> {
        let (before, wasEnded) = (lines, isEnded(rules))
        (identifier, placed, updated) = (order.identifier, order.placed, order.updated)
        (status, customerGroup, mark) = (order.status, order.customerGroup, order.mark)
        var stated: Set<LedgerLine.ID> = []
        for line in order.ledgerLines(rules) {
            stated.insert(line.id)
            guard let place = lines.firstIndex(where: { $0.id == line.id }) else {
                var new = line
                new.youngUntil = youngUntil(rules, at: now, shopTime: shopTime)
                lines.append(new)
                continue
            }
            lines[place].restate(line, at: now)
        }
        for place in lines.indices
        where !stated.contains(lines[place].id) && !unreadable.contains(lines[place].id.line) {
            // What the ERP has booked it has to take back itself.
            if !lines[place].isAcknowledged { lines[place].end(.removed, at: now) }
        }
        if isEnded(rules) {
            end(.cancelled, at: now)
        } else {
            for place in lines.indices where stated.contains(lines[place].id) {
                // What was cancelled in a part of the order stays so until that part says otherwise.
                if wasEnded || lines[place].ending != .cancelled { lines[place].revive() }
            }
        }
        lines.sort { $0.id < $1.id }
        return LedgerOrder.changed(before, lines)
    }

    /// Ends what the ERP has not booked: the rest it has to take back itself.
    mutating func end(_ ending: LedgerLine.Ending, at now: Timestamp) {
        for place in lines.indices where !lines[place].isAcknowledged && bookedAt == nil {
            lines[place].end(ending, at: now)
        }
    }

    private func youngUntil(_ rules: LedgerRules, at now: Timestamp, shopTime: Timestamp) -> Timestamp {
        let age = max(0, shopTime.microseconds - placed.microseconds)
        let left = max(0, rules.graceSeconds * 1_000_000 - age)
        return Timestamp(microseconds: now.microseconds + left)
    }

    /// The products of lines that differ in what counts of them, or in what may still be taken.
    static func changed(_ before: [LedgerLine], _ after: [LedgerLine]) -> Set<SKU> {
        guard before != after else { return [] }
        let old = Dictionary(before.map { ($0.id, $0) }) { first, _ in first }
        let new = Dictionary(after.map { ($0.id, $0) }) { first, _ in first }
        var skus: Set<SKU> = []
        for id in Set(old.keys).union(new.keys) {
            let (left, right) = (old[id], new[id])
            guard
                left?.open != right?.open || left?.level != right?.level
                    || left?.taken != right?.taken || left?.isAcknowledged != right?.isAcknowledged
            else { continue }
            if let left { skus.insert(left.sku) }
            if let right { skus.insert(right.sku) }
        }
        return skus
    }
}

extension LedgerLine {
    /// Takes what the shop says of the line now: it can be edited in the back office.
    ///
    /// What was added to a line that figures contain is not in them; what was taken off one may leave nothing
    /// that they do not contain.
    mutating func restate(_ line: LedgerLine, at now: Timestamp) {
        (sku, unit, warehouse) = (line.sku, line.unit, line.warehouse)
        (ordered, kits, placed) = (line.ordered, line.kits, line.placed)
        if ending == .contained, ordered > contained { (ending, endedAt) = (nil, nil) }
        if contained > .zero, ordered <= contained { end(.contained, at: now) }
    }

    /// Counts again after all: its order was opened again, or the line put back.
    mutating func revive() {
        guard let ending, [.cancelled, .removed, .deleted].contains(ending) else { return }
        (self.ending, endedAt) = (nil, nil)
    }
}

extension WebOrder {
    /// The lines that take stock by the rules; those of kits are their components', where these count.
    func ledgerLines(_ rules: LedgerRules) -> [LedgerLine] {
        lines.flatMap { line -> [LedgerLine] in
            guard !line.parts.isEmpty else {
                return [ledgerLine(line)]
            }
            switch rules.kits {
            case .ignore: return []
            case .line: return [ledgerLine(line)]
            case .components: return line.parts.map { ledgerLine($0, of: line) }
            }
        }
    }

    private func ledgerLine(_ line: Line) -> LedgerLine {
        LedgerLine(
            id: LedgerLine.ID(line: line.id),
            order: id,
            sku: line.sku,
            unit: line.unit,
            warehouse: line.warehouse,
            ordered: max(.zero, line.quantity),
            placed: placed,
            youngUntil: placed
        )
    }

    private func ledgerLine(_ part: Part, of kit: Line) -> LedgerLine {
        LedgerLine(
            id: LedgerLine.ID(line: kit.id, part: part.id),
            order: id,
            sku: part.sku,
            unit: part.unit,
            warehouse: kit.warehouse,
            ordered: max(.zero, part.quantity.times(kit.quantity)),
            kits: max(.zero, kit.quantity),
            placed: placed,
            youngUntil: placed
        )
    }
}

extension Quantity {
    /// The product, rounded up: what was sold is never counted as less.
    ///
    /// What is too large stays the largest.
    fileprivate func times(_ other: Quantity) -> Quantity {
        let product = Int128(millionths) * Int128(other.millionths)
        let scale = Int128(Quantity.scale)
        let rounded = product / scale + (product % scale > 0 ? 1 : 0)
        return Quantity(millionths: Int64(clamping: rounded))
    }
}
