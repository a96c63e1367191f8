/// What the bytes of a field mean, once doubled quotes, escapes and Excel's protection of texts are undone.
struct FieldContent: Hashable, Sendable {
    private let quote: UInt8?
    private let escape: UInt8?
    private let hasExcelTexts: Bool

    init(_ dialect: Dialect) {
        quote = dialect.quote
        escape = dialect.escape
        hasExcelTexts = dialect.hasExcelTexts
    }

    /// Lends the content of a field; only what has to be undone within makes a copy.
    @inline(__always)
    func lend<Result, Fault>(
        _ field: RowScanner.Field,
        in row: UnsafeBufferPointer<UInt8>,
        _ body: (UnsafeBufferPointer<UInt8>) throws(Fault) -> Result
    ) throws(Fault) -> Result {
        guard field.hasDoubledQuotes || hasExcelTexts else {
            return try body(UnsafeBufferPointer(rebasing: row[field.start..<field.end]))
        }
        return try bytes(of: field, in: row).withUnsafeBufferPointer(body)
    }

    func bytes(of field: RowScanner.Field, in row: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        let bytes = field.hasDoubledQuotes ? unquoted(field, in: row) : Array(row[field.start..<field.end])
        return hasExcelTexts ? FieldContent.unprotected(bytes) : bytes
    }

    private func unquoted(_ field: RowScanner.Field, in row: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(field.end - field.start)
        var index = field.start
        while index < field.end {
            if row[index] == escape, index + 1 < field.end {
                bytes.append(row[index + 1])
                index += 2
            } else {
                bytes.append(row[index])
                index += field.isQuoted && row[index] == quote ? 2 : 1
            }
        }
        return bytes
    }

    /// The text in `="0012"`, which keeps spreadsheets from taking it for a number; other bytes as they are.
    private static func unprotected(_ bytes: [UInt8]) -> [UInt8] {
        let mark = UInt8(ascii: "\"")
        let (start, end) = bytes.withUnsafeBufferPointer(Blanks.trimmed)
        guard end - start >= 3, bytes[start] == UInt8(ascii: "="), bytes[start + 1] == mark,
            bytes[end - 1] == mark
        else { return bytes }
        var text: [UInt8] = []
        var index = start + 2
        while index < end - 1 {
            text.append(bytes[index])
            guard bytes[index] == mark else {
                index += 1
                continue
            }
            // A single one within ends the text: then this is a formula, and stays as it is.
            guard index + 1 < end - 1, bytes[index + 1] == mark else { return bytes }
            index += 2
        }
        return text
    }
}
