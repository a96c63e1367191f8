import CSeparators
import SnapshotFormats
import TestSupport
import Testing

@Suite("The digest of bytes")
struct BytesDigestTests {
    private let seeds = KeySeeds(3, 5)
    private let bytes: [UInt8] = {
        var random = SplitMix64(state: 7)
        return (0..<3000).map { _ in UInt8(random.below(256)) }
    }()

    private func digest(
        _ bytes: [UInt8],
        _ seeds: KeySeeds,
        _ hash: (UnsafePointer<UInt8>, Int, UnsafePointer<UInt64>) -> separators_digest
    ) -> [UInt64] {
        // Exactly as much memory as bytes, so that a sanitizer sees what is read beyond them.
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, bytes.count))
        defer { memory.deallocate() }
        memory.initialize(from: bytes, count: bytes.count)
        let digest = seeds.withSeeds { hash(memory, bytes.count, $0) }
        return [digest.first, digest.second]
    }

    @Test("is the same with wide instructions and with words, for each length")
    func hasTwin() {
        for length in Array(0...700) + [1023, 1024, 1025, 2047, 2048, 3000] {
            let part = Array(bytes[..<length])
            let words = digest(part, seeds, separators_hash_bytes_words)
            if Instructions.best >= .wide {
                #expect(digest(part, seeds, separators_hash_bytes_wide) == words, "\(length)")
            }
            #expect(digest(part, seeds, separators_hash_bytes) == words, "\(length)")
        }
    }

    @Test("differs for each length, changed bit, seed and order")
    func differs() {
        var met: Set<[UInt64]> = []
        func meet(_ bytes: [UInt8], _ seeds: KeySeeds) {
            #expect(met.insert(digest(bytes, seeds, separators_hash_bytes)).inserted)
        }
        for length in 0...1500 { meet(Array(bytes[..<length]), seeds) }
        meet(Array(bytes[..<1500]), KeySeeds(3, 6))
        meet(Array(bytes[..<1500]), KeySeeds(4, 5))
        for place in stride(from: 0, to: 1500, by: 7) {
            for bit in 0..<8 {
                var changed = Array(bytes[..<1500])
                changed[place] ^= 1 << UInt8(bit)
                meet(changed, seeds)
            }
        }
        // Stripes, words and whole rounds that change places.
        for (first, second, count) in [(0, 64, 64), (64, 512, 64), (0, 512, 512), (0, 8, 8), (3, 803, 100)] {
            var changed = Array(bytes[..<1500])
            changed.replaceSubrange(first..<first + count, with: bytes[second..<second + count])
            changed.replaceSubrange(second..<second + count, with: bytes[first..<first + count])
            meet(changed, seeds)
        }
        // Nothing but zeroes is told by its length.
        for length in 1...600 { meet(Array(repeating: 0, count: length), seeds) }
    }
}
