package import InventoryCore

/// Makes a `SourceRow` or a `RejectedRow` of one row's fields.
///
/// Fields are looked at in the order SKU, location, unit, on hand, committed, unusable, as of, and the first
/// fault is the one reported. Columns that nothing uses are not decoded: their bytes cannot spoil a row.
package struct RowBuilder: Sendable {
    package enum Outcome: Hashable, Sendable {
        case row(SourceRow)
        case rejected(RejectedRow)
    }

    package let columns: FoundColumns
    private let emptyQuantity: EmptyQuantity
    private let encoding: TextEncoding
    private let quote: UInt8?
    private let quantities: QuantityParser
    private let numberForm: String
    private let timeFormat: TimeFormat
    private var times: TimeParser
    private var skus: KeyNormaliser
    private var locations: KeyNormaliser
    private var units: KeyNormaliser
    private let constants: ColumnConstants

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
        quote = dialect.quote
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
        constants = try ColumnConstants(columns)
    }

    /// Reads one row, given its bytes without the line end, its fields (the caller has checked that there are
    /// as many as columns) and the line where it begins.
    package mutating func build(
        _ row: UnsafeBufferPointer<UInt8>,
        fields: [RowScanner.Field],
        line: Int
    ) -> Outcome {
        do throws(RowFault) {
            let sku = try skuText(row, fields)
            let location = try key(columns.location, row, fields) { $0.locations.text($1) }
            let unit = try key(columns.unit, row, fields) { $0.units.text($1) }
            let onHand = try quantity(columns.onHand, constants.onHand, row, fields)
            guard let onHand else {
                throw RowFault(columns.onHand.name, .missingValue, "The on-hand quantity is empty.", [])
            }
            return .row(
                SourceRow(
                    line: line,
                    key: PositionKey(sku: SKU(sku), location: Location(location), unit: StockUnit(unit)),
                    onHand: onHand,
                    committed: try quantity(columns.committed, constants.committed, row, fields),
                    unusable: try quantity(columns.unusable, constants.unusable, row, fields),
                    asOf: try instant(row, fields)
                )
            )
        } catch {
            return .rejected(
                RejectedRow(
                    line: line,
                    column: error.column,
                    reason: error.reason,
                    message: error.message,
                    bytes: error.bytes
                )
            )
        }
    }

    private mutating func skuText(
        _ row: UnsafeBufferPointer<UInt8>,
        _ fields: [RowScanner.Field]
    ) throws(RowFault) -> String {
        let sku = try key(columns.sku, row, fields) { $0.skus.text($1) }
        if sku.isEmpty {
            throw RowFault(
                columns.sku.name,
                .missingValue,
                "The SKU is empty.",
                Array(row.prefix(RejectedRow.bytesMax))
            )
        }
        return sku
    }

    private mutating func key(
        _ column: FoundColumns.Column,
        _ row: UnsafeBufferPointer<UInt8>,
        _ fields: [RowScanner.Field],
        _ text: (inout RowBuilder, UnsafeBufferPointer<UInt8>) -> String?
    ) throws(RowFault) -> String {
        switch column.place {
        case .absent: return ""
        case .constant(let constant): return constant
        case .index(let index):
            return try RowBuilder.content(of: fields[index], in: row, quote) { field throws(RowFault) in
                guard let key = text(&self, field) else { throw badEncoding(column, field) }
                return key
            }
        }
    }

    private func quantity(
        _ column: FoundColumns.Column,
        _ constant: Quantity?,
        _ row: UnsafeBufferPointer<UInt8>,
        _ fields: [RowScanner.Field]
    ) throws(RowFault) -> Quantity? {
        guard case .index(let index) = column.place else { return constant }
        return try RowBuilder.content(of: fields[index], in: row, quote) { field throws(RowFault) in
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
        return try RowBuilder.content(of: fields[index], in: row, quote) { field throws(RowFault) in
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

    /// Lends a field's content to `body`; only doubled quotes make a copy.
    @inline(__always)
    private static func content<Result>(
        of field: RowScanner.Field,
        in row: UnsafeBufferPointer<UInt8>,
        _ quote: UInt8?,
        _ body: (UnsafeBufferPointer<UInt8>) throws(RowFault) -> Result
    ) throws(RowFault) -> Result {
        guard field.hasDoubledQuotes else {
            return try body(UnsafeBufferPointer(rebasing: row[field.start..<field.end]))
        }
        return try bytes(of: field, in: row, quote: quote).withUnsafeBufferPointer(body)
    }

    /// Gives a field's content, its doubled quotes halved.
    static func bytes(
        of field: RowScanner.Field,
        in row: UnsafeBufferPointer<UInt8>,
        quote: UInt8?
    ) -> [UInt8] {
        guard field.hasDoubledQuotes else { return Array(row[field.start..<field.end]) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(field.end - field.start)
        var index = field.start
        while index < field.end {
            bytes.append(row[index])
            index += row[index] == quote ? 2 : 1
        }
        return bytes
    }

    private func badEncoding(_ column: FoundColumns.Column, _ bytes: UnsafeBufferPointer<UInt8>) -> RowFault {
        RowFault(
            column.name,
            .badEncoding,
            "The bytes are not \(encoding.rawValue); check the configured encoding.",
            Array(bytes.prefix(RejectedRow.bytesMax))
        )
    }
}

/// What is wrong with a row, before it knows its line.
private struct RowFault: Error {
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
