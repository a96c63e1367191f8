import InventoryCore
import StateStore

/// Takes what the ERP has said of orders, and was kept, into the ledger.
struct OrderAcknowledging: Sendable {
    private let state: StateDatabase
    private let now: Timestamp
    /// How far they have been taken.
    private(set) var cursor: OrderCursor
    /// Orders that those belong to which are taken now.
    private(set) var acknowledged: [Int64: OrderID] = [:]

    /// Acknowledgements that are taken at once; the next poll goes on.
    private static let most = 100_000

    init(_ state: StateDatabase, from cursor: OrderCursor, at now: Timestamp) {
        (self.state, self.cursor, self.now) = (state, cursor, now)
    }

    /// Takes those that came since the last time, and those that waited for orders which are new now.
    mutating func take(into ledger: inout OrderLedger) async throws {
        let new = try await state.untakenAcknowledgements(
            after: cursor.acknowledgementsTaken,
            limit: OrderAcknowledging.most
        )
        for one in new { try await take(one, into: &ledger) }
        if let last = new.last { cursor.acknowledgementsTaken = last.number }
        let fresh = ledger.changed.compactMap { ledger[$0] }.filter { $0.bookedAt == nil }
        let names = fresh.flatMap { [$0.identifier, $0.id.description] }
        for one in try await state.waitingAcknowledgements(of: Set(names).sorted())
        where acknowledged[one.number] == nil {
            try await take(one, into: &ledger)
        }
    }

    private mutating func take(
        _ one: StoredAcknowledgement,
        into ledger: inout OrderLedger
    ) async throws {
        let name = one.statement.order
        var found = ledger.orders.values.filter { $0.identifier == name }
        if found.isEmpty { found = try await state.orders(named: name) }
        if found.isEmpty, let number = Int64(name), let order = ledger[OrderID(number)] { found = [order] }
        // Two orders of one number: nobody can tell which is meant.
        guard found.count == 1, let order = found.first else { return }
        ledger.add([order])
        ledger.acknowledge(order.id, one.statement, at: now)
        acknowledged[one.number] = order.id
        cursor.aliveThrough = max(cursor.aliveThrough ?? .min, order.placed.microseconds)
    }
}
