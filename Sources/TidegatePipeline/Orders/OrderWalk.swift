import InventoryCore
import OroClient
import StateStore
import TidegateSettings

/// One poll's way through the shop's orders: where it begins, what it meets, and how far it has come.
struct OrderWalk: Sendable {
    private let state: StateDatabase
    private let oro: OroClient
    private let settings: OrderSettings
    private let now: Timestamp
    private let way: OrderWay
    private var cursor: OrderCursor
    private var isFirstReading = true
    /// Whether no walk before it has reached its end.
    private let isFirstEver: Bool
    /// Whether the end was reached.
    private var isComplete = true
    /// Orders that are known to have been shown only in part.
    private let toldUnreadable: Set<Subject>
    /// What is known beside the ledger.
    private(set) var changes = LedgerChanges()
    /// When the walk before this one had reached its end.
    let lastRead: Timestamp
    /// Whether orders are asked for by their ids this time, too.
    let asksForKnown: Bool

    /// - Parameters:
    ///   - poll: the poll that it is a part of.
    ///   - known: how far the walk before it has come.
    /// - Throws: `Fault` where the shop cannot be asked.
    init(_ poll: OrderPoll, from known: OrderCursor?) async throws {
        (state, oro, settings, now) = (poll.shop.state, poll.oro, poll.settings, poll.now)
        var cursor = known ?? OrderCursor()
        if cursor.since == 0 { cursor.since = (settings.since ?? now).microseconds }
        isFirstEver = cursor.read == 0
        let isEarlier = settings.since.map { $0.microseconds < cursor.since } ?? false
        if let since = settings.since { cursor.since = since.microseconds }
        // Orders that did not count until now do.
        if isEarlier { (cursor.updated, cursor.id) = (nil, 0) }
        let isKnown = now.microseconds - cursor.wayFound < OrderWalk.wayBelieved
        if isKnown, let believed = cursor.way.flatMap(OrderWay.init(rawValue:)) {
            way = believed
        } else {
            way = try await oro.orderWay().value
            (cursor.way, cursor.wayFound) = (way.rawValue, now.microseconds)
        }
        if way == .ids, cursor.id == 0, isFirstEver || isEarlier {
            // Orders of before do not count, and there may be very many of them.
            cursor.id = try await oro.orderID(before: Timestamp(microseconds: cursor.since)).value.number
        }
        lastRead = Timestamp(microseconds: cursor.read)
        asksForKnown = now.microseconds - cursor.asked >= OrderWalk.askedEvery
        if asksForKnown { cursor.asked = now.microseconds }
        self.cursor = cursor
        let told = try await state.openExceptions(code: .orderUnreadable)
        toldUnreadable = Set(told.map(\.exception.subject))
        changes.cursor = cursor
    }

    /// The part of the ledger in which checkouts may be running.
    func ledger() async throws -> OrderLedger {
        var rules = settings.rules(since: Timestamp(microseconds: cursor.since))
        rules.forgotten = try await state.ordersForgotten()
        return OrderLedger(rules, orders: try await state.youngOrders())
    }

    // MARK: new and changed orders

    /// Reads what is new or changed since the last reading.
    mutating func readChanges(into ledger: inout OrderLedger) async throws {
        let isDeep = isFirstReading && now.microseconds - cursor.readDeep >= OrderWalk.deepEvery
        var place: OrderPlace? = start(isDeep: isDeep)
        isFirstReading = false
        var pages = 0
        while let next = place {
            guard pages < OrderWalk.pagesMax else {
                isComplete = false
                break
            }
            let page = try await oro.orderChanges(next).value
            try await take(page.shown, into: &ledger)
            place = page.next
            pages += 1
        }
        if isComplete { cursor.read = now.microseconds }
        if isComplete, isDeep { cursor.readDeep = now.microseconds }
        changes.cursor = cursor
    }

