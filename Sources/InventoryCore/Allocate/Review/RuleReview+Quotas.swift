/// Reviews what counts against quotas.
extension RuleReview {
    /// Warns of quotas of which nothing that is bought ever counts: they are filled up again and again.
    mutating func reviewQuotas(_ counts: QuotaCount) {
        for fence in rules.fences {
            guard let number = fence.rules.firstIndex(where: \.isQuota) else { continue }
            let subject = Subject.rule(number + 1, fence.rules[number], of: fence)
            switch counts {
            case .group:
                guard fence.customerGroup.isEmpty else { continue }
                warning(
                    .quotaNeverUsed,
                    subject,
                    "Quotas count what a customer group buys, and the fence names none, so nothing is ever "
                        + "taken off.",
                    "Name it with `customer_group`, or write `quota_counts: level` under `orders`."
                )
            case .level:
                guard fence.publish == .withhold else { continue }
                warning(
                    .quotaNeverUsed,
                    subject,
                    "Quotas count what is taken from the fence's own level, and it has none, so nothing is "
                        + "ever taken off.",
                    "Write `quota_counts: group` under `orders`, or show the fence with `publish`."
                )
            }
        }
    }
}
