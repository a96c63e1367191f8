import InventoryCore
import StateStore
import TestSupport
import Testing

@testable import TidegatePipeline

@Suite("The levels that a plan knows")
struct KnownLevelsTests {
    private static func level(_ row: Int64, _ sku: SKU, unit: StockUnit = "item") -> StoredLevel {
        StoredLevel(
            row: LevelRow(row),
            key: LevelKey(sku: sku, unit: unit),
            id: LevelID("\(row)"),
            precision: 0,
            isPrimaryUnit: true,
            published: Quantity(units: row),
            wish: nil
        )
    }

    @Test("each SKU has its own, in whatever order they came", arguments: UInt64(0)..<60)
    func model(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let products = (0..<Int.random(in: 1...80, using: &random)).map { SKU("P-\($0)") }.sorted()
        var levels: [StoredLevel] = []
        for product in products where random.chance(60) {
            for _ in 0..<random.pick([1, 1, 1, 2, 5]) {
                levels.append(Self.level(Int64(levels.count), product, unit: StockUnit("u\(levels.count)")))
            }
        }
        if random.chance(50) { levels.shuffle(using: &random) }
        var known = KnownLevels(levels)
        var model = Dictionary(grouping: levels, by: \.key.sku)
        if random.chance(50) {
            let found = products.filter { _ in random.chance(20) }.map { Self.level(1_000, $0) }
            known.take(found)
            for level in found { model[level.key.sku] = [level] }
        }
        func rows(_ levels: some Sequence<StoredLevel>) -> Set<LevelRow> { Set(levels.map(\.row)) }
        // Not every product is a SKU of its own.
        let skus = products.filter { _ in random.chance(70) }
        var seen: [SKU] = []
        known.forEach(of: skus) { number, levels in
            #expect(number == seen.count)
            seen.append(levels.sku)
            #expect(rows(levels.own) == rows(model[levels.sku] ?? []))
            let other = random.pick(products)
            #expect(rows(levels[other]) == rows(model[other] ?? []))
        }
        #expect(seen == skus)
    }

    @Test("a level that is gone and has no wish is not known")
    func gone() {
        let key = LevelKey(sku: "A", unit: "item")
        func level(_ standing: StoredLevel.Standing?) -> StoredLevel {
            StoredLevel(
                row: LevelRow(1),
                key: key,
                id: nil,
                precision: 0,
                isPrimaryUnit: true,
                published: nil,
                wish: standing.map { StoredLevel.PendingWish(Quantity(units: 1), $0) }
            )
        }
        for (standing, isKnown) in [(nil, false), (.unresolved, true), (.unknown, true)]
            as [(StoredLevel.Standing?, Bool)]
        {
            KnownLevels([level(standing)]).forEach(of: ["A"]) { _, levels in
                #expect((levels.figure(key) != nil) == isKnown)
                #expect(levels.figure(key)?.isUnknown ?? false == (standing == .unknown))
                #expect(levels.isUnknown == (standing != .unresolved))
            }
        }
    }
}
