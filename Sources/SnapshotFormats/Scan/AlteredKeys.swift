import CSeparators
import InventoryCore

/// The rows whose keys normalisation has changed: by them, different written keys are told that became one.
///
/// Costs sixteen bytes for each such row, and nothing for others.
package struct AlteredKeys: Sendable {
    /// The leading words of the digests of keys, and what the row wrote.
    private var keys: [UInt64] = []
    private var written: [UInt64] = []
    /// Of rows that were refused later.
    private var refused: [(key: UInt64, written: UInt64)] = []

    package var isEmpty: Bool { keys.isEmpty }

    mutating func note(_ key: separators_digest, written text: UInt64) {
        keys.append(key.first)
        written.append(text)
    }

    mutating func note(_ row: SourceRow, _ key: separators_digest, _ seeds: KeySeeds) {
        guard let written = row.writtenKey else { return }
        note(key, written: AlteredKeys.digest(CanonicalKey.bytes(of: written), seeds))
    }

    mutating func refuse(_ key: separators_digest, written text: UInt64) {
        refused.append((key.first, text))
    }

    mutating func append(_ other: AlteredKeys) {
        keys += other.keys
        written += other.written
        refused += other.refused
    }

    /// What stands for a written key, given in canonical form.
    static func digest(_ written: [UInt8], _ seeds: KeySeeds) -> UInt64 { seeds.digest(written).first }

    /// Gives those keys whose rows were not all written in the same way, given how many rows were accepted of
    /// each key, by the leading word of its digest.
    package func collisions(among groups: [UInt64: Int]) -> Set<UInt64> {
        guard !isEmpty, !groups.isEmpty else { return [] }
        /// Of each key, how many rows wrote it in which way.
        var found: [UInt64: [UInt64: Int]] = [:]
        for (key, text) in zip(keys, written) where groups[key] != nil {
            found[key, default: [:]][text, default: 0] += 1
        }
        for (key, text) in refused { found[key]?[text]? -= 1 }
        var collided: Set<UInt64> = []
        for (key, ways) in found {
            let counts = ways.values.filter { $0 > 0 }
            guard let first = counts.first else { continue }
            // Where rows are left over, they wrote the key as it is.
            if counts.count > 1 || first < groups[key] ?? 0 { collided.insert(key) }
        }
        return collided
    }
}
