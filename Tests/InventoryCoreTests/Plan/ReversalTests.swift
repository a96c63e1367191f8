import InventoryCore
import Testing

@Suite("The return to earlier figures")
struct ReversalTests {
    private static func key(_ sku: String, _ warehouse: String? = nil) -> LevelKey {
        LevelKey(sku: SKU(sku), unit: "item", warehouse: warehouse)
    }

    private static func plan(_ changes: [(LevelKey, Int64?, Int64)]) -> PushPlan {
        let before = Dictionary(uniqueKeysWithValues: changes.map { ($0.0, $0.1) })
        let wanted = changes.map { WantedLevel(key: $0.0, quantity: Quantity(units: $0.2)) }
        return PushPlan(wanted: wanted, rulesVersion: "then") { key in
            CurrentLevel(published: before[key].flatMap { $0 }.map { Quantity(units: $0) })
        }
    }

    private static func level(_ shows: Int64, allowed: Int64?, of stock: SKU = "A") -> Reversal.Level {
        Reversal.Level(
            current: CurrentLevel(published: Quantity(units: shows)),
            stock: stock,
            allowed: allowed.map { Quantity(units: $0) }
        )
    }

    @Test("a level returns to what it showed before the first of the plans that wrote it")
    func severalPlans() {
        let key = Self.key("A")
        let plans = [Self.plan([(key, 10, 7)]), Self.plan([(key, 7, 2)])]
        let reversal = Reversal(of: plans, rulesVersion: "now") { _ in Self.level(2, allowed: 20) }
        #expect(reversal.plan.wishes.map(\.after) == [Quantity(units: 10)])
        #expect(reversal.plan.wishes.map(\.before) == [Quantity(units: 2)])
        #expect(reversal.above.isEmpty && reversal.trip == nil && reversal.changedSince == 0)
        #expect(reversal.plan.rulesVersion == "now" && reversal.stocks == ["A"])
    }

    @Test("what nobody knows the earlier figure of, and what the shop lacks, is lost; the rest goes on")
    func lost() {
        let plan = Self.plan([(Self.key("A"), nil, 7), (Self.key("B"), 3, 1), (Self.key("C"), 9, 1)])
        let reversal = Reversal(of: [plan], rulesVersion: "now") { key in
            key.sku == "B" ? nil : Self.level(5, allowed: 2, of: key.sku)
        }
        #expect(reversal.lost == 2 && reversal.plan.wishes.map(\.key.sku) == ["C"])
        #expect(reversal.changedSince == 1)
    }

    @Test(
        "only a rise above what the stock clearly allows is above it",
        arguments: [
            (5, 20, 9, false), (5, 9, 9, false), (5, 8, 9, true), (12, 2, 9, false), (9, 2, 9, false),
        ]
    )
    func above(shows: Int64, allowed: Int64, before: Int64, isAbove: Bool) {
        let plan = Self.plan([(Self.key("A"), before, 1)])
        let reversal = Reversal(of: [plan], rulesVersion: "now") { _ in Self.level(shows, allowed: allowed) }
        #expect(reversal.stocksAbove == (isAbove ? ["A"] : []) && (reversal.trip != nil) == isAbove)
        #expect(reversal.trip.map(\.code) == (isAbove ? .aboveStock : nil))
    }

    @Test("no rise is clear while some of the stock is in doubt; a fall always is")
    func doubt() {
        let plan = Self.plan([(Self.key("A"), 9, 1), (Self.key("B"), 9, 20)])
        let reversal = Reversal(of: [plan], rulesVersion: "now") { key in
            Self.level(key.sku == "A" ? 1 : 20, allowed: nil, of: key.sku)
        }
        #expect(reversal.stocksAbove == ["A"] && reversal.plan.wishes.count == 2)
    }

    @Test("no level rises beside one that shows too much and stays so; beside one that falls it does")
    func excess() {
        let (shared, fence) = (Self.key("A", "All"), Self.key("A", "VIP"))
        let excess = [Reversal.Excess(fence, of: "A", allowed: Quantity(units: 40))]
        func reversal(_ plan: PushPlan) -> Reversal {
            Reversal(of: [plan], rulesVersion: "now", excess: excess) { key in
                key == shared ? Self.level(20, allowed: 60) : Self.level(80, allowed: 40)
            }
        }
        #expect(reversal(Self.plan([(shared, 60, 20)])).stocksAbove == ["A"])
        #expect(reversal(Self.plan([(shared, 60, 20), (fence, 40, 80)])).stocksAbove.isEmpty)
        #expect(reversal(Self.plan([(shared, 60, 20), (fence, 41, 80)])).stocksAbove == ["A"])
        #expect(reversal(Self.plan([(fence, 60, 80)])).stocksAbove.isEmpty)
    }

    @Test("what the shop shows already needs no write")
    func unchanged() {
        let plan = Self.plan([(Self.key("A"), 9, 1)])
        let reversal = Reversal(of: [plan], rulesVersion: "now") { _ in Self.level(9, allowed: 1) }
        #expect(reversal.plan.wishes.isEmpty && reversal.plan.unchanged == 1 && reversal.lost == 0)
    }
}
