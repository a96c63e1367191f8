/// All the rules of one plan: sites, safety stock and fences, found fast and named by a version.
///
/// Faulty rules make a rule set, too; `RuleProblem.all(in:)` tells what is wrong with them.
package struct RuleSet: Sendable {
    /// In byte order of their ids.
    package let sites: [Site]
    /// In file order: the first that matches applies.
    package let safety: [SafetyRule]
    /// In the order they are served: by rank, then in byte order of their ids.
    package let fences: [Fence]
    /// What the rules say, but not where they are written.
    package let text: RuleText
    /// The digest of the text.
    package let version: RuleSetVersion

    /// The pools in byte order of their names, the order of printed rows; nil is the shared pool.
    package let poolsByName: [Int?]

    let safetyIndex: RuleIndex
    let fenceIndexes: [RuleIndex]
    private let siteNumbers: [SiteID: Int]
    private let fenceNumbers: [FenceID: Int]
    private let locations: LocationIndex

    /// The shared pool's name in rows and messages; no fence may have it.
    package static let sharedPool = "shared"

    package init(sites: [Site] = [], safety: [SafetyRule] = [], fences: [Fence] = []) {
        // Equal ids stay in file order, so that even a faulty set always gives the same answer.
        let sites = sites.sorted { $0.id < $1.id }
        let fences = fences.sorted { ($0.rank, $0.id) < ($1.rank, $1.id) }
        let siteNumbers = Dictionary(sites.enumerated().map { ($1.id, $0) }) { first, _ in first }
        self.sites = sites
        self.safety = safety
        self.fences = fences
        self.siteNumbers = siteNumbers
        fenceNumbers = Dictionary(fences.enumerated().map { ($1.id, $0) }) { first, _ in first }
        safetyIndex = RuleIndex(rules: safety.map { ($0.match, $0.site) }, siteNumbers: siteNumbers)
        fenceIndexes = fences.map { fence in
            RuleIndex(rules: fence.rules.map { ($0.match, $0.site) }, siteNumbers: siteNumbers)
        }
        locations = LocationIndex(sites: sites, fences: fences)
        text = RuleText(sites: sites, safety: safety, fences: fences)
        version = text.version
        let pools: [Int?] = [nil] + fences.indices.map { $0 }
        poolsByName = pools.sorted { left, right in
            let name = { (pool: Int?) in pool.map { fences[$0].id } ?? FenceID(RuleSet.sharedPool) }
            return name(left) < name(right)
        }
    }

    /// Gives a site's index in `sites`, or nil if there is no such site.
    package func siteNumber(_ id: SiteID) -> Int? { siteNumbers[id] }

    /// Gives a fence's index in `fences`, or nil if there is no such fence.
    package func fenceNumber(_ id: FenceID) -> Int? { fenceNumbers[id] }

    /// Gives the name of a pool: a fence's id, or `shared`.
    package func poolName(_ pool: Int?) -> String {
        pool.map { fences[$0].id.text } ?? RuleSet.sharedPool
    }

    /// Gives the site and owner of a location, or nil if no site has it.
    ///
    /// A dedicated location that no site lists belongs to the only site, if there is just one. Too slow for
    /// the inner loop: ask once per location.
    package func role(of location: Location) -> LocationRole? { locations.role(of: location) }

    /// Gives the fence that owns a location whole, whatever its site.
    package func owner(of location: Location) -> Int? { locations.owner(of: location) }

    /// Whether what groups have bought counts for some rule.
    package var hasQuotas: Bool { fences.contains { $0.rules.contains(where: \.isQuota) } }

    /// The periods that quotas count by.
    package var periods: Set<QuotaPeriod> { Set(fences.flatMap { $0.rules.compactMap(\.period) }) }

    /// Gives the next instant after `instant` at which a rule comes into force or ends, or nil.
    package func nextChange(after instant: Timestamp) -> Timestamp? {
        var next: Timestamp?
        for fence in fences {
            for rule in fence.rules {
                for bound in [rule.validity.from, rule.validity.until] {
                    guard let bound, bound > instant else { continue }
                    next = next.map { min($0, bound) } ?? bound
                }
            }
        }
        return next
    }
}
