import InventoryCore

/// Reads numbers of an index, from the first byte on; whatever it cannot read is damaged.
///
/// Each look into a file reads its whole index, of which tens of thousands of numbers are two bytes long: a
/// span has no owner to count, and no byte outside of it can be read (`HistoryBenchmarks`).
struct HistoryIndexReader {
    /// Where the next number begins.
    private(set) var place = 0

    @inline(__always)
    mutating func unsigned(_ bytes: borrowing Span<UInt8>) throws(HistoryDamage) -> UInt64 {
        var (number, shift) = (UInt64(0), UInt64(0))
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            guard shift < 63 || byte <= 1 else { throw HistoryDamage() }
            number |= UInt64(byte & 0x7F) &<< shift
            if byte < 0x80 { return number }
            shift += 7
        }
        throw HistoryDamage()
    }

    mutating func signed(_ bytes: borrowing Span<UInt8>) throws(HistoryDamage) -> Int64 {
        let number = try unsigned(bytes)
        return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    /// A length or a count.
    mutating func nonnegative(_ bytes: borrowing Span<UInt8>) throws(HistoryDamage) -> Int {
        let number = try signed(bytes)
        guard number >= 0 else { throw HistoryDamage() }
        return Int(number)
    }

    /// Passes a text by; says where it lies.
    mutating func text(_ bytes: borrowing Span<UInt8>) throws(HistoryDamage) -> Range<Int> {
        let count = try unsigned(bytes)
        guard count <= UInt64(bytes.count - place) else { throw HistoryDamage() }
        let start = place
        place += Int(count)
        return start..<place
    }

    /// A block that begins where the one before it ended; says where the next one begins.
    mutating func block(
        _ bytes: borrowing Span<UInt8>,
        at offset: inout Int64
    ) throws(HistoryDamage) -> HistoryIndex.Place {
        let length = try nonnegative(bytes)
        guard let sum = UInt32(exactly: try unsigned(bytes)) else { throw HistoryDamage() }
        let place = HistoryIndex.Place(offset: offset, length: length, sum: sum)
        let (end, overflow) = offset.addingReportingOverflow(Int64(length))
        guard !overflow else { throw HistoryDamage() }
        offset = end
        return place
    }
}
