package import CSeparators
package import InventoryCore

/// The rows of one step, as columns: what a baseline compares.
///
/// Quantities are read only when asked for: a row whose key and rest are those of a row that was read before
/// means what that one meant. Its memory is reused for the next step; keys that are kept must be copied.
package final class RowBatch {
    /// The rest of a row that the slow reader has read; baselines never hold this value.
    package static let unknownRest: UInt64 = 2
    package static let capacity = 1024

    /// The digests of the canonical keys.
    package let digests: UnsafeMutablePointer<separators_digest>
    /// Hashes of the other bytes of the rows, each bound to its row's key.
    ///
    /// Under the same seeds, equal ones mean equal rows of the same format and columns.
    package let rests: UnsafeMutablePointer<UInt64>
    /// Net quantities in millionths, each valid once `read` has said so.
    package let nets: UnsafeMutablePointer<Int64>
    /// Where the canonical keys begin.
    package let keys: UnsafeMutablePointer<UnsafePointer<UInt8>?>
    package let keyLengths: UnsafeMutablePointer<UInt32>
    /// The physical lines where the rows begin, counted from
    /// the first line of the worker's range, which is 0.
    package let lines: UnsafeMutablePointer<Int64>
    // A batch has one owner; with few rows the exclusivity check costs more than the access.
    @exclusivity(unchecked) package internal(set) var count = 0

    /// Salts the marks of its bytes: it differs for everything that gives the same bytes another meaning.
    package internal(set) var salt: UInt64 = 0

    /// Reads rows' quantities; nothing where all are read up front.
    ///
    /// Unowned and unsafe, because it is followed once a row: the reader owns
    /// the batch, and a sink has the batch only while the reader waits for it.
    unowned(unsafe) var reader: (any QuantitySource)?
    /// Which separator is a row's first.
    let places: UnsafeMutablePointer<UInt32>
    /// Which of its locations a row is of, where one of the snapshot states several.
    let sites: UnsafeMutablePointer<UInt16>
    package let states: UnsafeMutablePointer<State>
    /// Rows that may state the newest instant.
    let newer: UnsafeMutablePointer<UInt16>
    @exclusivity(unchecked) var newerCount = 0

    /// Keys that do not stand in the input as they are.
    private(set) var arena: UnsafeMutablePointer<UInt8>
    private(set) var arenaCapacity = 1 << 17
    @exclusivity(unchecked) var arenaCount = 0

    /// What rows state to be as of that the slow reader has read: their bytes may be gone.
    @exclusivity(unchecked) private var readTimes: [Int: Timestamp] = [:]

    /// What a row says it is as of.
    package enum Time {
        case at(Timestamp), unstated
        /// The row has to be rejected.
        case refused
    }

    /// What is known of a row's quantities.
    package enum State: UInt8 {
        case unread, read, refused
    }

    package init() {
        let capacity = RowBatch.capacity
        digests = .allocate(capacity: capacity)
        rests = .allocate(capacity: capacity)
        nets = .allocate(capacity: capacity)
        places = .allocate(capacity: capacity)
        sites = .allocate(capacity: capacity)
        states = .allocate(capacity: capacity)
        states.initialize(repeating: .unread, count: capacity)
        newer = .allocate(capacity: capacity)
        keys = .allocate(capacity: capacity)
        keyLengths = .allocate(capacity: capacity)
        lines = .allocate(capacity: capacity)
        arena = .allocate(capacity: arenaCapacity)
    }

    deinit {
        digests.deallocate()
        rests.deallocate()
        nets.deallocate()
        places.deallocate()
        sites.deallocate()
        states.deallocate()
        newer.deallocate()
        keys.deallocate()
        keyLengths.deallocate()
        lines.deallocate()
        arena.deallocate()
    }

    /// Whether one of some rows states an instant after the latest that counts; `instant` gives what a row
    /// states that stands in the input.
    func hasLater(
        in rows: Range<Int>,
        than newest: NewestInstant,
        _ instant: (Int) -> NewestInstant.StatedInstant?
    ) -> Bool {
        guard newest.isLimited else { return false }
        for place in 0..<newerCount where rows.contains(Int(newer[place])) {
            if let stated = instant(Int(newer[place])), newest.isLater(stated) { return true }
        }
        return readTimes.contains { rows.contains($0.key) && newest.isLater(.other($0.value)) }
    }

    /// Whether another row with a key of `keyBytes` fits.
    func hasRoom(keyBytes: Int) -> Bool {
        count < RowBatch.capacity && arenaCount + keyBytes <= arenaCapacity
    }

    /// Forgets the rows, and makes room for a key of `keyBytes`.
    func clear(keyBytes: Int = 0) {
        states.update(repeating: .unread, count: count)
        if !readTimes.isEmpty { readTimes.removeAll(keepingCapacity: true) }
        count = 0
        newerCount = 0
        arenaCount = 0
        guard keyBytes > arenaCapacity else { return }
        arena.deallocate()
        arenaCapacity = keyBytes
        arena = .allocate(capacity: keyBytes)
    }

    /// Takes a row whose key is not in the input as it stands; the caller has made room for it.
    func append(key: [UInt8], net: Int64, asOf: Timestamp?, line: Int, seeds: KeySeeds) {
        let start = arena + arenaCount
        for (index, byte) in key.enumerated() { start[index] = byte }
        arenaCount += key.count
        digests[count] = seeds.digest(start, key.count)
        rests[count] = RowBatch.unknownRest
        nets[count] = net
        states[count] = .read
        keys[count] = UnsafePointer(start)
        keyLengths[count] = UInt32(key.count)
        lines[count] = Int64(line)
        if let asOf { readTimes[count] = asOf }
        count += 1
    }

    /// Forgets all rows and takes one that was read before, whose key stays where it is.
    package func replace(
        digest: separators_digest,
        rest: UInt64,
        net: Int64,
        key: UnsafeBufferPointer<UInt8>,
        line: Int
    ) {
        digests[0] = digest
        rests[0] = rest
        nets[0] = net
        states[0] = .read
        keys[0] = key.baseAddress
        keyLengths[0] = UInt32(key.count)
        lines[0] = Int64(line)
        count = 1
    }

    /// Makes the net quantity of a row valid; false if the
    /// row has to be rejected after all, which is then done.
    @inline(__always)
    package func read(_ row: Int) throws -> Bool {
        if states[row] == .read { return true }
        return try readFirst(row, hasNewKey: false)
    }

    /// The same for a row whose key nobody knows yet: it is refused too where its key may not be one.
    package func readNew(_ row: Int) throws -> Bool {
        if states[row] == .read { return true }
        return try readFirst(row, hasNewKey: true)
    }

    /// Reads all rows that have not been read, which costs less than one at a time.
    package func readAll() throws {
        try reader?.readAllQuantities()
    }

    /// Reads what a row says it is as of; all but plain RFC 3339 with the slow reader.
    package func time(of row: Int) throws -> Time {
        if states[row] == .refused { return .refused }
        if rests[row] == RowBatch.unknownRest { return readTimes[row].map(Time.at) ?? .unstated }
        return try reader?.time(of: row) ?? .unstated
    }

    /// Whether the row's net quantity is valid.
    @inline(__always)
    package func isRead(_ row: Int) -> Bool { states[row] == .read }

    /// Lends the bytes of some rows, as long as the batch has them; nothing where they do not follow one
    /// another, a line each, or where that is not known.
    package func bytes(of rows: Range<Int>) -> UnsafeBufferPointer<UInt8>? { reader?.bytes(of: rows) }

    private func readFirst(_ row: Int, hasNewKey: Bool) throws -> Bool {
        guard states[row] == .unread else { return false }
        let isGood = try reader?.readQuantities(of: row, hasNewKey: hasNewKey) ?? false
        states[row] = isGood ? .read : .refused
        return isGood
    }

    /// Lends the columns to the inner loop, which goes on filling them.
    func fill<Result>(
        newest: separators_instant,
        newestMicroseconds: Int64,
        _ body: (inout separators_rows) -> Result
    ) -> Result {
        var rows = separators_rows(
            digests: digests,
            rests: rests,
            keys: keys,
            key_lengths: keyLengths,
            places: places,
            sites: sites,
            lines: lines,
            count: count,
            capacity: RowBatch.capacity,
            arena: arena,
            arena_count: arenaCount,
            arena_capacity: arenaCapacity,
            newer: newer,
            newer_count: newerCount,
            newest: newest,
            newest_microseconds: newestMicroseconds
        )
        let result = body(&rows)
        count = rows.count
        arenaCount = rows.arena_count
        newerCount = rows.newer_count
        return result
    }
}

extension Timestamp {
    /// Reads RFC 3339 without blanks or quotes; nothing where the bytes state anything else.
    init?(plain bytes: UnsafeBufferPointer<UInt8>) {
        var microseconds: Int64 = 0
        guard let text = bytes.baseAddress, separators_any_instant(text, bytes.count, &microseconds) != 0
        else { return nil }
        self.init(microseconds: microseconds)
    }
}

extension RowBatch.Time {
    init(of source: SourceRow) {
        // Too large a quantity is found only here.
        guard (try? source.net()) != nil else {
            self = .refused
            return
        }
        self = source.asOf.map { .at($0) } ?? .unstated
    }
}
