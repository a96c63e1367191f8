import InventoryCore
import Testing

@Suite("Which writes go first")
struct PushPriorityTests {
    static let now = Timestamp(microseconds: 1_790_000_000_000_000)

    static func write(_ sku: SKU, _ before: Int64, _ after: Int64) -> PlannedWrite {
        PlannedWrite(
            key: LevelKey(sku: sku, unit: "item"),
            before: Quantity(units: before),
            after: Quantity(units: after)
        )
    }

    @Test("named articles go first in the order of their names, then the greatest changes")
    func order() {
        let priority = PushPriority(first: [.exact("B"), SKUMatcher(pattern: "C-*")])
        let writes = [
            Self.write("A", 100, 1), Self.write("C-1", 100, 99), Self.write("B", 100, 99),
            Self.write("D", 100, 50), Self.write("C-2", 100, 1),
        ]
        let sorted = writes.sorted {
            priority.place(of: $0, at: Self.now) < priority.place(of: $1, at: Self.now)
        }
        #expect(sorted.map(\.key.sku) == ["B", "C-2", "C-1", "A", "D"])
    }

    @Test("a small change that waits long enough goes before a great one that is new")
    func ageing() {
        let priority = PushPriority(first: [.exact("TOP")])
        let small = priority.place(of: Self.write("A", 100, 99), at: Self.now)
        let great = Self.write("TOP", 100, 0)
        #expect(small > priority.place(of: great, at: Self.now.adding(seconds: 3600)))
        #expect(small < priority.place(of: great, at: Self.now.adding(seconds: 2 * 86400)))
    }
}
