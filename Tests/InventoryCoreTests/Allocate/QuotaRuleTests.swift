import InventoryCore
import TestSupport
import Testing

/// The period of a quota in the rules: their text, their version, and whom a new period concerns.
@Suite("Quotas by period in the rules")
struct QuotaRuleTests {
    private static let start = Timestamp(microseconds: 1_790_000_000_000_000)

    private static func apportioner(
        _ period: QuotaPeriod?,
        counts: QuotaCount = .level,
        group: String = "Gold"
    ) -> Apportioner {
        let quota = FenceRule(
            match: SKUMatcher(pattern: "AB-*"),
            hold: .quota(Quantity(units: 40)),
            min: Quantity(units: 2),
            period: period
        )
        let floor = FenceRule(hold: .floor(Quantity(units: 1)))
        let fence = Fence(id: "gold", customerGroup: group, rank: 1, rules: [quota, floor])
        return Apportioner(
            rules: RuleSet(sites: [Site(id: "main", locations: [Glob("*")])], fences: [fence]),
            units: UnitTable(),
            publishUnits: .primary,
            quotaCounts: counts,
            at: start
        )
    }

    @Test("a rule's period and whose purchases count are read back from the text")
    func roundTrip() throws {
        for counts in QuotaCount.allCases {
            for period in [nil, QuotaPeriod(.month), QuotaPeriod(.week, zone: "Europe/Berlin")] {
                let apportioner = Self.apportioner(period, counts: counts)
                let again = try Apportioner(apportioner.text, at: Self.start)
                #expect(again.text == apportioner.text)
                #expect(again.rules.fences[0].rules.map(\.period) == [period, nil])
                #expect(again.quotaCounts == counts)
            }
        }
    }

    @Test("rules without a period keep the version that they always had")
    func version() {
        let plain = Self.apportioner(nil)
        let text = String(decoding: plain.text.bytes, as: UTF8.self)
        #expect(!text.contains("period") && !text.contains("quota_counts"))
        #expect(
            text == """
                4:site\t4:main\t5:false\t4:rank\t0:
                8:location\t1:*
                5:fence\t4:gold\t4:Gold\t1:1\t8:withhold
                4:rule\t8:quota 40\t2:=2\t0:\t0:\t0:\t0:
                5:match\t4:glob\t4:AB-*\t0:
                4:rule\t7:floor 1\t0:\t0:\t0:\t0:\t0:
                5:match\t3:any\t1:*\t0:

                """
        )
        let others = [
            Self.apportioner(QuotaPeriod(.month)), Self.apportioner(QuotaPeriod(.week)),
            Self.apportioner(QuotaPeriod(.month, zone: "Europe/Berlin")),
            Self.apportioner(nil, counts: .group),
        ]
        #expect(Set(([plain] + others).map(\.text.version)).count == 5)
    }

    @Test("a damaged period is refused")
    func damaged() {
        let text = String(decoding: Self.apportioner(QuotaPeriod(.month)).text.bytes, as: UTF8.self)
        let bytes = Array(text.replacing("5:month", with: "5:moons").utf8)
        #expect(throws: RuleTextError.self) { try Apportioner(RuleText(bytes: bytes), at: Self.start) }
    }

    @Test("a period that turns concerns the SKUs of its rule, and no others")
    func turned() {
        let (month, week) = (QuotaPeriod(.month), QuotaPeriod(.week))
        let apportioner = Self.apportioner(month)
        let change = RulingChange(from: apportioner, to: apportioner, turned: [month])
        #expect(change.concerns(SKU("AB-1")) && !change.concerns(SKU("other")))
        #expect(RulingChange(from: apportioner, to: apportioner, turned: [week]).isEmpty)
        #expect(RulingChange(from: apportioner, to: apportioner).isEmpty)
    }

    @Test("another period, or other purchases that count, concern the SKUs of the quota, and no others")
    func otherPeriod() {
        let plain = Self.apportioner(nil)
        for other in [
            Self.apportioner(QuotaPeriod(.day)), Self.apportioner(nil, counts: .group),
        ] {
            let change = RulingChange(from: plain, to: other)
            #expect(change.concerns(SKU("AB-1")) && !change.concerns(SKU("other")))
        }
        let counted = Self.apportioner(nil, counts: .group)
        let renamed = RulingChange(from: counted, to: Self.apportioner(nil, counts: .group, group: "VIP"))
        #expect(renamed.concerns(SKU("AB-1")) && !renamed.concerns(SKU("other")))
    }

    @Test("a quota that nothing ever counts against is warned of")
    func neverUsed() {
        func codes(_ publish: PublishTarget, _ group: String, _ counts: QuotaCount?) -> [RuleProblem.Code] {
            let rule = FenceRule(hold: .quota(Quantity(units: 1)))
            let fence = Fence(id: "f", customerGroup: group, rank: 1, publish: publish, rules: [rule])
            return RuleProblem.all(in: RuleSet(fences: [fence]), quotaCounts: counts).map(\.code)
        }
        #expect(codes(.skuAlias("{sku}-KA"), "", .group) == [.quotaNeverUsed])
        #expect(codes(.withhold, "Gold", .group).isEmpty)
        #expect(codes(.withhold, "Gold", .level) == [.quotaNeverUsed])
        #expect(codes(.skuAlias("{sku}-KA"), "", .level).isEmpty)
        #expect(codes(.withhold, "", nil).isEmpty)
    }

    @Test("the certificate carries what was ordered and consumed of each pool, and holds")
    func certificate() throws {
        let apportioner = Self.apportioner(nil)
        let stock = SiteStock(
            sku: "AB-1",
            site: 0,
            locations: [LocationNet(location: "L", net: Quantity(units: 100))],
            orders: WebOrders(
                shared: Quantity(units: 5),
                unattributed: Quantity(units: 1),
                fences: [FenceQuantity(fence: 0, quantity: Quantity(units: 10))]
            ),
            consumed: [FenceQuantity(fence: 0, quantity: Quantity(units: 12))]
        )
        let allocation = Allocator(rules: apportioner.rules, at: Self.start).allocate(stock)
        var draft = CertificateDraft(rules: apportioner.rules)
        try draft.add(allocation)
        let certificate = draft.finish()
        #expect(certificate.holds)
        let site = certificate.sites[0]
        #expect(
            [site.stock, site.orders, site.net, site.pool].map(\.description) == ["100", "16", "84", "84"]
        )
        let (gold, shared) = (site.pools[0], site.pools[1])
        #expect([gold.orders, gold.consumed, gold.carved].map(\.description) == ["10", "12", "28"])
        #expect([shared.orders, shared.consumed, shared.carved].map(\.description) == ["6", "0", "56"])
        let json = String(decoding: certificate.json, as: UTF8.self)
        #expect(json.contains(#""stock":"100","orders":"16","net":"84""#))
        #expect(json.contains(#""orders":"10","consumed":"12","allocated":"28""#))
    }
}
