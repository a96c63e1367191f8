import DeltaEngine
import InventoryCore
import StateStore

/// How much was in doubt before a delivery, and what counts otherwise after it.
struct DoubtCounting: Sendable {
    /// Nothing where all has to be counted.
    let totals: DoubtTotals?
    /// The stock in doubt by which it was counted.
    let before: DoubtfulStock
    /// The SKUs of which doubts have changed.
    let changed: Set<SKU>

    init(_ judged: borrowing JudgedDelivery, _ planning: Planning) {
        let subject = planning.shop.doubtSubject(planning.text.version.text)
        // The positions of a first delivery are no changes.
        totals = judged.observation.observed.isFirst ? nil : judged.known.totals(of: subject)
        before = DoubtfulStock(judged.known.book, units: planning.apportioner.units)
        var changed = Set(judged.changes.ended.map(\.key.sku))
        for doubt in judged.changes.set { changed.insert(doubt.key.sku) }
        self.changed = changed
    }
}

// What a plan says of stock in doubt and of stock that nobody states.
extension Planning {
    /// SKUs whose positions are read at once; bounds the memory where a whole delivery is in doubt.
    private static let skusAtOnce = 2_500
    /// Parts under way: one for each thread that works on them.
    private static let partsAtOnce = 4

    /// Adds up how much is in doubt in the whole shop, by the stock as it is after the accepted changes.
    ///
    /// Where it is known what it was before, only SKUs are counted of which something has changed: once as
    /// they were, and once as they are. `accepted` comes in byte order of the SKUs.
    func doubtTotals(
        of stock: ShopStock,
        after accepted: [Delta],
        _ counting: DoubtCounting? = nil
    ) async throws -> DoubtTotals {
        guard let known = counting?.totals, let before = counting?.before, let changed = counting?.changed
        else { return try await doubtTotals(of: stock.doubts.skus, stock, before: nil, after: accepted) }
        var skus = changed
        var last: SKU?
        for delta in accepted where delta.key.sku != last {
            last = delta.key.sku
            if stock.doubts.contains(delta.key.sku) || before.contains(delta.key.sku) {
                skus.insert(delta.key.sku)
            }
        }
        var totals = known
        let sorted = skus.sorted(byBytesOf: \.self)
        totals.add(try await doubtTotals(of: sorted, stock, before: before, after: accepted))
        return totals
    }

    /// Counts some SKUs, in byte order, less what they were counted as `before`.
    private func doubtTotals(
        of skus: [SKU],
        _ stock: ShopStock,
        before: DoubtfulStock?,
        after accepted: [Delta]
    ) async throws -> DoubtTotals {
        var totals = DoubtTotals()
        let starts = Array(stride(from: 0, to: skus.count, by: Planning.skusAtOnce))
        try await withThrowingTaskGroup(of: DoubtTotals.self) { group in
            func begin(_ number: Int) {
                guard number < starts.count else { return }
                let part = Array(skus[starts[number]...].prefix(Planning.skusAtOnce))
                group.addTask { try await doubtTotals(ofPart: part, stock, before: before, after: accepted) }
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
        ofPart skus: [SKU],
        _ stock: ShopStock,
        before: DoubtfulStock?,
        after accepted: [Delta]
    ) async throws -> DoubtTotals {
        let positions = try await stock.placedPositions(ofEach: skus)
        var tally = DoubtTally(apportioner, stock.doubts)
        var former = before.map { DoubtTally(apportioner, $0) }
        var places = positions.places
        var rows: [PlacedPositions.Row] = []
        var next = skus.first.map { accepted.firstIndex(fromBytesOf: $0, by: \.key.sku) } ?? accepted.count
        for (number, sku) in skus.enumerated() {
            rows.removeAll(keepingCapacity: true)
            rows.append(contentsOf: positions[number])
            former?.count(sku, rows: rows, at: places)
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
        var totals = tally.totals
        if let former { totals.remove(former.totals) }
        return totals
    }
}

extension Planning.Result {
    /// What is kept of how much is in doubt, for the next delivery.
    func counted(after version: Int64, in shop: Shop) -> CountedDoubts? {
        let subject = shop.doubtSubject(plan.rulesVersion)
        return certificate.doubts.map { CountedDoubts($0, of: subject, after: version) }
    }
}

extension Shop {
    /// By which version of the rules and for which sources it is counted how much is in doubt.
    fileprivate func doubtSubject(_ rules: String) -> String {
        ([rules] + sources.map(\.id.text).sorted()).joined(separator: " ")
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
    var warehouses: Set<String> {
        var names = Set(sites.map { $0.warehouse ?? "" })
        for fence in fences {
            if case .warehouse(let name) = fence.publish { names.insert(name) }
        }
        return names
    }
}
