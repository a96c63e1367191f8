/// Everything needed to understand the bytes of a snapshot.
package struct SnapshotFormat: Hashable, Sendable {
    package var notation: Notation
    /// Of objects only what is said of quantities and times counts.
    package var dialect: Dialect
    package var columns: ColumnMapping
    /// Which rows count.
    package var rows: RowRules
    package var limits: ReaderLimits

    package init(
        notation: Notation = .delimited,
        dialect: Dialect = Dialect(),
        columns: ColumnMapping = .byName,
        rows: RowRules = RowRules(),
        limits: ReaderLimits = ReaderLimits()
    ) {
        self.notation = notation
        self.dialect = dialect
        self.columns = columns
        self.rows = rows
        self.limits = limits
    }
}

extension SnapshotFormat {
    /// The same without what only tells the fields of a table apart.
    var ofMembers: SnapshotFormat {
        var dialect = Dialect()
        dialect.decimalMark = self.dialect.decimalMark
        dialect.grouping = self.dialect.grouping
        dialect.emptyQuantity = self.dialect.emptyQuantity
        dialect.timeFormat = self.dialect.timeFormat
        return SnapshotFormat(
            notation: notation,
            dialect: dialect,
            columns: columns,
            rows: rows,
            limits: limits
        )
    }

    /// Whether only the slow reader knows all that the format asks for.
    var needsSlowReader: Bool {
        !rows.isEmpty || columns.asOfTime != nil || dialect.escape != nil || dialect.hasExcelTexts
    }

    /// Whether the bytes are transcoded before rows can be found in them.
    var isTranscoded: Bool { notation == .delimited && dialect.encoding.isUTF16 }
}

/// How rows and their fields are told apart.
package enum Notation: String, Hashable, Sendable, CaseIterable {
    /// A row a line, fields between delimiters.
    case delimited
    /// A JSON object (RFC 8259) a line, in UTF-8.
    case ndjson
}

/// How much of an untrusted snapshot is held at once.
package struct ReaderLimits: Hashable, Sendable {
    /// A longer row is rejected, not buffered.
    package var rowBytesMax = 1 << 20
    package var columnsMax = 1024
    /// An object with arrays and objects nested deeper, itself counted, is rejected.
    package static let depthMax = 64

    package init() {}
}

/// How rows of one (SKU, location, unit), such as bins and lots, become one position.
package enum DuplicateRule: String, Hashable, Sendable, CaseIterable {
    case sum
    /// The later row wins.
    case last
    /// All rows of the key are rejected, and the baseline keeps what it had.
    case reject
}