    /// A transaction is seen only when it is committed, under the time at which it began: the last minute is
    /// read again each time, and now and then as far back as transactions may take.
    private func start(isDeep: Bool) -> OrderPlace {
        guard way == .updated else { return .numbered(after: OrderID(cursor.id)) }
        guard let updated = cursor.updated else {
            return .changedSince(Timestamp(microseconds: cursor.since))
        }
        let overlap = isDeep ? OrderWalk.deepSeconds : OrderWalk.overlapSeconds
        let from = max(cursor.since, updated - overlap * 1_000_000)
        return .changedSince(Timestamp(microseconds: from))
    }

    private mutating func take(_ shown: ShownOrders, into ledger: inout OrderLedger) async throws {
        let ids = Set(shown.orders.map(\.id)).union(shown.orders.compactMap(\.parent))
        ledger.add(try await state.ledgerOrders(ids.filter { ledger[$0] == nil }))
        var lines: [OrderID: Set<Int64>] = [:]
        for one in shown.unreadable {
            tell(one)
            guard let order = one.orderID else { continue }
            if let line = one.line.flatMap({ Int64($0) }) { lines[order, default: []].insert(line) }
        }
        let shopTime = shown.shopTime ?? now
        // A part comes after its order, which has the lines.
        let parts = { (order: WebOrder) in order.parent == nil ? 0 : 1 }
        for order in shown.orders.sorted(by: { (parts($0), $0.id) < (parts($1), $1.id) }) {
            ledger.take(order, keeping: lines[order.id] ?? [], at: now, shopTime: shopTime)
            acknowledge(order, in: &ledger)
            if lines[order.id] == nil, toldUnreadable.contains(Subject(order.id)) {
                let key = ExceptionKey(code: .orderUnreadable, subject: Subject(order.id))
                changes.exceptions.mended.append(key)
            }
        }
        changes.confirmed.formUnion(shown.orders.map(\.id))
        note(shown.orders)
    }

    /// An order whose field the ERP's connector has filled is in the ERP since it was changed last.
    private func acknowledge(_ order: WebOrder, in ledger: inout OrderLedger) {
        guard settings.field != nil, order.mark != nil, let known = ledger[order.id], known.bookedAt == nil
        else { return }
        let acknowledgement = OrderAcknowledgement(order: order.id.description, at: order.updated)
        ledger.acknowledge(order.id, acknowledgement, at: now)
    }

    private mutating func note(_ orders: [WebOrder]) {
        for id in orders.map(\.id.number).sorted() {
            cursor.gaps[id] = nil
            guard id > cursor.id else { continue }
            // Ids of orders that were deleted long ago are met in a first reading alone; what is not yet seen
            // lies at its end.
            let near = isFirstEver ? OrderWalk.gapsNear : OrderWalk.gapsMax
            for number in max(cursor.id + 1, id - Int64(near))..<id { cursor.gaps[number] = now.microseconds }
            cursor.id = id
            if isFirstEver { cursor.gaps = cursor.gaps.filter { $0.key >= id - Int64(near) } }
        }
        if let latest = orders.map(\.updated.microseconds).max() {
            cursor.updated = max(cursor.updated ?? latest, latest)
        }
    }

    private mutating func tell(_ one: UnreadableOrder) {
        let what = one.line.map { "Line \($0) of order \(one.order)" } ?? "Order \(one.order)"
        changes.exceptions.occurred.append(
            InventoryException(
                code: .orderUnreadable,
                subject: Subject(order: one.order),
                message: "\(what) \(one.problem); what was known of it counts on."
            )
        )
    }

    // MARK: known orders

    /// Asks for the open orders that were read longest ago.
    ///
    /// A deleted one leaves no trace, and before 6.0.5 a changed one shows in no list. Ids that were passed
    /// over are asked for until they cannot come any more.
    mutating func askForKnown(into ledger: inout OrderLedger) async throws {
        let oldest = now.microseconds - OrderWalk.gapLasts
        cursor.gaps = cursor.gaps.filter { $0.value >= oldest }
        changes.cursor = cursor
        let again = Set(try await state.ordersToReadAgain(limit: OrderWalk.againMax))
        var ids = again
        if asksForKnown { ids.formUnion(try await changed(among: &ledger)) }
        guard !ids.isEmpty else { return }
        ledger.add(try await state.ledgerOrders(ids.filter { ledger[$0] == nil }))
        let known = try await oro.orders(ids.sorted()).value
        try await take(known.shown, into: &ledger)
        if known.showsAny { for id in known.missing { ledger.lose(id, at: now) } }
        // What cannot be read is told, and not asked for at each poll.
        changes.confirmed.formUnion(again)
        changes.cursor = cursor
    }

