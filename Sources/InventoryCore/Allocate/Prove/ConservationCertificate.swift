/// Totals by which anyone can check that a run published no more than there was.
///
/// For every site `stock` − `orders` = `net` − `oversold`, `net` = `safety` + `pool` and `pool` = Σ `carved`
/// + `shared`; for every pool `allocated` = `offered` + `unoffered` + `withheld`, where product units are
/// known.
package struct ConservationCertificate: Hashable, Sendable {
    package let rules: RuleSetVersion
    package let skus: Int
    package let rows: Int
    /// SHA-256 in hexadecimal over the rows `sku TAB site TAB pool TAB quantity LF` in UTF-8, one for every
    /// SKU, site and pool, zeros included, in byte order of (sku, site, pool); quantities are plain decimals
    /// in the base unit without trailing zeros, as `tidegate allocate` writes them.
    package let digest: String
    /// In byte order of their names; sites without a SKU are left out.
    package let sites: [SiteTotals]
    /// What is in doubt in the whole shop afterwards; nothing where no statement was looked at.
    package let doubts: DoubtTotals?

    package var holds: Bool { sites.allSatisfy(\.holds) }
}

/// Both sides of the conservation of one site.
package struct SiteTotals: Hashable, Sendable {
    package let site: SiteID
    package internal(set) var skus = 0
    /// Σ of what the shared locations hold.
    package internal(set) var stock = QuantityTotal.zero
    /// Σ of the web orders that come off it: those of the shared pool, and what fences' own locations lack.
    package internal(set) var orders = QuantityTotal.zero
    /// Σ max(0, N).
    package internal(set) var net = QuantityTotal.zero
    /// Σ of the deficits: −N of every SKU whose N is below zero.
    package internal(set) var oversold = QuantityTotal.zero
    package internal(set) var safety = QuantityTotal.zero
    /// Σ P.
    package internal(set) var pool = QuantityTotal.zero
    /// Σ of all fences' grants and the shared rest: must equal `pool`.
    package internal(set) var divided = QuantityTotal.zero
    /// In byte order of their names.
    package internal(set) var pools: [PoolTotals]
    /// Whether some sum was too large to be counted: then the stock says nothing.
    package internal(set) var isCapped = false

    package var holds: Bool {
        var (left, right) = (oversold, orders)
        left.add(stock)
        right.add(net)
        guard isCapped || left == right else { return false }
        right = safety
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
    /// Σ W: the web orders from this pool that the ERP does not know yet; they are off already.
    package internal(set) var orders = QuantityTotal.zero
    /// Σ of what counted against the quotas of a fence.
    package internal(set) var consumed = QuantityTotal.zero
    /// Σ of the rows' quantities.
    package internal(set) var allocated = QuantityTotal.zero
    /// Whether product units were known; otherwise the next three are 0 and mean nothing.
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
    /// SKUs and sites must come in byte order, each pair once.
    case outOfOrder(sku: SKU, site: SiteID)

    package var code: String { "certificate_out_of_order" }

    package var message: String {
        switch self {
        case .outOfOrder(let sku, let site):
            "\(sku) at \(site) came to the certificate after a later SKU or site, or twice."
        }
    }

    package var hint: String { "Report this with the run's identifier: it is a fault of Tidegate." }
}
