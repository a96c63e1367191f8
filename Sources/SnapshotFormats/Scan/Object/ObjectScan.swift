import CSeparators
import InventoryCore

/// Scans the lines of one range of NDJSON: ordinary objects in place, all others with care.
///
/// `ObjectRows` defines what every row means, and reads what is out of the ordinary. Benchmarks: ndjson.
final class ObjectScan<Sink: RowSink>: PieceScan, QuantitySource {
    let sink: Sink
    let shape: ObjectShape
    let seeds: KeySeeds
    let rowBytesMax: Int
    private let isWide: Bool
    let batch = RowBatch()
    private var reader: ObjectRows
    private var times: TimeParser
    var counted = RangeTally()
    /// The lines whose rows are in the batch.
    var block = (base: UnsafePointer<UInt8>?.none, count: 0)
    /// Rows refused while the sink had the batch.
    private var refused: [RejectedRow] = []
    /// The start of a line beyond the limit, until it ends.
    var longLine: [UInt8]?

    /// Where the values of the batch's rows stand.
    private let members: UnsafeMutablePointer<separators_members>
    let slots: UnsafeMutablePointer<separators_slot>
    private let alignment: UnsafeMutablePointer<separators_alignment>

    init(_ sink: Sink, shape: ObjectShape, reader: ObjectRows, pass: SnapshotPass) throws(Fault) {
        self.sink = sink
        self.shape = shape
        self.reader = reader
        seeds = pass.seeds
        rowBytesMax = pass.format.limits.rowBytesMax
        isWide = min(pass.options.instructions, .best) >= .wide
        times = try TimeParser(pass.format.dialect.timeFormat)
        members = .allocate(capacity: RowBatch.capacity)
        slots = .allocate(capacity: Int(SEPARATORS_SLOTS))
        slots.initialize(repeating: separators_slot(), count: Int(SEPARATORS_SLOTS))
        alignment = .allocate(capacity: 1)
        separators_fill_alignment(alignment)
        counted.newest = NewestInstant(upTo: pass.options.latestInstant)
        if let constant = shape.row.constantAsOf { counted.newest.meet(constant, of: separators_digest()) }
        batch.reader = self
    }

    deinit {
        members.deallocate()
        slots.deallocate()
        alignment.deallocate()
    }

    var tally: RangeTally {
        var tally = counted
        tally.seen |= reader.seen
        return tally
    }

    var isInsideLongRow: Bool { longLine != nil }

    func take(_ head: TableHead) throws {
        counted.rows += head.accepted.count + head.rejected.count
        counted.rejected += head.rejected.count
        for row in head.rejected { try sink.reject(row.moved(toLine: row.line - 1)) }
        var nothing: UInt8 = 0
        for row in head.accepted { try take(row.moved(toLine: row.line - 1), &nothing, 0) }
        counted.lines = head.line - 1
    }

    func scan(_ bytes: UnsafePointer<UInt8>, _ count: Int) throws -> Int {
        guard let begin = try endLongLine(bytes, count) else { return 0 }
        var end = count
        while end > begin, bytes[end - 1] != 0x0A { end -= 1 }
        try scanLines(bytes + begin, end - begin)
        return beginLongLine(bytes + end, count - end) ? 0 : count - end
    }

    func scanOneRow(_ bytes: UnsafePointer<UInt8>, _ count: Int) throws -> Int? {
        if longLine != nil { return try endLongLine(bytes, count) }
        guard let end = LineEnds.next(bytes, count) else {
            _ = beginLongLine(bytes, count)
            return nil
        }
        try takeCarefully(bytes, end)
        try flush()
        return end + 1
    }

    func finish(_ bytes: UnsafePointer<UInt8>, _ count: Int) throws {
        if longLine != nil || beginLongLine(bytes, count) {
            try rejectLongLine()
            throw Fault.endsInsideObject(line: counted.lines - 1)
        }
        if count > 0 {
            let line = UnsafeBufferPointer(start: bytes, count: count)
            if case .endsEarly = reader.read(line, number: 0) {
                throw Fault.endsInsideObject(line: counted.lines)
            }
            try takeCarefully(bytes, count)
        }
        // Also where nothing follows the row that the head has read.
        try flush()
    }

