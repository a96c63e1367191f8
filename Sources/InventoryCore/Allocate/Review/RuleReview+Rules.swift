/// Reviews each fence rule by itself and against the others.
extension RuleReview {
    mutating func reviewRules(of fence: Fence) {
        var earlier: [RuleReach: Int] = [:]
        for (index, rule) in fence.rules.enumerated() {
            let subject = Subject.rule(index + 1, rule, of: fence)
            reviewRule(rule, subject)
            let reach = RuleReach(match: rule.match, site: rule.site)
            reviewReach(reach, among: earlier, subject)
            // A rule that is valid for a time may be followed by another with the same match. Only rules
            // without validity hide later ones for good.
            if rule.validity == .always { earlier[reach] = earlier[reach] ?? index + 1 }
        }
    }

    private mutating func reviewRule(_ rule: FenceRule, _ subject: Subject) {
        reviewSite(rule.site, subject)
        reviewSign(rule.hold.quantity, rule.hold.kind == "percent" ? "percent" : "quantity", subject)
        reviewSign(rule.min, "min", subject)
        reviewSign(rule.max, "max", subject)
        if let min = rule.min, let max = rule.max, max < min {
            error(
                .maxBelowMin,
                subject,
                "`max` is \(max), below `min`, which is \(min).",
                "Raise `max` or lower `min`."
            )
        }
        if case .percent(let percent) = rule.hold, percent > Quantity(units: 100) {
            error(
                .percentTooLarge,
                subject,
                "`percent` is \(percent), more than 100 % of the pool.",
                "State 100 or less."
            )
        }
        if let from = rule.validity.from, let until = rule.validity.until, until <= from {
            error(
                .validityEmpty,
                subject,
                "`valid` ends at \(until), before or when it begins, at \(from).",
                "Let `until` be later than `from`; the rule ends just before `until`."
            )
        }
        reviewStep(rule, subject)
    }

    private mutating func reviewStep(_ rule: FenceRule, _ subject: Subject) {
        guard let step = rule.step else { return }
        guard step > .zero else {
            error(
                .stepNotPositive,
                subject,
                "`step` is \(step); it must be more than zero.",
                "State the smallest quantity to add, such as 12 for a case of 12, or leave `step` out."
            )
            return
        }
        guard let granularity, granularity > .zero else { return }
        if step < granularity {
            error(
                .stepTooFine,
                subject,
                "`step` is \(step), finer than the published unit, which can show steps of \(granularity).",
                "State \(granularity) or a multiple of it, or leave `step` out; where the shop shows "
                    + "decimals of the unit, set its `precision` under `units`."
            )
        } else if step.millionths % granularity.millionths != 0 {
            warning(
                .stepNotAMultiple,
                subject,
                "`step` is \(step), not a multiple of what the published unit shows, \(granularity).",
                "What the unit cannot show is kept back; state a multiple of \(granularity)."
            )
        }
    }

    /// Warns if the percentages of one rank can add up to more than the pool.
    mutating func reviewPercents() {
        for (first, fence) in rules.fences.enumerated() {
            guard first == 0 || rules.fences[first - 1].rank != fence.rank else { continue }
            let tier = rules.fences[first...].prefix { $0.rank == fence.rank }
            let sites: [SiteID?] = rules.sites.isEmpty ? [nil] : rules.sites.map { $0.id }
            for site in sites {
                let shares = tier.map { greatestPercent(of: $0, at: site) }
                let sum = shares.reduce(Int128(0)) { $0 + Int128($1.millionths) }
                guard sum > Int128(100 * Quantity.scale), shares.count(where: { $0 > .zero }) > 1 else {
                    continue
                }
                let total = QuantityTotal.sum(of: shares)
                let names = tier.map(\.id.text).joined(separator: ", ")
                warning(
                    .percentsAboveHundred,
                    .fence(fence),
                    "The fences of rank \(fence.rank) (\(names)) can ask for \(total) % of the pool"
                        + (site.map { " at site \($0)." } ?? "."),
                    "Lower the percentages, or give the fences different ranks."
                )
                break
            }
        }
    }

    private func greatestPercent(of fence: Fence, at site: SiteID?) -> Quantity {
        var greatest = Quantity.zero
        for rule in fence.rules where rule.site == nil || rule.site == site {
            if case .percent(let percent) = rule.hold { greatest = max(greatest, percent) }
        }
        return greatest
    }
}
