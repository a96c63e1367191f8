package import InventoryCore
package import OroClient
import StateStore
import TidegateSettings

/// Reads what has changed among the shop's orders and what running checkouts have taken, into the ledger;
/// durable when it returns (spec/orders.md, 1 and 3).
///
/// Nothing of an empty poll but one request reaches the shop.
package struct OrderPoll: Sendable {
    let shop: Shop
    let oro: OroClient
    let settings: OrderSettings
    let now: Timestamp

    /// What a poll has found.
    package struct Outcome: Hashable, Sendable {
        /// Orders that are new or other than before.
        package var orders = 0
        /// Levels that were read, because checkouts may be running.
        package var levels = 0
        /// Whether figures have to be worked out anew.
        package var isDue = false
    }

    /// Nothing for a shop whose orders are not read.
    package init?(shop: Shop, oro: OroClient, at now: Timestamp = .now) {
        guard let settings = shop.settings.orders else { return nil }
        (self.shop, self.oro, self.settings, self.now) = (shop, oro, settings, now)
    }

    /// Polls.
    ///
    /// - Throws: `Fault`; how far the shop was read is kept, so that nothing is passed over.
    package func perform() async throws -> Outcome {
        let cursor = try await state.orderCursor()
        do {
            return try await poll(from: cursor)
        } catch {
            let fault = Fault(error)
            try await noteStale(fault, cursor)
            throw fault
        }
    }

    private var state: StateDatabase { shop.state }

    private func poll(from cursor: OrderCursor?) async throws -> Outcome {
        try await shop.identity.require(oro)
        try await state.countOrders(true, at: now)
        var walk = try await OrderWalk(self, from: cursor)
        try await followSettings(&walk)
        var ledger = try await walk.ledger()
        try await walk.readChanges(into: &ledger)
        try await walk.askForKnown(into: &ledger)
        try await takeAcknowledgements(&ledger, &walk)
        let observation = try await observe(&ledger, &walk)
        var changes = walk.changes
        changes.touched = try await state.outgrownProducts(after: walk.lastRead, until: now)
        try await tellOverdue(&changes, walk)
        if walk.asksForKnown { changes.exceptions.mended += try await settledDoubts() }
        changes.exceptions.mended.append(OrderPoll.stale.key)
        ledger = try await save(ledger, observation, changes)
        var outcome = Outcome(orders: ledger.changed.count, levels: observation.count)
        try await OrderRetention(shop, at: now).forget()
        outcome.isDue = try await state.hasMovedSKUs()
        return outcome
    }

    /// Has open orders count by the settings of now, each page of them durably.
    private func followSettings(_ walk: inout OrderWalk) async throws {
        var last: OrderID?
        while let (ledger, end) = try await walk.takeAgain(after: last) {
            var changes = LedgerChanges()
            changes.take(ledger)
            _ = try await state.save(changes, at: now)
            last = end
        }
        guard walk.asksForKnown else { return }
        while true {
            var ledger = try await walk.ledger()
            let since = ledger.rules.since
            ledger.add(try await state.openOrders(placedBefore: since, limit: OrderPoll.olderMax))
            ledger.leaveOlder(at: now)
            guard !ledger.changed.isEmpty else { return }
            var changes = LedgerChanges()
            changes.take(ledger)
            _ = try await state.save(changes, at: now)
        }
    }

    // MARK: what the ERP says

    private func takeAcknowledgements(_ ledger: inout OrderLedger, _ walk: inout OrderWalk) async throws {
        try await walk.takeKept(into: &ledger)
        if let within = settings.importedWithinSeconds, let alive = walk.changes.cursor?.aliveThrough {
            let old = try await state.unacknowledgedOrders(
                placedBefore: now.adding(seconds: -within),
                limit: OrderPoll.agedMax
            )
            ledger.add(old)
            ledger.countAsImported(aliveThrough: Timestamp(microseconds: alive))
        }
        try await OrderContainment(shop, at: now)?.contain(&ledger)
    }

    // MARK: what running checkouts have taken

    /// Reads the levels of running checkouts, and then once more what has changed: whatever was seen taken
    /// has its order among these.
    private func observe(
        _ ledger: inout OrderLedger,
        _ walk: inout OrderWalk
    ) async throws -> [OrderPoll.Seen] {
        var seen: [LevelKey: Seen] = [:]
        for _ in 0..<OrderPoll.roundsMax {
            let open = ledger.unsettledLevels.subtracting(seen.keys)
            guard !open.isEmpty else { break }
            ledger.add(try await state.openOrders(on: open))
            let levels = try await LevelSight(of: open, in: state)
            let shown = try await levels.read(from: oro)
            for key in open { seen[key] = shown[key] ?? Seen(key: key, level: nil) }
            // Of these nothing is waited for longer than for any other.
            for key in levels.invisible { ledger.observe(key, last: .zero, shown: .zero, at: now) }
            try await walk.readChanges(into: &ledger)
        }
        return seen.values.filter { $0.level != nil }
    }

    /// A level of running checkouts as it was read; without a reading where nobody can tell what it shows.
    struct Seen: Sendable {
        /// As the orders' lines name it, which may be without a warehouse.
        let key: LevelKey
        let level: ObservedLevel?
    }

    /// Marks what was taken and makes all of it durable; a level that was written meanwhile is left out.
    private func save(
        _ ledger: OrderLedger,
        _ observation: [Seen],
        _ changes: LedgerChanges
    ) async throws -> OrderLedger {
        var seen = observation
        while true {
            var (marked, all) = (ledger, changes)
            for one in seen {
                guard let level = one.level else { continue }
                marked.observe(one.key, last: level.last, shown: level.shown, at: now)
            }
            all.observed = seen.compactMap(\.level)
            // What is not as it was confirmed is worked out anew, explained or not.
            for one in seen where one.level.map({ $0.last != $0.shown }) == true {
                all.touched.insert(one.key.sku)
            }
            all.take(marked)
            for order in all.orders { tell(order, marked.rules, &all.exceptions) }
            let moved = try await state.save(all, at: now)
            if moved.isEmpty { return marked }
            seen.removeAll { one in one.level.map { moved.contains($0.row) } ?? true }
        }
    }

    // MARK: exceptions

    private func tell(_ order: LedgerOrder, _ rules: LedgerRules, _ changes: inout ExceptionChanges) {
        let cancelled = InventoryException(
            code: .cancelledButBooked,
            subject: Subject(order.id),
            message:
                "Order \(order.identifier) is \(order.status ?? "cancelled") in the shop, and the ERP has "
                + "booked it."
        )
        if order.isCancelledButBooked(rules) {
            changes.occurred.append(cancelled)
        } else {
            changes.mended.append(cancelled.key)
        }
        guard !order.isOverdue(at: now, rules) else { return }
        changes.mended.append(ExceptionKey(code: .orderUnacknowledged, subject: Subject(order.id)))
    }

    /// Tells of orders that should have been acknowledged by now; looked for once a minute.
    private func tellOverdue(_ changes: inout LedgerChanges, _ walk: OrderWalk) async throws {
        guard walk.asksForKnown else { return }
        let old = try await state.openOrders(
            placedBefore: now.adding(seconds: -settings.deadlineSeconds),
            limit: OrderPoll.agedMax
        )
        let rules = settings.rules(since: now)
        let overdue = old.filter { $0.isOverdue(at: now, rules) }
        changes.exceptions.occurred += overdue.map { order in
            InventoryException(
                code: .orderUnacknowledged,
                subject: Subject(order.id),
                message: "Order \(order.identifier) was placed at \(order.placed), and nobody has said that "
                    + "the ERP knows it; its stock is kept back."
            )
        }
        if old.count < OrderPoll.agedMax { changes.exceptions.examined.insert(.orderUnacknowledged) }
    }

    /// What was told of acknowledgements that nobody could understand, of orders that wait for none any more.
    private func settledDoubts() async throws -> [ExceptionKey] {
        var settled: [ExceptionKey] = []
        for open in try await state.openExceptions(code: .acknowledgementUnclear).map(\.exception) {
            let orders = try await state.orders(named: open.subject.order ?? "")
            if orders.allSatisfy({ !$0.hasUnstated }) { settled.append(open.key) }
        }
        return settled
    }

    /// After some time without orders nobody knows what was sold, and figures stop rising.
    private func noteStale(_ fault: Fault, _ cursor: OrderCursor?) async throws {
        guard settings.isStale(cursor, at: .now) else { return }
        var changes = LedgerChanges()
        changes.exceptions.occurred = [
            InventoryException(
                code: .ledgerStale,
                subject: OrderPoll.stale.subject,
                message: "The shop's orders could not be read for \(settings.staleAfterSeconds) s or more: "
                    + fault.sentence
            )
        ]
        _ = try await state.save(changes, at: .now)
    }

    private static let stale = InventoryException(code: .ledgerStale, subject: Subject(), message: "")
    /// Rounds of levels and changes; each later one reads what the one before has brought up.
    private static let roundsMax = 3
    /// Orders that leave in one transaction, because orders count from a later time on.
    private static let olderMax = 2_000
    /// Orders that are looked at for their age in one poll.
    private static let agedMax = 10_000
}
