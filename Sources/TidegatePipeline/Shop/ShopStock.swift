import DeltaEngine
package import InventoryCore

/// The stock of a shop at one moment: the positions of all its sources together.
///
/// The locations of two sources are disjoint. It stays as it is while the sources go on.
package struct ShopStock: Sendable {
    private let views: [BaselineView]
    /// What positions in doubt count as.
    let doubts: DoubtfulStock

    init(_ views: [BaselineView], _ doubts: DoubtfulStock) {
        self.views = views
        self.doubts = doubts
    }

    /// How many positions there are.
    package var count: Int { views.reduce(0) { $0 + $1.count } }

    /// Gives all positions of each of the SKUs, in no order; SKUs without positions are left out.
    ///
    /// - Throws: `Fault` where a baseline is damaged.
    package func positions(of skus: [SKU]) async throws -> [SKU: [Position]] {
        try await offPool {
            var all: [SKU: [Position]] = [:]
            for view in views { all.merge(try view.positions(of: skus)) { $0 + $1 } }
            guard !doubts.isEmpty else { return all }
            for (sku, positions) in all { all[sku] = doubts.applied(to: positions, of: sku) }
            return all
        }
    }

    /// Gives the positions of each of the SKUs in turn, with numbers for where they lie.
    ///
    /// They are as the baselines have them: `doubts` are not applied.
    ///
    /// - Throws: `Fault` where a baseline is damaged.
    func placedPositions(ofEach skus: [SKU]) async throws -> PlacedPositions {
        try await offPool {
            let parts = try views.map { try $0.placedPositions(ofEach: skus) }
            return parts.count == 1 ? parts[0] : PlacedPositions(merging: parts, count: skus.count)
        }
    }

    /// Gives how many positions there are at each location once some deltas are accepted.
    func positionCounts(after accepted: [Delta]) -> [Location: Int] {
        var counts: [Location: Int] = [:]
        for view in views {
            for (location, total) in view.locationTotals.totals {
                counts[location, default: 0] += Int(total.positions)
            }
        }
        for delta in accepted where delta.kind != .changed {
            counts[delta.key.location, default: 0] += delta.kind == .added ? 1 : -1
        }
        return counts
    }

    /// Gives every SKU that has a position, in byte order.
    ///
    /// - Throws: `Fault` where a baseline is damaged.
    package func skus() async throws -> [SKU] {
        try await offPool {
            var skus: [SKU] = []
            for view in views { try view.forEachSKU { skus.append($0) } }
            skus += doubts.skus
            return ShopStock.eachOnce(skus)
        }
    }

    /// Calls the closure with each SKU that has a position, source by source; blocks meanwhile.
    ///
    /// - Throws: `Fault` where a baseline is damaged, and what the closure throws.
    func forEachSKU(_ body: (SKU) throws -> Void) throws {
        for view in views { try view.forEachSKU(body) }
    }

    /// Gives the SKUs that a change of rules concerns, in byte order.
    ///
    /// - Throws: `Fault` where a baseline is damaged.
    func skus(concernedBy change: RulingChange) async throws -> [SKU] {
        try await offPool {
            var skus: [SKU] = []
            for view in views { skus += try view.skus(concernedBy: change) }
            return ShopStock.eachOnce(skus)
        }
    }

    /// Rows of a SKU mostly lie together, but later ones follow at the end, and another source has its own.
    private static func eachOnce(_ skus: [SKU]) -> [SKU] {
        var sorted = skus.sorted(byBytesOf: \.self)
        var count = 0
        for sku in sorted where count == 0 || sorted[count - 1] != sku {
            sorted[count] = sku
            count += 1
        }
        sorted.removeLast(sorted.count - count)
        return sorted
    }
}

extension BaselineView {
    /// Gives the SKUs that a change of rules concerns, in the order of the file.
    fileprivate func skus(concernedBy change: RulingChange) throws -> [SKU] {
        var skus: [SKU] = []
        var last: SKU?
        var isTaken = false
        var moved: [Location: Bool] = [:]
        try forEach { position in
            let sku = position.key.sku
            if sku != last {
                last = sku
                isTaken = change.concerns(sku)
                if isTaken { skus.append(sku) }
            }
            guard !isTaken, change.movesLocations else { return }
            let location = position.key.location
            let isMoved = moved[location] ?? change.concerns(location)
            moved[location] = isMoved
            guard isMoved else { return }
            isTaken = true
            skus.append(sku)
        }
        return skus
    }
}

extension PlacedPositions {
    /// Puts the positions of the same SKUs of several sources together, source by source.
    init(merging parts: [PlacedPositions], count: Int) {
        self.init(skus: count)
        let numbers = parts.map { part in
            (0..<Int32(part.places.count)).map { place in
                number(of: part.places[place].location, part.places[place].unit, part.places[place].bin)
            }
        }
        for sku in 0..<count {
            for (part, numbers) in zip(parts, numbers) {
                for row in part[sku] { append(row.net, at: numbers[Int(row.place)]) }
            }
            endSKU()
        }
    }
}
