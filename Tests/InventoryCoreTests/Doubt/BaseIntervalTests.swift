import InventoryCore
import Testing

/// How much of a pool's base is in doubt (spec, Stock in doubt, section 2).
@Suite("Intervals of the base")
struct BaseIntervalTests {
    private static func intervals(_ stage: DoubtStage, _ sku: SKU = "A") -> [String] {
        let apportioner = apportioner(stage)
        let doubts = DoubtfulStock(stage.book, units: stage.units)
        return apportioner.intervals(of: sku, positions(stage, sku), doubts).map { interval in
            let pool = apportioner.rules.poolName(interval.owner)
            return "\(pool) \(interval.low) \(interval.used) \(interval.high)"
        }
    }

    private static func totals(_ stage: DoubtStage, _ skus: [SKU]) -> DoubtTotals {
        var totals = DoubtTotals()
        let doubts = DoubtfulStock(stage.book, units: stage.units)
        for sku in skus { totals.count(sku, positions(stage, sku), doubts, by: apportioner(stage)) }
        #expect(tally(stage, skus, doubts) == totals)
        return totals
    }

    /// The same by rows.
    private static func tally(_ stage: DoubtStage, _ skus: [SKU], _ doubts: DoubtfulStock) -> DoubtTotals {
        var tally = DoubtTally(apportioner(stage), doubts)
        var places = PlaceList()
        for sku in skus {
            let rows = positions(stage, sku).map { position in
                let key = position.key
                return PlacedPositions.Row(
                    place: places.number(of: key.location, key.unit, key.bin),
                    net: position.net
                )
            }
            tally.count(sku, rows: rows, at: places)
        }
        return tally.totals
    }

    private static func apportioner(_ stage: DoubtStage) -> Apportioner {
        Apportioner(
            rules: stage.rules,
            units: stage.units,
            publishUnits: .primary,
            at: Timestamp(microseconds: 0)
        )
    }

    private static func positions(_ stage: DoubtStage, _ sku: SKU) -> [Position] {
        stage.baselines.values.joined().filter { $0.key.sku == sku }
            .map { Position(key: $0.key, net: $0.value) }
    }

    @Test("a transfer is between what came and both, and counts as what came")
    func transfer() {
        var stage = DoubtStage()
        stage.deliver(["A WH-1 10", "A WH-2 0"])
        stage.deliver(["A WH-2 10"])
        #expect(Self.intervals(stage) == ["shared 10 10 20"])
        stage.deliver(["A WH-1 0", "A WH-2 10"])
        #expect(Self.intervals(stage) == [])
    }

    @Test("the floor at 0 is taken at each location, and where a site nets after the sum")
    func floor() {
        for netting in [false, true] {
            var stage = DoubtStage()
            stage.rules = RuleSet(sites: [Site(id: "main", locations: [Glob("*")], netting: netting)])
            stage.deliver(["A WH-1 10", "A WH-2 -4"])
            stage.deliver(["A WH-1 n/a", "A WH-2 -4"])
            #expect(Self.intervals(stage) == [netting ? "shared 0 6 6" : "shared 0 10 10"])
        }
    }

    @Test("each pool has its own interval, and those without a doubt have none")
    func pools() {
        var stage = DoubtStage()
        stage.rules = RuleSet(
            sites: [Site(id: "main", locations: [Glob("WH-*")])],
            fences: [
                Fence(id: "vip", customerGroup: "VIP", rank: 1, locations: [Glob("VIP")])
            ]
        )
        stage.deliver(["A WH-1 10", "A VIP 3"])
        stage.deliver(["A WH-1 10", "A VIP n/a"])
        #expect(Self.intervals(stage) == ["vip 0 3 3"])
        stage.deliver(["A WH-1 n/a", "A VIP n/a", "B WH-1 1"])
        #expect(Self.intervals(stage) == ["shared 0 10 10", "vip 0 3 3"])
    }

    @Test("quantities are base units, so that cases count by their twelve")
    func units() {
        var stage = DoubtStage()
        stage.units = DoubtStage.dozens()
        stage.deliver(["A WH-1 2 CS", "A WH-1 5"])
        stage.deliver(["A WH-1 n/a CS", "A WH-1 5"])
        #expect(Self.intervals(stage) == ["shared 0 29 29"])
    }

    @Test("totals count each SKU once, add up what its pools can differ by, and tell what never was clear")
    func totals() {
        var stage = DoubtStage()
        stage.deliver(["A WH-1 10", "A WH-2 4", "B WH-1 7", "C WH-1 1"])
        stage.deliver(["A WH-1 n/a", "A WH-2 n/a", "B WH-1 n/a", "C WH-1 1", "D WH-1 n/a"])
        let totals = Self.totals(stage, ["A", "B", "C", "D"])
        #expect(totals.skus == 3 && totals.neverClear == 1 && totals.width.description == "21")
        #expect(Self.totals(stage, ["C"]) == DoubtTotals())
    }

    @Test("rows add up to the same totals as positions, whatever the stock is like")
    func rows() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<300 {
            var stage = DoubtStage()
            stage.units = Bool.random(using: &random) ? DoubtStage.dozens() : UnitTable()
            let site = Site(
                id: "main",
                locations: [Glob("WH-*")],
                netting: Bool.random(using: &random)
            )
            let fence = Fence(id: "vip", customerGroup: "VIP", rank: 1, locations: [Glob("VIP")])
            stage.rules = RuleSet(sites: [site], fences: [fence])
            func row(_ sku: String, _ location: String, _ unit: String) -> String? {
                let number = Int.random(in: -9...30, using: &random)
                if number > 25 { return nil }
                let net = number > 20 ? "n/a" : "\(number)"
                return "\(sku) \(location) \(net)\(unit)"
            }
            func rows() -> [String] {
                ["A", "B", "C"].flatMap { sku in
                    ["WH-1", "WH-2", "VIP", "OUT"].flatMap { location in
                        ["", " CS"].compactMap { row(sku, location, $0) }
                    }
                }
            }
            for _ in 0..<3 { stage.deliver(rows()) }
            _ = Self.totals(stage, ["A", "B", "C"])
        }
    }
}
