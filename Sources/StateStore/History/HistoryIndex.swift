import InventoryCore

/// Where the blocks of a file of the history are, and what is in it.
struct HistoryIndex: Sendable {
    var extent: HistoryExtent
    var blocks = HistoryBlockPlaces()
    var acts: [(first: Int64, place: Place)] = []

    /// A block's bytes in the file.
    struct Place: Hashable, Sendable {
        let offset: Int64
        let length: Int
        /// The lower half of the sum of its bytes.
        let sum: UInt32
    }

    init(_ extent: HistoryExtent) {
        self.extent = extent
    }

    /// Where the last block ends.
    var end: Int64 {
        guard let last = acts.last?.place ?? blocks.places.last else { return Int64(HistoryFile.magic.count) }
        return last.offset + Int64(last.length)
    }

    /// The blocks that may have entries of a SKU.
    func blocks(of sku: SKU) -> Range<Int> {
        // The first block that begins with the SKU or a later one: the one before it may have some, too.
        let first = partition(blocks.count) { blocks.compare($0, to: sku) >= 0 }
        let end = partition(blocks.count) { blocks.compare($0, to: sku) > 0 }
        return max(0, first - 1)..<max(end, max(0, first - 1))
    }

    /// The block that has an act, if the file has it.
    func actBlock(of number: Int64) -> Int? {
        let after = partition(acts.count) { acts[$0].first > number }
        return after > 0 ? after - 1 : nil
    }

    /// The first of so many places for which the condition holds, as it does for all that follow.
    private func partition(_ count: Int, _ holds: (Int) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if holds(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// Which part of the history a file has.
package struct HistoryExtent: Hashable, Sendable {
    /// The places that it takes in the course of time.
    var places: ClosedRange<Int64>
    var entries = 0
    /// The numbers of its acts; 0 where it has none.
    var firstAct: Int64 = 0
    var lastAct: Int64 = 0
    /// The times of its first and its last entry.
    var since = Timestamp(microseconds: .max)
    var until = Timestamp(microseconds: .min)
    /// Whether it has only the last state of each stock.
    var isBase = false

    package init(places: ClosedRange<Int64>) {
        self.places = places
    }

    mutating func count(_ entry: HistoryEntry) {
        entries += 1
        since = min(since, entry.at)
        until = max(until, entry.at)
    }

    mutating func count(_ act: HistoryAct) {
        if firstAct == 0 { firstAct = act.number }
        lastAct = max(lastAct, act.number)
        since = min(since, act.at)
        until = max(until, act.at)
    }

    /// The places that the name of a file tells; nothing of another name.
    static func places(_ name: String) -> ClosedRange<Int64>? {
        let ends = name.dropLast(HistoryFile.ending.count).split(separator: "-").compactMap { Int64($0) }
        guard ends.count == 2, ends[0] <= ends[1] else { return nil }
        let extent = HistoryExtent(places: ends[0]...ends[1])
        return extent.name == name ? extent.places : nil
    }

    /// What its file is called.
    package var name: String { "\(places.lowerBound)-\(places.upperBound)\(HistoryFile.ending)" }
}

extension HistoryIndex {
    var bytes: [UInt8] {
        var writer = HistoryBytes()
        writer.append(signed: extent.places.lowerBound)
        writer.append(signed: extent.places.upperBound)
        writer.append(signed: Int64(extent.entries))
        for number in [extent.firstAct, extent.lastAct] { writer.append(signed: number) }
        for time in [extent.since, extent.until] { writer.append(signed: time.microseconds) }
        writer.append(signed: extent.isBase ? 1 : 0)
        writer.append(signed: Int64(blocks.count))
        for (number, place) in blocks.places.enumerated() {
            writer.append(place)
            writer.append(blocks.first(of: number))
        }
        writer.append(signed: Int64(acts.count))
        for block in acts {
            writer.append(block.place)
            writer.append(signed: block.first)
        }
        return writer.bytes
    }

    init(_ bytes: [UInt8]) throws(HistoryDamage) {
        var reader = HistoryByteReader(bytes[...])
        let (first, last) = (try reader.signed(), try reader.signed())
        guard first <= last else { throw HistoryDamage() }
        var extent = HistoryExtent(places: first...last)
        extent.entries = try reader.nonnegative()
        (extent.firstAct, extent.lastAct) = (try reader.signed(), try reader.signed())
        extent.since = Timestamp(microseconds: try reader.signed())
        extent.until = Timestamp(microseconds: try reader.signed())
        extent.isBase = try reader.signed() == 1
        self.init(extent)
        var offset = Int64(HistoryFile.magic.count)
        func place(_ reader: inout HistoryByteReader) throws(HistoryDamage) -> Place {
            let place = Place(offset: offset, length: try reader.nonnegative(), sum: try reader.sum())
            offset += Int64(place.length)
            return place
        }
        let count = try reader.nonnegative()
        blocks = HistoryBlockPlaces(in: bytes)
        blocks.reserveCapacity(min(count, bytes.count))
        for _ in 0..<count {
            let own = try place(&reader)
            blocks.append(try reader.range(try reader.count(below: .max)), at: own)
        }
        for _ in 0..<(try reader.nonnegative()) {
            let own = try place(&reader)
            acts.append((try reader.signed(), own))
        }
    }
}

extension HistoryBytes {
    fileprivate mutating func append(_ place: HistoryIndex.Place) {
        append(signed: Int64(place.length))
        append(unsigned: UInt64(place.sum))
    }
}

extension HistoryByteReader {
    fileprivate mutating func sum() throws(HistoryDamage) -> UInt32 {
        guard let sum = UInt32(exactly: try unsigned()) else { throw HistoryDamage() }
        return sum
    }

    /// A length or a count.
    fileprivate mutating func nonnegative() throws(HistoryDamage) -> Int {
        let number = try signed()
        guard number >= 0 else { throw HistoryDamage() }
        return Int(number)
    }
}
