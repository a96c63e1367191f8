/// The whole story of one article at one site, for `explain`.
package struct AllocationExplanation: Sendable {
    package let allocation: SiteAllocation
    package let stock: SiteStock
    package let allocator: Allocator

    package init(_ allocation: SiteAllocation, of stock: SiteStock, by allocator: Allocator) {
        self.allocation = allocation
        self.stock = stock
        self.allocator = allocator
    }

    /// The story as one JSON object and a line end; quantities are plain decimals in the base unit, as text.
    package var json: [UInt8] {
        let rules = allocator.rules
        let site = rules.sites[allocation.site]
        var line = JSONLine()
        line.object { line in
            line.member("sku", allocation.sku.text)
            line.member("site", site.id.text)
            line.member("rules", rules.version.text)
            line.member("at", allocator.instant.description)
            line.member("netting", site.netting)
            line.member("shrink", site.shrink.rawValue)
            line.member("granularity", stock.granularity)
            line.array("locations") { writeLocations(to: &$0) }
            line.member("web_orders", stock.orders.shared)
            line.member("web_orders_unattributed", stock.orders.unattributed)
            line.member("net", allocation.net)
            line.object("safety") { line in
                line.member("wanted", allocation.safetyWanted)
                line.member("held", allocation.safetyHeld)
                let rule = allocation.safetyRule.map { rules.safety[$0] }
                line.member("match", rule?.match.text)
                line.member("place", rule?.place?.description)
            }
            line.member("pool", allocation.pool)
            line.array("fences") { line in
                for number in rules.fences.indices { write(number, to: &line) }
            }
            line.member("shared", allocation.shared)
            line.array("exceptions") { writeFindings(to: &$0) }
        }
        line.end()
        return line.bytes
    }

    private func writeLocations(to line: inout JSONLine) {
        for location in stock.locations.sorted(by: { $0.location < $1.location }) {
            line.object { line in
                line.member("location", location.location.text)
                line.member("net", location.net)
                line.member("pool", allocator.rules.poolName(location.owner))
            }
        }
    }

    private func write(_ number: Int, to line: inout JSONLine) {
        let fence = allocator.rules.fences[number]
        let share = allocation.fences[number]
        line.object { line in
            line.member("fence", fence.id.text)
            line.member("customer_group", fence.customerGroup)
            line.member("rank", fence.rank)
            line.member("publish", fence.publish.canonicalText)
            write(share.rule.map { fence.rules[$0] }, number: share.rule, to: &line)
            line.member("web_orders", share.orders)
            line.member("web_orders_charged_to_pool", share.ordersChargedToPool)
            line.member("consumed", share.consumed)
            line.object("pass_1") { line in
                line.member("granted", share.minimumGrant)
            }
            line.object("pass_2") { line in
                line.member("target", share.target)
                line.member("after_cap_and_step", share.steppedTarget)
                line.member("proportional_share", share.proportionalShare)
                line.member("granted", share.targetGrant)
            }
            line.member("carved", share.carved)
            line.member("dedicated", share.dedicated)
            line.member("published", share.published)
        }
    }

    private func write(_ rule: FenceRule?, number: Int?, to line: inout JSONLine) {
        guard let rule, let number else { return line.member("rule", nil as String?) }
        line.object("rule") { line in
            line.member("number", number + 1)
            line.member("place", rule.place?.description)
            line.member("match", rule.match.text)
            line.member("site", rule.site?.text)
            line.member("hold", rule.hold.kind)
            line.member("quantity", rule.hold.quantity)
            line.member("min", rule.min)
            line.member("max", rule.max)
            line.member("step", rule.step)
            line.member("from", rule.validity.from?.description)
            line.member("until", rule.validity.until?.description)
        }
    }

    private func writeFindings(to line: inout JSONLine) {
        let site = allocator.rules.sites[allocation.site].id.text
        for finding in allocation.findings {
            let exception = finding.exception(sku: allocation.sku, site: site)
            line.object { line in
                line.member("code", exception.code.rawValue)
                line.member("subject", exception.subject)
                line.member("message", exception.message)
                line.member("first_step", exception.code.firstStep)
            }
        }
    }
}
