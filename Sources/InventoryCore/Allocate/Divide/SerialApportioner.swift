/// Apportions articles one after another, in memory that is used again; gives what `Apportioner` gives.
///
/// Hot (`PipelineBenchmarks`). The usual article has few positions, all at known locations in units with a
/// factor, and none below zero: then only the sums of what each site and each owner has matter, and nothing
/// of it has to be sorted or named. Any other article goes through `Apportioner` itself.
package struct SerialApportioner {
    private let rulings: Rulings
    /// What the rules say of the places, as far as they have been met; nothing for one without a site.
    private var roles: [PlaceRole?] = []
    /// For each site what its shared locations and those of each owner hold.
    private var nets: [[LocationNet]]
    /// How the units of the article before are sold.
    private var sold = SoldUnits()

    /// One for each site, in the order of the rules' sites.
    package private(set) var allocations: [SiteAllocation]
    package private(set) var figures = PublishedFigures()
    package private(set) var exceptions: [InventoryException] = []

    package var wanted: [WantedLevel] { figures.levels }

    /// What does not change: an object, because a value of this size would be copied for every article.
    private final class Rulings: Sendable {
        let apportioner: Apportioner

        init(_ apportioner: Apportioner) {
            self.apportioner = apportioner
        }

        /// Nothing for a location that no site has, and for a unit without a factor.
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
        /// Base units in the place's unit, for articles without units of their own.
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

    /// Apportions one article's stock; `allocations`, `figures` and `exceptions` are its own until the next.
    ///
    /// `places` are the same in every call, but for new ones behind the others. `shopUnits` are as for
    /// `Apportioner`.
    package mutating func apportion(
        _ sku: SKU,
        rows: [PlacedPositions.Row],
        at places: PlaceList,
        shopUnits: [ShopUnit],
        aliasUnits: (SKU) -> [ShopUnit]
    ) {
        // The object is passed on, not what it holds: that would be copied.
        let rulings = rulings
        meet(places, rulings)
        guard !rulings.apportioner.units.hasOwn(sku), addUp(rows, rulings) else {
            let result = rulings.apportioner.apportion(
                sku,
                positions: places.positions(rows[...], of: sku),
                shopUnits: shopUnits,
                aliasUnits: aliasUnits
            )
            allocations = result.allocations
            figures = result.figures
            exceptions = result.exceptions
            return
        }
        divide(sku, shopUnits, aliasUnits, rulings)
    }

    /// Asks the rules about places that have not been met.
    private mutating func meet(_ places: PlaceList, _ rulings: Rulings) {
        while roles.count < places.count {
            roles.append(rulings.role(of: places[Int32(roles.count)]))
        }
    }

    /// Positions that are added up here at most, each at most so great: more could overflow.
    private static let rowsMax = 64
    private static let magnitudeMax = Int64(1) << 56

    /// Adds the rows up by site and owner, in base units; false where they are not the usual ones.
    private mutating func addUp(_ rows: [PlacedPositions.Row], _ rulings: Rulings) -> Bool {
        guard rows.count <= SerialApportioner.rowsMax else { return false }
        for site in nets.indices { nets[site].removeAll(keepingCapacity: true) }
        let isUnitFree = rulings.apportioner.units.isEmpty
        var unit: StockUnit?
        for row in rows {
            guard row.net >= .zero, let role = roles[Int(row.place)] else { return false }
            // Two units cannot be added where no factor is declared.
            if isUnitFree, let unit, unit != role.unit { return false }
            unit = role.unit
            guard let net = try? row.net.inBase(role.perBase),
                net.millionths <= SerialApportioner.magnitudeMax
            else { return false }
            if let place = nets[role.site].firstIndex(where: { $0.owner == role.owner }) {
                let sum = nets[role.site][place].net.millionths + net.millionths
                nets[role.site][place].net = Quantity(millionths: sum)
            } else {
                // Which location it is matters only where one is below zero.
                nets[role.site].append(LocationNet(location: "", net: net, owner: role.owner))
            }
        }
        return true
    }

    private mutating func divide(
        _ sku: SKU,
        _ shopUnits: [ShopUnit],
        _ aliasUnits: (SKU) -> [ShopUnit],
        _ rulings: Rulings
    ) {
        exceptions.removeAll(keepingCapacity: true)
        figures.removeAll()
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
                SiteStock(sku: sku, site: site, locations: nets[site][...], granularity: sold.granularity),
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
