import CSeparators
import Glibc
package import InventoryCore
import SnapshotFormats

extension ObservedBaseline {
    /// What a row now holds; nothing if it has been removed.
    func current(_ row: Int) -> Overlay.Patch? {
        overlay.current(row, of: image)
    }

    /// The row of a key, removed ones included.
    func find(_ digest: separators_digest) -> Int? {
        image.find(digest) ?? overlay.findExtra(digest)
    }

    /// The canonical key of a row.
    func key(of row: Int) throws(Fault) -> [UInt8] {
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
        let skus = Array(skus)
        let found = zip(skus, positions(ofEach: skus)).lazy.filter { !$1.isEmpty }
        return Dictionary(found.map { ($0, $1) }) { first, _ in first }
    }

    /// Gives all positions of each of the SKUs in turn, those of one in no order, with numbers for places.
    ///
    /// Costs a microsecond an SKU, whatever the size of the baseline.
    package func placedPositions(ofEach skus: [SKU]) -> PlacedPositions {
        PositionReader.positions(ofEach: skus[...], in: self)
    }

    /// Gives all positions of each of the SKUs in turn, those of one in no order.
    ///
    /// Costs some microseconds an SKU, whatever the size of the baseline.
    package func positions(ofEach skus: [SKU]) -> [[Position]] {
        func positions(_ skus: ArraySlice<SKU>) -> [[Position]] {
            let found = PositionReader.positions(ofEach: skus, in: self)
            return zip(skus, 0...).map { sku, article in found.places.positions(found[article], of: sku) }
        }
        guard skus.count >= ObservedBaseline.skusPerThread * 2 else { return positions(skus[...]) }
        let middle = skus.count / 2
        var halves: [[[Position]]] = [[], []]
        halves.withUnsafeMutableBufferPointer { halves in
            _ = WorkerThreads.run(2) { worker in
                halves[worker] = positions(worker == 0 ? skus[..<middle] : skus[middle...])
            }
        }
        return halves[0] + halves[1]
    }

    /// So many SKUs are worth a thread of their own.
    private static let skusPerThread = 500

    /// Gives every position, in the order of the file, added ones last.
    ///
    /// - Throws: `Fault` with `damaged`, and what the closure throws.
    package func forEach(_ body: (Position) throws -> Void) throws {
        try forEachKey(overlay) { row, patch, key in
            let position = key.withUnsafeBufferPointer { CanonicalKey.key($0) }
            guard let position else { throw Fault.damaged(path, "the key of row \(row) is none") }
            try body(Position(key: position, net: Quantity(millionths: patch.net)))
        }
    }

    /// Calls the closure with the article of each run of an article's rows, in the order of the file.
    ///
    /// - Throws: `Fault` with `damaged`, and what the closure throws.
    package func forEachSKU(_ body: (SKU) throws -> Void) throws {
        // With the comma behind it, so that no other article begins with it.
        var last: [UInt8] = []
        try forEachKey(overlay) { row, _, key in
            if !last.isEmpty, key.count >= last.count, memcmp(key, last, last.count) == 0 { return }
            guard let comma = key.firstIndex(of: CanonicalKey.comma) else {
                throw Fault.damaged(path, "the key of row \(row) is none")
            }
            last = Array(key[...comma])
            try body(SKU(last.withUnsafeBufferPointer { CanonicalKey.text($0.dropLast()) }))
        }
    }

    func forEachKey(_ overlay: Overlay, _ body: (Int, Overlay.Patch, [UInt8]) throws -> Void) throws {
        if image.rowCount > 0 {
            var cursor = image.keys(from: 0)
            for row in 0..<image.rowCount {
                guard cursor.next() else {
                    throw Fault.damaged(path, "the key of row \(row) cannot be read")
                }
                if let patch = overlay.current(row, of: image) { try body(row, patch, cursor.key) }
            }
        }
        for row in image.rowCount..<overlay.rowLimit {
            guard let patch = overlay.current(row, of: image) else { continue }
            try body(row, patch, Array(overlay.key(ofExtra: row)))
        }
    }
}
