import CSeparators
import InventoryCore
import SnapshotFormats

/// Reads the positions of one article after another; one for each thread.
///
/// Hot (benchmark `skus`): what is looked at of the file lies anywhere in it, so it is fetched into the cache
/// for some articles at once before it is needed.
struct PositionReader {
    private let image: BaselineImage
    private let overlay: Overlay
    private var texts = KeyTexts()
    private var cursor: KeyCursor
    /// The texts of numbered tails, made when they are first met.
    private var tails: [(location: Location, unit: StockUnit)?]
    /// As many positions as the article before had.
    private var room = 8

    /// Articles that are fetched at once.
    private static let fetched = 32

    init(_ image: BaselineImage, _ overlay: Overlay) {
        self.image = image
        self.overlay = overlay
        cursor = image.keys(from: image.rowCount)
        tails = Array(repeating: nil, count: image.tailCount)
    }

    /// Gives all positions of each of the articles in turn, those of one in no order.
    mutating func positions(ofEach skus: ArraySlice<SKU>) -> [[Position]] {
        var positions: [[Position]] = []
        positions.reserveCapacity(skus.count)
        for start in stride(from: skus.startIndex, to: skus.endIndex, by: PositionReader.fetched) {
            let part = skus[start..<min(start + PositionReader.fetched, skus.endIndex)]
            let prefixes = part.map(CanonicalKey.prefix)
            let digests = prefixes.map(image.seeds.digest)
            image.fetch(digests)
            for ((sku, prefix), digest) in zip(zip(part, prefixes), digests) {
                positions.append(self.positions(of: sku, prefix, digest))
            }
        }
        return positions
    }

    private mutating func positions(
        of sku: SKU,
        _ prefix: [UInt8],
        _ digest: separators_digest
    ) -> [Position] {
        var positions: [Position] = []
        for start in image.runs(ofSKU: digest) where Int(start) < image.rowCount {
            var row = Int(start)
            image.move(&cursor, to: row)
            guard cursor.next(), cursor.begins(with: prefix) else { continue }
            if positions.isEmpty { positions.reserveCapacity(room) }
            repeat {
                if let position = position(row, of: sku, cursor.key, after: prefix.count, tail: cursor.tail) {
                    positions.append(position)
                }
                row += 1
                // What a key shares with the one before it need not be compared again.
            } while row < image.rowCount && cursor.next()
                && (cursor.shared >= prefix.count || cursor.begins(with: prefix))
            room = max(positions.count, 1)
        }
        for row in overlay.extras(ofSKU: digest) {
            let key = Array(overlay.key(ofExtra: row))
            guard key.starts(with: prefix) else { continue }
            if let position = position(row, of: sku, key, after: prefix.count, tail: nil) {
                positions.append(position)
            }
        }
        return positions
    }

    /// Gives the position of a row, given its key; nothing if it has been removed.
    @inline(__always)
    private mutating func position(
        _ row: Int,
        of sku: SKU,
        _ key: [UInt8],
        after prefixBytes: Int,
        tail: Int?
    ) -> Position? {
        guard let current = overlay.current(row, of: image) else { return nil }
        let (location, unit) = rest(of: key, after: prefixBytes, tail: tail)
        return Position(
            key: PositionKey(sku: sku, location: location, unit: unit),
            net: Quantity(millionths: current.net)
        )
    }

    /// Gives location and unit of a key.
    @inline(__always)
    private mutating func rest(
        of key: [UInt8],
        after prefixBytes: Int,
        tail: Int?
    ) -> (Location, StockUnit) {
        guard let tail else { return texts.rest(of: key, after: prefixBytes) }
        if let known = tails[tail] { return known }
        let rest = texts.rest(of: key, after: prefixBytes)
        tails[tail] = rest
        return rest
    }
}
