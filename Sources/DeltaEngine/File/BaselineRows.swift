import CSeparators

/// The rows of a base as they stand in its file, in the order of the snapshot: 28 bytes each.
///
/// They come in groups of 64. A group has the signatures of its rows, 16 bytes each, then the leading
/// halves of their digests' second words, then their quantities: comparing in order reads only the first.
struct BaselineRows {
    static let groupRows = 1 << groupBits
    static let groupBytes = groupRows * rowBytes
    static let rowBytes = 28
    private static let groupBits = 6
    private static let halvesOffset = groupRows * 16
    private static let netsOffset = groupRows * 20

    let base: UnsafeRawPointer

    /// How much so many rows take; the last group is as large as the others.
    static func bytes(_ count: Int) -> Int { (count + groupRows - 1) / groupRows * groupBytes }

    /// Where the group of a row begins.
    @inline(__always)
    static func groupOffset(of row: Int) -> Int { (row >> groupBits) &* groupBytes }

    /// Where the group of a row begins in the file, of which the rows are the first section.
    static func fileOffset(of row: Int) -> Int { BaselineHeader.pageBytes + groupOffset(of: row) }

    /// How many rows follow each other from `row` on before another group begins.
    @inline(__always)
    static func left(from row: Int) -> Int { groupRows - row & (groupRows - 1) }

    /// The signatures from that of `row` on, to the end of its group.
    @inline(__always)
    func signatures(from row: Int) -> UnsafePointer<RowSignature> {
        let group = base + BaselineRows.groupOffset(of: row)
        return group.assumingMemoryBound(to: RowSignature.self) + row & (BaselineRows.groupRows - 1)
    }

    @inline(__always)
    func half(_ row: Int) -> UInt32 {
        let group = base + BaselineRows.groupOffset(of: row) + BaselineRows.halvesOffset
        return group.load(fromByteOffset: (row & (BaselineRows.groupRows - 1)) * 4, as: UInt32.self)
    }

    @inline(__always)
    func net(_ row: Int) -> Int64 {
        let group = base + BaselineRows.groupOffset(of: row) + BaselineRows.netsOffset
        return group.load(fromByteOffset: (row & (BaselineRows.groupRows - 1)) * 8, as: Int64.self)
    }

    @inline(__always)
    func rest(_ row: Int) -> UInt64 { signatures(from: row).pointee.rest }

    /// Whether a row has the key with this digest.
    @inline(__always)
    func isKey(_ row: Int, _ digest: separators_digest) -> Bool {
        signatures(from: row).pointee.first == digest.first && half(row) == BaselineRows.half(digest.second)
    }

    /// Whether two rows have one key; what chooses the bucket has been compared.
    func isSameKey(_ a: Int, _ b: Int) -> Bool {
        signatures(from: a).pointee.first == signatures(from: b).pointee.first && half(a) == half(b)
    }

    @inline(__always)
    subscript(row: Int) -> BaselineRow {
        let signature = signatures(from: row).pointee
        return BaselineRow(
            first: signature.first,
            second: UInt64(half(row)) << 32,
            net: net(row),
            rest: signature.rest
        )
    }

    /// What a base keeps of the second word of a digest; it also chooses the bucket.
    @inline(__always)
    static func half(_ second: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: second >> 32) }

    /// Brings all that is kept of a row into the cache.
    @inline(__always)
    func prefetch(_ row: Int) {
        let group = base + BaselineRows.groupOffset(of: row)
        let place = row & (BaselineRows.groupRows - 1)
        separators_prefetch(group + place &* 16)
        separators_prefetch(group + BaselineRows.halvesOffset + place &* 4)
        separators_prefetch(group + BaselineRows.netsOffset + place &* 8)
    }

    /// Writes rows into a group, the first of them to `place` there.
    static func fill(
        _ group: UnsafeMutableRawPointer,
        at place: Int,
        with rows: UnsafePointer<BaselineRow>,
        _ count: Int
    ) {
        let signatures = group.assumingMemoryBound(to: RowSignature.self) + place
        let halves = (group + halvesOffset).assumingMemoryBound(to: UInt32.self) + place
        let nets = (group + netsOffset).assumingMemoryBound(to: Int64.self) + place
        for row in 0..<count {
            signatures[row] = RowSignature(first: rows[row].first, rest: rows[row].rest)
            halves[row] = half(rows[row].second)
            nets[row] = rows[row].net
        }
    }

    /// The stretches of a group's bytes that rows at `places` take.
    static func stretches(of places: Range<Int>) -> [Range<Int>] {
        [(0, 16), (halvesOffset, 4), (netsOffset, 8)].map { offset, bytes in
            offset + places.lowerBound * bytes..<offset + places.upperBound * bytes
        }
    }
}
