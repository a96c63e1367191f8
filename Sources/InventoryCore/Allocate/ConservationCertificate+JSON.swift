extension ConservationCertificate {
    /// The certificate as one JSON object and a line end; totals are plain decimals in base units, as text.
    package var json: [UInt8] {
        var line = JSONLine()
        line.object { line in
            line.member("rules", rules.text)
            line.member("skus", skus)
            line.member("rows", rows)
            line.member("digest", "sha256:" + digest)
            line.member("holds", holds)
            line.array("sites") { line in
                for site in sites { site.write(to: &line) }
            }
        }
        line.end()
        return line.bytes
    }
}

extension SiteTotals {
    fileprivate func write(to line: inout JSONLine) {
        line.object { line in
            line.member("site", site.text)
            line.member("skus", skus)
            line.member("net", net.description)
            line.member("safety", safety.description)
            line.member("pool", pool.description)
            line.member("divided", divided.description)
            line.member("oversold", oversold.description)
            line.member("holds", holds)
            line.array("pools") { line in
                for pool in pools { pool.write(to: &line) }
            }
        }
    }
}

extension PoolTotals {
    fileprivate func write(to line: inout JSONLine) {
        line.object { line in
            line.member("pool", pool)
            line.member("carved", carved.description)
            line.member("dedicated", dedicated.description)
            line.member("allocated", allocated.description)
            guard hasFigures else { return }
            line.member("offered", offered.description)
            line.member("unoffered", unoffered.description)
            line.member("withheld", withheld.description)
        }
    }
}
