import CSeparators
import InventoryCore

/// Quantities are read on demand, and instants when a row has been taken.
extension TableScanner: QuantitySource {
    /// Reads the quantities of all rows in the batch.
    func readAllQuantities() throws {
        guard let base = indexed.base else { return }
        let (flags, shape, alignment) = (indexed.flags, shape.innerPlace, alignment)
        let (states, places, nets) = (batch.states, batch.places, batch.nets)
        for row in 0..<batch.count where states[row] == .unread {
            let first = UnsafePointer(separators + Int(places[row]))
            let column = onHandColumn(row)
            let isGood =
                isWide
                ? separators_net_wide(base, first, flags, shape, column, alignment, nets + row)
                : separators_net_words(base, first, flags, shape, column, alignment, nets + row)
            let isOrdinary = isGood != 0 && !isDoubtful(row, base, first, true)
            let isKept = try isOrdinary || readCarefully(row, base, first)
            states[row] = isKept ? .read : .refused
        }
    }

    /// Reads the quantities of a row in the batch; false if the row has been rejected.
    func readQuantities(of row: Int, hasNewKey: Bool) throws -> Bool {
        guard let base = indexed.base else { return false }
        let place = Int(batch.places[row])
        let first = UnsafePointer(separators + place)
        let (flags, column, net) = (indexed.flags, onHandColumn(row), batch.nets + row)
        let isGood =
            isWide
            ? separators_net_wide(base, first, flags, shape.innerPlace, column, alignment, net)
            : separators_net_words(base, first, flags, shape.innerPlace, column, alignment, net)
        if isGood != 0, !isDoubtful(row, base, first, hasNewKey) { return true }
        return try readCarefully(row, base, first)
    }

    /// The column that states what is on hand.
    @inline(__always)
    private func onHandColumn(_ row: Int) -> Int32 {
        shape.sites.isEmpty ? shape.innerPlace.pointee.on_hand : shape.sites.column(Int(batch.sites[row]))
    }

    /// Whether a row with sound quantities needs care all the same: for its key, or a deduction with a sign.
    ///
    /// Asked only of rows that are read, which are those that the baseline does not know as they are; of keys
    /// only where they are new.
    @inline(__always)
    private func isDoubtful(
        _ row: Int,
        _ base: UnsafePointer<UInt8>,
        _ first: UnsafePointer<UInt32>,
        _ hasNewKey: Bool
    ) -> Bool {
        if hasNewKey {
            guard let key = batch.keys[row] else { return true }
            if KeyLimits.suspect(key, Int(batch.keyLengths[row])) { return true }
        }
        return hasSign(shape.innerPlace.pointee.committed, base, first)
            || hasSign(shape.innerPlace.pointee.unusable, base, first)
    }

    /// Whether a minus stands in a column; quantities that begin with a digit have none.
    @inline(__always)
    private func hasSign(_ column: Int32, _ base: UnsafePointer<UInt8>, _ first: UnsafePointer<UInt32>)
        -> Bool
    {
        guard column >= 0 else { return false }
        let start = Int(first[Int(column) - 1] &+ 1)
        if base[start] &- 48 < 10 { return false }
        return LineEnds.hasMinus(base + start, Int(first[Int(column)]) - start)
    }

    @inline(never)
    private func readCarefully(
        _ row: Int,
        _ base: UnsafePointer<UInt8>,
        _ first: UnsafePointer<UInt32>
    ) throws -> Bool {
        let start = Int(first[-1] &+ 1)
        let length = Int(first[Int(shape.inner.width) - 1]) + 1 - start
        let line = Int(batch.lines[row])
        var outcome = try careful.read(base + start, length)
        if !shape.sites.isEmpty { outcome = outcome.part(Int(batch.sites[row]), shape.sites) }
        if let source = outcome.accepted.first {
            if let net = try? source.net() {
                batch.nets[row] = net.millionths
                return true
            }
            refused.append(RejectedRow.netTooLarge(source.moved(toLine: line), base + start, length))
        }
        refused += outcome.rejected.map { $0.moved(toLine: line + $0.line - 1) }
        // With several locations a fault of the whole row is counted once.
        rejected += shape.sites.isEmpty || !outcome.accepted.isEmpty ? 1 : outcome.rejected.count
        refuseAltered(row)
        return false
    }

    func time(of row: Int) throws -> RowBatch.Time {
        guard let base = indexed.base else { return .unstated }
        if shape.inner.has_rfc3339_times != 0, let time = timeField(of: row).flatMap(Timestamp.init(plain:)) {
            return try batch.readNew(row) ? .at(time) : .refused
        }
        let first = separators + Int(batch.places[row])
        let start = Int(first[-1] &+ 1)
        let length = Int(first[Int(shape.inner.width) - 1]) + 1 - start
        var outcome = try careful.read(base + start, length)
        if !shape.sites.isEmpty { outcome = outcome.part(Int(batch.sites[row]), shape.sites) }
        return outcome.accepted.first.map { RowBatch.Time(of: $0) } ?? .refused
    }

    func bytes(of rows: Range<Int>) -> UnsafeBufferPointer<UInt8>? {
        // Of a row with several locations a part may be in another batch.
        guard let base = indexed.base, shape.sites.isEmpty, let first = rows.first, let last = rows.last,
            batch.lines[last] - batch.lines[first] == Int64(last - first),
            // The place of a row that the slow reader has read is not known.
            batch.rests[first] != RowBatch.unknownRest, batch.rests[last] != RowBatch.unknownRest
        else { return nil }
        // Later ones become times that count; until then they are counted themselves.
        if batch.hasLater(in: rows, than: newest, instant(of:)) { return nil }
        let begin = Int(separators[Int(batch.places[first]) - 1] &+ 1)
        let end = Int(separators[Int(batch.places[last]) + Int(shape.inner.width) - 1]) + 1
        if indexed.flags & UInt32(SEPARATORS_INNER) != 0 {
            let start = Int(separators[Int(batch.places[last]) - 1] &+ 1)
            guard LineEnds.inside(base + start, end - start - 1) == 0 else { return nil }
        }
        return UnsafeBufferPointer(start: base + begin, count: end - begin)
    }

    /// Takes note of a row's instant, which is known to be sound: the sink has taken the row.
    func meetInstant(of row: Int) {
        guard batch.states[row] != .refused, let instant = instant(of: row) else { return }
        newest.meet(instant, of: batch.digests[row])
    }

    private func instant(of row: Int) -> NewestInstant.StatedInstant? {
        guard let field = timeField(of: row), let text = field.baseAddress else { return nil }
        if shape.inner.has_rfc3339_times != 0, separators_utc_instant(text, field.count) != 0 {
            return .usual(separators_read_instant(text))
        }
        return times.parse(field).map { .other($0) }
    }

    /// The bytes that state as of when a row is; nothing where the snapshot has no column for it.
    private func timeField(of row: Int) -> UnsafeBufferPointer<UInt8>? {
        guard let base = indexed.base, shape.inner.as_of >= 0 else { return nil }
        let first = separators + Int(batch.places[row])
        let column = Int(shape.inner.as_of)
        var start = Int(first[column - 1] &+ 1)
        var end = Int(first[column])
        if column == Int(shape.inner.width) - 1, end > start, base[end - 1] == 0x0D { end -= 1 }
        if shape.inner.quote != 0, end - start >= 2, base[start] == shape.inner.quote {
            start += 1
            end -= 1
        }
        return UnsafeBufferPointer(start: base + start, count: end - start)
    }
}
