package import CSeparators

/// The secret of a seeded hash: each baseline has its own, so that nobody can craft colliding keys.
package final class KeySeeds: Sendable {
    package let first: UInt64
    package let second: UInt64
    private let expanded: [UInt64]

    package init(_ first: UInt64, _ second: UInt64) {
        self.first = first
        self.second = second
        var seeds = [UInt64](repeating: 0, count: Int(SEPARATORS_SEEDS))
        separators_expand_seed(first, second, &seeds)
        expanded = seeds
    }

    /// Makes random seeds.
    package static func random() -> KeySeeds {
        var generator = SystemRandomNumberGenerator()
        return KeySeeds(generator.next(), generator.next())
    }

    /// Gives the digest of a canonical key.
    package func digest(_ key: [UInt8]) -> separators_digest {
        key.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.map { digest($0, bytes.count) } ?? digest(bytes)
        }
    }

    package func digest(_ key: UnsafePointer<UInt8>, _ length: Int) -> separators_digest {
        separators_hash_key(key, length, expanded)
    }

    private func digest(_ empty: UnsafeBufferPointer<UInt8>) -> separators_digest {
        var nothing: UInt8 = 0
        return separators_hash_key(&nothing, 0, expanded)
    }

    /// Lends the expanded seeds to an inner loop.
    package func withSeeds<Result, Fault>(
        _ body: (UnsafePointer<UInt64>) throws(Fault) -> Result
    ) throws(Fault) -> Result {
        try expanded.withUnsafeBufferPointer { seeds throws(Fault) in
            guard let base = seeds.baseAddress else { preconditionFailure("seeds are never empty") }
            return try body(base)
        }
    }
}

extension KeySeeds {
    /// Gives a number that differs, almost surely, for every
    /// format and rule under which rows mean something else; never 0.
    package func fingerprint(of format: SnapshotFormat, _ rule: DuplicateRule) -> UInt64 {
        // The description names every field and value, in the order of their declarations.
        let text = "2 \(rule.rawValue) \(format)"
        return digest(Array(text.utf8)).first | 1
    }

    /// Gives a number that differs, almost surely, for every
    /// format and place of its columns under which the same bytes mean something else.
    func fingerprint(of format: SnapshotFormat, _ columns: FoundColumns) -> UInt64 {
        let places = columns.all.map { "\($0.place)" }.joined(separator: " ")
        return digest(Array("3 \(format) \(columns.width) \(places)".utf8)).first
    }
}
