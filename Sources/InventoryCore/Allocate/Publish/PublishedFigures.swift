/// What the shop should show for one article, and what rounding to its units withholds.
///
/// Made by adding the article's allocations, one for each site; levels that several pools share, such as one
/// warehouse fed from two sites, show the sum. Each pool is rounded down by itself, because half an item here
/// and half an item there are no item.
package struct PublishedFigures: Hashable, Sendable {
    /// In the order of their keys.
    package private(set) var levels: [WantedLevel] = []
    /// One for each pool of each site, in the order added.
    package private(set) var pools: [PoolFigure] = []

    package init() {}

    /// Forgets everything but the memory, for the next article.
    package mutating func removeAll() {
        levels.removeAll(keepingCapacity: true)
        pools.removeAll(keepingCapacity: true)
    }

    /// Adds the pools of one site.
    ///
    /// A fence that has no say at the site, and one that is withheld, have no level. A fence that could have
    /// a say, by a rule that does not exist at this instant, has its level with 0: stock that it showed
    /// earlier is in the shared pool now.
    ///
    /// `aliasUnits` gives the units of a fence's second product; nothing where it has the same as the first.
    package mutating func add(
        _ allocation: SiteAllocation,
        rules: RuleSet,
        units: [SellableUnit],
        publishUnits: PublishUnits,
        aliasUnits: (SKU) -> [SellableUnit]? = { _ in nil }
    ) {
        let warehouse = rules.sites[allocation.site].warehouse
        for (number, share) in allocation.fences.enumerated() where share.isConcerned {
            var figure = PoolFigure(site: allocation.site, pool: number, quantity: share.published)
            switch rules.fences[number].publish {
            case .withhold: figure.isWithheld = true
            case .warehouse(let name):
                figure.offer(
                    units,
                    publishUnits,
                    as: allocation.sku,
                    in: name,
                    into: &levels
                )
            case .skuAlias:
                let alias = rules.fences[number].publish.alias(of: allocation.sku) ?? allocation.sku
                let units = aliasUnits(alias) ?? units
                figure.offer(units, publishUnits, as: alias, in: warehouse, into: &levels)
            }
            pools.append(figure)
        }
        var figure = PoolFigure(site: allocation.site, pool: nil, quantity: allocation.shared)
        figure.offer(units, publishUnits, as: allocation.sku, in: warehouse, into: &levels)
        pools.append(figure)
        if levels.count > 1 { levels.sort { $0.key < $1.key } }
    }
}

/// One pool's quantity and what became of it: `offered` + `unoffered` = `quantity`, in base units.
package struct PoolFigure: Hashable, Sendable {
    /// The site's place in `RuleSet.sites`.
    package let site: Int
    /// The fence's place in `RuleSet.fences`; nothing for the shared pool.
    package let pool: Int?
    package let quantity: Quantity
    /// What the shop shows of it; with `mirror`, in the unit that shows most.
    package fileprivate(set) var offered = Quantity.zero
    /// Whether the pool is written nowhere, on purpose.
    package fileprivate(set) var isWithheld = false

    /// What rounding to product units keeps from being shown; nothing of a withheld pool.
    package var unoffered: Quantity {
        isWithheld ? .zero : Quantity(millionths: quantity.millionths - offered.millionths)
    }

    fileprivate init(site: Int, pool: Int?, quantity: Quantity) {
        self.site = site
        self.pool = pool
        self.quantity = quantity
    }

    fileprivate mutating func offer(
        _ units: [SellableUnit],
        _ publishUnits: PublishUnits,
        as sku: SKU,
        in warehouse: String?,
        into levels: inout [WantedLevel]
    ) {
        for unit in units {
            let part: Quantity
            switch publishUnits {
            case .primary:
                guard unit.isPrimary || units.count == 1 else { continue }
                part = quantity
            case .mirror: part = quantity
            case .split(let percentages):
                // Percentages beyond 100 in sum are refused by `check`; here they never show more than there
                // is.
                let rest = Quantity(millionths: quantity.millionths - offered.millionths)
                part = min(rest, PoolFigure.share(percentages[unit.unit] ?? .zero, of: quantity))
            }
            let shown = unit.shown(of: part)
            let key = LevelKey(sku: sku, unit: unit.unit, warehouse: warehouse)
            PoolFigure.add(shown.units, to: key, in: &levels)
            switch publishUnits {
            case .primary, .mirror: offered = max(offered, shown.inBase)
            case .split: offered = Quantity(millionths: offered.millionths + shown.inBase.millionths)
            }
        }
    }

    private static func share(_ percent: Quantity, of quantity: Quantity) -> Quantity {
        let share =
            Int128(quantity.millionths) * Int128(max(0, percent.millionths)) / Int128(100 * Quantity.scale)
        return Quantity(millionths: Int64(clamping: share))
    }

    private static func add(_ units: Quantity, to key: LevelKey, in levels: inout [WantedLevel]) {
        guard let index = levels.firstIndex(where: { $0.key == key }) else {
            levels.append(WantedLevel(key: key, quantity: units))
            return
        }
        let sum = Int128(levels[index].quantity.millionths) + Int128(units.millionths)
        levels[index] = WantedLevel(key: key, quantity: Quantity(millionths: Int64(clamping: sum)))
    }
}
