import CSeparators
import InventoryCore
import SnapshotFormats

/// Reads the positions of one SKU after another; one for each thread.
///
/// Hot (benchmark `skus`): what is looked at of the file lies anywhere in it, so it is fetched into the cache
/// for some SKUs at once before it is needed.
struct PositionReader {
    private let image: BaselineImage
    private let overlay: Overlay
    private var found: PlacedPositions
    private var cursor: KeyCursor
    /// The places of numbered tails, as far as they have been met.
    private var tailPlaces: [Int32]
    /// The part of the file in which the last run was read.
    private var part = RowBlocks.Part()

    /// SKUs that are fetched at once.
    private static let fetched = 32
    private static let unmet: Int32 = -1

    private init(_ baseline: BaselineView, skus: Int) {
        image = baseline.image
        overlay = baseline.overlay
        found = PlacedPositions(skus: skus)
        cursor = image.keys(from: image.rowCount)
        tailPlaces = Array(repeating: PositionReader.unmet, count: image.tailCount)
    }

    /// Gives all positions of each of the SKUs in turn, those of one in no order.
    ///
    /// - Throws: `Fault` with `damaged`.
    static func positions(
        ofEach skus: ArraySlice<SKU>,
        in baseline: BaselineView
    ) throws(Fault) -> PlacedPositions {
        var reader = PositionReader(baseline, skus: skus.count)
        for start in stride(from: skus.startIndex, to: skus.endIndex, by: PositionReader.fetched) {
            let part = skus[start..<min(start + PositionReader.fetched, skus.endIndex)]
            let prefixes = part.map(CanonicalKey.prefix)
            let digests = prefixes.map(reader.image.seeds.digest)
            reader.image.fetch(digests)
            for (prefix, digest) in zip(prefixes, digests) {
                try reader.readBase(prefix, digest)
                reader.readExtras(prefix, digest)
                reader.found.endSKU()
            }
        }
        return reader.found
    }

    private mutating func readBase(_ prefix: [UInt8], _ digest: separators_digest) throws(Fault) {
        for start in try image.runs(ofSKU: digest) where Int(start) < image.rowCount {
            var row = Int(start)
            var checkedEnd = try image.check(from: row)
            image.move(&cursor, to: row)
            guard cursor.nextNumbered(), cursor.begins(with: prefix) else { continue }
            // A SKU whose rows go on in the next part has a run of its own there.
            image.blocks.seek(row, in: &part)
            let end = part.rows.upperBound
            repeat {
                guard let place = place(after: prefix.count) else { break }
                if let current = overlay.current(row, of: image) {
                    found.append(Quantity(millionths: current.net), at: place)
                }
                row += 1
                if row >= checkedEnd, row < end { checkedEnd = try image.check(from: row) }
                // What a key shares with the one before it need not be compared again.
            } while row < end && cursor.nextNumbered()
                && (cursor.shared >= prefix.count || cursor.begins(with: prefix))
        }
    }

    private mutating func readExtras(_ prefix: [UInt8], _ digest: separators_digest) {
        guard overlay.extraCount > 0 else { return }
        for row in overlay.extras(ofSKU: digest) {
            let key = Array(overlay.key(ofExtra: row))
            guard key.starts(with: prefix), let current = overlay.current(row, of: image) else { continue }
            found.append(Quantity(millionths: current.net), at: place(of: key[prefix.count...]))
        }
    }

    /// Gives the place of the key that the cursor is at, whose SKU and comma take `prefixBytes`.
    ///
    /// Nothing where damaged bytes contradict each other.
    @inline(__always)
    private mutating func place(after prefixBytes: Int) -> Int32? {
        guard let tail = cursor.tail else { return place(of: cursor.key[prefixBytes...]) }
        if tailPlaces[tail] == PositionReader.unmet {
            guard let text = image.tail(tail) else { return nil }
            tailPlaces[tail] = place(of: text)
        }
        return tailPlaces[tail]
    }

    private mutating func place(of tail: some Sequence<UInt8>) -> Int32 {
        let (location, unit, bin) = Array(tail).withUnsafeBufferPointer(KeyTexts.rest)
        return found.number(of: location, unit, bin)
    }
}
