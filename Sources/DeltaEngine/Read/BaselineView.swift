import CSeparators
import Glibc
package import InventoryCore
package import SnapshotFormats

/// What a baseline held at one generation, for readers: it stays as it is, whatever the baseline takes on
/// afterwards, and any thread may use it.
///
/// Taking one costs nothing; while it is held, the file it reads stays mapped, and the next commit copies
/// what is kept in memory of the log. A block of the file is compared with its checksum before anything of it
/// becomes a figure.
package struct BaselineView: Sendable {
    package let path: String
    package let generation: UInt64
    /// What is known of every location.
    package let locationTotals: LocationTotals
    let image: BaselineImage
    let overlay: Overlay

    /// How many positions there are.
    package var count: Int { overlay.count }

    /// By which content marks of deliveries are made; they belong to the file.
    package var seeds: KeySeeds { image.seeds }
}

extension BaselineView {
    /// Gives the net quantity at a key, or nothing if there is no such position.
    ///
    /// - Throws: `Fault` with `damaged`.
    package func net(_ key: PositionKey) throws(Fault) -> Quantity? {
        guard let row = try findChecked(image.seeds.digest(CanonicalKey.bytes(of: key))) else { return nil }
        return current(row).map { Quantity(millionths: $0.net) }
    }

    /// Gives all positions of each of the SKUs, in no order; SKUs without positions are left out.
    ///
    /// Costs some microseconds an SKU, whatever the size of the baseline.
    ///
    /// - Throws: `Fault` with `damaged`.
    package func positions(of skus: some Sequence<SKU>) throws(Fault) -> [SKU: [Position]] {
        let skus = Array(skus)
        let found = zip(skus, try positions(ofEach: skus)).lazy.filter { !$1.isEmpty }
        return Dictionary(found.map { ($0, $1) }) { first, _ in first }
    }

    /// Gives all positions of each of the SKUs in turn, those of one in no order, with numbers for places.
    ///
    /// Costs a microsecond an SKU, whatever the size of the baseline.
    ///
    /// - Throws: `Fault` with `damaged`.
    package func placedPositions(ofEach skus: [SKU]) throws(Fault) -> PlacedPositions {
        try PositionReader.positions(ofEach: skus[...], in: self)
    }

    /// Gives all positions of each of the SKUs in turn, those of one in no order.
    ///
    /// Costs some microseconds an SKU, whatever the size of the baseline.
    ///
    /// - Throws: `Fault` with `damaged`.
    package func positions(ofEach skus: [SKU]) throws(Fault) -> [[Position]] {
        let threads = skus.count >= BaselineView.skusPerThread * 2 ? 2 : 1
        let parts = try WorkerThreads.run(threads) { thread throws(Fault) in
            let part = skus[skus.count * thread / threads..<skus.count * (thread + 1) / threads]
            let found = try PositionReader.positions(ofEach: part, in: self)
            return zip(part, 0...).map { sku, number in found.places.positions(found[number], of: sku) }
        }
        return Array(parts.joined())
    }

    /// A thread of its own pays from this many SKUs.
    private static let skusPerThread = 500

    /// Gives every position, in the order of the file, added ones last.
    ///
    /// - Throws: `Fault` with `damaged`, and what the closure throws.
    package func forEach(_ body: (Position) throws -> Void) throws {
        try forEachKey { row, patch, key in
            let position = key.withUnsafeBufferPointer { CanonicalKey.key($0) }
            guard let position else { throw Fault.damaged(path, "the key of row \(row) is none") }
            try body(Position(key: position, net: Quantity(millionths: patch.net)))
        }
    }

    /// Calls the closure with the SKU of each run of rows that share one, in the order of the file.
    ///
    /// - Throws: `Fault` with `damaged`, and what the closure throws.
    package func forEachSKU(_ body: (SKU) throws -> Void) throws {
        // With the comma behind it, so that no other SKU begins with it.
        var last: [UInt8] = []
        try forEachKey { row, _, key in
            if !last.isEmpty, key.count >= last.count, memcmp(key, last, last.count) == 0 { return }
            guard let comma = key.firstIndex(of: CanonicalKey.comma) else {
                throw Fault.damaged(path, "the key of row \(row) is none")
            }
            last = Array(key[...comma])
            try body(SKU(last.withUnsafeBufferPointer { CanonicalKey.text($0.dropLast()) }))
        }
    }

    /// Calls the closure with every row that has not been removed, and its key, in the order of the file.
    func forEachKey(_ body: (Int, Overlay.Patch, [UInt8]) throws -> Void) throws {
        if image.rowCount > 0 {
            var cursor = image.keys(from: 0)
            var checkedEnd = 0
            for row in 0..<image.rowCount {
                if row >= checkedEnd { checkedEnd = try image.check(from: row) }
                guard cursor.next() else {
                    throw Fault.damaged(path, "the key of row \(row) cannot be read")
                }
                if let patch = current(row) { try body(row, patch, cursor.key) }
            }
        }
        for row in image.rowCount..<overlay.rowLimit {
            guard let patch = current(row) else { continue }
            try body(row, patch, Array(overlay.key(ofExtra: row)))
        }
    }
}

// For diffs, which compare no checksums: what they find is looked up again before it becomes a figure.
extension BaselineView {
    /// What a row now holds; nothing if it has been removed.
    @inline(__always)
    func current(_ row: Int) -> Overlay.Patch? {
        overlay.current(row, of: image)
    }

    /// The row of a key, removed ones included.
    func find(_ digest: separators_digest) -> Int? {
        image.find(digest) ?? overlay.findExtra(digest)
    }

    /// The same, with its checksums compared.
    func findChecked(_ digest: separators_digest) throws(Fault) -> Int? {
        try image.findChecked(digest) ?? overlay.findExtra(digest)
    }

    /// The canonical key of a row.
    func key(of row: Int) throws(Fault) -> [UInt8] {
        row < image.rowCount ? try image.key(of: row) : Array(overlay.key(ofExtra: row))
    }

    /// The leading word of the digest of a row's key.
    func leading(of row: Int) -> UInt64 {
        row < image.rowCount
            ? image.rows.signatures(from: row).pointee.first : overlay.extras[row - image.rowCount].first
    }

    /// Which of up to 32 rows of the base the baseline has, a bit each.
    func currentRows(of rows: Range<Int>) -> UInt32 {
        var current = RowBits.all(rows.count)
        guard overlay.patchCount > 0 else { return current }
        var patched = RowBits.bits(rows, of: overlay.bits.span)
        while patched != 0 {
            let bit = patched & ~(patched - 1)
            if overlay.patch(rows.lowerBound + bit.trailingZeroBitCount).isRemoved { current &= ~bit }
            patched ^= bit
        }
        return current
    }
}