    /// Takes whole lines.
    private func scanLines(_ base: UnsafePointer<UInt8>, _ count: Int) throws {
        block = (base, count)
        var position = 0
        while position < count {
            position = takeOrdinary(base, position, count)
            if batch.count == RowBatch.capacity {
                try flush()
            } else if position < count {
                // Unusual, or the arena had no room for its key.
                let length = LineEnds.next(base + position, count - position) ?? count - position
                try takeCarefully(base + position, length)
                position += length + 1
            }
        }
        // The rows' places are valid only while these lines stand here.
        try flush()
        block = (nil, 0)
    }

    /// Takes ordinary rows into the batch, and gives where the line begins that comes next.
    private func takeOrdinary(_ base: UnsafePointer<UInt8>, _ from: Int, _ end: Int) -> Int {
        let before = batch.count
        let newest = counted.newest
        let next = batch.fill(newest: newest.words, newestMicroseconds: newest.microseconds) { filled in
            seeds.withSeeds { seeds in
                let take = isWide ? separators_take_objects_wide : separators_take_objects_words
                return take(
                    base,
                    from,
                    end,
                    Int64(counted.lines),
                    shape.innerPlace,
                    slots,
                    seeds,
                    &filled,
                    members,
                    &counted.seen
                )
            }
        }
        counted.rows += batch.count - before
        counted.lines += batch.count - before
        if batch.count > before { counted.seen |= ObjectColumns.anySeen }
        if shape.stripsZeros { noteAltered(before..<batch.count) }
        return next
    }

    /// Gives one line, without its line feed, to the slow reader.
    private func takeCarefully(_ line: UnsafePointer<UInt8>, _ length: Int) throws {
        let bytes = UnsafeBufferPointer(start: line, count: length)
        guard length <= rowBytesMax else {
            longLine = Array(bytes.prefix(RejectedRow.bytesMax))
            return try rejectLongLine()
        }
        switch reader.read(bytes, number: counted.lines) {
        // With ignored SKUs the slow reader reads all.
        case .blank, .ignored: break
        case .row(let row):
            counted.rows += 1
            try take(row, line, length)
        case .rejected(let row), .endsEarly(let row):
            counted.rows += 1
            counted.rejected += 1
            try sink.reject(row)
        }
        counted.lines += 1
    }

    private func take(_ source: SourceRow, _ row: UnsafePointer<UInt8>, _ length: Int) throws {
        let key = CanonicalKey.bytes(of: source.key)
        if !batch.hasRoom(keyBytes: key.count) { try flush(keyBytes: key.count) }
        do throws(QuantityError) {
            let net = try source.net().millionths
            batch.append(key: key, net: net, asOf: source.asOf, line: source.line, seeds: seeds)
            counted.altered.note(source, batch.digests[batch.count - 1], seeds)
            if let asOf = source.asOf { counted.newest.meet(asOf, of: batch.digests[batch.count - 1]) }
        } catch {
            counted.rejected += 1
            try sink.reject(RejectedRow.netTooLarge(source, row, length))
        }
    }

    /// Gives what is in the batch to the sink, and makes room for a key of `keyBytes`.
    private func flush(keyBytes: Int = 0) throws {
        if batch.count > 0 {
            try sink.take(batch)
            for row in 0..<batch.newerCount { meetInstant(of: Int(batch.newer[row])) }
            for row in refused { try sink.reject(row) }
            refused.removeAll(keepingCapacity: true)
        }
        batch.clear(keyBytes: keyBytes)
    }

    func readAllQuantities() throws {
        for row in 0..<batch.count where batch.states[row] == .unread {
            batch.states[row] = try readQuantities(of: row, hasNewKey: true) ? .read : .refused
        }
    }

