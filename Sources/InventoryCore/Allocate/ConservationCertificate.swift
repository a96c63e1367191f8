import Crypto

/// What a run divided, in totals that anyone can check: nothing is shown that is not there.
///
/// For every site `net` = `safety` + `pool` and `pool` = Σ `carved` + `shared`; for every pool
/// `allocated` = `offered` + `unoffered` + `withheld`, where product units are known.
package struct ConservationCertificate: Hashable, Sendable {
    package let rules: RuleSetVersion
    package let skus: Int
    package let rows: Int
    /// SHA-256 in hexadecimal over the rows `sku TAB site TAB pool TAB quantity LF` in UTF-8, one for every
    /// pool of every article and site, zeros included, in byte order of (sku, site, pool); quantities are
    /// plain decimals in the base unit without trailing zeros, as `tidegate allocate` writes them.
    package let digest: String
    /// In byte order of their names; sites without an article are left out.
    package let sites: [SiteTotals]

    package var holds: Bool { sites.allSatisfy(\.holds) }
}

/// Both sides of the conservation of one site.
package struct SiteTotals: Hashable, Sendable {
    package let site: SiteID
    package internal(set) var skus = 0
    /// Σ max(0, N).
    package internal(set) var net = QuantityTotal.zero
    /// Σ of what is short: −N where N is below zero.
    package internal(set) var oversold = QuantityTotal.zero
    package internal(set) var safety = QuantityTotal.zero
    /// Σ P.
    package internal(set) var pool = QuantityTotal.zero
    /// Σ of all fences' grants and the shared rest: must equal `pool`.
    package internal(set) var divided = QuantityTotal.zero
    /// In byte order of their names.
    package internal(set) var pools: [PoolTotals]

    package var holds: Bool {
        var right = safety
        right.add(pool)
        return right == net && divided == pool && pools.allSatisfy(\.holds)
    }
}

/// Both sides of the conservation of one pool at one site.
package struct PoolTotals: Hashable, Sendable {
    package let pool: String
    /// Σ a of a fence; Σ of the rest for the shared pool.
    package internal(set) var carved = QuantityTotal.zero
    /// Σ D.
    package internal(set) var dedicated = QuantityTotal.zero
    /// Σ of the rows' quantities.
    package internal(set) var allocated = QuantityTotal.zero
    /// Whether product units were known, so that the next three say something.
    package internal(set) var hasFigures = false
    package internal(set) var offered = QuantityTotal.zero
    package internal(set) var unoffered = QuantityTotal.zero
    package internal(set) var withheld = QuantityTotal.zero

    package var holds: Bool {
        guard hasFigures else { return true }
        var right = offered
        right.add(unoffered)
        right.add(withheld)
        return right == allocated
    }
}

/// Why a certificate cannot be made.
package enum CertificateError: Error, Hashable, Sendable {
    /// Articles and sites must come in byte order, each pair once.
    case outOfOrder(sku: SKU, site: SiteID)

    package var code: String { "certificate_out_of_order" }

    package var message: String {
        switch self {
        case .outOfOrder(let sku, let site):
            "The certificate got \(sku) at \(site) after a later article or site, or twice."
        }
    }

    package var hint: String { "Report this with the run's identifier: it is a fault of Tidegate." }
}

/// Makes a certificate while allocations go by; keeps totals only, not the rows.
package struct CertificateDraft: Sendable {
    private let rules: RuleSet
    private let version: RuleSetVersion
    private var digest = SHA256()
    private var pending: [UInt8] = []
    private var sites: [SiteTotals]
    private var skus = 0
    private var rows = 0
    private var last: (sku: SKU, site: Int)?

    private static let pendingBytesMax = 1 << 16

    /// `version` names more than the rules where units and publishing are known, too.
    package init(rules: RuleSet, version: RuleSetVersion? = nil) {
        self.rules = rules
        self.version = version ?? rules.version
        let pools = rules.poolsByName.map { PoolTotals(pool: rules.poolName($0)) }
        sites = rules.sites.map { SiteTotals(site: $0.id, pools: pools) }
        pending.reserveCapacity(CertificateDraft.pendingBytesMax + 4096)
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
        let site = allocation.site
        if let last {
            guard last.sku < allocation.sku || (last.sku == allocation.sku && last.site < site) else {
                throw .outOfOrder(sku: allocation.sku, site: rules.sites[site].id)
            }
            if last.sku != allocation.sku { skus += 1 }
        } else {
            skus = 1
        }
        last = (allocation.sku, site)
        sites[site].count(allocation)
        for (place, pool) in rules.poolsByName.enumerated() {
            sites[site].pools[place].count(allocation, pool: pool)
            let figure = figures?.first { $0.site == site && $0.pool == pool }
            if figures != nil {
                sites[site].pools[place].count(figure, quantity: allocation.quantity(ofPool: pool))
            }
            AllocationText.appendRow(allocation, pool: pool, rules: rules, to: &pending)
            rows += 1
        }
        if pending.count >= CertificateDraft.pendingBytesMax { flush() }
    }

    package consuming func finish() -> ConservationCertificate {
        flush()
        return ConservationCertificate(
            rules: version,
            skus: skus,
            rows: rows,
            digest: digest.finalize().hexadecimal,
            sites: sites.filter { $0.skus > 0 }
        )
    }

    private mutating func flush() {
        digest.update(data: pending)
        pending.removeAll(keepingCapacity: true)
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
}
