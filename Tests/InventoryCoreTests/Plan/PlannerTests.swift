import InventoryCore
import TestSupport
import Testing

@Suite("PushPlan")
struct PlannerTests {
    private func key(_ sku: String) -> LevelKey { LevelKey(sku: SKU(sku), unit: "item") }

    private func catalogue(_ random: inout SplitMix64) -> (
        wanted: [WantedLevel], current: [LevelKey: CurrentLevel]
    ) {
        var wanted: [WantedLevel] = []
        var current: [LevelKey: CurrentLevel] = [:]
        for number in 0..<Int.random(in: 0...60, using: &random) {
            let key = key("S-\(number)")
            wanted.append(
                WantedLevel(key: key, quantity: Quantity(units: .random(in: 0...5, using: &random)))
            )
            guard Int.random(in: 0..<4, using: &random) > 0 else { continue }
            let published = Quantity(units: .random(in: 0...5, using: &random))
            let pending =
                Bool.random(using: &random) ? Quantity(units: .random(in: 0...5, using: &random)) : nil
            current[key] = CurrentLevel(published: published, pending: pending)
        }
        return (wanted, current)
    }

    @Test("a plan that was applied needs no wish the second time", arguments: 0..<200)
    func idempotent(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let (wanted, current) = catalogue(&random)
        let plan = PushPlan(wanted: wanted, rulesVersion: "1") { current[$0] }
        var after = current
        for wish in plan.wishes { after[wish.key] = CurrentLevel(published: wish.after) }
        for level in wanted where after[level.key]?.pending == level.quantity {
            after[level.key] = CurrentLevel(published: level.quantity)
        }
        let again = PushPlan(wanted: wanted, rulesVersion: "1") { after[$0] }
        #expect(again.wishes.isEmpty)
        #expect(again.unchanged == wanted.count)
    }

    @Test("the order of the wanted levels changes neither plan nor digest", arguments: 0..<100)
    func orderNeverMatters(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let (wanted, current) = catalogue(&random)
        let plan = PushPlan(wanted: wanted, rulesVersion: "1") { current[$0] }
        let shuffled = PushPlan(wanted: wanted.shuffled(using: &random), rulesVersion: "1") { current[$0] }
        #expect(plan == shuffled)
        #expect(plan.digest == shuffled.digest)
    }

    @Test("a plan made in parts equals the plan made at once, with each wish's number", arguments: 0..<100)
    func parts(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let (levels, current) = catalogue(&random)
        for wanted in [levels.sorted { $0.key < $1.key }, levels.shuffled(using: &random)] {
            var (whole, part) = (PushPlan.Draft(), PushPlan.Draft())
            var added: [LevelKey] = []
            for level in wanted {
                if part.add(level, current: current[level.key]) { added.append(level.key) }
                while random.chance(20) {
                    whole.append(part)
                    part = PushPlan.Draft()
                }
            }
            whole.append(part)
            let (plan, order) = whole.finish(rulesVersion: "1")
            #expect(plan == PushPlan(wanted: wanted, rulesVersion: "1") { current[$0] })
            #expect(plan.wishes.map(\.key) == order.map { added[Int($0)] })
        }
    }

    @Test("every wish is there once: by wave, then the size of its change, then its key", arguments: 0..<100)
    func order(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let (wanted, current) = catalogue(&random)
        // In key order and in another order: each takes a path of its own.
        for wanted in [wanted.sorted { $0.key < $1.key }, wanted.shuffled(using: &random)] {
            let plan = PushPlan(wanted: wanted, rulesVersion: "1") { current[$0] }
            let inOrder = zip(plan.wishes, plan.wishes.dropFirst()).allSatisfy { left, right in
                if left.wave != right.wave { return left.wave < right.wave }
                let (first, second) = (left.relativeChange, right.relativeChange)
                return first != second ? first > second : left.key < right.key
            }
            #expect(inOrder, "seed \(seed)")
            #expect(plan.wishes.count + plan.unchanged == wanted.count)
            #expect(Set(plan.wishes.map(\.key)).count == plan.wishes.count)
        }
    }

    @Test("thousands of changes of one size come in the order of their keys, each with its number")
    func manyOfOneRank() {
        var random = SplitMix64(state: 5)
        var levels = (0..<5_000).flatMap { number in
            ["case", "item"].map { unit in
                let key = LevelKey(sku: SKU("SKU-\(number % 2_500)-\(number)"), unit: StockUnit(unit))
                return WantedLevel(key: key, quantity: Quantity(units: Int64(number) + 1))
            }
        }
        levels.shuffle(using: &random)
        var draft = PushPlan.Draft()
        let needed = levels.filter { draft.add($0, current: nil) }
        #expect(needed == levels)
        let (plan, order) = draft.finish(rulesVersion: "1")
        #expect(plan.wishes.map(\.key) == levels.map(\.key).sorted())
        #expect(plan.wishes.map(\.key) == order.map { levels[Int($0)].key })
    }

    @Test("a planned wish gives back what was published before, or that nothing was")
    func beforeIsKept() {
        let key = key("A")
        for before in [nil, .zero, Quantity(millionths: .min + 1), Quantity(millionths: .max)] {
            #expect(PlannedWish(key: key, before: before, after: .zero).before == before)
        }
    }

    @Test("zeros go first, then decreases, then increases")
    func waves() {
        let figures: [(String, Int64, Int64)] = [("up", 1, 9), ("down", 9, 1), ("out", 9, 0), ("new", 0, 4)]
        let plan = PushPlan(
            wanted: figures.map { WantedLevel(key: key($0.0), quantity: Quantity(units: $0.2)) },
            rulesVersion: "1"
        ) { wanted in
            figures.first { wanted.sku.text == $0.0 }.map { CurrentLevel(published: Quantity(units: $0.1)) }
        }
        #expect(plan.wishes.map(\.key.sku.text) == ["out", "down", "new", "up"])
    }

    @Test("a value on its way to the shop makes a smaller one a decrease")
    func pendingCounts() throws {
        let plan = PushPlan(
            wanted: [WantedLevel(key: key("A"), quantity: Quantity(units: 20))],
            rulesVersion: "1"
        ) { _ in CurrentLevel(published: Quantity(units: 10), pending: Quantity(units: 50)) }
        #expect(try #require(plan.wishes.first).wave == .decrease)
    }

    @Test("another rule set gives another digest")
    func digestNamesTheRules() {
        let wanted = [WantedLevel(key: key("A"), quantity: Quantity(units: 1))]
        let one = PushPlan(wanted: wanted, rulesVersion: "1") { _ in nil }
        let two = PushPlan(wanted: wanted, rulesVersion: "2") { _ in nil }
        #expect(one.digest != two.digest)
    }
}
