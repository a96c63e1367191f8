import InventoryCore
import Testing

@Suite("What is wrong with rules")
struct RuleProblemTests {
    private let floor = FenceRule.Hold.floor(Quantity(units: 1))
    private let main = Site(id: "main", locations: [Glob("L1"), Glob("L2")])

    private func problems(
        sites: [Site]? = nil,
        safety: [SafetyRule] = [],
        _ fences: [Fence],
        granularity: Quantity? = nil
    ) -> [RuleProblem] {
        let rules = RuleSet(sites: sites ?? [main], safety: safety, fences: fences)
        return RuleProblem.all(in: rules, granularity: granularity)
    }

    private func problems(_ rule: FenceRule, granularity: Quantity? = nil) -> [RuleProblem] {
        problems([Fence(id: "vip", rank: 1, rules: [rule])], granularity: granularity)
    }

    @Test("correct rules have no problems")
    func good() {
        let rule = FenceRule(
            match: SKUMatcher(pattern: "A*"),
            site: "main",
            hold: floor,
            min: Quantity(units: 1),
            max: Quantity(units: 1),
            step: Quantity(units: 1)
        )
        let wider = FenceRule(hold: .percent(Quantity(units: 100)))
        let safety = [SafetyRule(match: .exact("A"), quantity: .zero), SafetyRule(quantity: .zero)]
        let fence = Fence(id: "vip", rank: 1, locations: [Glob("L2")], rules: [rule, wider])
        #expect(problems(safety: safety, [fence], granularity: Quantity(units: 1)).isEmpty)
    }

