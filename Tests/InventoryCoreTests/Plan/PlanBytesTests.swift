import InventoryCore
import TestSupport
import Testing

@Suite("The bytes of a plan")
struct PlanBytesTests {
    private static func plan(_ random: inout SplitMix64, wishes: Int) -> PushPlan {
        let texts = ["AB-1", "1:2", "ü ∞", "line\nbreak", "12:", "", "X"]
        func text(_ number: Int) -> String { texts[random.below(texts.count)] + "\(number)" }
        let wanted = (0..<wishes).map { number in
            WantedLevel(
                key: LevelKey(
                    sku: SKU(text(number)),
                    unit: StockUnit(text(number)),
                    warehouse: random.below(2) == 0 ? nil : text(number)
                ),
                quantity: Quantity(millionths: Int64(random.below(9_000_000)))
            )
        }
        let before = (0..<wishes).map { _ in
            random.below(3) == 0 ? nil : Quantity(millionths: Int64(random.below(9_000_000)))
        }
        let known = Dictionary(zip(wanted.map(\.key), before)) { first, _ in first }
        return PushPlan(wanted: wanted, rulesVersion: "rules-\(wishes)") { key in
            known[key].map { CurrentLevel(published: $0) }
        }
    }

    private static func bytes(_ plan: PushPlan) -> [UInt8] {
        var bytes: [UInt8] = []
        plan.forEachPart { bytes += $0 }
        return bytes
    }

    @Test("are read back as the plan they are of, and are what its digest covers", arguments: 0..<20)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let plan = Self.plan(&random, wishes: random.below(seed == 7 ? 9_000 : 40))
        let bytes = Self.bytes(plan)
        let read = try #require(PushPlan(bytes: bytes, unchanged: plan.unchanged))
        #expect(read == plan && read.wishes.map(\.wave) == plan.wishes.map(\.wave))
        var digest = PlanDigest()
        digest.append(bytes)
        #expect(plan.digest == digest.finish())
    }

    @Test("are those of the frozen form")
    func form() {
        let key = LevelKey(sku: "AB-1", unit: "item", warehouse: nil)
        let plan = PushPlan(wanted: [WantedLevel(key: key, quantity: Quantity(units: 7))], rulesVersion: "r")
        {
            _ in nil
        }
        #expect(Self.bytes(plan) == Array("tidegate-plan-1\nr\n4:AB-14:item0:0:1:7".utf8))
    }

    @Test("that are cut off or changed are no plan, or another one", arguments: 0..<20)
    func damaged(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let plan = Self.plan(&random, wishes: 12)
        let bytes = Self.bytes(plan)
        for _ in 0..<200 {
            let cut = Array(bytes.prefix(random.below(bytes.count)))
            #expect(PushPlan(bytes: cut) != plan)
            var other = bytes
            other[random.below(bytes.count)] ^= UInt8(1 + random.below(255))
            // A text with bytes that are no UTF-8 is read, and is the text of other bytes.
            if let read = PushPlan(bytes: other) { #expect(read != plan) }
        }
    }
}
