import InventoryCore
import SnapshotFormats
import SnapshotSources

extension Delivery {
    private static let chunkBytes = 4 * ContentMark.pieceBytes

    /// Reads the bytes, and gives the digest that they have under these seeds.
    ///
    /// - Throws: `Fault`.
    func contentDigest(seeds: [UInt64]) throws(Fault) -> String? {
        guard seeds.count == 2 else { return nil }
        let source = try bytes()
        let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: Delivery.chunkBytes)
        defer { buffer.deallocate() }
        var mark = ContentMark()
        while true {
            var count = 0
            while count < Delivery.chunkBytes {
                let room = UnsafeMutableRawBufferPointer(
                    start: buffer + count,
                    count: Delivery.chunkBytes - count
                )
                let length: Int
                do { length = try source.read(into: room) } catch { throw Fault(error) }
                guard length > 0 else { break }
                count += length
            }
            mark.append(buffer, count, KeySeeds(seeds[0], seeds[1]))
            guard count == Delivery.chunkBytes else { return mark.digest }
        }
    }
}
