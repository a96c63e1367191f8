import InventoryCore
import TestSupport
import Testing

@Suite("Which SKUs a change of rules concerns")
struct RulingChangeTests {
    private static let start = RandomCase.instant
    private static let skus: [SKU] = ["AB-1", "AB-2", "other", "Z"]

    private static func apportioner(
        _ rules: RuleSet,
        units: UnitTable = UnitTable(),
        publishUnits: PublishUnits = .primary,
        after seconds: Int64 = 0
    ) -> Apportioner {
        Apportioner(
            rules: rules,
            units: units,
            publishUnits: publishUnits,
            at: start.adding(seconds: seconds)
        )
    }

    private static func set(_ rules: [FenceRule], publish: PublishTarget = .withhold) -> RuleSet {
        let site = Site(id: "main", locations: [Glob("*")])
        return RuleSet(sites: [site], fences: [Fence(id: "gold", rank: 1, publish: publish, rules: rules)])
    }

    private static func concerned(_ old: Apportioner, _ new: Apportioner) -> [SKU] {
        let change = RulingChange(from: old, to: new)
        return skus.filter(change.concerns)
    }

    @Test("a rule that begins or ends concerns the SKUs it matches, and no others")
    func validity() {
        let bounded = Validity(from: Self.start.adding(seconds: 10), until: Self.start.adding(seconds: 20))
        let rule = FenceRule(
            match: SKUMatcher(pattern: "AB-*"),
            hold: .floor(Quantity(units: 4)),
            validity: bounded
        )
        let rules = Self.set([rule])
        let at = { Self.apportioner(rules, after: $0) }
        #expect(RulingChange(from: at(0), to: at(9)).isEmpty)
        #expect(Self.concerned(at(9), at(10)) == ["AB-1", "AB-2"])
        #expect(Self.concerned(at(10), at(19)) == [])
        #expect(Self.concerned(at(19), at(20)) == ["AB-1", "AB-2"])
        #expect(Self.concerned(at(0), at(30)) == [])
    }

    @Test("a changed, new or hidden rule concerns the SKUs to which another rule applies now")
    func rules() {
        let all = FenceRule(hold: .floor(Quantity(units: 4)))
        let one = FenceRule(match: .exact("AB-2"), hold: .floor(Quantity(units: 5)))
        let same = FenceRule(match: .exact("AB-2"), hold: .floor(Quantity(units: 4)))
        let before = Self.apportioner(Self.set([all]))
        #expect(Self.concerned(before, Self.apportioner(Self.set([one, all]))) == ["AB-2"])
        #expect(Self.concerned(before, Self.apportioner(Self.set([all, one]))) == [])
        #expect(Self.concerned(before, Self.apportioner(Self.set([same, all]))) == [])
        #expect(Self.concerned(before, Self.apportioner(Self.set([]))) == Self.skus)
        let elsewhere = Self.apportioner(Self.set([one], publish: .warehouse("Gold")))
        #expect(Self.concerned(Self.apportioner(Self.set([one])), elsewhere) == ["AB-2"])
    }

    @Test("a SKU's own unit concerns that SKU only; general units and publishing concern all")
    func units() {
        let rules = Self.set([])
        let each = UnitConversion(erp: "EA", perBase: .one, shop: "item")
        let general = UnitTable(general: [each])
        var own = general
        let isNew = own.add(UnitConversion(erp: "CS", perBase: .one, shop: "case"), to: "AB-1")
        #expect(isNew)
        let before = Self.apportioner(rules, units: general)
        #expect(Self.concerned(before, Self.apportioner(rules, units: own)) == ["AB-1"])
        #expect(Self.concerned(before, Self.apportioner(rules)) == Self.skus)
        let mirrored = Self.apportioner(rules, units: general, publishUnits: .mirror)
        #expect(Self.concerned(before, mirrored) == Self.skus)
    }

    @Test("a location that changes its site or owner concerns the SKUs that lie there")
    func locations() {
        let sites = { (globs: [String]) in [Site(id: "main", locations: globs.map { Glob($0) })] }
        let before = Self.apportioner(RuleSet(sites: sites(["A"])))
        let wider = RulingChange(from: before, to: Self.apportioner(RuleSet(sites: sites(["A", "B"]))))
        #expect(wider.movesLocations && !wider.concerns("AB-1" as SKU))
        #expect(!wider.concerns("A" as Location) && wider.concerns("B" as Location))
        let owner = Fence(id: "gold", rank: 1, locations: [Glob("A")])
        let owned = RulingChange(
            from: before,
            to: Self.apportioner(RuleSet(sites: sites(["A"]), fences: [owner]))
        )
        #expect(owned.concerns("A" as Location) && !owned.concerns("AB-1" as SKU))
    }

