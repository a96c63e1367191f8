import InventoryCore
import Testing
import TidegateSettings

@testable import TidegateSettings

@Suite("The sections sites, safety_stock and fences")
struct RulesTests {
    private let text = """
        sites:
          main: { locations: [WH-1, "WH-2*"], netting: true, shrink: proportional, warehouse: Leeds }
          second:
            locations: [X-1, WH-VIP]
        safety_stock:
          - { match: { sku: "AB-*", site: main }, quantity: 5 }
          - { quantity: 0.5 }
        fences:
          gold:
            customer_group: Key Accounts
            rank: 1
            locations: [WH-VIP]
            publish: { warehouse: "Leeds – Key Accounts" }
            rules:
              - { match: { sku: AB-1, site: main }, hold: floor, quantity: 40, min: 40, max: 80 }
              - match: { sku_file: promo.txt }
                hold: quota
                quantity: 100
              - { hold: percent, percent: 12.5, step: 6, valid: { from: 2026-11-01T00:00:00+00:00 } }
          silver: { rank: 2, publish: { sku_alias: "{sku}-S" } }
          web: { rank: 2, publish: withhold, rules: [{ hold: percent, percent: 50 }] }
        units: [{ erp: CS, per_base: "1/3", oro: case }]
        """

    @Test("the sections become exactly the rule set, with the line of each rule")
    func rules() throws {
        let file = try Fixture.rules(text)
        let sites = file.rules.sites
        #expect(sites.map(\.id) == ["main", "second"])
        #expect(sites[0].locations == [Glob("WH-1"), Glob("WH-2*")])
        #expect(sites[0].netting && sites[0].shrink == .proportional && sites[0].warehouse == "Leeds")
        #expect(!sites[1].netting && sites[1].shrink == .rank && sites[1].warehouse == nil)
        #expect(sites.map { $0.place?.description } == ["r.yaml:2", "r.yaml:3"])
        let safety = file.rules.safety
        #expect(safety.map(\.quantity) == [Quantity(units: 5), Quantity(millionths: 500_000)])
        #expect(safety[0].match == .glob(Glob("AB-*")) && safety[0].site == "main")
        #expect(safety[1].match == .any && safety[1].site == nil && safety[1].place?.line == 7)
        let fences = file.rules.fences
        #expect(fences.map(\.id) == ["gold", "silver", "web"])
        #expect(fences.map(\.rank) == [1, 2, 2])
        #expect(fences[0].customerGroup == "Key Accounts" && fences[0].locations == [Glob("WH-VIP")])
        #expect(fences[0].publish == .warehouse("Leeds – Key Accounts"))
        #expect(fences[1].publish == .skuAlias("{sku}-S") && fences[2].publish == .withhold)
        #expect(file.units.conversions.map(\.perBase) == [Ratio(1, over: 3)])
    }

    @Test("a fence's rules keep their order, quantities and validity")
    func fenceRules() throws {
        let rules = try Fixture.rules(text).rules.fences[0].rules
        #expect(rules.count == 3)
        #expect(rules[0].match == .exact("AB-1") && rules[0].site == "main")
        #expect(rules[0].hold == .floor(Quantity(units: 40)) && rules[0].min == Quantity(units: 40))
        #expect(rules[0].max == Quantity(units: 80) && rules[0].step == nil)
        #expect(rules[1].match == .list(name: "promo.txt", skus: ["AB-1", "AB-2"]))
        #expect(rules[1].hold == .quota(Quantity(units: 100)))
        #expect(rules[2].hold == .percent(Quantity(millionths: 12_500_000)))
        #expect(rules[2].step == Quantity(units: 6) && rules[2].match == .any)
        let from = try #require(Timestamp(rfc3339: "2026-11-01T00:00:00Z"))
        #expect(rules[2].validity == Validity(from: from, until: nil))
        #expect(rules.map { $0.place?.line } == [15, 16, 19])
    }

