/// Finds the fields of rows in bytes that arrive in pieces (slow twin of the table scanner).
///
/// A quote opens a quoted field only as the field's first byte; elsewhere in a bare field it stands for
/// itself (`3/4" bolt`). After the closing quote only a delimiter or a line end may follow, anything else
/// makes the row badly quoted. LF, CRLF and a lone CR end a row.
package struct RowScanner: Sendable {
    /// Where a field's bytes lie in its row, without the enclosing quotes.
    package struct Field: Hashable, Sendable {
        package let start: Int
        package let end: Int
        package let isQuoted: Bool
        /// Whether doubled quotes are to be halved, or escapes to be undone.
        package let hasDoubledQuotes: Bool
        /// Whether it is a number as JSON writes it, whatever the dialect.
        package let isNumberToken: Bool

        package init(
            start: Int,
            end: Int,
            isQuoted: Bool,
            hasDoubledQuotes: Bool,
            isNumberToken: Bool = false
        ) {
            self.start = start
            self.end = end
            self.isQuoted = isQuoted
            self.hasDoubledQuotes = hasDoubledQuotes
            self.isNumberToken = isNumberToken
        }
    }

    private enum Place {
        case fieldStart, bare, quoted, afterQuote
    }

    private let delimiter: UInt8
    private let quote: UInt8?
    private let escape: UInt8?
    private let fieldsMax: Int
    /// Off while lines before the table are skipped.
    var honoursQuotes = true

    private var place = Place.fieldStart
    private var fieldStart = 0
    private var hasDoubledQuotes = false
    private var followsReturn = false
    /// Whether the next byte stands for itself.
    private var isEscaped = false

    /// The fields found so far, at most one more than the limit of columns.
    private(set) var fields: [Field] = []
    private(set) var columnCount = 0
    private(set) var isBadlyQuoted = false
    /// Line ends inside quotes.
    private(set) var innerLineEnds = 0
    /// Bytes of the row seen so far.
    private(set) var lengthBytes = 0

    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    init(dialect: Dialect, columnsMax: Int) {
        delimiter = dialect.delimiter
        quote = dialect.quote
        escape = dialect.escape
        fieldsMax = columnsMax + 1
        fields.reserveCapacity(32)
    }

    var isInsideQuotes: Bool { place == .quoted }

    /// Whether nothing of a row has been seen.
    var isAtRowStart: Bool { lengthBytes == 0 && columnCount == 0 && place == .fieldStart }

    /// Whether the finished row is an empty line.
    var isBlankLine: Bool { lengthBytes == 0 && columnCount == 1 }

    mutating func startRow() {
        place = .fieldStart
        fieldStart = 0
        fields.removeAll(keepingCapacity: true)
        columnCount = 0
        isBadlyQuoted = false
        innerLineEnds = 0
        lengthBytes = 0
        followsReturn = false
        isEscaped = false
    }

    /// Goes on with the row from `begin`, and gives the index of the byte that ends it, or nothing at the
    /// chunk's end.
    mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, from begin: Int) -> Int? {
        let shift = lengthBytes - begin
        let end = bytes.count
        let delimiter = delimiter
        var index = begin
        while index < end {
            if isEscaped {
                takeEscaped(bytes[index])
                index += 1
                continue
            }
            switch place {
            case .fieldStart:
                fieldStart = index + shift
                hasDoubledQuotes = false
                if honoursQuotes, let quote, bytes[index] == quote {
                    place = .quoted
                    fieldStart += 1
                    index += 1
                } else {
                    place = .bare
                }
            case .bare:
                while index < end {
                    let byte = bytes[index]
                    if byte == escape, honoursQuotes {
                        hasDoubledQuotes = true
                        isEscaped = true
                        index += 1
                        break
                    }
                    if byte == delimiter || byte == RowScanner.lineFeed || byte == RowScanner.carriageReturn {
                        break
                    }
                    index += 1
                }
                guard index < end, !isEscaped else { break }
                close(at: index + shift, isQuoted: false)
                if bytes[index] != delimiter {
                    lengthBytes = index + shift
                    return index
                }
                index += 1
            case .quoted:
                index = scanQuoted(bytes, from: index)
            case .afterQuote:
                let byte = bytes[index]
                if byte == quote {
                    hasDoubledQuotes = true
                    place = .quoted
                    index += 1
                } else if byte == delimiter {
                    close(at: index + shift - 1, isQuoted: true)
                    index += 1
                } else if byte == RowScanner.lineFeed || byte == RowScanner.carriageReturn {
                    close(at: index + shift - 1, isQuoted: true)
                    lengthBytes = index + shift
                    return index
                } else {
                    isBadlyQuoted = true
                    place = .bare
                }
            }
        }
        lengthBytes = end + shift
        return nil
    }

    /// Ends a row that has no line end, at the end of the input.
    mutating func endWithoutLineEnd() {
        switch place {
        case .fieldStart:
            fieldStart = lengthBytes
            close(at: lengthBytes, isQuoted: false)
        case .bare, .quoted: close(at: lengthBytes, isQuoted: false)
        case .afterQuote: close(at: lengthBytes - 1, isQuoted: true)
        }
    }

    /// Whether a row without a line end was visibly cut off: a column is missing, or the last quantity is
    /// empty, for the number may be what was cut off, and an empty one could be taken for zero.
    func endsInside(_ columns: FoundColumns) -> Bool {
        if columnCount < columns.width { return true }
        guard columnCount == columns.width, let last = fields.last else { return false }
        return last.start == last.end && !last.isQuoted && columns.isQuantity(columnCount - 1)
    }

    private mutating func scanQuoted(_ bytes: UnsafeBufferPointer<UInt8>, from begin: Int) -> Int {
        var index = begin
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == escape {
                hasDoubledQuotes = true
                isEscaped = true
                return index
            }
            if byte == quote {
                place = .afterQuote
                followsReturn = false
                return index
            }
            if byte == RowScanner.carriageReturn || byte == RowScanner.lineFeed && !followsReturn {
                innerLineEnds += 1
            }
            followsReturn = byte == RowScanner.carriageReturn
        }
        return index
    }

    /// Passes over a byte that stands for itself.
    private mutating func takeEscaped(_ byte: UInt8) {
        isEscaped = false
        if byte == RowScanner.lineFeed || byte == RowScanner.carriageReturn { innerLineEnds += 1 }
        followsReturn = byte == RowScanner.carriageReturn
    }

    private mutating func close(at end: Int, isQuoted: Bool) {
        columnCount += 1
        if fields.count < fieldsMax {
            fields.append(
                Field(start: fieldStart, end: end, isQuoted: isQuoted, hasDoubledQuotes: hasDoubledQuotes)
            )
        }
        place = .fieldStart
    }
}
