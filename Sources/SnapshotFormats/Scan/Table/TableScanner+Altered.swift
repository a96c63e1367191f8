import CSeparators

/// Rows whose keys are not as they were written, for telling different keys that became one.
extension TableScanner {
    /// Takes note of those among rows that have just been taken.
    func noteAltered(_ rows: Range<Int>) {
        let columns = shape.keyColumns
        let constantBytes = shape.constantBytes
        for row in rows {
            let first = separators + Int(batch.places[row])
            var written = constantBytes
            for column in columns { written += Int(first[column] &- first[column - 1] &- 1) }
            if written != Int(batch.keyLengths[row]), let text = writtenKey(row) {
                altered.note(batch.digests[row], written: text)
            }
        }
    }

    /// Takes note that a row was refused after all.
    func refuseAltered(_ row: Int) {
        if writtenKey(row) != nil { altered.refuse(batch.digests[row]) }
    }

    /// What stands for a row's key as it is written; nothing where the key is just that.
    private func writtenKey(_ row: Int) -> UInt64? {
        guard let base = indexed.base else { return nil }
        let place = shape.innerPlace
        var source = separators_row(
            base: base,
            separators: UnsafePointer(separators + Int(batch.places[row])),
            flags: indexed.flags
        )
        var bytes: [UInt8] = []
        let columns = [place.pointee.sku, place.pointee.location, place.pointee.unit]
        for (part, column) in columns.enumerated() {
            if part > 0 { bytes.append(CanonicalKey.comma) }
            guard column >= 0 else {
                bytes += shape.constant(part)
                continue
            }
            var field = separators_field()
            // Taken rows have no doubled quotes in their keys.
            _ = separators_content(&source, place, column, &field)
            bytes += UnsafeBufferPointer(start: field.bytes, count: field.length)
        }
        guard bytes.count != Int(batch.keyLengths[row]) else { return nil }
        return AlteredKeys.digest(bytes, seeds)
    }
}