    /// The open orders that may be other than they were, and ids that were passed over.
    private mutating func changed(among ledger: inout OrderLedger) async throws -> Set<OrderID> {
        let before = now.adding(seconds: -OrderWalk.askedEvery / 1_000_000)
        var asked = Set(try await state.openOrders(readBefore: before, limit: OrderWalk.askedMax))
        ledger.add(try await state.ledgerOrders(asked))
        if way == .updated, !asked.isEmpty {
            let seen = try await oro.orderGlances(Array(asked)).value
            if seen.showsAny { for id in seen.missing { ledger.lose(id, at: now) } }
            let same = seen.glances.filter { id, glance in
                ledger[id].map { $0.updated == glance.updated && $0.status == glance.status } ?? false
            }
            changes.confirmed.formUnion(same.keys)
            asked = Set(seen.glances.keys).subtracting(same.keys)
        }
        // The newest are the likeliest to come.
        let missed = cursor.gaps.keys.sorted(by: >).prefix(OrderWalk.gapsMax).map { OrderID($0) }
        return asked.union(missed)
    }

    // MARK: what was said of orders

    /// Takes what the ERP has said since the last poll.
    mutating func takeKept(into ledger: inout OrderLedger) async throws {
        var kept = OrderAcknowledging(state, from: cursor, at: now)
        try await kept.take(into: &ledger)
        cursor = kept.cursor
        changes.cursor = cursor
        changes.acknowledged = kept.acknowledged
        changes.exceptions.occurred += kept.unclear
    }

    /// Takes once more what was said of open orders, where another state of an order counts than before.
    ///
    /// - Returns: the orders as they are then, page by page; nothing where nothing has changed.
    mutating func takeAgain(after last: OrderID?) async throws -> (ledger: OrderLedger, last: OrderID)? {
        let word = settings.acknowledge.rawValue
        guard let known = cursor.acknowledge, known != word else {
            cursor.acknowledge = word
            changes.cursor = cursor
            return nil
        }
        let page = try await state.statedOrders(after: last, limit: OrderWalk.statedMax)
        guard let end = page.last else {
            cursor.acknowledge = word
            changes.cursor = cursor
            return nil
        }
        var ledger = OrderLedger(settings.rules(since: Timestamp(microseconds: cursor.since)))
        var taking = OrderAcknowledging(state, from: cursor, at: now)
        for order in page {
            try await taking.takeAgain(order, into: &ledger)
            if settings.field != nil, order.mark != nil {
                let said = OrderAcknowledgement(order: order.id.description, at: order.updated)
                ledger.acknowledge(order.id, said, at: now)
            }
        }
        return (ledger, end.id)
    }

    // MARK: limits

    /// In microseconds, as all times of the cursor.
    private static let wayBelieved: Int64 = 86_400_000_000
    private static let askedEvery: Int64 = 60_000_000
    private static let deepEvery: Int64 = 300_000_000
    private static let gapLasts: Int64 = 900_000_000
    private static let overlapSeconds: Int64 = 60
    private static let deepSeconds: Int64 = 900
    /// Pages of 100 orders that one poll reads; the next goes on.
    private static let pagesMax = 200
    private static let gapsMax = 1_000
    private static let gapsNear = 100
    private static let askedMax = 100
    /// Open orders of which what was said is taken again in one transaction.
    private static let statedMax = 1_000
    /// Orders of renamed products that one poll reads again.
    private static let againMax = 1_000
}

extension OrderAnswer {
    /// What was found.
    ///
    /// - Throws: `Fault` where the shop cannot be reached, or does not let us.
    var value: Value {
        get throws {
            switch self {
            case .found(let value): value
            case .trouble(let trouble): throw Fault(trouble)
            }
        }
    }
}
