/// One row of a snapshot as Tidegate understands it: normalised, but not yet added to others of its key.
package struct SourceRow: Hashable, Sendable {
    /// The physical line where the row begins, counted from 1.
    package let line: Int
    package let key: PositionKey
    /// Nil if the source does not state it, which is not the same as 0.
    package let onHand: Quantity?
    package let committed: Quantity?
    package let unusable: Quantity?
    package let asOf: Timestamp?
    /// The key as the source writes it, where normalisation made another of it.
    package let writtenKey: PositionKey?

    package init(
        line: Int,
        key: PositionKey,
        onHand: Quantity?,
        committed: Quantity?,
        unusable: Quantity?,
        asOf: Timestamp?,
        writtenKey: PositionKey? = nil
    ) {
        self.line = line
        self.key = key
        self.writtenKey = writtenKey
        self.onHand = onHand
        self.committed = committed
        self.unusable = unusable
        self.asOf = asOf
    }

    /// Gives on hand − committed − unusable; what is not stated counts as 0.
    ///
    /// - Throws: `QuantityError.tooLarge` when it does not fit.
    package func net() throws(QuantityError) -> Quantity {
        try (onHand ?? .zero).subtracting(committed ?? .zero).subtracting(unusable ?? .zero)
    }
}

/// A row that cannot be understood.
///
/// It is set aside with its line and reason; the other rows are used.
package struct RejectedRow: Hashable, Sendable {
    /// The physical line where the row begins, counted from 1.
    package var line: Int
    /// How many physical lines the row takes: a stray quote can swallow a hundred.
    package var lines: Int
    /// The normalised key, where SKU, location and unit can be read although something after them cannot.
    package let key: PositionKey?
    /// The column's name as in the header, or its number from 1; nil if the whole row is at fault.
    package let column: String?
    package let reason: Reason
    /// What is wrong, in words that name the value.
    package let message: String
    /// The bytes at fault, at most `bytesMax` of them.
    package let bytes: [UInt8]

    package static let bytesMax = 120

    package enum Reason: String, Sendable, CaseIterable {
        case missingColumn = "missing_column"
        case missingValue = "missing_value"
        case badQuantity = "bad_quantity"
        case badTime = "bad_time"
        /// SKU, location, unit or bin hold a control character, or more than 255 bytes.
        case badKey = "bad_key"
        case badEncoding = "bad_encoding"
        case badQuoting = "bad_quoting"
        case unendedQuote = "unended_quote"
        /// The line is not a JSON object.
        case badJSON = "bad_json"
        /// The object has a mapped member twice.
        case repeatedKey = "repeated_key"
        /// A member has a type that cannot hold the value, such as an array for a quantity.
        case wrongType = "wrong_type"
        case tooLong = "too_long"
        case tooManyColumns = "too_many_columns"
        case tooLarge = "too_large"
        /// A deduction below zero: it would add stock.
        case refusedQuantity = "refused_quantity"
        /// The row is the header once more.
        case repeatedHeader = "repeated_header"
        case duplicate
        /// Rows of different written keys, of which normalisation makes one.
        case collision
        case unknownUnit = "unknown_unit"
    }

    package init(
        line: Int,
        lines: Int = 1,
        column: String?,
        reason: Reason,
        message: String,
        bytes: some Sequence<UInt8>,
        key: PositionKey? = nil
    ) {
        self.line = line
        self.lines = lines
        self.key = key
        self.column = column
        self.reason = reason
        self.message = message
        self.bytes = Array(bytes.prefix(RejectedRow.bytesMax))
    }

    /// Whether it may have stated any position; a repeated header states none.
    package var isKeyless: Bool { key == nil && reason != .repeatedHeader }
}
