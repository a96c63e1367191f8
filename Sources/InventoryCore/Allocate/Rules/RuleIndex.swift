/// Finds the first of many ordered rules that matches a SKU, without trying them one by one.
///
/// Rules that name a single SKU are found by one hash look-up, however many there are. Patterns and lists are
/// tried in order, and only those that stand before the rule found.
struct RuleIndex: Sendable {
    /// The first rule that names each SKU.
    private var named: [SKU: Int32] = [:]
    /// For a rule that names a SKU, the next one that names the same; −1 ends the chain.
    private var nextNamed: [Int32] = []
    private var patterns: [(rule: Int32, match: SKUMatcher)] = []
    /// The index of the rule's site, or `everySite`, or `noSite` for a site that does not exist.
    private var sites: [Int32] = []

    private static let everySite: Int32 = -1
    private static let noSite: Int32 = -2

    init(rules: [(match: SKUMatcher, site: SiteID?)], siteNumbers: [SiteID: Int]) {
        nextNamed = Array(repeating: -1, count: rules.count)
        for (number, rule) in rules.enumerated().reversed() {
            guard case .exact(let sku) = rule.match else { continue }
            nextNamed[number] = named[sku] ?? -1
            named[sku] = Int32(number)
        }
        for (number, rule) in rules.enumerated() {
            let site = rule.site.map { siteNumbers[$0].map(Int32.init) ?? RuleIndex.noSite }
            sites.append(site ?? RuleIndex.everySite)
            if case .exact = rule.match { continue }
            patterns.append((Int32(number), rule.match))
        }
    }

    /// Gives the number of the first rule in force that matches, or nil; hot (benchmark `allocate`).
    func first(_ sku: SKU, bytes: Span<UInt8>, site: Int, inForce: ArraySlice<Bool>) -> Int? {
        let offset = inForce.startIndex
        let site = Int32(truncatingIfNeeded: site)
        var best = Int32.max
        if !named.isEmpty {
            var candidate = named[sku] ?? -1
            while candidate >= 0, !applies(candidate, site) || !inForce[offset + Int(candidate)] {
                candidate = nextNamed[Int(candidate)]
            }
            if candidate >= 0 { best = candidate }
        }
        for (rule, match) in patterns {
            if rule >= best { break }
            if applies(rule, site), inForce[offset + Int(rule)], match.matches(sku, bytes: bytes) {
                return Int(rule)
            }
        }
        return best == Int32.max ? nil : Int(best)
    }

    private func applies(_ rule: Int32, _ site: Int32) -> Bool {
        let own = sites[Int(rule)]
        return own == RuleIndex.everySite || own == site
    }
}
