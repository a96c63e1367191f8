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
    /// Statements of which nobody can tell what they mean; they wait on.
    private(set) var unclear: [InventoryException] = []

    /// Acknowledgements that are taken at once; the next poll goes on.
    private static let most = 100_000

    init(_ state: StateDatabase, from cursor: OrderCursor, at now: Timestamp) {
        (self.state, self.cursor, self.now) = (state, cursor, now)
    }

    /// Takes those that came since the last time, and those that waited for orders, parts or lines which are
    /// new now.
    mutating func take(into ledger: inout OrderLedger) async throws {
        let new = try await state.untakenAcknowledgements(
            after: cursor.acknowledgementsTaken,
            limit: OrderAcknowledging.most
        )
        for one in new { try await take(one, into: &ledger) }
        if let last = new.last { cursor.acknowledgementsTaken = last.number }
        let asked = Set(new.map(\.number))
        let names =
            ledger.changed.compactMap { ledger[$0] }.flatMap { [$0.identifier, $0.id.description] }
            + ledger.parts.values.flatMap { [$0.identifier, $0.id.description] }
        for one in try await state.waitingAcknowledgements(of: Set(names).sorted())
        where !asked.contains(one.number) {
            try await take(one, into: &ledger)
        }
    }

    /// Takes once more all that was said of an order, as if the rules had always been those of now.
    mutating func takeAgain(_ order: LedgerOrder, into ledger: inout OrderLedger) async throws {
        ledger.add([order])
        ledger.forgetStatements(of: order.id)
        for one in try await state.acknowledgements(of: order) { try await take(one, into: &ledger) }
    }

    private mutating func take(
        _ one: StoredAcknowledgement,
        into ledger: inout OrderLedger
    ) async throws {
        let name = one.statement.order
        var found = ledger.orders.values.filter { $0.identifier == name }
        if found.isEmpty { found = try await state.orders(named: name) }
        if found.isEmpty, let number = Int64(name), let order = ledger[OrderID(number)] { found = [order] }
        guard found.count < 2 else {
            let ids = found.map(\.id).sorted().map(\.description).joined(separator: ", ")
            return tell(Subject(order: name), "names order \(name), which may be any of \(ids)")
        }
        var statements: [OrderAcknowledgement]? = [one.statement]
        var order = found.first
        if order == nil, let part = try await part(named: name, in: ledger) {
            statements = part.statements(of: one.statement)
            order = try await state.ledgerOrders([part.order]).first ?? ledger[part.order]
        }
        // The shop has not shown it yet, or it does not count.
        guard let order else { return }
        ledger.add([order])
        let known = ledger[order.id] ?? order
        guard let statements, statements.allSatisfy({ known.has(line: $0.line) }) else {
            let line = one.statement.line.map { "line \($0)" } ?? "lines"
            return tell(Subject(order.id), "of order \(name) names \(line), which it does not have")
        }
        for statement in statements { ledger.acknowledge(order.id, statement, at: now) }
        acknowledged[one.number] = order.id
        cursor.aliveThrough = max(cursor.aliveThrough ?? .min, order.placed.microseconds)
    }

    private func part(named name: String, in ledger: OrderLedger) async throws -> OrderPart? {
        if let part = ledger.parts.values.first(where: { $0.identifier == name }) { return part }
        if let number = Int64(name), let part = ledger.parts[OrderID(number)] { return part }
        return try await state.orderPart(named: name)
    }

    private mutating func tell(_ subject: Subject, _ what: String) {
        unclear.append(
            InventoryException(
                code: .acknowledgementUnclear,
                subject: subject,
                message: "An acknowledgement \(what); it has no effect, and the stock is kept back."
            )
        )
    }
}
