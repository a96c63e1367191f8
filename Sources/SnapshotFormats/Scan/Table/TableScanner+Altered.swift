import CSeparators

/// Rows whose keys are not as they were written, for telling different keys that became one.
extension TableScanner {
    /// Takes note of those among rows that have just been taken.
    ///
    /// Hot (benchmark `diff`, columns moved): an unaltered key costs the lengths of its fields.
    func noteAltered(_ rows: Range<Int>) {
        guard let base = indexed.base else { return }
        let (separators, places, lengths) = (UnsafePointer(separators), batch.places, batch.keyLengths)
        let (columns, constantBytes) = (shape.keyColumns, shape.constantBytes)
        let (hasSites, bin) = (!shape.sites.isEmpty, Int(shape.inner.bin))
        let quote = indexed.flags & UInt32(SEPARATORS_QUOTE) != 0 ? shape.inner.quote : 0
        let last = indexed.flags & UInt32(SEPARATORS_RETURN) != 0 ? Int(shape.inner.width) - 1 : -1
        for row in rows {
            let first = separators + Int(places[row])
            var written = constantBytes
            if hasSites { written += shape.sites.name(Int(batch.sites[row])).count }
            for column in columns {
                let start = Int(first[column - 1] &+ 1)
                let end = Int(first[column])
                let before = written
                written += end - start
                // Taken rows have no doubled quotes in their keys.
                if quote != 0, end - start > 1, base[start] == quote { written -= 2 }
                if column == last, end > start, base[end - 1] == 0x0D { written -= 1 }
                // A key has a comma for a bin that is not empty.
                if column == bin, written > before { written += 1 }
            }
            guard written != Int(lengths[row]), let text = writtenKey(row) else { continue }
            altered.note(batch.digests[row], written: text)
        }
    }

    /// Takes note that a row was refused after all.
    func refuseAltered(_ row: Int) {
        if let text = writtenKey(row) { altered.refuse(batch.digests[row], written: text) }
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
        let columns = [place.pointee.sku, place.pointee.location, place.pointee.unit, place.pointee.bin]
        for (part, column) in columns.enumerated() {
            var text = shape.constant(part)
            if column >= 0 {
                var field = separators_field()
                _ = separators_content(&source, place, column, &field)
                text = UnsafeBufferPointer(start: field.bytes, count: field.length)
            } else if part == 1, !shape.sites.isEmpty {
                text = shape.sites.name(Int(batch.sites[row]))
            }
            if part == 3, text.isEmpty { continue }
            if part > 0 { bytes.append(CanonicalKey.comma) }
            bytes += text
        }
        guard bytes.count != Int(batch.keyLengths[row]) else { return nil }
        return AlteredKeys.digest(bytes, seeds)
    }
}
