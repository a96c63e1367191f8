/// Whose purchases count against a quota.
package enum QuotaCount: String, Hashable, Sendable, CaseIterable {
    /// What was taken from the fence's own level.
    case level
    /// What the group's customers bought, from whatever level.
    case group
}
