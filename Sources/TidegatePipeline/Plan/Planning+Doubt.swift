import InventoryCore
import StateStore

// What a plan says of stock in doubt and of stock that nobody states.
extension Planning {
    /// SKUs whose positions are read at once; bounds the memory where a whole delivery is in doubt.
    private static let skusAtOnce = 10_000

    /// Adds up how much is in doubt in the whole shop, by the stock as it is after the accepted changes.
    func doubtTotals(of stock: ShopStock, after accepted: [Delta]) async throws -> DoubtTotals {
        var totals = DoubtTotals()
        let doubts = stock.doubts
        guard !doubts.isEmpty else { return totals }
        let doubtful = Set(doubts.skus)
        let changed = Dictionary(grouping: accepted.filter { doubtful.contains($0.key.sku) }, by: \.key.sku)
        let skus = doubtful.sorted(byBytesOf: \.self)
        for start in stride(from: 0, to: skus.count, by: Planning.skusAtOnce) {
            let part = Array(skus[start...].prefix(Planning.skusAtOnce))
            let positions = try await stock.positions(of: part)
            for sku in part {
                let after = changed[sku, default: []].applied(to: positions[sku] ?? [])
                totals.count(sku, after, doubts, by: apportioner)
            }
        }
        return totals
    }
}

extension [Delta] {
    /// Gives the positions of a SKU with these changes of it.
    func applied(to positions: [Position]) -> [Position] {
        guard !isEmpty else { return positions }
        let changed = Set(map(\.key))
        return positions.filter { !changed.contains($0.key) }
            + compactMap { delta in delta.after.map { Position(key: delta.key, net: $0) } }
    }
}

extension Planning {
    /// Finds the levels that the shop shows above 0 and of which no source knows the SKU, in the warehouses
    /// that the rules publish to.
    ///
    /// `accepted` is what the stock does not have yet.
    func unstated(
        on stock: ShopStock,
        after accepted: [Delta],
        of run: RunID
    ) async throws -> [HeldFigure] {
        let rules = apportioner.rules
        let skus = try await stock.skus()
        let others = accepted.map(\.key.sku)
        let aliases = rules.aliases(of: skus) + rules.aliases(of: others)
        let isSorted = aliases.isEmpty && others.isEmpty
        let known = isSorted ? skus : (skus + others + aliases).sorted(byBytesOf: \.self)
        let found = try await shop.state.levelsShown(besides: known, in: rules.warehouses)
        return found.map { level in
            HeldFigure(
                key: level.key,
                stock: level.key.sku,
                shown: level.shown,
                wanted: .zero,
                guardCode: .shownUnstated,
                run: run
            )
        }
    }
}

extension RuleSet {
    /// Every second product that shows stock of one of these SKUs, in no order.
    func aliases(of skus: [SKU]) -> [SKU] {
        let hasAliases = fences.contains { fence in
            if case .skuAlias = fence.publish { true } else { false }
        }
        return hasAliases ? skus.flatMap { aliases(of: $0) } : []
    }

    /// The warehouses that levels are written to; an empty name stands for a shop without any.
    fileprivate var warehouses: Set<String> {
        var names = Set(sites.map { $0.warehouse ?? "" })
        for fence in fences {
            if case .warehouse(let name) = fence.publish { names.insert(name) }
        }
        return names
    }
}
