/// Stock set apart for one customer group, and where it is shown to that group.
package struct Fence: Hashable, Sendable {
    package let id: FenceID
    package let customerGroup: String
    /// Lower ranks are served first, equal ranks in byte order of the id.
    package let rank: Int
    /// Names or patterns of the locations whose whole stock is this fence's.
    package let locations: [Glob]
    package let publish: PublishTarget
    /// In file order: the first that matches a SKU and site applies, and rules never stack.
    package let rules: [FenceRule]
    package let place: RulePlace?

    package init(
        id: FenceID,
        customerGroup: String = "",
        rank: Int,
        locations: [Glob] = [],
        publish: PublishTarget = .withhold,
        rules: [FenceRule] = [],
        place: RulePlace? = nil
    ) {
        self.id = id
        self.customerGroup = customerGroup
        self.rank = rank
        self.locations = locations
        self.publish = publish
        self.rules = rules
        self.place = place
    }
}

/// Where a fence's stock is written.
package enum PublishTarget: Hashable, Sendable {
    /// Into the group's own OroCommerce warehouse (Enterprise Edition).
    case warehouse(String)
    /// Nowhere: it is only taken out of the shared pool.
    case withhold
    /// To a second product that only the group sees; `{sku}` in the template stands for the SKU.
    case skuAlias(String)

    package static let skuPlaceholder = "{sku}"

    /// Gives the SKU of the second product; nil for other targets.
    package func alias(of sku: SKU) -> SKU? {
        guard case .skuAlias(let template) = self else { return nil }
        return SKU(template.replacing(PublishTarget.skuPlaceholder, with: sku.text))
    }
}
