/// How a delimited file writes its rows and numbers; everything is stated, nothing is guessed.
package struct Dialect: Hashable, Sendable {
    package var delimiter: UInt8 = UInt8(ascii: ",")
    /// Nothing where the file never quotes.
    package var quote: UInt8? = UInt8(ascii: "\"")
    /// Makes the character after it stand for itself; nothing where only quotes do.
    package var escape: UInt8?
    /// Whether `="0012"` means the text in it, as spreadsheets take it.
    package var hasExcelTexts = false
    package var decimalMark: DecimalMark = .point
    package var grouping: Grouping = .none
    package var encoding: TextEncoding = .utf8
    /// Physical lines before the header (or the first row) that are not part of the table.
    package var skippedLines = 0
    /// Whether the first line after the skipped ones names the columns.
    package var hasHeader = true
    package var emptyQuantity: EmptyQuantity = .absent
    package var timeFormat: TimeFormat = .rfc3339

    package init() {}

    package static var tabs: Dialect {
        var dialect = Dialect()
        dialect.delimiter = UInt8(ascii: "\t")
        return dialect
    }
}

package enum DecimalMark: UInt8, Hashable, Sendable {
    case point = 0x2E
    case comma = 0x2C
}

/// What separates thousands; the size of every group is checked.
package enum Grouping: String, Hashable, Sendable, CaseIterable {
    case none
    case point
    case comma
    case apostrophe
    /// A space, a no-break space or a narrow no-break space.
    case space
}

package enum TextEncoding: String, Hashable, Sendable, CaseIterable {
    case utf8 = "utf-8"
    case windows1252 = "windows-1252"
    case latin1 = "iso-8859-1"
    case latin9 = "iso-8859-15"
    case utf16LittleEndian = "utf-16le"
    case utf16BigEndian = "utf-16be"
    /// By its byte order mark, little endian without one.
    case utf16 = "utf-16"
}

/// What an empty quantity field says.
package enum EmptyQuantity: String, Hashable, Sendable, CaseIterable {
    /// Nothing is stated; an on-hand quantity must be stated, so there the row is rejected.
    case absent
    case zero
    case reject
}

/// How the source writes instants.
package enum TimeFormat: Hashable, Sendable {
    /// With an offset; a local time is refused.
    case rfc3339
    /// A pattern of `yyyy MM dd HH hh mm ss a M d H h` and literals, in a named time zone (`Europe/Berlin`).
    case pattern(String, timeZone: String)
}
