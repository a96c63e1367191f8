import InventoryCore
import TestSupport
import Testing

@Suite("Apportioning SKUs one after another in the same memory")
struct SerialApportionerTests {
    /// Rules with two sites, fences that own locations, and every way of publishing.
    private static func rules(_ random: inout SplitMix64) -> RuleSet {
        let one = RandomCase(seed: random.next()).rules
        let fences = one.fences.enumerated().map { number, fence in
            let alias = PublishTarget.skuAlias("{sku}-\(number)")
            return Fence(
                id: fence.id,
                rank: fence.rank,
                locations: random.chance(30) ? [Glob("L\(number)")] : [],
                publish: random.pick([.withhold, .warehouse("W \(fence.id)"), alias]),
                rules: fence.rules
            )
        }
        let main = one.sites[0]
        let sites = [
            Site(
                id: main.id,
                locations: [Glob("L0"), Glob("L1"), Glob("L2")],
                netting: main.netting,
                shrink: main.shrink
            ), Site(id: "north", locations: [Glob("L3"), Glob("L4")], warehouse: "North"),
        ]
        let isPlain = random.chance(20)
        return RuleSet(sites: isPlain ? [] : sites, safety: one.safety, fences: fences)
    }

    private static func units(_ random: inout SplitMix64) -> UnitTable {
        guard random.chance(60) else { return UnitTable() }
        let twelve = Ratio(12, over: 1) ?? .one
        var table = UnitTable(general: [
            UnitConversion(erp: "EA", perBase: .one, shop: "item"),
            UnitConversion(erp: "CS", perBase: twelve, shop: "case"),
        ])
        if random.chance(40) {
            let own = UnitConversion(erp: "CS", perBase: Ratio(6, over: 1) ?? .one, shop: "case")
            _ = table.add(own, to: "AB-1")
        }
        return table
    }

    /// Mostly usual positions, sometimes such that take the slow way.
    private static func rows(
        _ places: inout PlaceList,
        _ random: inout SplitMix64
    ) -> [PlacedPositions.Row] {
        let isOdd = random.chance(30)
        let count = isOdd ? random.pick([0, 1, 70]) : Int.random(in: 0...8, using: &random)
        return (0..<count).map { _ in
            // L5 belongs to no site, and PAL has no factor.
            let location = Location("L\(random.below(isOdd ? 6 : 5))")
            let unit: StockUnit = random.pick(isOdd ? ["EA", "CS", "PAL"] : ["EA"])
            var net = Quantity(millionths: Int64(random.below(90)) * Quantity.scale / 2)
            if isOdd, random.chance(30) { net = Quantity(millionths: -net.millionths) }
            if isOdd, random.chance(10) { net = Quantity(millionths: .max) }
            let bin: Bin = random.chance(20) ? random.pick(["A1", "B2"]) : ""
            return PlacedPositions.Row(place: places.number(of: location, unit, bin), net: net)
        }
    }

    @Test("each SKU gets what it gets when apportioned alone", arguments: UInt64(0)..<150)
    func model(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let item = ShopUnit(unit: "item", precision: 0, isPrimary: true)
        let box = ShopUnit(unit: "case", precision: 1, isPrimary: false)
        let apportioner = Apportioner(
            rules: Self.rules(&random),
            units: Self.units(&random),
            publishUnits: random.pick([
                .primary, .mirror, .split(["item": Quantity(units: 60), "case": Quantity(units: 40)]),
            ]),
            at: RandomCase.instant
        )
        var serial = SerialApportioner(apportioner)
        var places = PlaceList()
        for number in 0..<60 {
            let sku = SKU(random.pick(["AB-1", "AB-2", "other", "Z"]))
            let rows = Self.rows(&places, &random)
            let shopUnits = random.pick([[], [item], [item], [box], [item, box]])
            let aliasUnits = random.pick([[], [item], [box]])
            let alone = apportioner.apportion(
                sku,
                positions: places.positions(rows[...], of: sku),
                shopUnits: shopUnits,
                aliasUnits: { _ in aliasUnits }
            )
            serial.apportion(sku, rows: rows, at: places, shopUnits: shopUnits) { _ in aliasUnits }
            #expect(serial.allocations == alone.allocations, "SKU \(number)")
            #expect(serial.figures == alone.figures, "SKU \(number)")
            #expect(serial.exceptions == alone.exceptions, "SKU \(number)")
        }
    }
}