    func readQuantities(of row: Int, hasNewKey: Bool) throws -> Bool {
        guard let base = block.base else { return false }
        let isGood =
            isWide
            ? separators_object_net_wide(base, members + row, shape.innerPlace, alignment, batch.nets + row)
            : separators_object_net_words(base, members + row, shape.innerPlace, alignment, batch.nets + row)
        if isGood != 0, !isDoubtful(row, base, hasNewKey) { return true }
        return try readCarefully(row, base)
    }

    /// Whether a row with sound quantities needs care all the same: for its key, or a deduction with a sign.
    @inline(__always)
    private func isDoubtful(_ row: Int, _ base: UnsafePointer<UInt8>, _ hasNewKey: Bool) -> Bool {
        if hasNewKey {
            guard let key = batch.keys[row] else { return true }
            if KeyLimits.suspect(key, Int(batch.keyLengths[row])) { return true }
        }
        func hasSign(_ place: separators_place, _ kind: UInt8) -> Bool {
            guard Int(kind) != Int(SEPARATORS_NO_VALUE), place.length > 0 else { return false }
            let text = base + Int(place.start)
            return text[0] &- 48 >= 10 && LineEnds.hasMinus(text, Int(place.length))
        }
        let member = members + row
        return hasSign(member.pointee.places.1, member.pointee.kinds.1)
            || hasSign(member.pointee.places.2, member.pointee.kinds.2)
    }

    @inline(never)
    private func readCarefully(_ row: Int, _ base: UnsafePointer<UInt8>) throws -> Bool {
        let start = Int(batch.places[row])
        let length = LineEnds.next(base + start, block.count - start) ?? 0
        let line = Int(batch.lines[row])
        switch reader.read(UnsafeBufferPointer(start: base + start, count: length), number: line) {
        case .row(let source):
            if let net = try? source.net() {
                batch.nets[row] = net.millionths
                return true
            }
            refused.append(RejectedRow.netTooLarge(source, base + start, length))
        case .rejected(let bad), .endsEarly(let bad): refused.append(bad)
        // With ignored SKUs the slow reader reads all.
        case .blank, .ignored: break
        }
        counted.rejected += 1
        if shape.stripsZeros { refuseAltered(row) }
        return false
    }

    func time(of row: Int) throws -> RowBatch.Time {
        guard let base = block.base else { return .unstated }
        if shape.row.inner.has_rfc3339_times != 0, Int(members[row].kinds.3) == Int(SEPARATORS_STRING) {
            let place = members[row].places.3
            let text = UnsafeBufferPointer(start: base + Int(place.start), count: Int(place.length))
            if let time = Timestamp(plain: text) { return try batch.readNew(row) ? .at(time) : .refused }
        }
        let start = Int(batch.places[row])
        let length = LineEnds.next(base + start, block.count - start) ?? 0
        let line = UnsafeBufferPointer(start: base + start, count: length)
        let outcome = reader.read(line, number: Int(batch.lines[row]))
        guard case .row(let source) = outcome else { return .refused }
        return RowBatch.Time(of: source)
    }

    /// Takes note of a row's instant, which is known to be sound: the sink has taken the row.
    private func meetInstant(of row: Int) {
        guard batch.states[row] != .refused, let instant = instant(of: row) else { return }
        counted.newest.meet(instant, of: batch.digests[row])
    }

    private func instant(of row: Int) -> NewestInstant.StatedInstant? {
        guard let base = block.base else { return nil }
        let (place, kind) = (members[row].places.3, Int(members[row].kinds.3))
        let text = UnsafeBufferPointer(start: base + Int(place.start), count: Int(place.length))
        guard kind == Int(SEPARATORS_STRING) else {
            let plain = JSONString.decoded(text[...])
            return plain?.withUnsafeBufferPointer { times.parse($0) }.map { .other($0) }
        }
        if shape.row.inner.has_rfc3339_times != 0,
            separators_utc_instant(base + Int(place.start), text.count) != 0
        {
            return .usual(separators_read_instant(base + Int(place.start)))
        }
        return times.parse(text).map { .other($0) }
    }
}
