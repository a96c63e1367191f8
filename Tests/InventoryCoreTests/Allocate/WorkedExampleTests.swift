import InventoryCore
import Testing

/// Single cases that a person can follow, and the edges of the numbers.
@Suite("Allocation, case by case")
struct WorkedExampleTests {
    private func allocate(
        _ nets: [Int64],
        fences: [Fence] = [],
        orders: (RuleSet) -> WebOrders = { _ in .none },
        consumed: [FenceQuantity] = [],
        site: Site = Site(id: "main")
    ) -> SiteAllocation {
        let rules = RuleSet(sites: [site], fences: fences)
        let rows = nets.enumerated().map { number, net in
            LocationNet(location: Location("L\(number)"), net: Quantity(millionths: net))
        }
        return Allocator(rules: rules, at: Timestamp(microseconds: 0)).allocate(
            SiteStock(sku: "A-1", site: 0, locations: rows[...], orders: orders(rules), consumed: consumed)
        )
    }

    private func units(_ quantity: Quantity) -> Int64 { quantity.millionths / Quantity.scale }

    private func vip(_ hold: FenceRule.Hold) -> Fence {
        Fence(id: "vip", rank: 1, rules: [FenceRule(hold: hold)])
    }

    @Test("after a purchase, a floor is refilled and a quota is smaller")
    func floorOrQuota() {
        let forty = Quantity(units: 40)
        let bought = [FenceQuantity(fence: 0, quantity: Quantity(units: 30))]
        let floor = allocate([70_000_000], fences: [vip(.floor(forty))], consumed: bought)
        #expect(units(floor.fences[0].carved) == 40 && units(floor.shared) == 30)
        let quota = allocate([70_000_000], fences: [vip(.quota(forty))], consumed: bought)
        #expect(units(quota.fences[0].carved) == 10 && units(quota.shared) == 60)
    }

    @Test("an open order counts against the quota of the group that placed it")
    func whoseOrder() {
        let fences = [vip(.quota(Quantity(units: 40)))]
        let ten = Quantity(units: 10)
        let fromVIP = allocate(
            [100_000_000],
            fences: fences,
            orders: { _ in
                WebOrders(fences: [FenceQuantity(fence: 0, quantity: ten)])
            }
        )
        #expect(units(fromVIP.fences[0].carved) == 30 && units(fromVIP.shared) == 60)
        let fromShared = allocate([100_000_000], fences: fences, orders: { _ in WebOrders(shared: ten) })
        #expect(units(fromShared.fences[0].carved) == 40 && units(fromShared.shared) == 50)
    }

    @Test("stated consumption includes the open orders, so they are not taken off twice")
    func statedConsumption() {
        let ten = Quantity(units: 10)
        let allocation = allocate(
            [100_000_000],
            fences: [vip(.quota(Quantity(units: 40)))],
            orders: { _ in WebOrders(fences: [FenceQuantity(fence: 0, quantity: ten)]) },
            consumed: [FenceQuantity(fence: 0, quantity: Quantity(units: 25))]
        )
        #expect(units(allocation.fences[0].carved) == 15 && units(allocation.shared) == 75)
    }

    @Test("an order from a pool that does not exist is taken from the shared pool and reported")
    func unattributed() {
        let allocation = allocate(
            [10_000_000],
            fences: [vip(.floor(.zero))],
            orders: { rules in
                var orders = WebOrders.none
                try? orders.add(Quantity(units: 1), toPool: "vip", of: rules)
                try? orders.add(Quantity(units: 2), toPool: "shared", of: rules)
                try? orders.add(Quantity(units: 3), toPool: "gone", of: rules)
                return orders
            }
        )
        #expect(units(allocation.net) == 4)
        #expect(allocation.findings == [.unattributedOrder(Quantity(units: 3))])
    }

    @Test("rows of one location are added up before it counts as below zero")
    func rowsOfOneLocation() {
        let rules = RuleSet(sites: [Site(id: "main")])
        let rows = [
            LocationNet(location: "L", net: Quantity(units: -4)),
            LocationNet(location: "K", net: Quantity(units: -1)),
            LocationNet(location: "L", net: Quantity(units: 10)),
        ]
        let allocation = Allocator(rules: rules, at: Timestamp(microseconds: 0))
            .allocate(SiteStock(sku: "A", site: 0, locations: rows[...]))
        #expect(units(allocation.shared) == 6)
        #expect(allocation.findings == [.negativeStock("K", deficit: Quantity(units: 1))])
    }

    @Test("a billion units in a short rank are shared without a loop over them")
    func greatPool() {
        let fences = ["a", "b", "c"].map { id in
            Fence(
                id: FenceID(id),
                rank: 1,
                rules: [FenceRule(hold: .floor(Quantity(units: 900_000_000)), step: Quantity(millionths: 1))]
            )
        }
        let rules = RuleSet(sites: [Site(id: "main", shrink: .proportional)], fences: fences)
        let stock = SiteStock(
            sku: "A",
            site: 0,
            locations: [LocationNet(location: "L", net: Quantity(units: 1_000_000_000))],
            granularity: Quantity(millionths: 1)
        )
        let allocation = Allocator(rules: rules, at: Timestamp(microseconds: 0)).allocate(stock)
        let shares = allocation.fences.map(\.carved.description)
        #expect(shares == ["333333333.333334", "333333333.333333", "333333333.333333"])
        #expect(allocation.shared == .zero)
    }

    @Test("sums that do not fit are capped and reported, and do not trap")
    func overflow() {
        let greatest = Quantity(millionths: Int64.max)
        let fences = [
            Fence(
                id: "a",
                rank: 1,
                rules: [FenceRule(hold: .percent(greatest), min: Quantity(units: 1))]
            ),
            Fence(id: "b", rank: 1, rules: [FenceRule(hold: .floor(greatest), min: greatest)]),
        ]
        for shrink in Site.Shrink.allCases {
            let site = Site(id: "main", netting: true, shrink: shrink)
            let much = allocate(Array(repeating: Int64.max, count: 3), fences: fences, site: site)
            #expect(much.net == greatest)
            #expect(much.findings == [.quantityTooLarge])
            let sum = much.fences.reduce(Int128(much.shared.millionths)) { $0 + Int128($1.carved.millionths) }
            #expect(sum == Int128(much.pool.millionths))
            let little = allocate(
                [Int64.min, Int64.min],
                fences: fences,
                orders: { _ in WebOrders(shared: greatest, unattributed: greatest) },
                site: site
            )
            #expect(little.pool == .zero && little.shared == .zero)
            #expect(little.findings.contains(.quantityTooLarge))
            #expect(little.findings.contains(.oversold(deficit: greatest)))
        }
    }

    @Test("the random cases reach every kind of rule and shortage")
    func reach() {
        var reached: [String: Int] = [:]
        for seed in UInt64(0)..<3000 {
            let random = RandomCase(seed: seed)
            let allocation = random.allocation()
            for finding in allocation.findings { reached[finding.code.rawValue, default: 0] += 1 }
            for share in allocation.fences {
                if let part = share.proportionalShare {
                    reached["proportional", default: 0] += part > .zero ? 1 : 0
                }
                if share.minimumGrant > .zero { reached["minimum", default: 0] += 1 }
                if share.dedicated > .zero { reached["dedicated", default: 0] += 1 }
                if share.ordersChargedToPool > .zero { reached["charged", default: 0] += 1 }
            }
        }
        let names = [
            "proportional", "minimum", "dedicated", "charged", "negative_stock", "oversold",
            "unattributed_order",
        ]
        for name in names { #expect(reached[name, default: 0] > 100, "\(name)") }
    }
}
