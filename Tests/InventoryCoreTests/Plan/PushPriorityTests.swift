import InventoryCore
import Testing

@Suite("Which wishes go first")
struct PushPriorityTests {
    static let now = Timestamp(microseconds: 1_790_000_000_000_000)

    static func wish(_ sku: SKU, _ before: Int64, _ after: Int64) -> PlannedWish {
        PlannedWish(
            key: LevelKey(sku: sku, unit: "item"),
            before: Quantity(units: before),
            after: Quantity(units: after)
        )
    }

    @Test("SKUs named first go first, in the order named; then the greatest changes")
    func order() {
        let priority = PushPriority(first: [.exact("B"), SKUMatcher(pattern: "C-*")])
        let wishes = [
            Self.wish("A", 100, 1), Self.wish("C-1", 100, 99), Self.wish("B", 100, 99),
            Self.wish("D", 100, 50), Self.wish("C-2", 100, 1),
        ]
        let sorted = wishes.sorted {
            priority.rank(of: $0, at: Self.now) < priority.rank(of: $1, at: Self.now)
        }
        #expect(sorted.map(\.key.sku) == ["B", "C-2", "C-1", "A", "D"])
    }

    @Test("a small change that waits long enough goes before a great one that is new")
    func ageing() {
        let priority = PushPriority(first: [.exact("TOP")])
        let small = priority.rank(of: Self.wish("A", 100, 99), at: Self.now)
        let great = Self.wish("TOP", 100, 0)
        #expect(small > priority.rank(of: great, at: Self.now.adding(seconds: 3600)))
        #expect(small < priority.rank(of: great, at: Self.now.adding(seconds: 2 * 86400)))
    }
}
