import CSeparators
import TestSupport
import Testing

@Suite("Looking rows up in the buckets of a baseline")
struct BucketTests {
    /// Buckets with rows whose rests and tags are often the same.
    private struct Table {
        var buckets: [separators_bucket]
        var digests: [separators_digest] = []
        var rests: [UInt64] = []

        init(_ bucketCount: Int, using random: inout SplitMix64) {
            buckets = Array(repeating: separators_bucket(), count: bucketCount)
            for row in 0..<bucketCount * 4 {
                let digest = separators_digest(first: random.next() % 80, second: random.next())
                let rest = (random.next() % 9) << 1 | 1
                let bucket = separators_choice(digest.second, bucketCount)
                let free = separators_match_tags(&buckets[bucket], 0).trailingZeroBitCount
                guard free < SEPARATORS_BUCKET_ROWS else { continue }
                let tag = separators_tag(digest.first)
                separators_fill_place(&buckets[bucket], UInt32(free), rest, UInt32(row), tag)
                digests.append(digest)
                rests.append(random.chance(70) ? rest : (random.next() % 9) << 1 | 1)
            }
            if random.chance(50) { buckets[0].tags |= SEPARATORS_BUCKET_SPILLED }
        }

        /// The row that one look at a time finds.
        func slow(_ index: Int, rowCount: Int) -> UInt32? {
            var bucket = buckets[separators_choice(digests[index].second, buckets.count)]
            let rests = [bucket.rests.0, bucket.rests.1, bucket.rests.2, bucket.rests.3, bucket.rests.4]
            guard let place = rests.firstIndex(of: self.rests[index]),
                separators_bucket_tag(&bucket, UInt32(place)) == separators_tag(digests[index].first)
            else { return nil }
            let row = separators_bucket_row(&bucket, UInt32(place))
            return row < rowCount ? row : nil
        }
    }

    @Test("gives with every instruction set what single look-ups give", arguments: UInt64(0)..<60)
    func agrees(seed: UInt64) {
        var random = SplitMix64(state: seed)
        let table = Table(Int.random(in: 1...40, using: &random), using: &random)
        // A damaged file may name rows that it has not.
        let rowCount = random.chance(50) ? table.buckets.count * 4 : table.buckets.count * 2
        let seen = [UInt64](repeating: 0, count: rowCount / 64 + 1)
        let ahead = Int.random(in: 0...table.rests.count / 2, using: &random)
        let count = table.rests.count - ahead
        let slow = (0..<count).map { table.slow($0, rowCount: rowCount) }
        let isWide = separators_has_wide() != 0
        for find in isWide ? [separators_find_words, separators_find_wide] : [separators_find_words] {
            var found = [UInt32](repeating: 7, count: count)
            var others = [UInt16](repeating: 7, count: count)
            let missed = find(
                table.buckets,
                table.buckets.count,
                rowCount,
                seen,
                table.digests,
                table.rests,
                count,
                ahead,
                &found,
                &others
            )
            #expect(found == slow.map { $0.map { $0 | SEPARATORS_UNCHANGED } ?? 0 })
            #expect(others[..<missed].map(Int.init) == slow.indices.filter { slow[$0] == nil })
        }
    }

    @Test("every digest has a tag, and never that of a free place")
    func tags() {
        for first in UInt64(0)..<256 { #expect(1..<64 ~= separators_tag(first)) }
    }
}
