import InventoryCore

/// SKUs with their stock, the rules, and what the shop shows.
struct Catalogue {
    private let skus: [SKU]
    /// The rows of each SKU, by its number.
    private let positions: PlacedPositions
    private let apportioner: Apportioner
    private let allocator: Allocator
    private let shopUnits = [ShopUnit(unit: "item", precision: 0, isPrimary: true)]

    struct Planned {
        let plan: PushPlan
        let wanted: Int
        let skus: Int
    }

    init(skus count: Int) {
        var random: UInt64 = 1
        func next(_ bound: Int) -> Int64 {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int64((random >> 33) % UInt64(bound))
        }
        let locations = ["DC-KOELN-01", "WH-LEEDS-01", "WH-LYON-02", "WH-YORK-01"].map { Location($0) }
        skus = (0..<count).map { number in
            // One SKU in ten begins with KA: what the key accounts buy.
            SKU((number % 10 == 3 ? "KA-" : "AB-") + String(10_000_000 + number))
        }
        var positions = PlacedPositions(skus: count)
        for _ in skus {
            for location in locations {
                positions.append(Quantity(units: next(200)), at: positions.number(of: location, "EA"))
            }
            positions.endSKU()
        }
        self.positions = positions
        let ofAssortment = SKUMatcher(pattern: "KA-*")
        let holds: [(FenceID, FenceRule.Hold)] = [
            ("gold", .floor(Quantity(units: 40))), ("silver", .percent(Quantity(units: 25))),
            ("web", .percent(Quantity(units: 50))),
        ]
        let fences = holds.enumerated().map { rank, fence in
            Fence(
                id: fence.0,
                rank: rank + 1,
                publish: .warehouse(fence.0.text),
                rules: [FenceRule(match: ofAssortment, hold: fence.1)]
            )
        }
        let site = Site(id: "main", locations: [Glob("WH-*"), Glob("DC-*")], warehouse: "Everyone")
        let rules = RuleSet(sites: [site], safety: [SafetyRule(quantity: Quantity(units: 2))], fences: fences)
        let instant = Timestamp(microseconds: 1_790_000_000_000_000)
        let units = UnitTable(general: [UnitConversion(erp: "EA", perBase: .one, shop: "item")])
        apportioner = Apportioner(rules: rules, units: units, publishUnits: .primary, at: instant)
        allocator = Allocator(rules: rules, at: instant)
    }

    /// Allocates and plans these SKUs; one in `differing` of their levels shows another figure.
    func plan(_ numbers: some Sequence<Int>, differing: Int) -> Planned {
        var draft = PushPlan.Draft(wishesMax: numbers.underestimatedCount * 4)
        var divided = SerialApportioner(apportioner)
        var (wanted, count) = (0, 0)
        for number in numbers {
            count += 1
            divided.apportion(
                skus[number],
                rows: Array(positions[number]),
                at: positions.places,
                shopUnits: shopUnits,
                aliasUnits: { _ in [] }
            )
            for level in divided.wanted {
                wanted += 1
                let offset = wanted % differing == 0 ? Quantity.scale : 0
                let shown = Quantity(millionths: level.quantity.millionths + offset)
                draft.add(level, current: CurrentLevel(published: shown))
            }
        }
        return Planned(plan: draft.finish(rulesVersion: "benchmark").plan, wanted: wanted, skus: count)
    }

    /// Allocates one SKU and gives the shared pool's quantity.
    func allocate(_ number: Int) -> Int64 {
        let nets = positions[number].map {
            LocationNet(location: positions.places[$0.place].location, net: $0.net)
        }
        let stock = SiteStock(sku: skus[number], site: 0, locations: nets[...])
        return allocator.allocate(stock).shared.millionths
    }
}
