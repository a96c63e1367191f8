import InventoryCore
import Testing

@Suite("What a level that does not show what was published is taken for")
struct DriftTests {
    static let now = Timestamp(microseconds: 1_790_000_000_000_000)
    static let graceSeconds: Int64 = 1800

    static func level(
        _ published: Int64,
        secondsAgo: Int64? = 7200,
        before: Int64? = nil,
        seen: (quantity: Int64, secondsAgo: Int64)? = nil
    ) -> AuditedLevel {
        AuditedLevel(
            key: LevelKey(sku: "AB-1", unit: "item"),
            id: "41",
            published: Quantity(units: published),
            publishedAt: secondsAgo.map { now.adding(seconds: -$0) },
            before: before.map { Quantity(units: $0) },
            seen: seen.map {
                SeenDrift(quantity: Quantity(units: $0.quantity), since: now.adding(seconds: -$0.secondsAgo))
            }
        )
    }

    static func drift(_ level: AuditedLevel, shows units: Int64) -> Drift? {
        Drift(level, shows: .quantity(Quantity(units: units)), graceSeconds: graceSeconds, now: now)
    }

    @Test("a level that shows what was published has none")
    func none() {
        #expect(Self.drift(Self.level(10), shows: 10) == nil)
    }

    @Test("less than published is an order until the grace time has passed since it was first seen")
    func order() {
        let first = Self.drift(Self.level(10), shows: 7)
        #expect(first?.kind == .order && first?.isTolerated == true && first?.since == Self.now)
        let recent = Self.drift(Self.level(10, seen: (7, 1799)), shows: 7)
        #expect(recent?.kind == .order && recent?.isRepairable == false)
        let old = Self.drift(Self.level(10, seen: (7, 1800)), shows: 7)
        #expect(old?.kind == .unknown && old?.isRepairable == true)
    }

    @Test("another order, and another write, begin the grace time anew")
    func graceBegins() {
        #expect(Self.drift(Self.level(10, seen: (7, 5000)), shows: 5)?.kind == .order)
        #expect(Self.drift(Self.level(10, secondsAgo: 60, seen: (7, 5000)), shows: 7)?.kind == .order)
    }

    @Test("more than published oversells, so it is never tolerated")
    func manual() {
        let drift = Self.drift(Self.level(10, secondsAgo: 1), shows: 12)
        #expect(drift?.kind == .manual && drift?.isRepairable == true && drift?.distance == 2_000_000)
    }

    @Test("the value before our last write is a lost write, waited for only where it may be an order")
    func lost() {
        let high = Self.drift(Self.level(3, before: 10), shows: 10)
        #expect(high?.kind == .lost && high?.isRepairable == true)
        let low = Self.drift(Self.level(10, before: 7), shows: 7)
        #expect(low?.kind == .lost && low?.isTolerated == true)
        let waited = Self.drift(Self.level(10, before: 7, seen: (7, 3600)), shows: 7)
        #expect(waited?.kind == .lost && waited?.isRepairable == true)
    }

    @Test("a level that is gone is missing, and one that is there twice needs a person")
    func missingAndDuplicate() {
        let level = Self.level(10)
        let gone = Drift(level, shows: .gone, graceSeconds: Self.graceSeconds, now: Self.now)
        #expect(gone?.kind == .missing && gone?.isRepairable == true && gone?.shown == nil)
        let twice = Drift(level, shows: .twice("42"), graceSeconds: Self.graceSeconds, now: Self.now)
        #expect(twice?.kind == .duplicate && twice?.isRepairable == false)
        #expect(twice?.exception.code == .duplicateLevel && gone?.exception.code == .drift)
    }
}

@Suite("The latest latencies of the storefront")
struct LatencyWindowTests {
    @Test("its 95th percentile forgets what is old")
    func percentile() {
        var window = LatencyWindow()
        #expect(window.p95Milliseconds == nil)
        for value in 1...20 { window.add(milliseconds: Double(value)) }
        #expect(window.p95Milliseconds == 19)
        for _ in 0..<20 { window.add(milliseconds: 5) }
        #expect(window.p95Milliseconds == 5)
    }
}

@Suite("What a repair writes")
struct RepairedTests {
    private static func repaired(published: Int64, shows: Int64?, wanted: Int64?) throws -> Int64? {
        let key = LevelKey(sku: "A", unit: "item")
        let level = AuditedLevel(key: key, id: "1", published: Quantity(units: published))
        let shown = shows.map { ShownLevel.quantity(Quantity(units: $0)) } ?? .gone
        let now = Timestamp(microseconds: 0)
        let drift = try #require(Drift(level, shows: shown, graceSeconds: 0, now: now))
        return drift.repaired(wanted: wanted.map { Quantity(units: $0) }).map {
            $0.millionths / Quantity.scale
        }
    }

    @Test("too much is lowered to what was published, too little raised to what is wanted at most")
    func repaired() throws {
        #expect(try Self.repaired(published: 40, shows: 60, wanted: 25) == 40)
        #expect(try Self.repaired(published: 40, shows: 60, wanted: nil) == 40)
        #expect(try Self.repaired(published: 40, shows: 10, wanted: 50) == 40)
        #expect(try Self.repaired(published: 40, shows: 10, wanted: 25) == 25)
        #expect(try Self.repaired(published: 40, shows: 30, wanted: 25) == nil)
        #expect(try Self.repaired(published: 40, shows: 10, wanted: nil) == nil)
        #expect(try Self.repaired(published: 40, shows: nil, wanted: 25) == 25)
        #expect(try Self.repaired(published: 40, shows: nil, wanted: nil) == 0)
    }
}
