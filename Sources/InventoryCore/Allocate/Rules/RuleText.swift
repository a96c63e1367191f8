import Crypto

/// Everything that turns positions into figures, as one text: rules, units, and the units to publish in.
///
/// Equal contents give equal texts, whatever file and line they come from. The text can be read back
/// (`Apportioner.init(_:at:)`), so a run knows by which rules the shop's figures were made. It consists of
/// lines of tab-separated fields; each field begins with its length, so that a name that contains a tab
/// cannot be taken for two.
package struct RuleText: Hashable, Sendable {
    package private(set) var bytes: [UInt8] = []

    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    init(sites: [Site], safety: [SafetyRule], fences: [Fence]) {
        for site in sites {
            line("site", site.id.text, "\(site.netting)", site.shrink.rawValue, stated(site.warehouse))
            for glob in site.locations { line("location", glob.text) }
        }
        for rule in safety {
            line("safety", rule.quantity.description)
            match(rule.match, rule.site)
        }
        for fence in fences {
            line("fence", fence.id.text, fence.customerGroup, "\(fence.rank)", fence.publish.canonicalText)
            for glob in fence.locations { line("own", glob.text) }
            for rule in fence.rules {
                line(
                    "rule",
                    rule.hold.canonicalText,
                    stated(rule.min?.description),
                    stated(rule.max?.description),
                    stated(rule.step?.description),
                    stated(rule.validity.from?.description),
                    stated(rule.validity.until?.description)
                )
                // Only where there is one: rules without keep the version that they always had.
                if let period = rule.period { line("period", period.unit.rawValue, period.zone) }
                match(rule.match, rule.site)
            }
        }
    }

    /// Adds units and publishing, but no defaults: rules alone then have the same text with and without them.
    mutating func append(_ units: UnitTable, _ publishUnits: PublishUnits) {
        for unit in units.general { line("unit", unit.erp.text, unit.perBase.description, unit.shop.text) }
        for unit in units.general where unit.ignoresShopRate { line("ignored_rate", unit.erp.text) }
        for (sku, own) in units.bySKU.sorted(by: { $0.key < $1.key }) {
            line("article", sku.text)
            for unit in own { line("own_unit", unit.erp.text, unit.perBase.description, unit.shop.text) }
        }
        switch publishUnits {
        case .primary: break
        case .mirror: line("mirror")
        case .split(let percentages):
            line("split")
            for (unit, percent) in percentages.sorted(by: { $0.key < $1.key }) {
                line("part", unit.text, percent.description)
            }
        }
    }

    /// Adds whose purchases count, where that is not what it usually is and some quota asks for it.
    mutating func append(_ quotaCounts: QuotaCount, of rules: RuleSet) {
        if quotaCounts != .level, rules.hasQuotas { line("quota_counts", quotaCounts.rawValue) }
    }

    /// The SHA-256 of the text.
    package var version: RuleSetVersion { RuleSetVersion(SHA256.hash(data: bytes).hexadecimal) }

    private mutating func match(_ match: SKUMatcher, _ site: SiteID?) {
        line("match", match.kind, match.text, stated(site?.text))
        guard case .list(_, let skus) = match else { return }
        for sku in skus.sorted() { line("listed", sku.text) }
    }

    private mutating func line(_ fields: String...) {
        for (place, field) in fields.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: "\t")) }
            bytes += "\(field.utf8.count):".utf8
            bytes += field.utf8
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    /// A nil differs from every text, the empty one included.
    private func stated(_ text: String?) -> String { text.map { "=" + $0 } ?? "" }
}

extension PublishTarget {
    /// The target in one word for digests and `explain`.
    package var canonicalText: String {
        switch self {
        case .warehouse(let name): "warehouse \(name)"
        case .withhold: "withhold"
        case .skuAlias(let template): "sku_alias \(template)"
        }
    }
}

extension FenceRule.Hold {
    /// The target's kind, as configuration spells it.
    package var kind: String {
        switch self {
        case .floor: "floor"
        case .quota: "quota"
        case .percent: "percent"
        }
    }

    /// The number the rule states: base units, or per cent.
    package var quantity: Quantity {
        switch self {
        case .floor(let quantity), .quota(let quantity), .percent(let quantity): quantity
        }
    }

    var canonicalText: String { "\(kind) \(quantity)" }
}
