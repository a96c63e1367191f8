import Crypto

/// Names a rule set by the SHA-256 of what it says, in hexadecimal: equal rules have equal versions.
///
/// The digest is over text lines, one for each site, safety rule, fence and fence rule, of tab-separated
/// fields. Files and line numbers do not count, nor does the order of sites and fences; the order of rules
/// does.
package struct RuleSetVersion: ByteText {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    init(sites: [Site], safety: [SafetyRule], fences: [Fence]) {
        var digest = SHA256()
        func line(_ fields: String...) {
            // Counted fields, so that no name can be mistaken for two.
            let text = fields.map { "\($0.utf8.count):\($0)" }.joined(separator: "\t") + "\n"
            digest.update(data: Array(text.utf8))
        }
        // Nothing stated differs from every text that can be.
        func stated(_ text: String?) -> String { text.map { "=" + $0 } ?? "" }
        for site in sites {
            line("site", site.id.text, "\(site.netting)", site.shrink.rawValue, stated(site.warehouse))
            for glob in site.locations { line("location", glob.text) }
        }
        func match(_ match: SKUMatcher, _ site: SiteID?) {
            line("match", match.kind, match.text, stated(site?.text))
            guard case .list(_, let skus) = match else { return }
            for sku in skus.sorted() { line("listed", sku.text) }
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
                match(rule.match, rule.site)
            }
        }
        self.init(digest.finalize().hexadecimal)
    }
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
