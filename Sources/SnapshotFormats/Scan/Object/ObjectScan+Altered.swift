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
        if writtenKey(row) != nil { counted.altered.refuse(batch.digests[row]) }
    }

    /// What stands for a row's key as it is written; nothing where the key is just that.
    private func writtenKey(_ row: Int) -> UInt64? {
        guard let base = block.base else { return nil }
        var places = [separators_place](repeating: separators_place(), count: 3)
        var kinds: [UInt8] = [0, 0, 0]
        let from = Int(batch.places[row])
        guard separators_written_key(base, from, shape.innerPlace, slots, &places, &kinds) != 0 else {
            return nil
        }
        var bytes: [UInt8] = []
        let columns = [shape.row.inner.sku, shape.row.inner.location, shape.row.inner.unit]
        for part in 0..<3 {
            if part > 0 { bytes.append(CanonicalKey.comma) }
            guard columns[part] >= 0 else {
                bytes += shape.row.constant(part)
                continue
            }
            guard Int(kinds[part]) != Int(SEPARATORS_NO_VALUE) else { continue }
            let start = base + Int(places[part].start)
            let text = UnsafeBufferPointer(start: start, count: Int(places[part].length))
            if Int(kinds[part]) == Int(SEPARATORS_ESCAPED) {
                bytes += JSONString.decoded(text[...]) ?? []
            } else {
                bytes += text
            }
        }
        guard bytes.count != Int(batch.keyLengths[row]) else { return nil }
        return AlteredKeys.digest(bytes, seeds)
    }
}
