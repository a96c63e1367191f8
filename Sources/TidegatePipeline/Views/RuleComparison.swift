package import InventoryCore
import StateStore
package import TidegateSettings

/// What other rules would do to the stock of the state folder, as it was last accepted; nothing is written.
package struct RuleComparison: Sendable {
    package private(set) var change: RuleChange
    /// SKUs that were worked out under both rule sets.
    package private(set) var skus = 0

    private let old: Apportioner
    private let new: Apportioner

    private static let skusPerStep = 5000

    /// Works out every SKU of the baseline under both rule sets.
    ///
    /// Units are those of each file, or of the configuration where a file declares none.
    ///
    /// - Throws: `Fault`.
    package init(
        from old: RulesFile,
        to new: RulesFile,
        at instant: Timestamp,
        in shop: Shop
    ) async throws {
        do {
            self.old = try RuleComparison.apportioner(old, at: instant, shop.settings)
            self.new = try RuleComparison.apportioner(new, at: instant, shop.settings)
            change = RuleChange(from: self.old.rules, to: self.new.rules)
            var rest = try await shop.stock().skus()[...]
            while !rest.isEmpty {
                try Task.checkCancellation()
                let step = Array(rest.prefix(RuleComparison.skusPerStep))
                rest = rest.dropFirst(step.count)
                try await compare(step, in: shop)
            }
        } catch {
            throw Fault(error)
        }
    }

    private static func apportioner(
        _ file: RulesFile,
        at instant: Timestamp,
        _ settings: Settings
    ) throws -> Apportioner {
        let declaresUnits = !file.units.conversions.isEmpty || file.units.listPath != nil
        return try settings.apportioner(
            rules: file.rules,
            units: declaresUnits ? file.units : settings.units,
            at: instant
        )
    }

    private mutating func compare(_ skus: [SKU], in shop: Shop) async throws {
        let aliases = skus.flatMap { new.rules.aliases(of: $0, andBy: old.rules) }
        let levels = try await shop.state.levels(of: Set(skus + aliases).sorted())
        let known = Set(levels.lazy.filter { $0.id != nil }.map(\.key))
        let positions = try await shop.stock().positions(of: skus)
        let former = try await StockDivision(of: skus, by: old, levels: levels, in: shop)
        let next = try await StockDivision(of: skus, by: new, levels: levels, in: shop)
        for sku in skus {
            let stock = positions[sku] ?? []
            let (before, after) = (former.divide(sku, stock), next.divide(sku, stock))
            add(before.apportionment.allocations, after.apportionment.allocations)
            change.add(
                levels: before.wanted.filter { known.contains($0.key) },
                after.wanted.filter { known.contains($0.key) }
            )
        }
        self.skus += skus.count
    }

    /// Sites are the same where their names are.
    private mutating func add(_ before: [SiteAllocation], _ after: [SiteAllocation]) {
        for allocation in before {
            let number = new.rules.siteNumber(old.rules.sites[allocation.site].id)
            change.add(allocation, number.map { after[$0] })
        }
        for allocation in after
        where old.rules.siteNumber(new.rules.sites[allocation.site].id) == nil {
            change.add(nil, allocation)
        }
    }
}

extension RuleSet {
    /// The second products that fences show a SKU as, by these rules or by the former ones.
    func aliases(of sku: SKU, andBy former: RuleSet? = nil) -> [SKU] {
        let own = fences.compactMap { $0.publish.alias(of: sku) }
        guard let former else { return own }
        return own + former.aliases(of: sku)
    }

    /// The SKUs that fences may show as this second product.
    func stocks(shownAs product: SKU) -> [SKU] {
        fences.compactMap { fence in
            guard case .skuAlias(let template) = fence.publish else { return nil }
            let parts = template.split(
                separator: PublishTarget.skuPlaceholder,
                omittingEmptySubsequences: false
            )
            guard parts.count == 2, product.text.hasPrefix(parts[0]), product.text.hasSuffix(parts[1]),
                product.text.utf8.count > parts[0].utf8.count + parts[1].utf8.count
            else { return nil }
            return SKU(String(product.text.dropFirst(parts[0].count).dropLast(parts[1].count)))
        }
    }
}
