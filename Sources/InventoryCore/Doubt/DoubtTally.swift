/// Adds up how much is in doubt, SKU by SKU; gives the same totals as `DoubtTotals.count`.
///
/// Hot (`PipelineBenchmarks FOLDER TIMES doubts`). The usual SKU has few positions, all in units with a
/// factor: then its rows are added up as they are, without names. Any other SKU is counted by its positions.
package struct DoubtTally {
    package private(set) var totals = DoubtTotals()
    private let apportioner: Apportioner
    private let doubts: DoubtfulStock
    /// What the rules say of each place seen so far.
    private var places: [Place] = []
    private var locations: [Location: Int] = [:]
    private var bounds: [Bounds] = []

    private struct Place {
        /// Equal for places of one location.
        let location: Int
        /// Nothing for a location without a site.
        let role: LocationRole?
        /// Nothing for a unit without a factor.
        let perBase: Ratio?
        let unit: StockUnit
    }

    /// The least and the most that a row can be, in base units.
    private struct Bounds {
        var place: Place
        var low: Int64
        var high: Int64
    }

    /// Within these limits the sums below cannot overflow.
    private static let rowsMax = 64
    private static let magnitudeMax = UInt64(1) << 56

    package init(_ apportioner: Apportioner, _ doubts: DoubtfulStock) {
        (self.apportioner, self.doubts) = (apportioner, doubts)
    }

    /// Counts a SKU with all of its rows, if something of it is in doubt.
    ///
    /// The rows of doubtful positions are the baseline's or what they count as; `list` must be the same in
    /// every call, and may have grown at its end.
    package mutating func count(_ sku: SKU, rows: [PlacedPositions.Row], at list: PlaceList) {
        let own = doubts[sku]
        guard !own.isEmpty else { return }
        meet(list)
        guard let width = width(of: sku, own, rows, list) else {
            return totals.count(sku, list.positions(rows[...], of: sku), doubts, by: apportioner)
        }
        totals.add(width, isNeverClear: !doubts.unclear(sku) { list.positions(rows[...], of: sku) }.isEmpty)
    }

    private mutating func meet(_ list: PlaceList) {
        while places.count < list.count {
            let place = list[Int32(places.count)]
            let number = locations[place.location] ?? locations.count
            locations[place.location] = number
            let units = apportioner.units
            places.append(
                Place(
                    location: number,
                    role: apportioner.rules.role(of: place.location),
                    perBase: units.isEmpty ? .one : units.perBase(erp: place.unit),
                    unit: place.unit
                )
            )
        }
    }

    /// Gives Σ (B_hi − B_lo); nothing where the SKU is not a usual one.
    private mutating func width(
        of sku: SKU,
        _ own: [Doubt],
        _ rows: [PlacedPositions.Row],
        _ list: PlaceList
    ) -> QuantityTotal? {
        guard rows.count <= DoubtTally.rowsMax, !apportioner.units.hasOwn(sku), isOneUnit(rows) else {
            return nil
        }
        bounds.removeAll(keepingCapacity: true)
        for row in rows {
            let place = places[Int(row.place)]
            // What counts of a doubtful position stands beside its own row.
            let net = place.unit == .inBase ? 0 : DoubtTally.inBase(row.net, place)
            guard let net else { return nil }
            bounds.append(Bounds(place: place, low: net, high: net))
        }
        var roles: [LocationRole] = []
        for doubt in own {
            guard let interval = doubts.interval(of: doubt, among: own),
                let row = rows.firstIndex(where: { list[$0.place].isPlace(of: doubt.key) })
            else { continue }
            let place = bounds[row].place
            guard let low = DoubtTally.inBase(interval.lowerBound, place),
                let high = DoubtTally.inBase(interval.upperBound, place)
            else { return nil }
            (bounds[row].low, bounds[row].high) = (low, high)
            if let role = place.role, !roles.contains(role) { roles.append(role) }
        }
        var width = QuantityTotal.zero
        for role in roles {
            let (low, high) = (base(of: role, isHigh: false), base(of: role, isHigh: true))
            width.add(Quantity(millionths: high - low))
        }
        return width
    }

    /// Without declared factors, two units cannot be added.
    private func isOneUnit(_ rows: [PlacedPositions.Row]) -> Bool {
        guard apportioner.units.isEmpty, let first = rows.first else { return true }
        return rows.allSatisfy { places[Int($0.place)].unit == places[Int(first.place)].unit }
    }

    private static func inBase(_ quantity: Quantity, _ place: Place) -> Int64? {
        guard let perBase = place.perBase, let base = try? quantity.inBase(perBase),
            base.millionths.magnitude <= magnitudeMax
        else { return nil }
        return base.millionths
    }

    /// The base of a pool: below 0 a location counts as 0, unless its site nets.
    private func base(of role: LocationRole, isHigh: Bool) -> Int64 {
        let isNetted = apportioner.rules.sites[role.site].netting
        var sum: Int64 = 0
        for (number, row) in bounds.enumerated() where row.place.role == role {
            let location = row.place.location
            if bounds[..<number].contains(where: { $0.place.location == location }) { continue }
            var net: Int64 = 0
            for other in bounds[number...] where other.place.location == location {
                net += isHigh ? other.high : other.low
            }
            sum += isNetted ? net : max(0, net)
        }
        return max(0, sum)
    }
}
