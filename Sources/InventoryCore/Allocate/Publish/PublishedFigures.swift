/// What the shop should show for one SKU, and what rounding to the product's units keeps back.
///
/// Made by adding the SKU's allocations, one for each site. A level that several pools share, such as one
/// warehouse fed from two sites, shows their sum. Each pool is rounded down by itself, because half an item
/// here and half an item there are not one item.
package struct PublishedFigures: Hashable, Sendable {
    /// In the order of their keys.
    package private(set) var levels: [WantedLevel] = []
    /// One for each pool of each site, in the order added.
    package private(set) var pools: [PoolFigure] = []
    /// Levels that show a part of a pool of which something was never clearly stated: they are not written.
    package private(set) var unclear: [LevelKey] = []

    package init() {}

    /// Empties the value for the next SKU and keeps its memory.
    package mutating func removeAll() {
        levels.removeAll(keepingCapacity: true)
        pools.removeAll(keepingCapacity: true)
        unclear.removeAll(keepingCapacity: true)
    }

    /// Adds the pools of one site.
    ///
    /// A fence without any rule for the SKU, and one that is withheld, have no level. A fence whose rule is
    /// not in force now has its level at 0: the stock it showed earlier is in the shared pool now.
    ///
    /// `aliasUnits` gives the units of a fence's second product, or nil if they are those of the first.
    /// `unclear` are the owners of locations of this site that were never clearly stated.
    package mutating func add(
        _ allocation: SiteAllocation,
        rules: RuleSet,
        units: [SellableUnit],
        publishUnits: PublishUnits,
        aliasUnits: (SKU) -> [SellableUnit]? = { _ in nil },
        unclear owners: [Int?] = []
    ) {
        let warehouse = rules.sites[allocation.site].warehouse
        let isShared = owners.contains(nil)
        for (number, share) in allocation.fences.enumerated() where share.isConcerned {
            // What a fence gets of the shared pool, by a rule, is as unclear as that.
            let isUnclear = isShared && share.rule != nil || owners.contains(number)
            var figure = PoolFigure(site: allocation.site, pool: number, quantity: share.published)
            switch rules.fences[number].publish {
            case .withhold: figure.isWithheld = true
            case .warehouse(let name):
                figure.offer(units, publishUnits, as: allocation.sku, in: name, into: &levels)
                if isUnclear { note(unclear: allocation.sku, units, name) }
            case .skuAlias:
                let alias = rules.fences[number].publish.alias(of: allocation.sku) ?? allocation.sku
                let units = aliasUnits(alias) ?? units
                figure.offer(units, publishUnits, as: alias, in: warehouse, into: &levels)
                if isUnclear { note(unclear: alias, units, warehouse) }
            }
            pools.append(figure)
        }
        var figure = PoolFigure(site: allocation.site, pool: nil, quantity: allocation.shared)
        figure.offer(units, publishUnits, as: allocation.sku, in: warehouse, into: &levels)
        if isShared { note(unclear: allocation.sku, units, warehouse) }
        pools.append(figure)
        if levels.count > 1 { levels.sort { $0.key < $1.key } }
    }

    private mutating func note(unclear sku: SKU, _ units: [SellableUnit], _ warehouse: String?) {
        for unit in units { unclear.append(LevelKey(sku: sku, unit: unit.unit, warehouse: warehouse)) }
    }
}

/// One pool's quantity and what became of it: `offered` + `unoffered` = `quantity`, in base units.
package struct PoolFigure: Hashable, Sendable {
    /// The site's index in `RuleSet.sites`.
    package let site: Int
    /// The fence's index in `RuleSet.fences`; nil for the shared pool.
    package let pool: Int?
    package let quantity: Quantity
    /// How much of it the shop shows; with `mirror`, in the unit that shows most.
    package fileprivate(set) var offered = Quantity.zero
    /// Whether the pool is deliberately written nowhere.
    package fileprivate(set) var isWithheld = false

    /// What rounding to product units keeps back; 0 for a withheld pool.
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
                // `check` refuses percentages that add up to more than 100; here they are capped by what is
                // left.
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
