/// Checks a rule set and collects what is wrong with it.
struct RuleReview {
    let rules: RuleSet
    let granularity: Quantity?
    private(set) var problems: [RuleProblem] = []

    /// What a problem is about.
    struct Subject {
        let text: String
        var fence: FenceID?
        var rule: Int?
        let place: RulePlace?

        static func site(_ site: Site) -> Subject {
            Subject(text: "site \(site.id)", place: site.place)
        }

        static func safety(_ number: Int, _ rule: SafetyRule) -> Subject {
            Subject(text: "safety_stock, rule \(number)", rule: number, place: rule.place)
        }

        static func fence(_ fence: Fence) -> Subject {
            Subject(text: "fence \(fence.id)", fence: fence.id, place: fence.place)
        }

        static func rule(_ number: Int, _ rule: FenceRule, of fence: Fence) -> Subject {
            Subject(
                text: "fence \(fence.id), rule \(number)",
                fence: fence.id,
                rule: number,
                place: rule.place ?? fence.place
            )
        }
    }

    init(rules: RuleSet, granularity: Quantity?) {
        self.rules = rules
        self.granularity = granularity
    }

    mutating func error(_ code: RuleProblem.Code, _ subject: Subject, _ reason: String, _ hint: String) {
        add(.error, code, subject, reason, hint)
    }

    mutating func warning(_ code: RuleProblem.Code, _ subject: Subject, _ reason: String, _ hint: String) {
        add(.warning, code, subject, reason, hint)
    }

    private mutating func add(
        _ severity: RuleProblem.Severity,
        _ code: RuleProblem.Code,
        _ subject: Subject,
        _ reason: String,
        _ hint: String
    ) {
        problems.append(
            RuleProblem(
                severity: severity,
                code: code,
                subject: subject.text,
                fence: subject.fence,
                rule: subject.rule,
                place: subject.place,
                reason: reason,
                hint: hint
            )
        )
    }

    mutating func reviewSites() {
        for (number, site) in rules.sites.enumerated() {
            if site.id.text.isEmpty {
                error(.emptyName, .site(site), "A site has no name.", "Give it one.")
            }
            if number > 0, rules.sites[number - 1].id == site.id {
                error(
                    .duplicateSite,
                    .site(site),
                    "There are two sites of this name.",
                    "Rename one, or merge them."
                )
            }
        }
    }

    mutating func reviewSafety() {
        var earlier: [RuleReach: Int] = [:]
        for (index, rule) in rules.safety.enumerated() {
            let subject = Subject.safety(index + 1, rule)
            reviewSite(rule.site, subject)
            reviewSign(rule.quantity, "quantity", subject)
            let reach = RuleReach(match: rule.match, site: rule.site)
            reviewReach(reach, among: earlier, subject)
            earlier[reach] = earlier[reach] ?? index + 1
        }
    }

    mutating func reviewFences() {
        var seen: Set<FenceID> = []
        for fence in rules.fences {
            let subject = Subject.fence(fence)
            if fence.id.text.isEmpty {
                error(.emptyName, subject, "A fence has no name.", "Give it one.")
            }
            if !seen.insert(fence.id).inserted {
                error(
                    .duplicateFence,
                    subject,
                    "There are two fences of this name.",
                    "Rename one, or merge them."
                )
            }
            if fence.id == FenceID(RuleSet.sharedPool) {
                error(
                    .reservedName,
                    subject,
                    "`shared` is the name of the pool for everyone.",
                    "Give the fence another name."
                )
            }
            if fence.rules.isEmpty, fence.locations.isEmpty {
                warning(
                    .fenceHoldsNothing,
                    subject,
                    "The fence has neither rules nor locations, so it holds nothing.",
                    "Add `rules` or `locations`, or remove the fence."
                )
            }
            reviewRules(of: fence)
        }
    }

    mutating func reviewSite(_ site: SiteID?, _ subject: Subject) {
        guard let site, rules.siteNumber(site) == nil else { return }
        error(
            .unknownSite,
            subject,
            "There is no site \(site).",
            "Use one of: \(rules.sites.map(\.id.text).joined(separator: ", ")); or add it under `sites`."
        )
    }

    mutating func reviewSign(_ quantity: Quantity?, _ name: String, _ subject: Subject) {
        guard let quantity, quantity < .zero else { return }
        error(.negativeQuantity, subject, "`\(name)` is \(quantity), below zero.", "State zero or more.")
    }

    /// Warns of a rule that an earlier one always hides; finds the certain cases only.
    mutating func reviewReach(_ reach: RuleReach, among earlier: [RuleReach: Int], _ subject: Subject) {
        let hiding = reach.wider.compactMap { earlier[$0] }.min()
        guard let hiding else { return }
        warning(
            .ruleNeverReached,
            subject,
            "Rule \(hiding) matches first wherever this one would.",
            "Put the narrower rule before the wider one, or remove it."
        )
    }
}

/// Which SKUs and site a rule is about, to find rules that an earlier one hides.
struct RuleReach: Hashable {
    let match: SKUMatcher
    let site: SiteID?

    /// This reach and the ones that certainly contain it.
    var wider: [RuleReach] {
        [
            self, RuleReach(match: match, site: nil), RuleReach(match: .any, site: site),
            RuleReach(match: .any, site: nil),
        ]
    }
}
