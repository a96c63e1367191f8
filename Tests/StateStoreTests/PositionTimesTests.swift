import InventoryCore
import StateStore
import TestSupport
import Testing

@Suite("Positions with times")
struct PositionTimesTests {
    @Test("given any positions and times, they come back as they were added, in their order")
    func roundTrip() {
        var random = SplitMix64(state: 7)
        let texts = ["", "A", "Ä-ß 1", String(repeating: "x", count: 300), "AB-1"]
        let added = (0..<5_000).map { number in
            (
                PositionKey(
                    sku: SKU("\(random.pick(texts))\(number)"),
                    location: Location(random.pick(texts)),
                    unit: StockUnit(random.pick(texts)),
                    bin: Bin(random.pick(texts))
                ),
                Timestamp(microseconds: random.pick([0, -1, 1, .min, .max, 1_764_000_000_000_000]))
            )
        }
        var times = PositionTimes()
        for (key, time) in added { times.append(key, time) }
        var found: [(PositionKey, Timestamp)] = []
        times.forEach { found.append(($0, $1)) }
        #expect(times.count == added.count && !times.isEmpty && times.hasRoom)
        #expect(found.map(\.0) == added.map(\.0) && found.map(\.1) == added.map(\.1))
    }
}
