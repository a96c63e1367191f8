package import InventoryCore

// A snapshot as a whole that cannot be read; a single bad row is a `RejectedRow` instead.
extension Fault.Code {
    /// There is no header and no row.
    package static let empty = Fault.Code("empty")
    /// The input stops in the middle of a row: it was cut off.
    package static let endsInsideRow = Fault.Code("ends_inside_row")
    package static let missingColumn = Fault.Code("missing_column")
    /// A wanted header name stands there twice.
    package static let ambiguousColumn = Fault.Code("ambiguous_column")
    package static let headerTooLong = Fault.Code("header_too_long")
    package static let tooManyColumns = Fault.Code("too_many_columns")
    /// Two columns of the header could be meant.
    package static let competingColumns = Fault.Code("competing_columns")
    /// A workbook, an archive, a web page or the like.
    package static let notATable = Fault.Code("not_a_table")
    /// A control character stands in the header.
    package static let badHeader = Fault.Code("bad_header")
    /// The byte order mark contradicts the configured encoding.
    package static let wrongEncoding = Fault.Code("wrong_encoding")
    /// The input is of another format than the configured one.
    package static let wrongFormat = Fault.Code("wrong_format")
    /// The configured format contradicts itself.
    package static let badFormat = Fault.Code("bad_format")
}
