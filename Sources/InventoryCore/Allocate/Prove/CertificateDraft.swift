import Crypto

/// Makes a certificate while allocations go by; keeps totals only, not the rows.
package struct CertificateDraft: Sendable {
    private let version: RuleSetVersion
    private var digest = SHA256()
    private var rows: CertificateRows

    private static let pendingBytesMax = 1 << 16

    /// `version` names more than the rules where units and publishing are known, too.
    package init(rules: RuleSet, version: RuleSetVersion? = nil) {
        self.version = version ?? rules.version
        rows = CertificateRows(rules: rules)
    }

    /// Adds one article at one site, in byte order of (sku, site).
    ///
    /// `figures` is what became of its pools, where product units are known; pools of other sites are left
    /// out, and a pool without a figure counts as not offered.
    ///
    /// - Throws: `CertificateError.outOfOrder`.
    package mutating func add(
        _ allocation: SiteAllocation,
        figures: [PoolFigure]? = nil
    ) throws(CertificateError) {
        try rows.add(allocation, figures: figures)
        if rows.text.count >= CertificateDraft.pendingBytesMax { flush() }
    }

    /// Adds the rows of later articles.
    ///
    /// - Throws: `CertificateError.outOfOrder`.
    package mutating func append(_ later: CertificateRows) throws(CertificateError) {
        flush()
        try rows.append(later)
        flush()
    }

    package consuming func finish() -> ConservationCertificate {
        flush()
        return ConservationCertificate(
            rules: version,
            skus: rows.skus,
            rows: rows.count,
            digest: digest.finalize().hexadecimal,
            sites: rows.sites.filter { $0.skus > 0 }
        )
    }

    private mutating func flush() {
        digest.update(data: rows.text)
        rows.clearText()
    }
}

/// The rows of some articles and their totals, on the way into a certificate.
package struct CertificateRows: Sendable {
    private let rules: RuleSet
    /// The rows that the digest is over.
    fileprivate private(set) var text: [UInt8] = []
    fileprivate private(set) var sites: [SiteTotals]
    fileprivate private(set) var skus = 0
    fileprivate private(set) var count = 0
    private var first: Subject?
    private var last: Subject?

    private struct Subject {
        let sku: SKU
        let site: Int

        static func < (left: Subject, right: Subject) -> Bool {
            let order = left.sku.order(against: right.sku)
            return order < 0 || (order == 0 && left.site < right.site)
        }
    }

    package init(rules: RuleSet) {
        self.rules = rules
        let pools = rules.poolsByName.map { PoolTotals(pool: rules.poolName($0)) }
        sites = rules.sites.map { SiteTotals(site: $0.id, pools: pools) }
    }

    /// Adds one article at one site, in byte order of (sku, site); as `CertificateDraft`.
    ///
    /// - Throws: `CertificateError.outOfOrder`.
    package mutating func add(
        _ allocation: SiteAllocation,
        figures: [PoolFigure]? = nil
    ) throws(CertificateError) {
        let site = allocation.site
        let subject = Subject(sku: allocation.sku, site: site)
        try pass(to: subject)
        if first == nil { first = subject }
        last = subject
        sites[site].count(allocation)
        for (place, pool) in rules.poolsByName.enumerated() {
            sites[site].pools[place].count(allocation, pool: pool)
            let figure = figures?.first { $0.site == site && $0.pool == pool }
            if figures != nil {
                sites[site].pools[place].count(figure, quantity: allocation.quantity(ofPool: pool))
            }
            AllocationText.appendRow(allocation, pool: pool, rules: rules, to: &text)
            count += 1
        }
    }

    /// Counts the article that comes next, if it is another one.
    private mutating func pass(to next: Subject) throws(CertificateError) {
        if let last, !(last < next) { throw .outOfOrder(sku: next.sku, site: rules.sites[next.site].id) }
        if last?.sku != next.sku { skus += 1 }
    }

    /// Adds the rows of later articles.
    fileprivate mutating func append(_ later: CertificateRows) throws(CertificateError) {
        guard let laterFirst = later.first else { return }
        // One article may be the last of these and the first of those.
        try pass(to: laterFirst)
        skus += later.skus - 1
        if first == nil { first = laterFirst }
        last = later.last
        count += later.count
        text += later.text
        for site in sites.indices { sites[site].add(later.sites[site]) }
    }

    fileprivate mutating func clearText() {
        text.removeAll(keepingCapacity: true)
    }
}

extension SiteTotals {
    fileprivate mutating func count(_ allocation: SiteAllocation) {
        skus += 1
        if allocation.net < .zero {
            oversold.add(Quantity(millionths: -allocation.net.millionths))
        } else {
            net.add(allocation.net)
        }
        safety.add(allocation.safetyHeld)
        pool.add(allocation.pool)
        for fence in allocation.fences { divided.add(fence.carved) }
        divided.add(allocation.shared)
    }

    /// Adds what other articles have at the same site.
    fileprivate mutating func add(_ other: SiteTotals) {
        skus += other.skus
        net.add(other.net)
        oversold.add(other.oversold)
        safety.add(other.safety)
        pool.add(other.pool)
        divided.add(other.divided)
        for place in pools.indices { pools[place].add(other.pools[place]) }
    }
}

extension PoolTotals {
    fileprivate mutating func count(_ allocation: SiteAllocation, pool: Int?) {
        if let pool {
            carved.add(allocation.fences[pool].carved)
            dedicated.add(allocation.fences[pool].dedicated)
        } else {
            carved.add(allocation.shared)
        }
        allocated.add(allocation.quantity(ofPool: pool))
    }

    /// Counts what became of a pool; one without a figure has no level, so all of it is not offered.
    fileprivate mutating func count(_ figure: PoolFigure?, quantity: Quantity) {
        hasFigures = true
        guard let figure else { return unoffered.add(quantity) }
        offered.add(figure.offered)
        unoffered.add(figure.unoffered)
        if figure.isWithheld { withheld.add(figure.quantity) }
    }

    fileprivate mutating func add(_ other: PoolTotals) {
        carved.add(other.carved)
        dedicated.add(other.dedicated)
        allocated.add(other.allocated)
        hasFigures = hasFigures || other.hasFigures
        offered.add(other.offered)
        unoffered.add(other.unoffered)
        withheld.add(other.withheld)
    }
}
