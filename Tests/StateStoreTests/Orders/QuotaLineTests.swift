import InventoryCore
import StateStore
import Testing

/// What quotas count of the stored ledger, and what is forgotten of it.
@Suite("Order lines that count against quotas")
struct QuotaLineTests {
    private static let now = TemporaryState.now

    private static func order(
        _ id: Int64,
        _ sku: SKU,
        ago seconds: Int64,
        _ ending: LedgerLine.Ending? = nil
    ) -> LedgerOrder {
        let placed = now.adding(seconds: -seconds)
        var line = LedgerLine(
            id: LedgerLine.ID(line: id),
            order: OrderID(id),
            sku: sku,
            unit: "item",
            ordered: Quantity(units: id),
            placed: placed,
            youngUntil: placed
        )
        if let ending { line.end(ending, at: now) }
        return LedgerOrder(
            id: OrderID(id),
            identifier: "\(id)",
            placed: placed,
            updated: placed,
            customerGroup: "Gold",
            lines: [line]
        )
    }

    private static func keep(_ orders: [LedgerOrder], in state: StateDatabase) async throws {
        var changes = LedgerChanges()
        changes.orders = orders
        _ = try await state.save(changes, at: now)
    }

    @Test(
        "given lines of several products, then each gives those since its own time that were not taken back"
    )
    func lines() async throws {
        let temporary = try TemporaryState()
        let state = try temporary.database()
        try await Self.keep(
            [
                Self.order(1, "A", ago: 100), Self.order(2, "A", ago: 101),
                Self.order(3, "B", ago: 500, .contained),
                Self.order(4, "B", ago: 1, .cancelled), Self.order(5, "B", ago: 1, .released),
                Self.order(6, "C", ago: 1), Self.order(7, "A\"\u{1}'", ago: 1),
            ],
            in: state
        )
        let lines = try await state.quotaLines(since: [
            "A": Self.now.adding(seconds: -100), "B": Timestamp(microseconds: .min),
            "A\"\u{1}'": Timestamp(microseconds: .min), "D": Self.now,
        ])
        let found = lines.mapValues { $0.map(\.order.number).sorted() }
        #expect(found == ["A": [1], "B": [3], "A\"\u{1}'": [7]])
        let three = lines["B"]?.first
        #expect(three?.customerGroup == "Gold" && three?.ordered == Quantity(units: 3))
        #expect(three?.level == LevelKey(sku: "B", unit: "item", warehouse: nil))
        #expect(try await state.quotaLines(since: [:]).isEmpty)
    }

    @Test("given old orders, then those that have ended are forgotten, open ones stay, and the time is known")
    func forgotten() async throws {
        let temporary = try TemporaryState()
        let state = try temporary.database()
        try await Self.keep(
            [
                Self.order(1, "A", ago: 100), Self.order(2, "A", ago: 100, .contained),
                Self.order(3, "A", ago: 50, .contained),
            ],
            in: state
        )
        #expect(try await state.ordersForgotten() == nil)
        let horizon = Self.now.adding(seconds: -60)
        try await state.forgetOrders(endedBefore: horizon)
        let left = try await state.ledgerOrders([1, 2, 3].map { OrderID($0) })
        #expect(left.map(\.id.number) == [1, 3])
        let lines = try await state.quotaLines(since: ["A": Timestamp(microseconds: .min)])
        #expect(lines["A"]?.count == 2)
        #expect(try await state.ordersForgotten() == horizon)
        try await state.forgetOrders(endedBefore: horizon.adding(seconds: -10))
        #expect(try await state.ordersForgotten() == horizon)
    }
}
