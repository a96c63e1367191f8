package import InventoryCore

/// Makes a `SourceRow` or a `RejectedRow` of one row's fields.
///
/// Fields are looked at in the order SKU, location, unit, bin, on hand, committed, unusable, as of, and the
/// first fault is the one reported. Columns that nothing uses are not decoded: their bytes cannot spoil a
/// row.
package struct RowBuilder: Sendable {
    package enum Outcome: Hashable, Sendable {
        case row(SourceRow)
        case rejected(RejectedRow)
        /// Its SKU is no stock.
        case ignored
    }

    package let columns: FoundColumns
    private let emptyQuantity: EmptyQuantity
    let encoding: TextEncoding
    let content: FieldContent
    private let quantities: QuantityParser
    private let numberForm: String
    private let timeFormat: TimeFormat
    private var times: TimeParser
    var skus: KeyNormaliser
    var locations: KeyNormaliser
    var units: KeyNormaliser
    var bins: KeyNormaliser
    private let constants: ColumnConstants
    /// Whether the names of the columns stand in a row of the table.
    let hasHeader: Bool
    private let ignoredSKUs: [Glob]

    /// Locations and units remembered; a shop has few of them.
    private static let rememberedKeys = 64

    /// Prepares the columns that were found.
    ///
    /// - Throws: `Fault` with code `bad_format` for a setting that cannot be used.
    package init(_ format: SnapshotFormat, columns: FoundColumns) throws(Fault) {
        let dialect = format.dialect
        if let problem = dialect.problems.first {
            throw Fault(
                .badInput,
                code: .badFormat,
                message: problem,
                hint: "Mend it in the source's format settings."
            )
        }
        self.columns = columns
        emptyQuantity = dialect.emptyQuantity
        encoding = dialect.encoding
        content = FieldContent(dialect)
        quantities = QuantityParser(dialect)
        numberForm =
            "decimal mark \(dialect.decimalMark == .point ? "point" : "comma"), "
            + "grouping \(dialect.grouping.rawValue)"
        timeFormat = dialect.timeFormat
        times = try TimeParser(dialect.timeFormat)
        skus = KeyNormaliser(rule: columns.sku.rule, encoding: dialect.encoding)
        locations = KeyNormaliser(
            rule: columns.location.rule,
            encoding: dialect.encoding,
            remembered: RowBuilder.rememberedKeys
        )
        units = KeyNormaliser(
            rule: columns.unit.rule,
            encoding: dialect.encoding,
            remembered: RowBuilder.rememberedKeys
        )
        bins = KeyNormaliser(rule: columns.bin.rule, encoding: dialect.encoding)
        constants = try ColumnConstants(columns)
        ignoredSKUs = format.rows.ignoredSKUs
        hasHeader = format.notation == .delimited && dialect.hasHeader
    }

    /// Reads one row, given its bytes without the line end, its fields (the caller has checked that there are
    /// as many as columns) and the line where it begins.
    ///
    /// A row that states several locations is read once for each, with `place` its number.
    package mutating func build(
        _ row: UnsafeBufferPointer<UInt8>,
        fields: [RowScanner.Field],
        line: Int,
        place: Int = 0
    ) -> Outcome {
        var key: PositionKey?
        do throws(RowFault) {
            // All of the key first, so that a row whose quantity cannot be read still names its position.
            let read = try positionKey(row, fields, place)
            key = read.key
            if ignoredSKUs.contains(where: { $0.matches(read.key.sku) }) { return .ignored }
            return .row(try source(row, fields, line, place, read))
        } catch {
            let isHeader = repeatsHeader(row, fields)
            return .rejected(
                RejectedRow(
                    line: line,
                    column: isHeader ? nil : error.column,
                    reason: isHeader ? .repeatedHeader : error.reason,
                    message: isHeader ? "The row is the header once more." : error.message,
                    bytes: isHeader ? Array(row.prefix(RejectedRow.bytesMax)) : error.bytes,
                    key: isHeader ? nil : key
                )
            )
        }
    }

    private mutating func source(
        _ row: UnsafeBufferPointer<UInt8>,
        _ fields: [RowScanner.Field],
        _ line: Int,
        _ place: Int,
        _ read: (key: PositionKey, written: PositionKey?)
    ) throws(RowFault) -> SourceRow {
        let column = columns.places.isEmpty ? columns.onHand : columns.places[place].onHand
        let onHand = try quantity(column, constants.onHand, row, fields)
        guard let onHand else {
            throw RowFault(column.name, .missingValue, "The on-hand quantity is empty.", [])
        }
        return SourceRow(
            line: line,
            key: read.key,
            onHand: onHand,
            committed: try deduction(columns.committed, constants.committed, row, fields),
            unusable: try deduction(columns.unusable, constants.unusable, row, fields),
            asOf: try instant(row, fields),
            writtenKey: read.written
        )
    }

    /// A quantity that is taken away: below zero it would add.
    private func deduction(
        _ column: FoundColumns.Column,
        _ constant: Quantity?,
        _ row: UnsafeBufferPointer<UInt8>,
        _ fields: [RowScanner.Field]
    ) throws(RowFault) -> Quantity? {
        let quantity = try quantity(column, constant, row, fields)
        guard let quantity, quantity < .zero, case .index(let index) = column.place else { return quantity }
        throw RowFault(
            column.name,
            .refusedQuantity,
            "\(quantity) is below zero, and would add stock instead of taking it away.",
            Array(content.bytes(of: fields[index], in: row).prefix(RejectedRow.bytesMax))
        )
    }

    private func quantity(
        _ column: FoundColumns.Column,
        _ constant: Quantity?,
        _ row: UnsafeBufferPointer<UInt8>,
        _ fields: [RowScanner.Field]
    ) throws(RowFault) -> Quantity? {
        guard case .index(let index) = column.place else { return constant }
        return try content.lend(fields[index], in: row) { field throws(RowFault) in
            do throws(QuantityError) {
                return try fields[index].isNumberToken
                    ? NumberToken.quantity(field) : quantities.parse(field)
            } catch {
                guard !QuantityParser.isBlank(field) else { return try emptyQuantity(column, field) }
                throw badQuantity(column, field, error)
            }
        }
    }

    private func badQuantity(
        _ column: FoundColumns.Column,
        _ field: UnsafeBufferPointer<UInt8>,
        _ error: QuantityError
    ) -> RowFault {
        let shown = encoding.text(field)?.prefix(60) ?? "it"
        let bytes = Array(field.prefix(RejectedRow.bytesMax))
        switch error {
        case .notANumber:
            let message = "\"\(shown)\" is not a plain number (\(numberForm))."
            return RowFault(column.name, .badQuantity, message, bytes)
        case .tooPrecise:
            return RowFault(column.name, .badQuantity, "\"\(shown)\" has more than six decimals.", bytes)
        case .tooLarge:
            return RowFault(column.name, .tooLarge, "\"\(shown)\" is too large.", bytes)
        }
    }

    private func emptyQuantity(
        _ column: FoundColumns.Column,
        _ field: UnsafeBufferPointer<UInt8>
    ) throws(RowFault) -> Quantity? {
        switch emptyQuantity {
        case .absent: return nil
        case .zero: return .zero
        case .reject:
            throw RowFault(
                column.name,
                .missingValue,
                "The quantity is empty.",
                Array(field.prefix(RejectedRow.bytesMax))
            )
        }
    }

    private mutating func instant(
        _ row: UnsafeBufferPointer<UInt8>,
        _ fields: [RowScanner.Field]
    ) throws(RowFault) -> Timestamp? {
        guard case .index(let index) = columns.asOf.place else { return constants.asOf }
        if case .index(let second) = columns.asOfTime.place {
            let both = content.bytes(of: fields[index], in: row) + [UInt8(ascii: " ")]
            let joined = both + content.bytes(of: fields[second], in: row)
            return try joined.withUnsafeBufferPointer { field throws(RowFault) in try instant(field) }
        }
        return try content.lend(fields[index], in: row) { field throws(RowFault) in try instant(field) }
    }

    private mutating func instant(_ field: UnsafeBufferPointer<UInt8>) throws(RowFault) -> Timestamp? {
        if let instant = times.parse(field) { return instant }
        guard !QuantityParser.isBlank(field) else { return nil }
        let shown = encoding.text(field)?.prefix(60) ?? "it"
        let wanted =
            switch timeFormat {
            case .rfc3339: "a time with an offset as in 2026-11-23T20:15:00Z"
            case .pattern(let pattern, let zone): "a time of the form \(pattern) that \(zone) has"
            }
        throw RowFault(
            columns.asOf.name,
            .badTime,
            "\"\(shown)\" is not \(wanted).",
            Array(field.prefix(RejectedRow.bytesMax))
        )
    }
}

/// What is wrong with a row, before it knows its line.
struct RowFault: Error {
    let column: String
    let reason: RejectedRow.Reason
    let message: String
    let bytes: [UInt8]

    init(_ column: String, _ reason: RejectedRow.Reason, _ message: String, _ bytes: [UInt8]) {
        self.column = column
        self.reason = reason
        self.message = message
        self.bytes = bytes
    }
}
