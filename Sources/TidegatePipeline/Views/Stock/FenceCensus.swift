package import InventoryCore
import StateStore
import TidegateSettings

/// What each fence asks for and what it gets, by the stock and the rules of now; nothing is written.
///
/// A run's certificate tells only of the SKUs that it worked out.
package struct FenceCensus: Sendable {
    /// By rank and id of the fences, then by site.
    package private(set) var rows: [Row] = []
    /// Where the most is missing, the largest first.
    package private(set) var shorts: [Short] = []
    /// SKUs that were worked out.
    package private(set) var skus = 0
    /// Whether these are all that fences have to do with.
    package let isComplete: Bool
    package let at: Timestamp

    /// One fence at one site; quantities in base units.
    package struct Row: Hashable, Sendable {
        package let fence: FenceID
        package let site: SiteID
        /// SKUs that it has to do with.
        package fileprivate(set) var skus = 0
        /// What its rules ask for, after `max` and `step`.
        package fileprivate(set) var target = QuantityTotal.zero
        /// What it got of the pool.
        package fileprivate(set) var filled = QuantityTotal.zero
        /// What its own locations add.
        package fileprivate(set) var dedicated = QuantityTotal.zero
        /// What is missing, SKU by SKU: too much of one does not help another.
        package fileprivate(set) var short = QuantityTotal.zero
        package fileprivate(set) var shortSKUs = 0
        /// What quotas allow in their periods, and what of that was bought; nothing where it has none.
        package fileprivate(set) var quota: QuantityTotal?
        package fileprivate(set) var consumed = QuantityTotal.zero
    }

    /// A SKU of which a fence lacks something.
    package struct Short: Hashable, Sendable {
        package let sku: SKU
        package let fence: FenceID
        package let site: SiteID
        package let target: Quantity
        package let filled: Quantity

        package var missing: Quantity { Quantity(millionths: target.millionths - filled.millionths) }
    }

    private static let shortsMax = 50
    private static let skusPerStep = 2_000
    /// SKUs whose names are looked at for each that is worked out, where not all are asked for.
    fileprivate static let looksPerSKU = 25

    /// Works the fences out.
    ///
    /// No more than `skusMax` SKUs are worked out; nothing takes all of them.
    ///
    /// - Throws: `Fault`.
    package init(of shop: Shop, skusMax: Int?, at now: Timestamp) async throws {
        at = now
        do {
            let apportioner = try shop.settings.apportioner(at: now)
            let rules = apportioner.rules
            rows = rules.fences.flatMap { fence in
                rules.sites.map { Row(fence: fence.id, site: $0.id) }
            }
            guard !rules.fences.isEmpty else {
                isComplete = true
                return
            }
            let book = try await shop.state.doubts()
            let stock = await shop.stock(DoubtfulStock(book, units: apportioner.units))
            let (concerned, isAll) = try await stock.fenced(by: rules, limit: skusMax)
            isComplete = isAll
            var rest = concerned[...]
            while !rest.isEmpty {
                try Task.checkCancellation()
                let step = Array(rest.prefix(FenceCensus.skusPerStep))
                rest = rest.dropFirst(step.count)
                try await count(step, of: stock, by: apportioner, in: shop)
            }
            rows.removeAll { $0.skus == 0 && rules.sites.count > 1 }
        } catch {
            throw Fault(error)
        }
    }

    private mutating func count(
        _ skus: [SKU],
        of stock: ShopStock,
        by apportioner: Apportioner,
        in shop: Shop
    ) async throws {
        let positions = try await stock.positions(of: skus)
        let division = try await StockDivision(of: skus, by: apportioner, in: shop)
        let rules = apportioner.rules
        for sku in skus {
            let own = positions[sku] ?? []
            let divided = division.divide(sku, own, unclear: stock.doubts.unclear(sku) { own })
            for allocation in divided.apportionment.allocations {
                for (fence, share) in allocation.fences.enumerated() where share.isConcerned {
                    let quota = divided.quotas.first { $0.site == allocation.site && $0.fence == fence }
                    let place = fence * rules.sites.count + allocation.site
                    rows[place].count(share, quota?.quantity)
                    note(share, of: sku, rows[place])
                }
            }
        }
        self.skus += skus.count
    }

    private mutating func note(_ share: FenceAllocation, of sku: SKU, _ row: Row) {
        guard share.carved < share.steppedTarget else { return }
        let short = Short(
            sku: sku,
            fence: row.fence,
            site: row.site,
            target: share.steppedTarget,
            filled: share.carved
        )
        let place = shorts.firstIndex { $0.missing < short.missing } ?? shorts.count
        guard place < FenceCensus.shortsMax else { return }
        shorts.insert(short, at: place)
        if shorts.count > FenceCensus.shortsMax { shorts.removeLast() }
    }
}

extension FenceCensus.Row {
    fileprivate mutating func count(_ share: FenceAllocation, _ quota: Quantity?) {
        skus += 1
        target.add(share.steppedTarget)
        filled.add(share.carved)
        dedicated.add(share.dedicated)
        if share.carved < share.steppedTarget {
            short.add(Quantity(millionths: share.steppedTarget.millionths - share.carved.millionths))
            shortSKUs += 1
        }
        guard let quota else { return }
        var total = self.quota ?? .zero
        total.add(quota)
        self.quota = total
        consumed.add(share.consumed)
    }
}

extension ShopStock {
    private struct Enough: Error {}

    /// The SKUs that fences have to do with, in byte order, and whether these are all.
    ///
    /// Fences with locations of their own can have to do with any.
    fileprivate func fenced(by rules: RuleSet, limit: Int?) async throws -> (skus: [SKU], isAll: Bool) {
        let isAny = rules.fences.contains { !$0.locations.isEmpty }
        let looksMax = limit.map { $0 * FenceCensus.looksPerSKU } ?? .max
        return try await offPool {
            var skus: [SKU] = []
            var looks = 0
            var isAll = true
            do {
                try forEachSKU { sku in
                    looks += 1
                    if looks > looksMax { throw Enough() }
                    guard isAny || rules.fences.contains(where: { $0.concerns(sku) }) else { return }
                    if let limit, skus.count >= limit { throw Enough() }
                    skus.append(sku)
                }
            } catch is Enough {
                isAll = false
            }
            return (Array(Set(skus)).sorted(byBytesOf: \.self), isAll)
        }
    }
}

extension Fence {
    fileprivate func concerns(_ sku: SKU) -> Bool { rules.contains { $0.match.matches(sku) } }
}
