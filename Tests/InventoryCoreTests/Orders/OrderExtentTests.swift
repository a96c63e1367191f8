import InventoryCore
import Testing

@Suite("Through which order the ERP knows all")
struct OrderExtentTests {
    private static func order(_ id: Int64, _ identifier: String? = nil) -> LedgerOrder {
        let time = Timestamp(microseconds: 0)
        return LedgerOrder(id: OrderID(id), identifier: identifier ?? "\(id)", placed: time, updated: time)
    }

    private static func ids(
        _ through: String,
        _ orders: [LedgerOrder],
        known: [LedgerOrder] = [],
        missing: Set<String> = []
    ) -> [Int64] {
        let extent = OrderExtent(through: through, known: known, missing: missing)
        return orders.filter { extent.contains($0) }.map(\.id.number)
    }

    @Test("given an order of the ledger, ids decide, and what is missing is left out by either name")
    func known() {
        let orders = [Self.order(7, "FR-9"), Self.order(8, "FR-10"), Self.order(9, "XX"), Self.order(10)]
        #expect(Self.ids("XX", orders, known: [orders[2]]) == [7, 8, 9])
        #expect(Self.ids("XX", orders, known: [orders[2]], missing: ["FR-9", "8", "10"]) == [9])
    }

    @Test("given a number that is not in the ledger, neither id nor identifier may be greater")
    func numbers() {
        let orders = [Self.order(7), Self.order(12), Self.order(8, "1008"), Self.order(9, "FR-9")]
        #expect(Self.ids("11", orders) == [7, 9])
        #expect(Self.ids("1010", orders) == [7, 12, 8, 9])
        #expect(Self.ids("99999999999999999999", orders) == [7, 12, 8])
    }

    @Test(
        "given an identifier that is not in the ledger, only those of its form are compared, by their numbers"
    )
    func identifiers() {
        let orders = ["FR999", "FR1000", "FR01000", "FR1001", "XX1", "FR", "FR1000a", "1"].enumerated()
            .map { Self.order(Int64($0), $1) }
        #expect(Self.ids("FR1000", orders) == [0, 1, 2, 5])
        #expect(Self.ids("FR1000a", orders) == [6])
    }
}
