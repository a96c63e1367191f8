import InventoryCore
import TestSupport
import Testing

@Suite("Which rule applies")
struct RuleMatchingTests {
    @Test(
        "`*` matches any run of characters, `?` exactly one, the rest itself",
        arguments: [
            ("AB-*", "AB-1", true), ("AB-*", "AB-", true), ("AB-*", "AB", false), ("AB-*", "ab-1", false),
            ("*", "", true), ("*", "x", true), ("**", "x", true), ("?", "", false), ("?", "é", true),
            ("??", "é", false), ("A?C", "AéC", true), ("A?C", "AC", false), ("*-KA", "A-1-KA", true),
            ("*-KA", "A-1-KB", false), ("A*B*C", "AxxBxxC", true), ("A*B*C", "AxxCxxB", false),
            ("A*B*C", "ABBC", true), ("*a*", "bab", true), ("AB-1", "AB-1", true), ("AB-1", "AB-11", false),
            ("", "", true), ("", "x", false), ("a*a", "a", false), ("AB-?", "AB-12", false),
        ]
    )
    func patterns(pattern: String, name: String, fits: Bool) {
        #expect(SKUMatcher(pattern: pattern).matches(SKU(name)) == fits)
        #expect(Glob(pattern).matches(SKU(name)) == fits)
    }

    @Test("random patterns match what the slow, literal matcher matches", arguments: 0..<UInt64(4))
    func twin(block: UInt64) {
        func fits(_ pattern: ArraySlice<Character>, _ name: ArraySlice<Character>) -> Bool {
            guard let head = pattern.first else { return name.isEmpty }
            if head == "*" {
                return fits(pattern.dropFirst(), name) || (!name.isEmpty && fits(pattern, name.dropFirst()))
            }
            guard let letter = name.first, head == "?" || head == letter else { return false }
            return fits(pattern.dropFirst(), name.dropFirst())
        }
        for seed in block * 500..<(block + 1) * 500 {
            var random = SplitMix64(state: seed)
            let pattern = (0..<Int.random(in: 0...7, using: &random)).map { _ in random.pick(Array("aab*?é"))
            }
            let name = (0..<Int.random(in: 0...8, using: &random)).map { _ in random.pick(Array("aabé")) }
            let fast = Glob(String(pattern)).matches(SKU(String(name)))
            #expect(fast == fits(pattern[...], name[...]), "\(String(pattern)) \(String(name))")
        }
    }

    @Test("of several matching rules of any kind, the first in file order applies", arguments: 0..<UInt64(4))
    func firstWins(block: UInt64) {
        for seed in block * 250..<(block + 1) * 250 {
            var random = SplitMix64(state: seed)
            let names: [SKU] = ["A1", "A2", "B1", "B2"]
            let rules = (0..<Int.random(in: 0...8, using: &random)).map { _ in
                let match: SKUMatcher = random.pick([
                    .exact(random.pick(names)), .exact(random.pick(names)), SKUMatcher(pattern: "A*"),
                    SKUMatcher(pattern: "?2"),
                    .list(name: "l", skus: [random.pick(names), random.pick(names)]),
                ])
                let site: SiteID? = random.pick([nil, nil, "main", "north", "nowhere"])
                let validity = random.chance(30) ? Validity(from: nil, until: RandomCase.instant) : .always
                return FenceRule(match: match, site: site, hold: .floor(.zero), validity: validity)
            }
            let sites = [Site(id: "main"), Site(id: "north")]
            let set = RuleSet(sites: sites, fences: [Fence(id: "f", rank: 1, rules: rules)])
            let allocator = Allocator(rules: set, at: RandomCase.instant)
            for name in names {
                for (number, site) in sites.enumerated() {
                    let share = allocator.allocate(SiteStock(sku: name, site: number, locations: [])).fences[
                        0
                    ]
                    let concerning = rules.indices.filter { index in
                        rules[index].match.matches(name)
                            && (rules[index].site == nil || rules[index].site == site.id)
                    }
                    #expect(share.rule == concerning.first { rules[$0].validity == .always }, "seed \(seed)")
                    #expect(share.isConcerned == !concerning.isEmpty, "seed \(seed)")
                }
            }
        }
    }

    @Test("a rule with `valid` is in force from its first instant until just before its last")
    func validity() {
        let from = Timestamp(microseconds: 10)
        let until = Timestamp(microseconds: 20)
        let rule = FenceRule(
            hold: .floor(Quantity(units: 5)),
            validity: Validity(from: from, until: until)
        )
        let later = FenceRule(hold: .floor(Quantity(units: 2)))
        let rules = RuleSet(
            sites: [Site(id: "main")],
            fences: [Fence(id: "f", rank: 1, rules: [rule, later])]
        )
        let stock = SiteStock(
            sku: "A",
            site: 0,
            locations: [LocationNet(location: "L", net: Quantity(units: 9))]
        )
        let held = [Int64(9), 10, 19, 20].map { instant -> Int64 in
            let allocator = Allocator(rules: rules, at: Timestamp(microseconds: instant))
            return allocator.allocate(stock).fences[0].carved.millionths / Quantity.scale
        }
        #expect(held == [2, 5, 5, 2])
        #expect(rules.nextChange(after: Timestamp(microseconds: 9)) == from)
        #expect(rules.nextChange(after: from) == until)
        #expect(rules.nextChange(after: until) == nil)
    }

    @Test("a location gets its site and owner by exact name first, then by pattern")
    func locations() {
        let sites = [
            Site(id: "leeds", locations: [Glob("WH-L-*")]),
            Site(id: "york", locations: [Glob("WH-Y-1"), Glob("WH-L-9")]),
        ]
        let fence = Fence(id: "vip", rank: 1, locations: [Glob("WH-L-VIP"), Glob("VIP-*")])
        let rules = RuleSet(sites: sites, fences: [fence])
        #expect(rules.role(of: "WH-L-1") == LocationRole(site: 0, owner: nil))
        #expect(rules.role(of: "WH-L-9") == LocationRole(site: 1, owner: nil))
        #expect(rules.role(of: "WH-L-VIP") == LocationRole(site: 0, owner: 0))
        #expect(rules.role(of: "VIP-1") == nil)
        #expect(rules.role(of: "WH-X") == nil)
        let one = RuleSet(sites: [sites[0]], fences: [fence])
        #expect(one.role(of: "VIP-1") == LocationRole(site: 0, owner: 0))
    }

    @Test(
        "two patterns overlap if some name matches both",
        arguments: [
            ("A", "A", true), ("A", "B", false), ("A*", "*Z", true), ("A*", "B*", false),
            ("A*Z", "?BZ", true),
            ("*", "", true), ("?", "", false), ("A?", "A??", false), ("A?*", "*A", true),
            ("a*b*c", "*bcd", false),
        ]
    )
    func overlaps(_ left: String, _ right: String, _ expected: Bool) {
        #expect(Glob(left).overlaps(Glob(right)) == expected)
        #expect(Glob(right).overlaps(Glob(left)) == expected)
    }
}
