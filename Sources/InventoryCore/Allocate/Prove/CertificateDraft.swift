import Crypto

/// Builds a certificate as allocations are added; keeps the totals, not the rows.
package struct CertificateDraft: Sendable {
    private let version: RuleSetVersion
    private var digest = SHA256()
    private var rows: CertificateRows

    private static let pendingBytesMax = 1 << 16

    /// `version` is that of the rules unless the caller knows units and publishing, too.
    package init(rules: RuleSet, version: RuleSetVersion? = nil) {
        self.version = version ?? rules.version
        rows = CertificateRows(rules: rules)
    }

    /// Adds one SKU at one site, in byte order of (sku, site).
    ///
    /// `figures` says what became of its pools, if product units are known. Figures of other sites are
    /// ignored, and a pool without a figure counts as not offered.
    ///
    /// - Throws: `CertificateError.outOfOrder`.
    package mutating func add(
        _ allocation: SiteAllocation,
        figures: [PoolFigure]? = nil
    ) throws(CertificateError) {
        try rows.add(allocation, figures: figures)
        if rows.text.count >= CertificateDraft.pendingBytesMax { flush() }
    }

    /// Adds the rows of later SKUs.
    ///
    /// - Throws: `CertificateError.outOfOrder`.
    package mutating func append(_ later: CertificateRows) throws(CertificateError) {
        flush()
        try rows.append(later)
        flush()
    }

    package consuming func finish(doubts: DoubtTotals? = nil) -> ConservationCertificate {
        flush()
        return ConservationCertificate(
            rules: version,
            skus: rows.skus,
            rows: rows.count,
            digest: digest.finalize().hexadecimal,
            sites: rows.sites.filter { $0.skus > 0 },
            doubts: doubts
        )
    }

    private mutating func flush() {
        digest.update(data: rows.text)
        rows.clearText()
    }
}

/// The rows and totals of some SKUs, ready to be appended to a certificate.
package struct CertificateRows: Sendable {
    private let rules: RuleSet
    /// The rows that go into the digest.
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

    /// Adds one SKU at one site, in byte order of (sku, site); parameters as in `CertificateDraft.add`.
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

    /// Checks the order, and counts the SKU if it differs from the one before.
    private mutating func pass(to next: Subject) throws(CertificateError) {
        if let last, !(last < next) { throw .outOfOrder(sku: next.sku, site: rules.sites[next.site].id) }
        if last?.sku != next.sku { skus += 1 }
    }

    /// Adds the rows of later SKUs.
    fileprivate mutating func append(_ later: CertificateRows) throws(CertificateError) {
        guard let laterFirst = later.first else { return }
        // The last SKU of these rows may be the first of the later ones, at another site.
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
        // Where a sum was too large to count, both sides are what was counted.
        isCapped = isCapped || allocation.findings.contains(.quantityTooLarge)
        stock.add(allocation.stock)
        orders.add(allocation.orders)
        for fence in allocation.fences { orders.add(fence.ordersChargedToPool) }
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

    /// Adds the totals of other SKUs at the same site.
    fileprivate mutating func add(_ other: SiteTotals) {
        skus += other.skus
        isCapped = isCapped || other.isCapped
        stock.add(other.stock)
        orders.add(other.orders)
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
            orders.add(allocation.fences[pool].orders)
            consumed.add(allocation.fences[pool].consumed)
        } else {
            carved.add(allocation.shared)
            orders.add(allocation.orders)
        }
        allocated.add(allocation.quantity(ofPool: pool))
    }

    /// Counts what became of a pool.
    ///
    /// A pool without a figure has no level, so none of it is offered.
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
        orders.add(other.orders)
        consumed.add(other.consumed)
        allocated.add(other.allocated)
        hasFigures = hasFigures || other.hasFigures
        offered.add(other.offered)
        unoffered.add(other.unoffered)
        withheld.add(other.withheld)
    }
}
