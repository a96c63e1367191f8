import CSeparators

/// Rows whose keys are not as they were written, for telling different keys that became one.
///
/// Looked at where zeros are stripped: then each row is parsed once more.
extension ObjectScan {
    /// Takes note of those among rows that have just been taken.
    func noteAltered(_ rows: Range<Int>) {
        for row in rows {
            if let text = writtenKey(row) { counted.altered.note(batch.digests[row], written: text) }
        }
    }

    /// Takes note that a row was refused after all.
    func refuseAltered(_ row: Int) {
        if let text = writtenKey(row) { counted.altered.refuse(batch.digests[row], written: text) }
    }

    /// What stands for a row's key as it is written; nothing where the key is just that.
    private func writtenKey(_ row: Int) -> UInt64? {
        guard let base = block.base else { return nil }
        let from = Int(batch.places[row])
        var written = separators_written()
        guard separators_written_key(base, from, shape.innerPlace, slots, &written) != 0 else {
            return nil
        }
        let columns = (shape.row.inner.sku, shape.row.inner.location, shape.row.inner.unit)
        let (places, kinds) = (written.places, written.kinds)
        let hasEscapes = [kinds.0, kinds.1, kinds.2].contains { Int($0) == Int(SEPARATORS_ESCAPED) }
        let length = Int(places.0.length) + Int(places.1.length) + Int(places.2.length)
        guard hasEscapes || shape.row.constantBytes + length != Int(batch.keyLengths[row]) else { return nil }
        var bytes: [UInt8] = []
        append(0, columns.0, places.0, kinds.0, base, to: &bytes)
        append(1, columns.1, places.1, kinds.1, base, to: &bytes)
        append(2, columns.2, places.2, kinds.2, base, to: &bytes)
        guard bytes.count != Int(batch.keyLengths[row]) else { return nil }
        return AlteredKeys.digest(bytes, seeds)
    }

    private func append(
        _ part: Int,
        _ column: Int32,
        _ place: separators_place,
        _ kind: UInt8,
        _ base: UnsafePointer<UInt8>,
        to bytes: inout [UInt8]
    ) {
        if part > 0 { bytes.append(CanonicalKey.comma) }
        guard column >= 0 else {
            bytes += shape.row.constant(part)
            return
        }
        let text = UnsafeBufferPointer(start: base + Int(place.start), count: Int(place.length))
        if Int(kind) == Int(SEPARATORS_ESCAPED) {
            bytes += JSONString.decoded(text[...]) ?? []
        } else {
            bytes += text
        }
    }
}
