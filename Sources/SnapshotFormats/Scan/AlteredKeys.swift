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
    private var refused: [UInt64] = []

    package var isEmpty: Bool { keys.isEmpty }

    mutating func note(_ key: separators_digest, written text: UInt64) {
        keys.append(key.first)
        written.append(text)
    }

    mutating func note(_ row: SourceRow, _ key: separators_digest, _ seeds: KeySeeds) {
        guard let written = row.writtenKey else { return }
        note(key, written: AlteredKeys.digest(CanonicalKey.bytes(of: written), seeds))
    }

    mutating func refuse(_ key: separators_digest) { refused.append(key.first) }

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
        var found: [UInt64: (written: UInt64, rows: Int)] = [:]
        var collided: Set<UInt64> = []
        for (key, text) in zip(keys, written) where groups[key] != nil {
            guard let other = found[key] else {
                found[key] = (text, 1)
                continue
            }
            if other.written != text { collided.insert(key) }
            found[key] = (other.written, other.rows + 1)
        }
        for key in refused { found[key]?.rows -= 1 }
        // Some rows of these wrote the key as it is.
        for (key, altered) in found where altered.rows < groups[key] ?? 0 { collided.insert(key) }
        return collided
    }
}
