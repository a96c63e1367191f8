/// Why a snapshot as a whole cannot be read; a single bad row is a `RejectedRow` instead.
package struct SnapshotError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        /// There is no header and no row.
        case empty
        /// The input stops in the middle of a row: it was cut off.
        case endsInsideRow = "ends_inside_row"
        case missingColumn = "missing_column"
        /// A wanted header name stands there twice.
        case ambiguousColumn = "ambiguous_column"
        case headerTooLong = "header_too_long"
        case tooManyColumns = "too_many_columns"
        /// The byte order mark contradicts the configured encoding.
        case wrongEncoding = "wrong_encoding"
        /// The input is of another format than the configured one.
        case wrongFormat = "wrong_format"
        /// The configured format contradicts itself.
        case badFormat = "bad_format"
    }

    package let code: Code
    package let message: String
    /// How to mend it, as one sentence.
    package let hint: String
    /// The physical line, counted from 1, where that is known.
    package let line: Int?

    package init(code: Code, message: String, hint: String, line: Int? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
        self.line = line
    }

    package var description: String {
        (line.map { "line \($0): " } ?? "") + message + " " + hint
    }
}
