package import InventoryCore

/// Reads a table that is no snapshot: CSV in UTF-8 whose header names the columns, whatever else it has.
///
/// What tells rows and fields apart is the same as in snapshots: quotation, line ends, byte order mark.
package struct TableReader {
    package struct Column: Hashable, Sendable {
        /// The first of these header names that exists; compared without regard to ASCII case.
        package let names: [String]
        package let content: Content
        package let isOptional: Bool

        package enum Content: Hashable, Sendable {
            case text
            case quantity
        }

        package init(_ names: String..., content: Content = .text, isOptional: Bool = false) {
            self.names = names
            self.content = content
            self.isOptional = isOptional
        }
    }

    package enum Cell: Hashable, Sendable {
        /// Without outer blanks.
        case text(String)
        case quantity(Quantity)
        /// A column that the table lacks, or an empty quantity.
        case absent
    }

    package struct Row: Hashable, Sendable {
        /// The physical line where the row begins, counted from 1.
        package let line: Int
        /// In the order of the wanted columns.
        package let cells: [Cell]
    }

    private let columns: [Column]
    private let limits = ReaderLimits()
    private let quantities = QuantityParser(Dialect())
    private let content = FieldContent(Dialect())
    private var texts: [KeyNormaliser]
    private var preamble = Preamble(.utf8)
    private var scanner: RowScanner
    /// The begin of a row that the next chunk goes on with; a row beyond the limit is not kept whole.
    private var carried: [UInt8] = []
    private var skipsLineFeed = false
    private var line = 1
    /// Where each column stands and how the header writes it, once the header has been read.
    private var found: [(index: Int, name: String)?] = []
    private var width: Int?

    private static let rememberedTexts = 64

    package init(columns: [Column]) {
        self.columns = columns
        texts = columns.map { _ in
            KeyNormaliser(rule: ColumnRule(anyOf: []), encoding: .utf8, remembered: Self.rememberedTexts)
        }
        scanner = RowScanner(dialect: Dialect(), columnsMax: limits.columnsMax)
    }

    /// Reads a whole source.
    ///
    /// - Throws: `Fault` with `missing_column`, `ambiguous_column`, `empty` or `ends_inside_row`, and what
    ///   the source and the closures throw.
    package mutating func readAll(
        from source: any ByteSource,
        chunkBytes: Int = 1 << 18,
        rows: (Row) throws -> Void,
        rejected: (RejectedRow) throws -> Void
    ) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let length = try source.read(into: buffer)
            guard length > 0 else { break }
            let bytes = UnsafeRawBufferPointer(buffer).bindMemory(to: UInt8.self)
            let chunk = UnsafeBufferPointer(rebasing: bytes[..<length])
            switch try preamble.pass(chunk) {
            case .asIs: try consume(chunk, rows, rejected)
            case .instead(let other):
                try other.withUnsafeBufferPointer { try consume($0, rows, rejected) }
            }
        }
        try preamble.finish().withUnsafeBufferPointer { try consume($0, rows, rejected) }
        if !scanner.isAtRowStart { try finishRow(rows, rejected) }
        guard width != nil else {
            throw Fault(
                .badInput,
                code: .empty,
                message: "The table is empty.",
                hint: "Look at the export that made it.",
                line: line
            )
        }
    }

    private mutating func consume(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ rows: (Row) throws -> Void,
        _ rejected: (RejectedRow) throws -> Void
    ) throws {
        var index = 0
        while index < bytes.count {
            if skipsLineFeed {
                skipsLineFeed = false
                if bytes[index] == UInt8(ascii: "\n") {
                    index += 1
                    continue
                }
            }
            guard let end = scanner.scan(bytes, from: index) else { return carry(bytes[index...]) }
            skipsLineFeed = bytes[end] == UInt8(ascii: "\r")
            if carried.isEmpty {
                try take(UnsafeBufferPointer(rebasing: bytes[index..<end]), rows, rejected)
            } else {
                carry(bytes[index..<end])
                try takeCarried(rows, rejected)
            }
            index = end + 1
        }
    }

    private mutating func carry(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
        carried.append(contentsOf: bytes.prefix(max(0, limits.rowBytesMax - carried.count)))
    }

    private mutating func takeCarried(
        _ rows: (Row) throws -> Void,
        _ rejected: (RejectedRow) throws -> Void
    ) throws {
        // Taken out, so that the row's bytes and the reader are not borrowed from the same value.
        var row: [UInt8] = []
        swap(&row, &carried)
        try row.withUnsafeBufferPointer { try take($0, rows, rejected) }
        row.removeAll(keepingCapacity: true)
        swap(&row, &carried)
    }

    /// Deals with one whole row, whose fields the scanner has.
    private mutating func take(
        _ row: UnsafeBufferPointer<UInt8>,
        _ rows: (Row) throws -> Void,
        _ rejected: (RejectedRow) throws -> Void
    ) throws {
        if !scanner.isBlankLine {
            if let width {
                if let fault = structuralFault(width) ?? cellFault(row) {
                    try rejected(fault)
                } else {
                    try rows(Row(line: line, cells: cells))
                }
            } else {
                try readHeader(row)
            }
        }
        line += 1 + scanner.innerLineEnds
        scanner.startRow()
    }

    /// Deals with a last row that has no line end.
    private mutating func finishRow(
        _ rows: (Row) throws -> Void,
        _ rejected: (RejectedRow) throws -> Void
    ) throws {
        let first = line
        let isUnended = scanner.isInsideQuotes
        scanner.endWithoutLineEnd()
        let isCutOff = isUnended || endsWithoutQuantity || scanner.columnCount < width ?? 0
        guard !isCutOff else {
            throw Fault(
                .badInput,
                code: .endsInsideRow,
                message: "The file ends inside \(isUnended ? "a quoted field" : "a row").",
                hint: "It was probably cut off while it was written; make it again.",
                line: first
            )
        }
        try takeCarried(rows, rejected)
    }

    /// Whether the last field is a quantity that is not there: it may be what was cut off.
    private var endsWithoutQuantity: Bool {
        guard let last = scanner.fields.last, last.start == last.end, !last.isQuoted else { return false }
        return zip(columns, found).contains { column, place in
            column.content == .quantity && place?.index == scanner.columnCount - 1
        }
    }

    private func structuralFault(_ width: Int) -> RejectedRow? {
        let count = scanner.columnCount
        if scanner.lengthBytes > limits.rowBytesMax {
            return fault(.tooLong, "The row is longer than \(limits.rowBytesMax) bytes.")
        }
        if scanner.isBadlyQuoted { return fault(.badQuoting, "Text follows a closing quote.") }
        if count < width { return fault(.missingColumn, "The row has \(count) of \(width) columns.") }
        if count > width {
            return fault(.tooManyColumns, "The row has \(count) columns instead of \(width).")
        }
        return nil
    }

    private func fault(_ reason: RejectedRow.Reason, _ message: String, column: String? = nil) -> RejectedRow
    {
        let lines = 1 + scanner.innerLineEnds
        return RejectedRow(
            line: line,
            lines: lines,
            column: column,
            reason: reason,
            message: message,
            bytes: []
        )
    }

    // MARK: cells

    private var cells: [Cell] = []

    /// Reads the wanted fields of a row into `cells`; gives what is wrong with the first that cannot be read.
    private mutating func cellFault(_ row: UnsafeBufferPointer<UInt8>) -> RejectedRow? {
        cells.removeAll(keepingCapacity: true)
        for (number, column) in columns.enumerated() {
            guard let place = found[number] else {
                cells.append(.absent)
                continue
            }
            let bytes = content.bytes(of: scanner.fields[place.index], in: row)
            switch column.content {
            case .text:
                guard let reading = bytes.withUnsafeBufferPointer({ texts[number].read($0) }) else {
                    return fault(.badEncoding, "The bytes are not UTF-8.", column: place.name)
                }
                guard reading.isAllowed else {
                    let limit = "more than \(KeyLimits.bytesMax) bytes"
                    return fault(
                        .badKey,
                        "The value has a control character, or \(limit).",
                        column: place.name
                    )
                }
                cells.append(.text(reading.text))
            case .quantity:
                do throws(QuantityError) {
                    cells.append(try quantity(bytes))
                } catch {
                    return fault(of: error, bytes, column: place.name)
                }
            }
        }
        return nil
    }

    private func quantity(_ bytes: [UInt8]) throws(QuantityError) -> Cell {
        try bytes.withUnsafeBufferPointer { field throws(QuantityError) in
            QuantityParser.isBlank(field) ? .absent : .quantity(try quantities.parse(field))
        }
    }

    private func fault(of error: QuantityError, _ bytes: [UInt8], column: String) -> RejectedRow {
        let shown = "\"\(String(decoding: bytes.prefix(60), as: UTF8.self))\""
        return switch error {
        case .notANumber:
            fault(.badQuantity, "\(shown) is not a plain number such as 12 or 7.5.", column: column)
        case .tooPrecise: fault(.badQuantity, "\(shown) has more than six decimals.", column: column)
        case .tooLarge: fault(.tooLarge, "\(shown) is too large.", column: column)
        }
    }

    // MARK: header

    private mutating func readHeader(_ row: UnsafeBufferPointer<UInt8>) throws(Fault) {
        let names = scanner.fields.map { field in
            String(decoding: content.bytes(of: field, in: row), as: UTF8.self)
        }
        let folded = names.map(TableReader.folded)
        for column in columns {
            let index = column.names.lazy.compactMap { folded.firstIndex(of: $0) }.first
            guard let index else {
                guard column.isOptional else {
                    throw Fault(
                        .badInput,
                        code: .missingColumn,
                        message: "The header has no column \(column.names.joined(separator: " or ")).",
                        hint: "Name it in the first line.",
                        line: line
                    )
                }
                found.append(nil)
                continue
            }
            guard folded[(index + 1)...].firstIndex(of: folded[index]) == nil else {
                throw Fault(
                    .badInput,
                    code: .ambiguousColumn,
                    message: "The header has \"\(names[index])\" more than once.",
                    hint: "Name each column once.",
                    line: line
                )
            }
            found.append((index, names[index]))
        }
        width = scanner.columnCount
    }

    /// Without outer blanks, ASCII letters in lower case.
    private static func folded(_ name: String) -> String {
        let bytes = name.utf8.map { 65...90 ~= $0 ? $0 | 0x20 : $0 }
        return bytes.withUnsafeBufferPointer { bytes in
            let (start, end) = Blanks.trimmed(bytes)
            return String(decoding: bytes[start..<end], as: UTF8.self)
        }
    }
}
