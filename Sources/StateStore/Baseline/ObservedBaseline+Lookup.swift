import CSeparators
package import InventoryCore
import SnapshotFormats

extension ObservedBaseline {
    /// What a row now holds; nothing if it has been removed.
    func current(_ row: Int) -> Overlay.Patch? {
        current(row, overlay)
    }

    func current(_ row: Int, _ overlay: borrowing Overlay) -> Overlay.Patch? {
        let patch: Overlay.Patch
        if row >= image.rowCount {
            patch = overlay.extra(row)
        } else if overlay.isPatched(row) {
            patch = overlay.patch(row)
        } else {
            let base = image.rows[row]
            return Overlay.Patch(net: base.net, rest: base.rest, isRemoved: false)
        }
        return patch.isRemoved ? nil : patch
    }

    /// The row of a key, removed ones included.
    func find(_ digest: separators_digest) -> Int? {
        image.find(digest) ?? overlay.findExtra(digest)
    }

    /// The canonical key of a row.
    func key(of row: Int) throws(BaselineError) -> [UInt8] {
        row < image.rowCount ? try image.key(of: row) : Array(overlay.key(ofExtra: row))
    }

    /// Gives the net quantity at a key, or nothing if there is no such position.
    package func net(_ key: PositionKey) -> Quantity? {
        let digest = image.seeds.digest(CanonicalKey.bytes(of: key))
        return find(digest).flatMap(current).map { Quantity(millionths: $0.net) }
    }

    /// Gives all positions of each of the SKUs, in no order; SKUs without positions are left out.
    ///
    /// Costs some microseconds an SKU, whatever the size of the baseline.
    package func positions(of skus: some Sequence<SKU>) -> [SKU: [Position]] {
        var found: [SKU: [Position]] = [:]
        found.reserveCapacity(skus.underestimatedCount)
        var texts = KeyTextCache()
        for sku in skus where found[sku] == nil {
            let positions = positions(of: sku, &texts)
            if !positions.isEmpty { found[sku] = positions }
        }
        return found
    }

    private func positions(of sku: SKU, _ texts: inout KeyTextCache) -> [Position] {
        let prefix = CanonicalKey.prefix(of: sku)
        var positions: [Position] = []
        func add(_ row: Int, _ key: some Collection<UInt8>) {
            guard let patch = current(row) else { return }
            let (location, unit) = texts.rest(of: key.dropFirst(prefix.count))
            positions.append(
                Position(
                    key: PositionKey(sku: sku, location: location, unit: unit),
                    net: Quantity(millionths: patch.net)
                )
            )
        }
        image.rows(ofPrefix: prefix) { add($0, $1) }
        for row in overlay.extras(ofSKU: image.seeds.digest(prefix)) {
            let key = overlay.key(ofExtra: row)
            if key.starts(with: prefix) { add(row, key) }
        }
        return positions
    }

    /// Gives every position, in the order of the file, added ones last.
    ///
    /// - Throws: `BaselineError` with `damaged`, and what the closure throws.
    package func forEach(_ body: (Position) throws -> Void) throws {
        try forEachKey(overlay) { row, patch, key in
            let position = key.withUnsafeBufferPointer { CanonicalKey.key($0) }
            guard let position else { throw BaselineError.damaged(path, "the key of row \(row) is none") }
            try body(Position(key: position, net: Quantity(millionths: patch.net)))
        }
    }

    func forEachKey(_ overlay: Overlay, _ body: (Int, Overlay.Patch, [UInt8]) throws -> Void) throws {
        if image.rowCount > 0 {
            var cursor = image.keys(from: 0)
            for row in 0..<image.rowCount {
                guard cursor.next() else {
                    throw BaselineError.damaged(path, "the key of row \(row) cannot be read")
                }
                if let patch = current(row, overlay) { try body(row, patch, cursor.key) }
            }
        }
        for row in image.rowCount..<overlay.rowLimit {
            if let patch = current(row, overlay) { try body(row, patch, Array(overlay.key(ofExtra: row))) }
        }
    }
}

/// Remembers the texts of locations and units, of which there are few.
struct KeyTextCache {
    private var known: [[UInt8]: (Location, StockUnit)] = [:]
    private static let knownMax = 65_536

    /// Gives location and unit, given what follows the SKU's comma in a canonical key.
    mutating func rest(of bytes: some Collection<UInt8>) -> (Location, StockUnit) {
        let rest = Array(bytes)
        if let both = known[rest] { return both }
        let both = rest.withUnsafeBufferPointer { buffer -> (Location, StockUnit) in
            let comma = buffer.firstIndex(of: CanonicalKey.comma) ?? buffer.endIndex
            let unit = comma < buffer.endIndex ? buffer[(comma + 1)...] : buffer[buffer.endIndex...]
            return (Location(CanonicalKey.text(buffer[..<comma])), StockUnit(CanonicalKey.text(unit)))
        }
        if known.count < KeyTextCache.knownMax { known[rest] = both }
        return both
    }
}
