import Foundation
import InventoryCore
import StateStore

/// Compares what the history has of each run with the run's kept certificate: both say what the SKUs that
/// were worked out had in stock, and what was ordered of it, site by site.
package struct CertificateCheck: Sendable {
    /// Certificates that say what the history says.
    package private(set) var agreeing = 0
    /// Certificates of which the history does not keep every change any more, or that are of the time before
    /// it.
    package private(set) var beyond = 0
    /// The others, in words.
    package private(set) var differences: [String] = []

    /// Compares all certificates that are kept.
    ///
    /// - Throws: `history_damaged` (70), or another `Fault`.
    package init(in shop: Shop) async throws {
        do {
            let archive = SnapshotArchive(folder: shop.state.folder)
            let certificates = try await offPool {
                try archive.certifiedRuns().compactMap { run in
                    try archive.certificate(of: run).flatMap { try CertifiedStock(json: $0, of: run) }
                }
            }
            let plans = Dictionary(certificates.map { ($0.run, $0.plan) }) { _, last in last }
            let counted = try await shop.state.countedStock(of: plans)
            for certificate in certificates { compare(certificate, counted[certificate.run]) }
        } catch {
            throw Fault(error)
        }
    }

    private mutating func compare(_ certificate: CertifiedStock, _ counted: CountedStock?) {
        guard let counted else {
            beyond += 1
            return
        }
        let problems = certificate.differences(from: counted)
        if problems.isEmpty { agreeing += 1 }
        differences += problems.map { "run \(certificate.run): \($0)" }
    }
}

/// What a certificate says of stock and orders.
private struct CertifiedStock: Sendable {
    let run: RunID
    let plan: String
    private let skus: Int
    private let sites: [Site]

    private struct Stated: Decodable {
        let plan: String?
        let skus: Int
        let sites: [Site]
    }

    private struct Site: Decodable {
        let site: String
        let stock: String
        let orders: String
        let pools: [Pool]
    }

    private struct Pool: Decodable {
        let pool: String
        let dedicated: String
        let orders: String
    }

    /// Reads a certificate; nothing of one that names no plan.
    init?(json: [UInt8], of run: RunID) throws {
        let stated = try JSONDecoder().decode(Stated.self, from: Data(json))
        guard let plan = stated.plan else { return nil }
        (self.run, self.plan, skus, sites) = (run, plan, stated.skus, stated.sites)
    }

    /// What differs, in words.
    func differences(from counted: CountedStock) -> [String] {
        var problems: [String] = []
        if skus != counted.skus {
            problems.append("its certificate counts \(skus) SKUs, the history \(counted.skus).")
        }
        for site in sites {
            let own = counted.sites[SiteID(site.site)] ?? (stock: 0, orders: 0)
            guard let certified = CertifiedStock.sums(of: site) else {
                problems.append("its certificate cannot be read at the site \(site.site).")
                continue
            }
            for (what, left, right) in [
                ("stock", certified.stock, own.stock), ("orders", certified.orders, own.orders),
            ] where left != right {
                let texts = [left, right].map { MovementLines.total($0) }
                problems.append(
                    "its certificate has \(what) of \(texts[0]) at the site \(site.site), "
                        + "the history \(texts[1])."
                )
            }
        }
        return problems
    }

    /// What the site's locations hold and what is ordered of it.
    ///
    /// A site's `orders` are those of the shared pool and what fences' own locations lack; a fence's
    /// `dedicated` is what its own locations hold beyond its orders.
    private static func sums(of site: Site) -> (stock: Int128, orders: Int128)? {
        guard var stock = millionths(site.stock), let charged = millionths(site.orders) else { return nil }
        var orders: Int128 = 0
        for pool in site.pools {
            guard let dedicated = millionths(pool.dedicated), let own = millionths(pool.orders) else {
                return nil
            }
            stock += dedicated + own
            orders += own
        }
        // The shared pool's orders stand in both sums.
        return (stock - charged, orders)
    }

    /// A plain decimal of up to 128 bits, in millionths.
    private static func millionths(_ text: String) -> Int128? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first, parts.count <= 2 else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard fraction.count <= 6 else { return nil }
        return Int128(whole + fraction + String(repeating: "0", count: 6 - fraction.count))
    }
}
