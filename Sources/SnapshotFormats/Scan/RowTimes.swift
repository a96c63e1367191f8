package import CSeparators
import Glibc
package import InventoryCore

/// What the rows of some SKUs say they are as of.
///
/// All other rows are passed by at the pace of a diff.
package enum RowTimes {
    /// A row that is sound, of one of the SKUs.
    package struct Row: Sendable {
        /// Which of the SKUs that were asked for.
        package let sku: Int
        /// The digest of the row's key.
        package let key: separators_digest
        /// Nothing where the row states no time.
        package let asOf: Timestamp?
    }

    /// Reads a whole snapshot.
    ///
    /// - Parameters:
    ///   - skus: whose rows are wanted; each once.
    ///   - input: read from its start; must not have been read before.
    ///   - format: of the snapshot.
    ///   - seeds: by which keys are digested.
    ///   - options: of the pass.
    /// - Returns: the rows, in the order of the snapshot; 40 bytes each.
    /// - Throws: `Fault`, and what the source throws.
    package static func rows(
        of skus: [SKU],
        in input: any ByteSource,
        format: SnapshotFormat,
        seeds: KeySeeds,
        options: SnapshotPass.Options = SnapshotPass.Options()
    ) throws -> [Row] {
        var options = options
        options.marksBytes = false
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
            var walk = WantedSKUs.Walk(wanted)
            for row in 0..<batch.count {
                guard let key = batch.keys[row], let sku = walk.find(key, Int(batch.keyLengths[row])) else {
                    continue
                }
                switch try batch.time(of: row) {
                case .at(let time): rows.append(Row(sku: sku, key: batch.digests[row], asOf: time))
                case .unstated: rows.append(Row(sku: sku, key: batch.digests[row], asOf: nil))
                case .refused: break
                }
            }
        }

        func reject(_ row: RejectedRow) {
            // What cannot be read states nothing.
        }
    }
}

/// Some SKUs, found by their digests, as the rows of a baseline are.
private final class WantedSKUs: Sendable {
    private let seeds: KeySeeds
    private let digests: [separators_digest]
    /// Which SKU a digest leads to, counted from 1, or to one of the next slots; 0 ends the search.
    private let slots: [UInt32]
    private let mask: Int

    /// At most one slot in eight is taken: nearly all other SKUs come upon an empty one at once.
    private static let slotsEach = 8

    init(_ skus: [SKU], _ seeds: KeySeeds) {
        self.seeds = seeds
        digests = skus.map { seeds.digest(CanonicalKey.part($0.text)) }
        var count = 1024
        while count < skus.count * WantedSKUs.slotsEach { count *= 2 }
        mask = count - 1
        var slots = [UInt32](repeating: 0, count: count)
        for (sku, digest) in digests.enumerated() {
            var slot = Int(truncatingIfNeeded: digest.first) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt32(sku + 1)
        }
        self.slots = slots
    }

    /// Looks up one key after another; the keys stay where they are meanwhile.
    struct Walk {
        private let wanted: WantedSKUs
        /// The SKU of the key before, with its comma, and its number: most rows have the same.
        private var last = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        private var number: Int?

        init(_ wanted: WantedSKUs) {
            self.wanted = wanted
        }

        /// Gives the number of the SKU that a canonical key has, where that is one of these.
        @inline(__always)
        mutating func find(_ key: UnsafePointer<UInt8>, _ length: Int) -> Int? {
            if let text = last.baseAddress, length >= last.count, memcmp(key, text, last.count) == 0 {
                return number
            }
            guard let comma = memchr(key, Int32(CanonicalKey.comma), length) else { return nil }
            let count = UnsafeRawPointer(comma) - UnsafeRawPointer(key)
            last = UnsafeBufferPointer(start: key, count: count + 1)
            number = wanted.find(wanted.seeds.digest(key, count))
            return number
        }
    }

    private func find(_ digest: separators_digest) -> Int? {
        var slot = Int(truncatingIfNeeded: digest.first) & mask
        while slots[slot] != 0 {
            let sku = Int(slots[slot]) - 1
            if digests[sku].first == digest.first, digests[sku].second == digest.second { return sku }
            slot = (slot + 1) & mask
        }
        return nil
    }
}
