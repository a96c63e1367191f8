import InventoryCore

/// The row that names the columns.
extension RowReader {
    mutating func readHeader(_ row: UnsafeBufferPointer<UInt8>) throws {
        try checkLength("header")
        guard !scanner.isBadlyQuoted else {
            throw Fault(
                .badInput,
                code: .missingColumn,
                message: "The header is badly quoted: text follows a closing quote.",
                hint: "Mend the export, or set the quote character that it uses.",
                line: line
            )
        }
        let content = FieldContent(format.dialect)
        let names = scanner.fields.map { field in
            content.bytes(of: field, in: row).withUnsafeBufferPointer {
                format.dialect.encoding.text($0) ?? String(decoding: $0, as: UTF8.self)
            }
        }
        try checkControls(names)
        let columns = try FoundColumns(format, header: names, width: names.count, line: line)
        builder = try RowBuilder(format, columns: columns)
        stage = .rows
    }

    /// Refuses names that no table has; tabs and line ends do occur, within quotes.
    private func checkControls(_ names: [String]) throws(Fault) {
        for (index, name) in names.enumerated() {
            let isOdd = { (byte: UInt8) in byte < 0x20 && !(9...13 ~= byte) || byte == 0x7F }
            guard let byte = name.utf8.first(where: isOdd) else { continue }
            throw Fault(
                .badInput,
                code: .badHeader,
                message: "Column \(index + 1) of the header has the control character \(byte).",
                hint: byte == 0
                    ? "This may be UTF-16: set the encoding to utf-16le; or it is no text at all."
                    : "Check that this is a delimited text file, and mend the export.",
                line: line
            )
        }
    }

    func checkLength(_ name: String) throws(Fault) {
        if scanner.lengthBytes > format.limits.rowBytesMax {
            throw Fault(
                .badInput,
                code: .headerTooLong,
                message: "The \(name) is longer than \(format.limits.rowBytesMax) bytes.",
                hint: "Check that this is a delimited text file, and that its quotes are closed.",
                line: line
            )
        }
        if scanner.columnCount > format.limits.columnsMax {
            throw Fault(
                .badInput,
                code: .tooManyColumns,
                message: "The \(name) has more than \(format.limits.columnsMax) columns.",
                hint: "Export fewer columns, or check the delimiter.",
                line: line
            )
        }
    }
}
