import CSeparators

/// Identifies the bytes of rows that follow one another: equal marks under the same seeds mean equal bytes
/// of the same format and columns.
///
/// Sixteen bytes: 112 bits of a hash, and the length.
package struct BlockMark: Hashable, Sendable, BitwiseCopyable {
    @usableFromInline let first: UInt64
    @usableFromInline let second: UInt64

    /// Means that nothing is known.
    package static let none = BlockMark(first: 0, second: 0)
    @usableFromInline static let lengthMask: UInt64 = 0xFFFF

    private init(first: UInt64, second: UInt64) {
        self.first = first
        self.second = second
    }

    /// Marks bytes; `none` where they are too many for a mark.
    package init(_ bytes: UnsafeBufferPointer<UInt8>, _ seeds: KeySeeds, salt: UInt64) {
        guard let base = bytes.baseAddress, !bytes.isEmpty, bytes.count <= Int(BlockMark.lengthMask) else {
            self = .none
            return
        }
        let digest = seeds.withSeeds { separators_hash_bytes(base, bytes.count, $0) }
        first = digest.first ^ salt
        second = digest.second & ~BlockMark.lengthMask | UInt64(bytes.count)
    }

    /// How many bytes it stands for; 0 where nothing is known.
    @inlinable package var lengthBytes: Int { Int(second & BlockMark.lengthMask) }
}
