extension RuleChange {
    /// The comparison as one JSON object and a line end; quantities are plain decimals in base units, as text.
    package var json: [UInt8] {
        var line = JSONLine()
        line.object { line in
            line.member("before", before.text)
            line.member("after", after.text)
            line.member("writes", writes)
            line.array("pools") { line in
                for pool in pools {
                    line.object { line in
                        line.member("site", pool.site.text)
                        line.member("pool", pool.pool)
                        line.member("before", pool.before.description)
                        line.member("after", pool.after.description)
                        line.member("skus_gaining", pool.skusGaining)
                        line.member("skus_losing", pool.skusLosing)
                    }
                }
            }
            line.array("movers") { line in
                for move in movers {
                    line.object { line in
                        line.member("sku", move.sku.text)
                        line.member("site", move.site.text)
                        line.member("pool", move.pool)
                        line.member("before", move.before)
                        line.member("after", move.after)
                    }
                }
            }
        }
        line.end()
        return line.bytes
    }
}
