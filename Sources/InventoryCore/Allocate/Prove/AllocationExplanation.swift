/// Every step of the allocation of one SKU at one site, for `explain`.
package struct AllocationExplanation: Sendable {
    package let allocation: SiteAllocation
    package let stock: SiteStock
    package let allocator: Allocator

    package init(_ allocation: SiteAllocation, of stock: SiteStock, by allocator: Allocator) {
        self.allocation = allocation
        self.stock = stock
        self.allocator = allocator
    }

    /// All steps as one JSON object and a line end; quantities are plain decimals in the base unit, as text.
    package var json: [UInt8] {
        let rules = allocator.rules
        let site = rules.sites[allocation.site]
        var line = JSONLine()
        line.object { line in
            line.field("sku", allocation.sku.text)
            line.field("site", site.id.text)
            line.field("rules", rules.version.text)
            line.field("at", allocator.instant.description)
            line.field("netting", site.netting)
            line.field("shrink", site.shrink.rawValue)
            line.field("granularity", stock.granularity)
            line.array("locations") { writeLocations(to: &$0) }
            line.field("web_orders", stock.orders.shared)
            line.field("web_orders_unattributed", stock.orders.unattributed)
            line.field("net", allocation.net)
            line.object("safety") { line in
                line.field("wanted", allocation.safetyWanted)
                line.field("held", allocation.safetyHeld)
                let rule = allocation.safetyRule.map { rules.safety[$0] }
                line.field("match", rule?.match.text)
                line.field("place", rule?.place?.description)
            }
            line.field("pool", allocation.pool)
            line.array("fences") { line in
                for number in rules.fences.indices { write(number, to: &line) }
            }
            line.field("shared", allocation.shared)
            line.array("exceptions") { writeFindings(to: &$0) }
        }
        line.end()
        return line.bytes
    }

    private func writeLocations(to line: inout JSONLine) {
        for location in stock.locations.sorted(by: { $0.location < $1.location }) {
            line.object { line in
                line.field("location", location.location.text)
                line.field("net", location.net)
                line.field("pool", allocator.rules.poolName(location.owner))
            }
        }
    }

    private func write(_ number: Int, to line: inout JSONLine) {
        let fence = allocator.rules.fences[number]
        let share = allocation.fences[number]
        line.object { line in
            line.field("fence", fence.id.text)
            line.field("customer_group", fence.customerGroup)
            line.field("rank", fence.rank)
            line.field("publish", fence.publish.canonicalText)
            write(share.rule.map { fence.rules[$0] }, number: share.rule, to: &line)
            line.field("web_orders", share.orders)
            line.field("web_orders_charged_to_pool", share.ordersChargedToPool)
            line.field("consumed", share.consumed)
            line.object("pass_1") { line in
                line.field("granted", share.minimumGrant)
            }
            line.object("pass_2") { line in
                line.field("target", share.target)
                line.field("after_cap_and_step", share.steppedTarget)
                line.field("proportional_share", share.proportionalShare)
                line.field("granted", share.targetGrant)
            }
            line.field("carved", share.carved)
            line.field("dedicated", share.dedicated)
            line.field("published", share.published)
        }
    }

    private func write(_ rule: FenceRule?, number: Int?, to line: inout JSONLine) {
        guard let rule, let number else { return line.field("rule", nil as String?) }
        line.object("rule") { line in
            line.field("number", number + 1)
            line.field("place", rule.place?.description)
            line.field("match", rule.match.text)
            line.field("site", rule.site?.text)
            line.field("hold", rule.hold.kind)
            line.field("quantity", rule.hold.quantity)
            line.field("min", rule.min)
            line.field("max", rule.max)
            line.field("step", rule.step)
            line.field("from", rule.validity.from?.description)
            line.field("until", rule.validity.until?.description)
            line.field("per", rule.period?.unit.rawValue)
            line.field("zone", rule.period?.zone)
        }
    }

    private func writeFindings(to line: inout JSONLine) {
        let site = allocator.rules.sites[allocation.site]
        for finding in allocation.findings {
            let exception = finding.exception(sku: allocation.sku, site: site)
            line.object { line in
                line.field("code", exception.code.rawValue)
                line.fields(exception.subject)
                line.field("message", exception.message)
                line.field("first_step", exception.code.firstStep)
            }
        }
    }
}