    @Test(
        "bad rules are refused with line, column, key and reason",
        arguments: [
            ("{ hold: floor }", "6:9 missing_key fences.f.rules[1].quantity"),
            (
                "{ hold: percent, quantity: 3, percent: 3 }",
                "6:36 conflicting_keys fences.f.rules[1].quantity"
            ),
            ("{ hold: percent, percent: 101 }", "6:35 bad_value fences.f.rules[1].percent"),
            ("{ hold: hoard, quantity: 1 }", "6:17 bad_value fences.f.rules[1].hold"),
            ("{ quantity: 1 }", "6:9 missing_key fences.f.rules[1].hold"),
            ("{ hold: floor, quantity: -1 }", "6:34 bad_value fences.f.rules[1].quantity"),
            ("{ hold: floor, quantity: 1e3 }", "6:34 wrong_type fences.f.rules[1].quantity"),
            ("{ hold: floor, quantity: 1.0000001 }", "6:34 bad_value fences.f.rules[1].quantity"),
            ("{ hold: floor, quantity: 1, step: 0 }", "6:43 bad_value fences.f.rules[1].step"),
            ("{ hold: floor, quantity: 1, min: 5, max: 2 }", "6:9 bad_rule fences.f.rules[1]"),
            ("{ hold: floor, quantity: 1, match: { site: moon } }", "6:9 bad_rule fences.f.rules[1]"),
            (
                "{ hold: floor, quantity: 1, match: { sku_file: missing.txt } }",
                "6:56 bad_list fences.f.rules[1].match.sku_file"
            ),
            (
                "{ hold: floor, quantity: 1, match: { skus: A } }",
                "6:46 unknown_key fences.f.rules[1].match.skus"
            ),
            (
                "{ hold: floor, quantity: 1, valid: { from: 2026-11-01T00:00:00 } }",
                "6:52 bad_value fences.f.rules[1].valid.from"
            ),
            (
                "{ hold: floor, quantity: 1, valid: { until: 2026-11-01 } }",
                "6:53 bad_value fences.f.rules[1].valid.until"
            ),
            (
                "{ hold: floor, quantity: 1, "
                    + "valid: { from: 2026-11-02T00:00:00Z, until: 2026-11-01T00:00:00Z } }",
                "6:9 bad_rule fences.f.rules[1]"
            ),
        ]
    )
    func refused(rule: String, mark: String) {
        let text = """
            sites: { main: { locations: [A] } }
            fences:
              f:
                rank: 1
                rules:
                  - \(rule)
            """
        #expect(Fixture.marks(Fixture.ruleProblems(text)) == [mark])
    }

    @Test("locations that two fences own are refused at the fence")
    func overlap() {
        let text = """
            sites: { main: { locations: [A] } }
            fences:
              f: { rank: 1, locations: [V] }
              g: { rank: 1, locations: [V] }
            """
        let problems = Fixture.ruleProblems(text)
        #expect(problems.map(\.code) == [.badRule])
        #expect(problems.allSatisfy { $0.line == 3 || $0.line == 4 })
    }

    @Test("percentages that add up to more than 100 at one rank give a warning")
    func percents() throws {
        let text = """
            sites: { main: { locations: [A] } }
            fences:
              f: { rank: 1, rules: [{ hold: percent, percent: 60 }] }
              g: { rank: 1, rules: [{ hold: percent, percent: 50 }] }
            """
        #expect(try Fixture.rules(text).warnings.contains { $0.code == .doubtfulRule && $0.line > 2 })
    }

    @Test("unknown keys are found at every level, with the likely spelling")
    func unknown() {
        let text = """
            site: {}
            sites: { main: { location: [A] } }
            safety_stock: [{ quantity: 1, sku: A }]
            fences:
              f: { rank: 1, publish: { sku_alais: "{sku}-X" },
                       rules: [{ hold: floor, quantity: 1, valid: { till: x } }] }
            """
        let problems = Fixture.ruleProblems(text)
        #expect(
            Fixture.marks(problems) == [
                "1:1 unknown_key site", "2:18 unknown_key sites.main.location",
                "3:31 unknown_key safety_stock[1].sku",
                "5:26 missing_key fences.f.publish", "5:28 unknown_key fences.f.publish.sku_alais",
                "6:57 unknown_key fences.f.rules[1].valid.till",
            ]
        )
        #expect(problems[0].hint == "Did you mean “sites”?")
        #expect(problems[1].hint == "Did you mean “locations”?")
        #expect(problems[4].hint == "Did you mean “sku_alias”?")
    }
}
