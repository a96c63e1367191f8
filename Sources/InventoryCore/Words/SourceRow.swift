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

    package init(
        line: Int,
        key: PositionKey,
        onHand: Quantity?,
        committed: Quantity?,
        unusable: Quantity?,
        asOf: Timestamp?
    ) {
        self.line = line
        self.key = key
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
    package let line: Int
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
        case duplicate
        case unknownUnit = "unknown_unit"
    }

    package init(line: Int, column: String?, reason: Reason, message: String, bytes: some Sequence<UInt8>) {
        self.line = line
        self.column = column
        self.reason = reason
        self.message = message
        self.bytes = Array(bytes.prefix(RejectedRow.bytesMax))
    }
}
