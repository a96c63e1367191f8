import InventoryCore
import StateStore

// What a plan says of stock in doubt and of stock that nobody states.
extension Planning {
    /// SKUs whose positions are read at once; bounds the memory where a whole delivery is in doubt.
    private static let skusAtOnce = 2_500
    /// Parts under way: one for each thread that works on them.
    private static let partsAtOnce = 4

    /// Adds up how much is in doubt in the whole shop, by the stock as it is after the accepted changes.
    ///
    /// `accepted` comes in byte order of the SKUs.
    func doubtTotals(of stock: ShopStock, after accepted: [Delta]) async throws -> DoubtTotals {
        var totals = DoubtTotals()
        guard !stock.doubts.isEmpty else { return totals }
        let skus = stock.doubts.skus
        let starts = Array(stride(from: 0, to: skus.count, by: Planning.skusAtOnce))
        try await withThrowingTaskGroup(of: DoubtTotals.self) { group in
            func begin(_ number: Int) {
                guard number < starts.count else { return }
                let part = Array(skus[starts[number]...].prefix(Planning.skusAtOnce))
                group.addTask { try await doubtTotals(of: part, stock, after: accepted) }
            }
            for number in 0..<Planning.partsAtOnce { begin(number) }
            var next = Planning.partsAtOnce
            while let part = try await group.next() {
                begin(next)
                next += 1
                totals.add(part)
            }
        }
        return totals
    }

    private func doubtTotals(
        of skus: [SKU],
        _ stock: ShopStock,
        after accepted: [Delta]
    ) async throws -> DoubtTotals {
        let positions = try await stock.placedPositions(ofEach: skus)
        var tally = DoubtTally(apportioner, stock.doubts)
        var places = positions.places
        var rows: [PlacedPositions.Row] = []
        var next = skus.first.map { accepted.firstIndex(fromBytesOf: $0, by: \.key.sku) } ?? accepted.count
        for (number, sku) in skus.enumerated() {
            rows.removeAll(keepingCapacity: true)
            rows.append(contentsOf: positions[number])
            while next < accepted.count, accepted[next].key.sku < sku { next += 1 }
            while next < accepted.count, accepted[next].key.sku == sku {
                let delta = accepted[next]
                if delta.after == nil {
                    rows.removeAll { places[$0.place].isPlace(of: delta.key) }
                } else {
                    PlacedPositions.Row.apply(delta, to: &rows, &places)
                }
                next += 1
            }
            tally.count(sku, rows: rows, at: places)
        }
        return tally.totals
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
