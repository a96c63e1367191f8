import CSeparators
import Glibc
package import InventoryCore

/// What the rows of some SKUs say they are as of.
///
/// All other rows are passed by at the pace of a diff; these are read by the slow reader.
package enum RowTimes {
    /// A row that is sound, of one of the SKUs.
    package struct Row: Hashable, Sendable {
        package let key: PositionKey
        /// Nothing where the row states no time.
        package let asOf: Timestamp?

        package init(key: PositionKey, asOf: Timestamp?) {
            (self.key, self.asOf) = (key, asOf)
        }
    }

    /// Reads a whole snapshot.
    ///
    /// - Parameters:
    ///   - skus: whose rows are wanted.
    ///   - input: read from its start; must not have been read before.
    ///   - format: of the snapshot.
    ///   - options: of the pass.
    /// - Returns: the rows, in the order of the snapshot; about 100 bytes each.
    /// - Throws: `Fault`, and what the source throws.
    package static func rows(
        of skus: Set<SKU>,
        in input: any ByteSource,
        format: SnapshotFormat,
        options: SnapshotPass.Options = SnapshotPass.Options()
    ) throws -> [Row] {
        var options = options
        options.marksBytes = false
        let seeds = KeySeeds.random()
        let wanted = WantedSKUs(skus, seeds)
        let pass = SnapshotPass(format: format, seeds: seeds, options: options)
        return try pass.run(input) { _ in Sink(wanted) }.parts.flatMap(\.sink.rows)
    }

    private final class Sink: RowSink {
        private let wanted: WantedSKUs
        private(set) var rows: [Row] = []

        init(_ wanted: WantedSKUs) {
            self.wanted = wanted
        }

        func take(_ batch: RowBatch) throws {
            for row in 0..<batch.count {
                guard let start = batch.keys[row] else { continue }
                let key = UnsafeBufferPointer(start: start, count: Int(batch.keyLengths[row]))
                guard wanted.mayContain(start, key.count), let position = CanonicalKey.key(key),
                    wanted.skus.contains(position.sku)
                else { continue }
                switch try batch.time(of: row) {
                case .at(let time): rows.append(Row(key: position, asOf: time))
                case .unstated: rows.append(Row(key: position, asOf: nil))
                case .refused: break
                }
            }
        }

        func reject(_ row: RejectedRow) {
            // What cannot be read states nothing.
        }
    }
}

/// Some SKUs, and a bit for each by which nearly all others are told apart without being read.
private final class WantedSKUs: Sendable {
    let skus: Set<SKU>
    private let seeds: KeySeeds
    private let bits: [UInt64]
    private let mask: UInt64

    /// One in 16 of all bits is set at most, so that one in 16 other SKUs is read in vain.
    private static let bitsEach = 16

    init(_ skus: Set<SKU>, _ seeds: KeySeeds) {
        self.skus = skus
        self.seeds = seeds
        var count = 1024
        while count < skus.count * WantedSKUs.bitsEach { count *= 2 }
        mask = UInt64(count - 1)
        var bits = [UInt64](repeating: 0, count: count / 64)
        for sku in skus {
            let bit = seeds.digest(CanonicalKey.part(sku.text)).first & mask
            bits[Int(bit >> 6)] |= 1 << (bit & 63)
        }
        self.bits = bits
    }

    /// Whether a canonical key may be one of these SKUs'.
    @inline(__always)
    func mayContain(_ key: UnsafePointer<UInt8>, _ length: Int) -> Bool {
        guard let comma = memchr(key, Int32(CanonicalKey.comma), length) else { return false }
        let bit = seeds.digest(key, UnsafeRawPointer(comma) - UnsafeRawPointer(key)).first & mask
        return bits[Int(bit >> 6)] & (1 << (bit & 63)) != 0
    }
}
