/// Allocations as text for files and digests.
package enum AllocationText {
    /// Appends one JSON object a line for every pool, in byte order of the pools' names, zeros included:
    /// `{"sku":…,"site":…,"pool":…,"quantity":…}` with the quantity as a plain decimal in the base unit.
    package static func appendLines(
        _ allocation: SiteAllocation,
        rules: RuleSet,
        to bytes: inout [UInt8]
    ) {
        var line = JSONLine()
        for pool in rules.poolsByName {
            line.object { line in
                line.field("sku", allocation.sku.text)
                line.field("site", rules.sites[allocation.site].id.text)
                line.field("pool", rules.poolName(pool))
                line.field("quantity", allocation.quantity(ofPool: pool))
            }
            line.end()
        }
        bytes.append(contentsOf: line.bytes)
    }

    /// Appends the row that goes into the certificate's digest; hot (benchmark `allocate`).
    static func appendRow(
        _ allocation: SiteAllocation,
        pool: Int?,
        rules: RuleSet,
        to bytes: inout [UInt8]
    ) {
        bytes.append(contentsOf: allocation.sku.text.utf8)
        bytes.append(UInt8(ascii: "\t"))
        bytes.append(contentsOf: rules.sites[allocation.site].id.text.utf8)
        bytes.append(UInt8(ascii: "\t"))
        bytes.append(contentsOf: rules.poolName(pool).utf8)
        bytes.append(UInt8(ascii: "\t"))
        allocation.quantity(ofPool: pool).append(to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
    }
}
