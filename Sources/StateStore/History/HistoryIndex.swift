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

    /// Reads an index.
    ///
    /// - Throws: `HistoryDamage` where it is not one, whatever its bytes are.
    init(_ bytes: [UInt8]) throws(HistoryDamage) {
        let span = bytes.span
        var reader = HistoryIndexReader()
        let (first, last) = (try reader.signed(span), try reader.signed(span))
        guard first <= last else { throw HistoryDamage() }
        var extent = HistoryExtent(places: first...last)
        extent.entries = try reader.nonnegative(span)
        (extent.firstAct, extent.lastAct) = (try reader.signed(span), try reader.signed(span))
        guard extent.firstAct <= extent.lastAct else { throw HistoryDamage() }
        extent.since = Timestamp(microseconds: try reader.signed(span))
        extent.until = Timestamp(microseconds: try reader.signed(span))
        extent.isBase = try reader.signed(span) == 1
        self.init(extent)
        var offset = Int64(HistoryFile.magic.count)
        let count = try reader.nonnegative(span)
        blocks = HistoryBlockPlaces(in: bytes)
        blocks.reserveCapacity(min(count, bytes.count / HistoryIndex.blockBytesMin))
        for _ in 0..<count {
            let place = try reader.block(span, at: &offset)
            blocks.append(try reader.text(span), at: place)
        }
        for _ in 0..<(try reader.nonnegative(span)) {
            let place = try reader.block(span, at: &offset)
            acts.append((try reader.signed(span), place))
        }
        guard reader.place == span.count else { throw HistoryDamage() }
    }

    /// A length, a sum and an empty text take a byte each.
    private static let blockBytesMin = 3
}

extension HistoryBytes {
    fileprivate mutating func append(_ place: HistoryIndex.Place) {
        append(signed: Int64(place.length))
        append(unsigned: UInt64(place.sum))
    }
}
