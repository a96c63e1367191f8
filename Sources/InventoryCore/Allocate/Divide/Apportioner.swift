/// Turns a SKU's positions into what the shop should show: base units, then allocation, then published
/// figures.
///
/// A value without state; one for each plan.
package struct Apportioner: Sendable {
    package let rules: RuleSet
    package let units: UnitTable
    package let publishUnits: PublishUnits
    package let quotaCounts: QuotaCount
    let allocator: Allocator

    package var instant: Timestamp { allocator.instant }

    /// Makes the apportioner of one plan.
    ///
    /// Rules without sites get one site that holds every location.
    package init(
        rules: RuleSet,
        units: UnitTable,
        publishUnits: PublishUnits,
        quotaCounts: QuotaCount = .level,
        at instant: Timestamp
    ) {
        let rules = rules.sites.isEmpty ? Apportioner.withOneSite(rules) : rules
        self.rules = rules
        self.units = units
        self.publishUnits = publishUnits
        self.quotaCounts = quotaCounts
        allocator = Allocator(rules: rules, at: instant)
    }

    private static func withOneSite(_ rules: RuleSet) -> RuleSet {
        RuleSet(sites: [Site(id: "main", locations: [Glob("*")])], safety: rules.safety, fences: rules.fences)
    }

    /// Apportions one SKU's stock.
    ///
    /// `shopUnits` are the units in which the shop sells the product, each once however many warehouses there
    /// are; empty if the shop does not have the product. A SKU without positions has nothing left, so its
    /// levels are wanted at 0.
    ///
    /// `unclear` are locations of which something was stated and never clearly; `orders` are the web orders
    /// that the ERP does not know yet.
    package func apportion(
        _ sku: SKU,
        positions: [Position],
        shopUnits: [ShopUnit],
        aliasUnits: (SKU) -> [ShopUnit] = { _ in [] },
        unclear: [Location] = [],
        orders: SKUOrders = .none
    ) -> Apportionment {
        let difference = units.difference(shopUnits, of: sku)
        // Capture the table only: a closure over `self` would copy the whole apportioner for every SKU.
        let units = difference?.most ?? units
        let stock = BaseStock(sku: sku, positions: positions, units: units)
        var exceptions = stock.exceptions
        var bySite = Array(repeating: [LocationNet](), count: rules.sites.count)
        for (location, net) in stock.nets {
            guard let role = rules.role(of: location) else {
                exceptions.append(Apportioner.unknownLocation(location))
                continue
            }
            if bySite[role.site].isEmpty { bySite[role.site].reserveCapacity(stock.nets.count) }
            bySite[role.site].append(LocationNet(location: location, net: net, owner: role.owner))
        }
        let sellable = units.sellable(shopUnits, of: sku)
        if sellable.isEmpty, !shopUnits.isEmpty { exceptions.append(unsellable(sku, shopUnits)) }
        let unclear = (unclear + stock.unclear).compactMap { rules.role(of: $0) }
        if let difference { exceptions.append(difference.exception) }
        let charges = OrderCharges(orders.lines, of: sku, self, shopUnits: shopUnits, nets: bySite)
        exceptions += charges.exceptions
        var figures = PublishedFigures()
        var allocations: [SiteAllocation] = []
        allocations.reserveCapacity(bySite.count)
        for (site, nets) in bySite.enumerated() {
            let allocation = allocator.allocate(
                SiteStock(
                    sku: sku,
                    site: site,
                    locations: nets[...],
                    orders: charges.orders[site],
                    consumed: orders.consumed.filter { $0.site == site }.map(\.use),
                    granularity: publishUnits.granularity(of: sellable)
                )
            )
            for finding in allocation.findings {
                exceptions.append(finding.exception(sku: sku, site: rules.sites[site]))
            }
            figures.add(
                allocation,
                rules: rules,
                units: sellable,
                publishUnits: publishUnits,
                aliasUnits: { alias in
                    let own = aliasUnits(alias)
                    return own.isEmpty ? nil : units.sellable(own, of: sku)
                },
                unclear: unclear.filter { $0.site == site }.map(\.owner)
            )
            allocations.append(allocation)
        }
        return Apportionment(
            stock: stock,
            allocations: allocations,
            figures: figures,
            exceptions: exceptions,
            onlyFalls: charges.isIncomplete || difference != nil
        )
    }

    /// The smallest amount of a SKU that the published unit can show, in base units; nil if none of the
    /// shop's units has a factor.
    package func granularity(of sku: SKU, shopUnits: [ShopUnit]) -> Quantity? {
        let units = units.sellable(shopUnits, of: sku)
        return units.isEmpty ? nil : publishUnits.granularity(of: units)
    }

    /// The units of a product that a SKU's stock can be shown in.
    package func units(of sku: SKU, shopUnits: [ShopUnit]) -> Set<StockUnit> {
        Set(units.sellable(shopUnits, of: sku).map(\.unit))
    }

    func unsellable(_ sku: SKU, _ shopUnits: [ShopUnit]) -> InventoryException {
        let names = shopUnits.map(\.unit.text).joined(separator: ", ")
        return InventoryException(
            code: .unknownLevel,
            subject: Subject(sku: sku),
            message: "The shop sells \(sku) in \(names), and `units` maps no ERP unit to any of them."
        )
    }

    private static func unknownLocation(_ location: Location) -> InventoryException {
        InventoryException(
            code: .unknownLocation,
            subject: Subject(location: location),
            message: "The location \(location.text.isEmpty ? "(empty)" : location.text) belongs to no site; "
                + "its stock is not published."
        )
    }
}

extension UnitTable {
    /// The shop's units whose factor is known.
    ///
    /// If `units` declares nothing, the primary unit is the base unit.
    func sellable(_ shopUnits: [ShopUnit], of sku: SKU) -> [SellableUnit] {
        shopUnits.compactMap { unit in
            let isAlone = shopUnits.count == 1
            let undeclared: Ratio? = isEmpty && (unit.isPrimary || isAlone) ? .one : nil
            guard let perBase = perBase(shop: unit.unit, of: sku) ?? undeclared else { return nil }
            return SellableUnit(
                unit: unit.unit,
                perBase: perBase,
                precision: unit.precision,
                isPrimary: unit.isPrimary || isAlone
            )
        }
    }
}

/// A unit of a product as the shop has it.
package struct ShopUnit: Hashable, Sendable {
    package let unit: StockUnit
    package let precision: Int
    package let isPrimary: Bool
    /// How many of the primary unit the shop says it holds; nothing where it does not say.
    package let conversionRate: Quantity?

    package init(unit: StockUnit, precision: Int, isPrimary: Bool, conversionRate: Quantity? = nil) {
        self.conversionRate = conversionRate
        self.unit = unit
        self.precision = precision
        self.isPrimary = isPrimary
    }
}

/// How one SKU's stock was divided, with every step on the way.
package struct Apportionment: Hashable, Sendable {
    package let stock: BaseStock
    /// One for each site, in the order of the rules' sites.
    package let allocations: [SiteAllocation]
    package let figures: PublishedFigures
    package let exceptions: [InventoryException]
    /// Whether nothing of the SKU may rise: something was ordered that cannot be counted, or nobody knows
    /// what its units hold.
    package let onlyFalls: Bool

    package var wanted: [WantedLevel] { figures.levels }
}
