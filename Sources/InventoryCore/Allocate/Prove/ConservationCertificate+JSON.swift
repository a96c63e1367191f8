extension ConservationCertificate {
    /// The certificate as one JSON object and a line end; totals are plain decimals in base units, as text.
    package var json: [UInt8] { json(plan: nil) }

    /// The same with the digest of the plan that it goes with.
    package func json(plan digestOfPlan: String?) -> [UInt8] {
        var line = JSONLine()
        line.object { line in
            line.field("rules", rules.text)
            if let digestOfPlan { line.field("plan", digestOfPlan) }
            line.field("skus", skus)
            line.field("rows", rows)
            line.field("digest", "sha256:" + digest)
            line.field("holds", holds)
            if let doubts { line.fields(doubts) }
            line.array("sites") { line in
                for site in sites { site.write(to: &line) }
            }
        }
        line.end()
        return line.bytes
    }
}

extension JSONLine {
    /// Writes how much is in doubt: SKUs, those of them that were never clear, and Σ(B_hi − B_lo).
    package mutating func fields(_ doubts: DoubtTotals) {
        field("skus_in_doubt", doubts.skus)
        field("skus_never_clear", doubts.neverClear)
        field("in_doubt", doubts.width.description)
    }
}

extension SiteTotals {
    fileprivate func write(to line: inout JSONLine) {
        line.object { line in
            line.field("site", site.text)
            line.field("skus", skus)
            line.field("stock", stock.description)
            line.field("orders", orders.description)
            line.field("net", net.description)
            line.field("safety", safety.description)
            line.field("pool", pool.description)
            line.field("divided", divided.description)
            line.field("oversold", oversold.description)
            line.field("holds", holds)
            line.array("pools") { line in
                for pool in pools { pool.write(to: &line) }
            }
        }
    }
}

extension PoolTotals {
    fileprivate func write(to line: inout JSONLine) {
        line.object { line in
            line.field("pool", pool)
            line.field("carved", carved.description)
            line.field("dedicated", dedicated.description)
            line.field("orders", orders.description)
            line.field("consumed", consumed.description)
            line.field("allocated", allocated.description)
            guard hasFigures else { return }
            line.field("offered", offered.description)
            line.field("unoffered", unoffered.description)
            line.field("withheld", withheld.description)
        }
    }
}