    @Test("a problem says where the rule is written, what is wrong, and how to mend it")
    func place() throws {
        let rule = FenceRule(
            hold: floor,
            min: Quantity(units: 5),
            max: Quantity(units: 4),
            place: RulePlace(file: "tidegate.yaml", line: 31)
        )
        let problem = try #require(problems(rule).first)
        #expect(problem.code == .maxBelowMin)
        #expect(problem.fence == "vip" && problem.rule == 1)
        #expect(
            problem.text == "tidegate.yaml:31: error: fence vip, rule 1: "
                + "`max` is 4, below `min`, which is 5. Raise `max` or lower `min`."
        )
    }

    @Test("each kind of faulty rule is found")
    func rules() {
        let less = Quantity(units: -1)
        let half = Quantity(millionths: 500_000)
        let instant = Timestamp(microseconds: 5)
        #expect(problems(FenceRule(site: "x", hold: floor)).map(\.code) == [.unknownSite])
        #expect(problems(FenceRule(hold: .quota(less))).map(\.code) == [.negativeQuantity])
        #expect(problems(FenceRule(hold: floor, min: less)).map(\.code) == [.negativeQuantity])
        #expect(problems(FenceRule(hold: floor, step: .zero)).map(\.code) == [.stepNotPositive])
        #expect(problems(FenceRule(hold: floor, step: half)).isEmpty)
        let one = Quantity(units: 1)
        #expect(problems(FenceRule(hold: floor, step: half), granularity: one).map(\.code) == [.stepTooFine])
        let uneven = problems(
            FenceRule(hold: floor, step: Quantity(millionths: 1_500_000)),
            granularity: one
        )
        #expect(uneven.map(\.code) == [.stepNotAMultiple] && uneven.map(\.severity) == [.warning])
        #expect(problems(FenceRule(hold: .percent(Quantity(units: 101)))).map(\.code) == [.percentTooLarge])
        let empty = Validity(from: instant, until: instant)
        #expect(problems(FenceRule(hold: floor, validity: empty)).map(\.code) == [.validityEmpty])
    }

    @Test("percentages that add up to more than 100 are a warning within one rank, and none across ranks")
    func percents() {
        func fence(_ id: FenceID, _ percent: Int64, rank: Int, site: SiteID? = nil) -> Fence {
            let rule = FenceRule(site: site, hold: .percent(Quantity(units: percent)))
            return Fence(id: id, rank: rank, rules: [rule])
        }
        let over = problems([fence("a", 60, rank: 1), fence("b", 41, rank: 1)])
        #expect(over.map(\.code) == [.percentsAboveHundred] && over.map(\.severity) == [.warning])
        #expect(problems([fence("a", 60, rank: 1), fence("b", 41, rank: 2)]).isEmpty)
        #expect(problems([fence("a", 60, rank: 1), fence("b", 40, rank: 1)]).isEmpty)
        let sites = [main, Site(id: "north")]
        let apart = [fence("a", 60, rank: 1, site: "main"), fence("b", 41, rank: 1, site: "north")]
        #expect(problems(sites: sites, apart).isEmpty)
    }

    @Test("names and locations used twice are found")
    func names() {
        let rules = [FenceRule(hold: floor)]
        let twice = [Fence(id: "a", rank: 1, rules: rules), Fence(id: "a", rank: 2, rules: rules)]
        #expect(problems(twice).map(\.code) == [.duplicateFence])
        #expect(problems([Fence(id: "shared", rank: 1, rules: rules)]).map(\.code) == [.reservedName])
        #expect(problems([Fence(id: "a", rank: 1)]).map(\.code) == [.fenceHoldsNothing])
        #expect(problems(sites: [main, main], []).map(\.code) == [.duplicateSite])
        let other = Site(id: "north", locations: [Glob("L2")])
        #expect(problems(sites: [main, other], []).map(\.code) == [.locationInTwoSites])
        let owners = [
            Fence(id: "a", rank: 1, locations: [Glob("L1")]),
            Fence(id: "b", rank: 1, locations: [Glob("L?")]),
        ]
        #expect(problems(owners).map(\.code) == [.locationInTwoFences])
        let homeless = Fence(id: "a", rank: 1, locations: [Glob("VIP")])
        #expect(problems([homeless]).isEmpty)
        #expect(problems(sites: [main, Site(id: "north")], [homeless]).map(\.code) == [.locationWithoutSite])
    }

    @Test("publishing targets that do not keep groups apart are found")
    func targets() {
        let rules = [FenceRule(hold: floor)]
        let bare = Fence(id: "a", rank: 1, publish: .skuAlias("KA"), rules: rules)
        #expect(problems([bare]).map(\.code) == [.aliasWithoutSKU])
        let site = Site(id: "main", warehouse: "W")
        let fence = Fence(id: "a", rank: 1, publish: .warehouse("W"), rules: rules)
        #expect(problems(sites: [site], [fence]).map(\.code) == [.warehouseShared])
    }

    @Test("a rule that an earlier one always hides is a warning; an earlier one with an end hides nothing")
    func hidden() {
        let any = FenceRule(hold: floor)
        let named = FenceRule(match: .exact("A"), site: "main", hold: floor)
        let ending = FenceRule(
            hold: floor,
            validity: Validity(from: nil, until: Timestamp(microseconds: 1))
        )
        func codes(_ rules: [FenceRule]) -> [RuleProblem.Code] {
            problems([Fence(id: "a", rank: 1, rules: rules)]).map(\.code)
        }
        #expect(codes([any, named]) == [.ruleNeverReached])
        #expect(codes([named, any]).isEmpty)
        #expect(codes([ending, named]).isEmpty)
        let safety = [SafetyRule(quantity: .zero), SafetyRule(match: .exact("A"), quantity: .zero)]
        #expect(problems(safety: safety, []).map(\.code) == [.ruleNeverReached])
    }

    @Test("the version depends on what the rules say, not on files, lines or the order of fences")
    func version() {
        func rules(_ units: Int64, line: Int, swapped: Bool = false) -> RuleSet {
            let rule = FenceRule(
                hold: .floor(Quantity(units: units)),
                place: RulePlace(file: "f", line: line)
            )
            let fences = [Fence(id: "a", rank: 1, rules: [rule]), Fence(id: "b", rank: 1)]
            return RuleSet(sites: [main], fences: swapped ? fences.reversed() : fences)
        }
        #expect(rules(1, line: 1).version == rules(1, line: 2, swapped: true).version)
        #expect(rules(1, line: 1).version != rules(2, line: 1).version)
        #expect(rules(1, line: 1).version.text.utf8.count == 64)
    }
}
