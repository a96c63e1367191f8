/// Something wrong with a rule set: what, where it is written, and how to mend it.
package struct RuleProblem: Hashable, Sendable {
    package let severity: Severity
    package let code: Code
    /// What it is about, such as `fence gold, rule 2` or `site main`.
    package let subject: String
    /// The fence it is about, or nil.
    package let fence: FenceID?
    /// The rule's number in the fence or in the safety stock, counted from 1, or nil.
    package let rule: Int?
    package let place: RulePlace?
    package let reason: String
    package let hint: String

    package enum Severity: String, Sendable, CaseIterable {
        /// The rules are refused.
        case error
        /// The rules work, but probably not as intended.
        case warning
    }

    package enum Code: String, Sendable, CaseIterable {
        case emptyName = "empty_name"
        case duplicateSite = "duplicate_site"
        case duplicateFence = "duplicate_fence"
        case reservedName = "reserved_name"
        case unknownSite = "unknown_site"
        case locationInTwoSites = "location_in_two_sites"
        case locationInTwoFences = "location_in_two_fences"
        case locationWithoutSite = "location_without_site"
        case negativeQuantity = "negative_quantity"
        case maxBelowMin = "max_below_min"
        case percentTooLarge = "percent_too_large"
        case percentsAboveHundred = "percents_above_hundred"
        case stepNotPositive = "step_not_positive"
        case stepTooFine = "step_too_fine"
        case stepNotAMultiple = "step_not_a_multiple"
        case validityEmpty = "validity_empty"
        case ruleNeverReached = "rule_never_reached"
        case aliasWithoutSKU = "alias_without_sku"
        case warehouseShared = "warehouse_shared"
        case fenceHoldsNothing = "fence_holds_nothing"
        case quotaNeverUsed = "quota_never_used"
    }

    /// The problem on one line, beginning with file and line if they are known.
    package var text: String {
        let start = place.map { "\($0): " } ?? ""
        return "\(start)\(severity.rawValue): \(subject): \(reason) \(hint)"
    }
}

extension RuleProblem {
    /// Gives everything wrong with a rule set, in the order sites, safety stock, fences.
    ///
    /// - Parameters:
    ///   - rules: the rules.
    ///   - granularity: that of the finest published unit, if known: no step may be finer.
    ///   - quotaCounts: whose purchases count against quotas; nothing where no orders are read.
    /// - Returns: the problems.
    package static func all(
        in rules: RuleSet,
        granularity: Quantity? = nil,
        quotaCounts: QuotaCount? = nil
    ) -> [RuleProblem] {
        var review = RuleReview(rules: rules, granularity: granularity)
        review.reviewSites()
        review.reviewSafety()
        review.reviewFences()
        review.reviewLocations()
        review.reviewPercents()
        review.reviewTargets()
        if let quotaCounts { review.reviewQuotas(quotaCounts) }
        return review.problems
    }
}
