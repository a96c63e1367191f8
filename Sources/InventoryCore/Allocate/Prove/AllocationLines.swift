/// Writes allocations as `tidegate allocate` prints them, straight into bytes; hot (benchmark `allocate`).
///
/// Gives the same bytes as `AllocationText.appendLines`.
package struct AllocationLines: Sendable {
    private let rules: RuleSet
    /// The bytes between the SKU and the quantity, by site and by pool in byte order.
    private let middles: [[[UInt8]]]
    /// The bytes up to the end of the SKU, which all lines of one allocation share.
    private var start: [UInt8] = []

    package init(rules: RuleSet) {
        self.rules = rules
        middles = rules.sites.map { site in
            rules.poolsByName.map { pool in
                var line = JSONLine()
                line.field("site", site.id.text)
                line.field("pool", rules.poolName(pool))
                return Array(",".utf8) + line.bytes + Array(",\"quantity\":\"".utf8)
            }
        }
    }

    /// Appends one line for every pool, in byte order of the pools' names, zeros included.
    package mutating func append(_ allocation: SiteAllocation, to bytes: inout [UInt8]) {
        var line = JSONLine()
        line.field("sku", allocation.sku.text)
        start.removeAll(keepingCapacity: true)
        start.append(UInt8(ascii: "{"))
        start.append(contentsOf: line.bytes)
        for (place, pool) in rules.poolsByName.enumerated() {
            bytes.append(contentsOf: start)
            bytes.append(contentsOf: middles[allocation.site][place])
            allocation.quantity(ofPool: pool).append(to: &bytes)
            bytes.append(contentsOf: "\"}\n".utf8)
        }
    }
}