    @Test("a SKU that a change does not concern keeps its figures", arguments: 0..<UInt64(20))
    func sound(block: UInt64) throws {
        for seed in block * 100..<(block + 1) * 100 {
            var random = SplitMix64(state: seed)
            let before = RandomCase(seed: seed)
            var after = random.chance(50) ? before : RandomCase(seed: seed &+ 1_000_000)
            if random.chance(30) { after.fences = Array(after.fences.dropFirst()) }
            if random.chance(30) { after.safety = [] }
            if random.chance(20) { after.site = before.site }
            let old = Self.apportioner(Self.located(before.rules), after: Int64(random.below(3)) - 1)
            let new = Self.apportioner(Self.located(after.rules), after: Int64(random.below(3)) - 1)
            let change = RulingChange(from: old, to: new)
            for sku in Self.skus where !change.concerns(sku) {
                let positions = (0..<4).map { number in
                    let location = Location("L\(number)")
                    let net = Quantity(units: Int64(random.below(90)) - 20)
                    return Position(key: PositionKey(sku: sku, location: location, unit: ""), net: net)
                }
                guard !positions.contains(where: { change.concerns($0.key.location) }) else { continue }
                let units = [ShopUnit(unit: "item", precision: 0, isPrimary: true)]
                let left = old.apportion(sku, positions: positions, shopUnits: units)
                let right = new.apportion(sku, positions: positions, shopUnits: units)
                #expect(left.wanted == right.wanted, "seed \(seed), \(sku)")
            }
            let text = old.text
            let again = try Apportioner(text, at: old.instant)
            #expect(again.text == text && RulingChange(from: old, to: again).isEmpty, "seed \(seed)")
        }
    }

    /// The same rules, with fences published to warehouses and with dedicated locations.
    private static func located(_ rules: RuleSet) -> RuleSet {
        let site = rules.sites[0]
        let fences = rules.fences.enumerated().map { number, fence in
            Fence(
                id: fence.id,
                rank: fence.rank,
                locations: number == 1 ? [Glob("L1")] : [],
                publish: .warehouse("W \(fence.id)"),
                rules: fence.rules
            )
        }
        let located = Site(id: site.id, locations: [Glob("*")], netting: site.netting, shrink: site.shrink)
        return RuleSet(sites: [located], safety: rules.safety, fences: fences)
    }

    @Test("a rule text reads back as it was written, whatever characters the names have")
    func roundTrip() throws {
        let odd = "a\tb\n7:é \u{301}*"
        let rule = FenceRule(
            match: .list(name: odd, skus: ["\n", SKU(odd)]),
            site: "main",
            hold: .percent(Quantity(millionths: 12_500_001)),
            min: .zero,
            max: Quantity(units: 9),
            step: Quantity(millionths: 1),
            validity: Validity(
                from: Timestamp(microseconds: -1),
                until: Timestamp(microseconds: 1_790_000_000_000_001)
            )
        )
        let fence = Fence(
            id: FenceID(odd),
            customerGroup: odd,
            rank: 3,
            locations: [Glob(odd)],
            publish: .skuAlias("{sku} \(odd)"),
            rules: [rule, FenceRule(match: .exact("AB-1"), hold: .quota(.zero))]
        )
        let site = Site(id: "main", locations: [Glob("*"), Glob("")], netting: true, warehouse: "")
        let safety = SafetyRule(match: SKUMatcher(pattern: "A?"), quantity: Quantity(units: 1))
        let rules = RuleSet(sites: [site], safety: [safety], fences: [fence])
        var units = UnitTable(general: [UnitConversion(erp: "", perBase: .one, shop: "item")])
        let third = try #require(Ratio(1, over: 3))
        let isNew = units.add(UnitConversion(erp: "x", perBase: third, shop: "kg"), to: SKU(odd))
        #expect(isNew)
        let split = PublishUnits.split(["item": Quantity(units: 60), "kg": Quantity(units: 40)])
        let text = Self.apportioner(rules, units: units, publishUnits: split).text
        let again = try Apportioner(text, at: Self.start)
        #expect(again.text == text)
        #expect(again.units == units && again.publishUnits == split)
        #expect(again.rules.fences == rules.fences && again.rules.sites == rules.sites)
        for cut in 1..<40 {
            let bytes = Array(text.bytes.dropLast(cut))
            // A text cut between two lines can be read, but says something else.
            guard bytes.last != UInt8(ascii: "\n") else { continue }
            #expect(throws: RuleTextError.self) { try Apportioner(RuleText(bytes: bytes), at: Self.start) }
        }
    }
}
