import InventoryCore
import StateStore
import Testing

@Suite("Open order lines, as planning asks for them")
struct OpenLineTests {
    private static let now = TemporaryState.now

    private static func order(_ id: Int64, _ skus: [SKU], isEnded: Bool) -> LedgerOrder {
        var order = LedgerOrder(id: OrderID(id), identifier: "\(id)", placed: now, updated: now)
        order.customerGroup = id % 3 == 0 ? "Gold" : nil
        order.lines = skus.enumerated().map { number, sku in
            var line = LedgerLine(
                id: LedgerLine.ID(line: id * 10 + Int64(number)),
                order: order.id,
                sku: sku,
                unit: number % 2 == 0 ? "item" : "case",
                ordered: Quantity(units: id),
                placed: now,
                youngUntil: now.adding(seconds: id % 2 * 60)
            )
            if isEnded { line.end(.cancelled, at: now) }
            return line
        }
        return order
    }

    @Test("of any products, among any others, each gives its own lines in the order of the orders")
    func asked() async throws {
        let temporary = try TemporaryState()
        let state = try temporary.database()
        var random = SeededRandom(seed: 7)
        // Long gaps without lines, many lines of one product, neighbours, and bytes beyond letters.
        let names = (0..<120).map { SKU("AB-\(100 + $0)") } + ["", "A", "AB", "Z-é", "é", "ÿ-1"]
        let ordered = names.filter { _ in Int.random(in: 0..<3, using: &random) == 0 } + ["", "AB", "ÿ-1"]
        var changes = LedgerChanges()
        for id in Int64(1)...150 {
            let skus = (0..<3).compactMap { _ in
                id % 5 == 0 ? ordered.first : ordered.randomElement(using: &random)
            }
            changes.orders.append(Self.order(id, skus, isEnded: id % 7 == 0))
        }
        _ = try await state.save(changes, at: Self.now)
        let kept = changes.orders.flatMap { order in
            order.lines.filter { $0.open > .zero }.map {
                OpenLine($0, customerGroup: order.customerGroup, at: Self.now)
            }
        }
        for share in [1, 2, 10, 60, 1_000] {
            let some = names.filter { _ in Int.random(in: 0..<share, using: &random) == 0 }
            let asked = (some + ["AB-0", "AB-999", "zz"]).sorted()
            let lines = try await state.openLines(of: asked, at: Self.now)
            for sku in names + ["AB-0", "AB-999", "zz"] {
                let expected = asked.contains(sku) ? kept.filter { $0.level.sku == sku } : []
                let found = lines[sku] ?? []
                #expect(Set(found) == Set(expected) && found.count == expected.count, "\(sku)")
                #expect(found.map(\.order) == found.map(\.order).sorted())
            }
            let nameless = try await state.openLines(of: asked, namesGroups: false, at: Self.now)
            #expect(nameless.mapValues { $0.map(\.open) } == lines.mapValues { $0.map(\.open) })
            #expect(nameless.values.joined().allSatisfy { $0.customerGroup == nil })
        }
        #expect(try await state.openLines(of: [], at: Self.now).isEmpty)
    }
}
