/// The web orders that the ERP does not know yet, as far as something is about to change in them: a pure
/// state machine (spec/orders.md).
///
/// Whoever keeps the ledger loads the orders that are concerned, tells what has happened, and stores
/// `changed`.
package struct OrderLedger: Sendable {
    package let rules: LedgerRules
    package private(set) var orders: [OrderID: LedgerOrder] = [:]
    /// Orders that are not as they were loaded.
    package private(set) var changed: Set<OrderID> = []
    /// Products of which something counts for more or less than before: their stock is allocated anew.
    package private(set) var touched: Set<SKU> = []
    /// Levels to be read: something new is known of their lines, so that the shop may have taken stock.
    package private(set) var unread: Set<LevelKey> = []
    /// Parts of orders that the shop has shown.
    package private(set) var parts: [OrderID: OrderPart] = [:]

    package init(_ rules: LedgerRules, orders: some Sequence<LedgerOrder> = []) {
        self.rules = rules
        add(orders)
    }

    /// Adds orders as they are kept; those that are here already stay.
    package mutating func add(_ loaded: some Sequence<LedgerOrder>) {
        for order in loaded where orders[order.id] == nil { orders[order.id] = order }
    }

    package subscript(order: OrderID) -> LedgerOrder? { orders[order] }

    // MARK: what the shop says

    /// Takes an order as the shop states it.
    ///
    /// One that came from the ERP never counts, nor does one placed before `since`. Parts of an order share
    /// its lines, and only say which of these were cancelled.
    ///
    /// - Parameters:
    ///   - order: the order.
    ///   - unreadable: lines of it that nobody can read now; what was known of them stays.
    ///   - now: our time.
    ///   - shopTime: the shop's own time, by which the order's age is reckoned.
    package mutating func take(
        _ order: WebOrder,
        keeping unreadable: Set<Int64> = [],
        at now: Timestamp,
        shopTime: Timestamp
    ) {
        if let parent = order.parent { return take(part: order, of: parent, at: now) }
        guard !order.isExternal else { return end(order.id, .removed, at: now) }
        guard order.placed >= rules.since else { return leaveOlder(order.id, at: now) }
        let known = orders[order.id]
        if known == nil, let forgotten = rules.forgotten, order.placed < forgotten { return }
        var new =
            known
            ?? LedgerOrder(
                id: order.id,
                identifier: order.identifier,
                placed: order.placed,
                updated: order.updated
            )
        let skus = new.take(order, keeping: unreadable, rules, at: now, shopTime: shopTime)
        note(new, skus)
        passMarksOn(known?.lines ?? [], of: order.id, at: now)
    }

    /// Of a part of an order: what was cancelled of it or opened again, where the lines are the order's own
    /// (6.1); and by which lines the ERP may know it.
    private mutating func take(part: WebOrder, of parent: OrderID, at now: Timestamp) {
        guard var order = orders[parent] else { return }
        parts[part.id] = OrderPart(
            id: part.id,
            identifier: part.identifier,
            order: parent,
            lines: order.ownLines(of: part, rules)
        )
        guard let status = part.status else { return }
        let (shared, before) = (Set(part.lines.map(\.id)), order.lines)
        for place in order.lines.indices where shared.contains(order.lines[place].id.line) {
            let line = order.lines[place]
            if rules.ended.contains(status) {
                if !line.isAcknowledged { order.lines[place].end(.cancelled, at: now) }
            } else if line.ending == .cancelled, !order.isEnded(rules) {
                order.lines[place].revive()
            }
        }
        note(order, LedgerOrder.changed(before, order.lines))
        passMarksOn(before, of: parent, at: now)
    }

    /// The shop does not have the order any more.
    package mutating func lose(_ id: OrderID, at now: Timestamp) {
        end(id, .deleted, at: now)
    }

    private mutating func end(_ id: OrderID, _ ending: LedgerLine.Ending, at now: Timestamp) {
        guard var order = orders[id] else { return }
        let before = order.lines
        order.end(ending, at: now)
        note(order, LedgerOrder.changed(before, order.lines))
        passMarksOn(before, of: id, at: now)
    }

    // MARK: what the ERP says

    /// Takes what the ERP says of an order; gives whether it was new.
    @discardableResult
    package mutating func acknowledge(
        _ id: OrderID,
        _ acknowledgement: OrderAcknowledgement,
        at now: Timestamp
    ) -> Bool {
        guard var order = orders[id] else { return false }
        let before = order.lines
        guard order.take(acknowledgement, rules) else { return false }
        note(order, LedgerOrder.changed(before, order.lines))
        return true
    }

    /// Counts old orders as booked while the import is known to be alive; the weakest of all proofs.
    package mutating func countAsImported(aliveThrough: Timestamp) {
        guard rules.importedWithinSeconds != nil else { return }
        for id in orders.keys.sorted() {
            guard var order = orders[id] else { continue }
            let before = order.lines
            guard order.countAsImported(rules, aliveThrough: aliveThrough) else { continue }
            note(order, LedgerOrder.changed(before, order.lines))
        }
    }

    /// Forgets what the ERP has said of an order, so that all of it can be taken again by these rules.
    package mutating func forgetStatements(of id: OrderID) {
        guard var order = orders[id] else { return }
        let before = order.lines
        order.forgetStatements()
        note(order, LedgerOrder.changed(before, order.lines))
    }

    /// Counts orders placed before `since` as known to the ERP, where that is later than it was.
    package mutating func leaveOlder(at now: Timestamp) {
        for id in orders.keys.sorted() { leaveOlder(id, at: now) }
    }

    private mutating func leaveOlder(_ id: OrderID, at now: Timestamp) {
        guard var order = orders[id], order.placed < rules.since, order.isOpen else { return }
        let before = order.lines
        for place in order.lines.indices { order.lines[place].end(.contained, at: now) }
        note(order, LedgerOrder.changed(before, order.lines))
    }

    /// Takes off what figures of the ERP contain by now (spec/orders.md, 4).
    package mutating func contain(
        at now: Timestamp,
        _ isContained: (LedgerLine, LedgerLine.Acknowledged) -> Bool
    ) {
        for id in orders.keys.sorted() {
            guard var order = orders[id] else { continue }
            let before = order.lines
            let skus = order.contain(at: now, isContained)
            guard !skus.isEmpty else { continue }
            note(order, skus)
            // Whatever is contained was taken, be it that its level was not looked at since.
            for line in before where line.untaken > .zero && self[id]?[line.id]?.ending == .contained {
                var lines = lines(of: line.level)
                let waiting = lines
                Checkouts.takeMarksBack(line.untaken, from: &lines, at: now)
                replace(waiting, lines)
            }
        }
    }

    // MARK: what people say

    /// Ends an order because a person says that it does not count.
    package mutating func release(_ id: OrderID, at now: Timestamp) {
        guard var order = orders[id] else { return }
        let before = order.lines
        let skus = order.release(at: now)
        note(order, skus)
        passMarksOn(before, of: id, at: now)
    }

    // MARK: what the shop shows

    /// Takes what a level shows.
    ///
    /// - Parameters:
    ///   - level: the level that was read.
    ///   - last: what the shop last confirmed of it (`L`).
    ///   - shown: what it shows now (`Q`).
    ///   - now: our time.
    /// - Returns: how much of its drop checkouts explain.
    @discardableResult
    package mutating func observe(
        _ level: LevelKey,
        last: Quantity,
        shown: Quantity,
        at now: Timestamp
    ) -> Quantity {
        var lines = lines(of: level)
        let before = lines
        let taken = Checkouts.mark(&lines, last: last, shown: shown, at: now)
        replace(before, lines)
        settleEnded(on: level)
        unread.remove(level)
        return taken
    }

    /// Lines that ended before their level was looked at again have nothing to wait for any more.
    private mutating func settleEnded(on level: LevelKey) {
        for var order in orders.values {
            let places = order.lines.indices.filter { place in
                let line = order.lines[place]
                return line.ending != nil && !line.isSettled && line.level == level
            }
            guard !places.isEmpty else { continue }
            for place in places { order.lines[place].youngUntil = LedgerLine.settled }
            orders[order.id] = order
            changed.insert(order.id)
        }
    }

    /// The levels to be read: those whose checkouts may still be running, or were when they were last read,
    /// and those of which something new is known.
    ///
    /// A level is read once more after the grace of its last line: only then is it clear what was taken, and
    /// only then does a line that never takes its stock begin to count. Lines that bear a mark are read, too:
    /// the mark can be another's. So is the level of a line that has ended meanwhile: what was taken of it
    /// since the last look is known to nobody.
    package var unsettledLevels: Set<LevelKey> {
        var levels = unread
        for order in orders.values {
            for line in order.lines where !line.isSettled { levels.insert(line.level) }
        }
        return levels
    }

    private func lines(of level: LevelKey) -> [LedgerLine] {
        orders.values.flatMap { $0.lines.filter { $0.level == level && $0.ending == nil } }
    }

    /// Of lines that have just ended in the shop, or by a person.
    private mutating func passMarksOn(_ before: [LedgerLine], of id: OrderID, at now: Timestamp) {
        for old in before where old.ending == nil && old.taken > .zero {
            guard var order = orders[id], let place = order.lines.firstIndex(where: { $0.id == old.id }),
                let ending = order.lines[place].ending, ending != .contained
            else { continue }
            var lines = lines(of: old.level)
            let waiting = lines
            Checkouts.passMarkOn(&order.lines[place], to: &lines, at: now)
            note(order, [])
            replace(waiting, lines)
        }
    }

    private mutating func replace(_ before: [LedgerLine], _ after: [LedgerLine]) {
        for (old, new) in zip(before, after) where old != new {
            guard var order = orders[new.order],
                let place = order.lines.firstIndex(where: { $0.id == new.id })
            else { continue }
            order.lines[place] = new
            note(order, [new.sku])
        }
    }

    private mutating func note(_ order: LedgerOrder, _ skus: Set<SKU>) {
        let known = orders[order.id]
        guard known != order else { return }
        let before = Dictionary((known?.lines ?? []).map { ($0.id, $0) }) { first, _ in first }
        for line in order.lines {
            let old = before[line.id]
            guard old?.ordered != line.ordered || old?.ending != line.ending || old?.level != line.level
            else {
                continue
            }
            unread.formUnion([line.level, old?.level ?? line.level])
        }
        orders[order.id] = order
        changed.insert(order.id)
        touched.formUnion(skus)
    }
}
