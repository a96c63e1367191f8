import InventoryCore

/// The parts of a row that say which position it speaks of.
extension RowBuilder {
    /// Reads the key of a row of which something else is known to be wrong; nothing where it cannot be read.
    mutating func key(_ row: UnsafeBufferPointer<UInt8>, fields: [RowScanner.Field]) -> PositionKey? {
        do throws(RowFault) {
            return try positionKey(row, fields, 0).key
        } catch {
            return nil
        }
    }

    mutating func positionKey(
        _ row: UnsafeBufferPointer<UInt8>,
        _ fields: [RowScanner.Field],
        _ place: Int
    ) throws(RowFault) -> (key: PositionKey, written: PositionKey?) {
        let sku = try part(columns.sku, row, fields) { $0.skus.read($1) }
        if sku.text.isEmpty {
            throw RowFault(
                columns.sku.name,
                .missingValue,
                "The SKU is empty.",
                Array(row.prefix(RejectedRow.bytesMax))
            )
        }
        let location = try part(columns.location, row, fields) { $0.locations.read($1) }
        let unit = try part(columns.unit, row, fields) { $0.units.read($1) }
        let bin = try part(columns.bin, row, fields) { $0.bins.read($1) }
        let key = PositionKey(
            sku: SKU(sku.text),
            location: columns.places.isEmpty ? Location(location.text) : columns.places[place].location,
            unit: StockUnit(unit.text),
            bin: Bin(bin.text)
        )
        guard sku.written != nil || location.written != nil || unit.written != nil || bin.written != nil
        else { return (key, nil) }
        let written = PositionKey(
            sku: SKU(sku.written ?? sku.text),
            location: location.written.map { Location($0) } ?? key.location,
            unit: StockUnit(unit.written ?? unit.text),
            bin: Bin(bin.written ?? bin.text)
        )
        return (key, written)
    }

    private mutating func part(
        _ column: FoundColumns.Column,
        _ row: UnsafeBufferPointer<UInt8>,
        _ fields: [RowScanner.Field],
        _ read: (inout RowBuilder, UnsafeBufferPointer<UInt8>) -> KeyNormaliser.Reading?
    ) throws(RowFault) -> KeyNormaliser.Reading {
        switch column.place {
        case .absent: return KeyNormaliser.Reading(text: "", written: nil, isAllowed: true)
        case .constant(let text): return KeyNormaliser.Reading(text: text, written: nil, isAllowed: true)
        case .index(let index):
            // A copy, so that the builder can change while the field is lent.
            let content = content
            return try content.lend(fields[index], in: row) { field throws(RowFault) in
                guard let reading = read(&self, field) else { throw badEncoding(column, field) }
                guard reading.isAllowed else { throw badKey(column, field) }
                return reading
            }
        }
    }

    private func badKey(_ column: FoundColumns.Column, _ bytes: UnsafeBufferPointer<UInt8>) -> RowFault {
        RowFault(
            column.name,
            .badKey,
            "The value has a control character, or more than \(KeyLimits.bytesMax) bytes.",
            Array(bytes.prefix(RejectedRow.bytesMax))
        )
    }

    private func badEncoding(_ column: FoundColumns.Column, _ bytes: UnsafeBufferPointer<UInt8>) -> RowFault {
        RowFault(
            column.name,
            .badEncoding,
            "The bytes are not \(encoding.rawValue); check the configured encoding.",
            Array(bytes.prefix(RejectedRow.bytesMax))
        )
    }

    /// Whether all columns that are used hold what the header holds there: files were put together.
    func repeatsHeader(_ row: UnsafeBufferPointer<UInt8>, _ fields: [RowScanner.Field]) -> Bool {
        guard hasHeader else { return false }
        return columns.all.allSatisfy { column in
            guard case .index(let index) = column.place else { return true }
            let bytes = content.bytes(of: fields[index], in: row)
            let text = bytes.withUnsafeBufferPointer { encoding.text($0) }
            // Each of the files may have had its byte order mark.
            return text == column.name || index == 0 && text == "\u{FEFF}" + column.name
        }
    }

    /// Whether a row is none that counts, by what its columns say.
    ///
    /// Of a row that has not the table's columns only an exclusion is believed, and no empty field: it may be
    /// broken, and must not be lost without a word.
    func isLeftOut(
        _ row: UnsafeBufferPointer<UInt8>,
        _ fields: [RowScanner.Field],
        isWhole: Bool
    ) -> Bool {
        columns.conditions.contains { condition in
            guard case .index(let index) = condition.column.place, index < fields.count,
                fields[index].end <= row.count
            else { return false }
            let bytes = content.bytes(of: fields[index], in: row)
            let text = bytes.withUnsafeBufferPointer { bytes in
                let (start, end) = Blanks.trimmed(bytes)
                return encoding.text(UnsafeBufferPointer(rebasing: bytes[start..<end]))
            }
            guard let text, isWhole || !text.isEmpty else { return false }
            let isListed = condition.texts.contains(text)
            return condition.isExclusion ? isListed : isWhole && !isListed
        }
    }
}
