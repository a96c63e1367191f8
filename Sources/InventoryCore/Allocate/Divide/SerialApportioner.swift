/// Apportions SKUs one after another, reusing its memory; gives the same results as `Apportioner`.
///
/// Hot (`PipelineBenchmarks`). The usual SKU has few positions, all at known locations in units with a
/// factor, and none below zero. Then only the sums by site and owner matter, and nothing has to be sorted or
/// named. Any other SKU goes through `Apportioner` itself.
package struct SerialApportioner {
    private let rulings: Rulings
    /// What the rules say of each place seen so far; nil if it has no site or its unit no factor.
    private var roles: [PlaceRole?] = []
    /// For each site, what its shared locations hold and what those of each owner hold.
    private var nets: [[LocationNet]]
    /// The shop units of the SKU before, and what they were turned into: mostly the next one has the same.
    private var sold = SoldUnits()
    /// The last shop units whose factors agree.
    private var agreed: [ShopUnit] = []

    /// One for each site, in the order of the rules' sites.
    package private(set) var allocations: [SiteAllocation]
    package private(set) var figures = PublishedFigures()
    package private(set) var exceptions: [InventoryException] = []
    /// Whether nothing of the SKU may rise: something was ordered that cannot be counted, or nobody knows
    /// what its units hold.
    package private(set) var onlyFalls = false

    package var wanted: [WantedLevel] { figures.levels }

    /// What does not change.
    ///
    /// A class, because a value of this size would be copied for every SKU.
    private final class Rulings: Sendable {
        let apportioner: Apportioner

        init(_ apportioner: Apportioner) {
            self.apportioner = apportioner
        }

        /// Nil for a location without a site, and for a unit without a factor.
        func role(of place: PlaceList.Place) -> PlaceRole? {
            let units = apportioner.units
            guard let perBase = units.isEmpty ? Ratio.one : units.perBase(erp: place.unit),
                let role = apportioner.rules.role(of: place.location)
            else { return nil }
            return PlaceRole(site: role.site, owner: role.owner, perBase: perBase, unit: place.unit)
        }
    }

    private struct PlaceRole {
        let site: Int
        let owner: Int?
        /// Base units in one of the place's unit, for SKUs without units of their own.
        let perBase: Ratio
        let unit: StockUnit
    }

    private struct SoldUnits {
        var shopUnits: [ShopUnit] = []
        var units: [SellableUnit] = []
        var granularity = Quantity(units: 1)
    }

    package init(_ apportioner: Apportioner) {
        rulings = Rulings(apportioner)
        nets = Array(repeating: [], count: apportioner.rules.sites.count)
        allocations = apportioner.rules.sites.map { _ in SiteAllocation(for: apportioner.rules) }
    }

    /// Apportions one SKU's stock; `allocations`, `figures` and `exceptions` are valid until the next call.
    ///
    /// `places` must be the same list in every call; it may have grown at its end. `shopUnits` are as for
    /// `Apportioner`.
    package mutating func apportion(
        _ sku: SKU,
        rows: [PlacedPositions.Row],
        at places: PlaceList,
        shopUnits: [ShopUnit],
        aliasUnits: (SKU) -> [ShopUnit],
        unclear: [Location] = [],
        orders: SKUOrders = .none
    ) {
        // Pass the object on: passing the apportioner in it would copy that.
        let rulings = rulings
        meet(places, rulings)
        guard unclear.isEmpty, !rulings.apportioner.units.hasOwn(sku), agree(shopUnits, sku, rulings),
            addUp(rows, rulings)
        else {
            let result = rulings.apportioner.apportion(
                sku,
                positions: places.positions(rows[...], of: sku),
                shopUnits: shopUnits,
                aliasUnits: aliasUnits,
                unclear: unclear,
                orders: orders
            )
            allocations = result.allocations
            figures = result.figures
            exceptions = result.exceptions
            onlyFalls = result.onlyFalls
            return
        }
        divide(sku, shopUnits, aliasUnits, orders, rulings)
    }

    /// Looks up the rules for places that are new.
    private mutating func meet(_ places: PlaceList, _ rulings: Rulings) {
        while roles.count < places.count {
            roles.append(rulings.role(of: places[Int32(roles.count)]))
        }
    }

    /// Whether configuration and shop agree on what the units hold.
    ///
    /// Most SKUs have the units of the one before.
    private mutating func agree(_ shopUnits: [ShopUnit], _ sku: SKU, _ rulings: Rulings) -> Bool {
        if shopUnits.count < 2 { return true }
        if shopUnits == agreed { return true }
        guard rulings.apportioner.units.difference(shopUnits, of: sku) == nil else { return false }
        agreed = shopUnits
        return true
    }

    /// Within these limits the sums below cannot overflow; other SKUs go through `Apportioner`.
    private static let rowsMax = 64
    private static let magnitudeMax = Int64(1) << 56

    /// Adds the rows up by site and owner, in base units; false if the SKU is not a usual one.
    private mutating func addUp(_ rows: [PlacedPositions.Row], _ rulings: Rulings) -> Bool {
        guard rows.count <= SerialApportioner.rowsMax else { return false }
        for site in nets.indices { nets[site].removeAll(keepingCapacity: true) }
        let isUnitFree = rulings.apportioner.units.isEmpty
        var unit: StockUnit?
        for row in rows {
            guard row.net >= .zero, let role = roles[Int(row.place)] else { return false }
            // Without declared factors, two units cannot be added.
            if isUnitFree, let unit, unit != role.unit { return false }
            unit = role.unit
            guard let net = try? row.net.inBase(role.perBase),
                net.millionths <= SerialApportioner.magnitudeMax
            else { return false }
            if let place = nets[role.site].firstIndex(where: { $0.owner == role.owner }) {
                let sum = nets[role.site][place].net.millionths + net.millionths
                nets[role.site][place].net = Quantity(millionths: sum)
            } else {
                // The location's name matters only if one is below zero.
                nets[role.site].append(LocationNet(location: "", net: net, owner: role.owner))
            }
        }
        return true
    }

    private mutating func divide(
        _ sku: SKU,
        _ shopUnits: [ShopUnit],
        _ aliasUnits: (SKU) -> [ShopUnit],
        _ orders: SKUOrders,
        _ rulings: Rulings
    ) {
        exceptions.removeAll(keepingCapacity: true)
        figures.removeAll()
        var charges: OrderCharges?
        if !orders.lines.isEmpty {
            let made = OrderCharges(
                orders.lines,
                of: sku,
                rulings.apportioner,
                shopUnits: shopUnits,
                nets: nets
            )
            exceptions += made.exceptions
            charges = made
        }
        onlyFalls = charges?.isIncomplete ?? false
        if shopUnits != sold.shopUnits {
            sold.shopUnits = shopUnits
            sold.units = rulings.apportioner.units.sellable(shopUnits, of: sku)
            sold.granularity = rulings.apportioner.publishUnits.granularity(of: sold.units)
        }
        if sold.units.isEmpty, !shopUnits.isEmpty {
            exceptions.append(rulings.apportioner.unsellable(sku, shopUnits))
        }
        for site in nets.indices {
            rulings.apportioner.allocator.allocate(
                SiteStock(
                    sku: sku,
                    site: site,
                    locations: nets[site][...],
                    orders: charges?.orders[site] ?? .none,
                    consumed: orders.consumed.isEmpty
                        ? [] : orders.consumed.filter { $0.site == site }.map(\.use),
                    granularity: sold.granularity
                ),
                into: &allocations[site]
            )
            for finding in allocations[site].findings {
                exceptions.append(finding.exception(sku: sku, site: rulings.apportioner.rules.sites[site]))
            }
            figures.add(
                allocations[site],
                rules: rulings.apportioner.rules,
                units: sold.units,
                publishUnits: rulings.apportioner.publishUnits,
                aliasUnits: { alias in
                    let own = aliasUnits(alias)
                    return own.isEmpty ? nil : rulings.apportioner.units.sellable(own, of: sku)
                }
            )
        }
    }
}
