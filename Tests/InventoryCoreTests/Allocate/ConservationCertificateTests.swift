import Foundation
import InventoryCore
import TestSupport
import Testing

@Suite("The conservation certificate")
struct ConservationCertificateTests {
    private let rules = RuleSet(
        sites: [Site(id: "main"), Site(id: "north")],
        fences: [
            Fence(id: "z", rank: 1),
            Fence(id: "a", rank: 2, rules: [FenceRule(hold: .floor(Quantity(units: 4)))]),
        ]
    )

    private func allocation(_ sku: SKU, _ decimal: String, site: Int = 0) throws -> SiteAllocation {
        let net = LocationNet(location: "L", net: try Quantity(decimal: decimal))
        return Allocator(rules: rules, at: Timestamp(microseconds: 0))
            .allocate(SiteStock(sku: sku, site: site, locations: [net]))
    }

    @Test("the digest equals sha256sum over the sorted rows")
    func digest() throws {
        var draft = CertificateDraft(rules: rules)
        try draft.add(allocation("AB-1", "10"))
        try draft.add(allocation("AB-2", "2.5"))
        let certificate = draft.finish()
        // printf 'AB-1\tmain\ta\t4\nAB-1\tmain\tshared\t6\nAB-1\tmain\tz\t0\nAB-2\tmain\ta\t2\n…' | sha256sum
        #expect(certificate.digest == "74cb72f1da12a16099142d61613450dad3129b5588bee06ece63026beb890036")
        #expect(certificate.rows == 6)
        #expect(certificate.skus == 2)
        #expect(certificate.rules == rules.version)
        #expect(certificate.sites.map(\.site) == ["main"])
    }

    @Test("the totals of both sides of the conservation add up")
    func totals() throws {
        var draft = CertificateDraft(rules: rules)
        let units = [SellableUnit(unit: "item", perBase: .one, precision: 0, isPrimary: true)]
        for (sku, decimal) in [("AB-1", "10"), ("AB-2", "2.5"), ("AB-3", "-3")] {
            let allocation = try allocation(SKU(sku), decimal)
            var figures = PublishedFigures()
            figures.add(allocation, rules: rules, units: units, publishUnits: .primary)
            try draft.add(allocation, figures: figures.pools)
        }
        let certificate = draft.finish()
        let site = try #require(certificate.sites.first)
        #expect(certificate.holds)
        #expect(site.net.description == "12.5")
        #expect(site.pool.description == "12.5")
        #expect(site.divided.description == "12.5")
        #expect(site.pools.map(\.pool) == ["a", "shared", "z"])
        #expect(site.pools.map(\.allocated.description) == ["6", "6.5", "0"])
        #expect(site.pools.map(\.offered.description) == ["0", "6", "0"])
        #expect(site.pools.map(\.unoffered.description) == ["0", "0.5", "0"])
        #expect(site.pools.map(\.withheld.description) == ["6", "0", "0"])
    }

    @Test("a SKU out of order, or twice at one site, is refused")
    func order() throws {
        var draft = CertificateDraft(rules: rules)
        try draft.add(allocation("AB-2", "1"))
        try draft.add(allocation("AB-2", "1", site: 1))
        #expect(throws: CertificateError.outOfOrder(sku: "AB-2", site: "north")) {
            try draft.add(allocation("AB-2", "1", site: 1))
        }
        #expect(throws: CertificateError.outOfOrder(sku: "AB-1", site: "main")) {
            try draft.add(allocation("AB-1", "1"))
        }
        try draft.add(allocation("AB-3", "1"))
        #expect(draft.finish().skus == 2)
    }

    @Test("rows added in parts give the same certificate as rows added one by one", arguments: UInt64(0)..<20)
    func parts(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        var whole = CertificateDraft(rules: rules)
        var joined = CertificateDraft(rules: rules)
        var part = CertificateRows(rules: rules)
        for number in 0..<40 {
            for site in 0...1 where random.chance(80) {
                let allocation = try allocation(SKU("A-\(number + 10)"), "\(number % 7)", site: site)
                var figures: [PoolFigure]?
                if random.chance(50) {
                    var published = PublishedFigures()
                    let unit = SellableUnit(unit: "item", perBase: .one, precision: 0, isPrimary: true)
                    published.add(allocation, rules: rules, units: [unit], publishUnits: .primary)
                    figures = published.pools
                }
                try whole.add(allocation, figures: figures)
                try part.add(allocation, figures: figures)
                // A cut may fall between two sites of one SKU, and a part may be empty.
                while random.chance(30) {
                    try joined.append(part)
                    part = CertificateRows(rules: rules)
                }
            }
        }
        try joined.append(part)
        #expect(joined.finish() == whole.finish())
    }

    @Test("a part out of order is refused")
    func partsOutOfOrder() throws {
        var draft = CertificateDraft(rules: rules)
        try draft.add(allocation("AB-2", "1"))
        var earlier = CertificateRows(rules: rules)
        try earlier.add(allocation("AB-1", "1"))
        try earlier.add(allocation("AB-3", "1"))
        #expect(throws: CertificateError.outOfOrder(sku: "AB-1", site: "main")) { try draft.append(earlier) }
    }

    @Test("the JSON has every field")
    func json() throws {
        var draft = CertificateDraft(rules: rules)
        try draft.add(allocation("AB-1", "10"))
        let certificate = draft.finish()
        let object = try JSONSerialization.jsonObject(with: Data(certificate.json))
        let members = try #require(object as? [String: Any])
        #expect(members["digest"] as? String == "sha256:" + certificate.digest)
        #expect(members["holds"] as? Bool == true)
        #expect((members["sites"] as? [Any])?.count == 1)
    }

    @Test("totals too large for a quantity are exact")
    func totalsDoNotOverflow() {
        var total = QuantityTotal()
        for _ in 0..<3 { total.add(Quantity(millionths: Int64.max)) }
        #expect(total.description == "27670116110564.327421")
        total = .zero
        total.add(Quantity(millionths: -1_500_000))
        #expect(total.description == "-1.5")
    }
}
