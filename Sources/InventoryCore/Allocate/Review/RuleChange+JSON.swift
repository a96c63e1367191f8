extension RuleChange {
    /// The comparison as one JSON object and a line end;
    /// quantities are plain decimals in base units, as text.
    package var json: [UInt8] {
        var line = JSONLine()
        line.object { line in
            line.field("before", before.text)
            line.field("after", after.text)
            line.field("writes", writes)
            line.array("pools") { line in
                for pool in pools {
                    line.object { line in
                        line.field("site", pool.site.text)
                        line.field("pool", pool.pool)
                        line.field("before", pool.before.description)
                        line.field("after", pool.after.description)
                        line.field("skus_gaining", pool.skusGaining)
                        line.field("skus_losing", pool.skusLosing)
                    }
                }
            }
            line.array("movers") { line in
                for move in movers {
                    line.object { line in
                        line.field("sku", move.sku.text)
                        line.field("site", move.site.text)
                        line.field("pool", move.pool)
                        line.field("before", move.before)
                        line.field("after", move.after)
                    }
                }
            }
        }
        line.end()
        return line.bytes
    }
}
