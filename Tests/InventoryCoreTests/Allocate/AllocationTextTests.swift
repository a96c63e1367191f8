import Foundation
import InventoryCore
import Testing

@Suite("Allocations as text")
struct AllocationTextTests {
    private let rules = RuleSet(
        sites: [Site(id: "main")],
        safety: [SafetyRule(quantity: Quantity(units: 1), place: RulePlace(file: "rules.yaml", line: 3))],
        fences: [
            Fence(
                id: "vip",
                customerGroup: "Key \"Accounts\"",
                rank: 1,
                rules: [
                    FenceRule(
                        hold: .percent(Quantity(millionths: 12_500_000)),
                        min: Quantity(units: 2),
                        place: RulePlace(file: "rules.yaml", line: 9)
                    )
                ]
            ),
            Fence(id: "b2b", rank: 2),
        ]
    )

    @Test("every pool has a line, in byte order of the names, zeros included")
    func lines() throws {
        let allocation = Allocator(rules: rules, at: Timestamp(microseconds: 0))
            .allocate(
                SiteStock(
                    sku: "A\"1",
                    site: 0,
                    locations: [LocationNet(location: "L", net: try Quantity(decimal: "41.5"))]
                )
            )
        var bytes: [UInt8] = []
        AllocationText.appendLines(allocation, rules: rules, to: &bytes)
        #expect(
            String(decoding: bytes, as: UTF8.self) == #"""
                {"sku":"A\"1","site":"main","pool":"b2b","quantity":"0"}
                {"sku":"A\"1","site":"main","pool":"shared","quantity":"35.5"}
                {"sku":"A\"1","site":"main","pool":"vip","quantity":"5"}

                """#
        )
    }

    @Test("the explanation has N, s, P, both passes, the rule's file and line, and the exceptions")
    func explanation() throws {
        let allocator = Allocator(rules: rules, at: Timestamp(microseconds: 0))
        let stock = SiteStock(
            sku: "A-1",
            site: 0,
            locations: [
                LocationNet(location: "L2", net: Quantity(units: 41)),
                LocationNet(location: "L1", net: Quantity(units: -2)),
            ]
        )
        let story = AllocationExplanation(allocator.allocate(stock), of: stock, by: allocator)
        let object = try JSONSerialization.jsonObject(with: Data(story.json))
        let members = try #require(object as? [String: Any])
        #expect(members["net"] as? String == "41")
        #expect((members["safety"] as? [String: Any])?["place"] as? String == "rules.yaml:3")
        #expect(members["pool"] as? String == "40")
        let fence = try #require((members["fences"] as? [[String: Any]])?.first)
        #expect(fence["customer_group"] as? String == "Key \"Accounts\"")
        #expect((fence["rule"] as? [String: Any])?["place"] as? String == "rules.yaml:9")
        #expect((fence["rule"] as? [String: Any])?["quantity"] as? String == "12.5")
        #expect((fence["pass_1"] as? [String: Any])?["granted"] as? String == "2")
        #expect((fence["pass_2"] as? [String: Any])?["granted"] as? String == "3")
        let exception = try #require((members["exceptions"] as? [[String: Any]])?.first)
        #expect(exception["code"] as? String == "negative_stock")
        #expect(exception["subject"] as? String == "A-1 L1")
        let locations = try #require(members["locations"] as? [[String: Any]])
        #expect(locations.map { $0["location"] as? String } == ["L1", "L2"])
    }
}
