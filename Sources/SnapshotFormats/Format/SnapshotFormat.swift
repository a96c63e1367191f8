/// Everything needed to understand the bytes of a snapshot.
package struct SnapshotFormat: Hashable, Sendable {
    package var dialect: Dialect
    package var columns: ColumnMapping
    package var limits: ReaderLimits

    package init(
        dialect: Dialect = Dialect(),
        columns: ColumnMapping = .byName,
        limits: ReaderLimits = ReaderLimits()
    ) {
        self.dialect = dialect
        self.columns = columns
        self.limits = limits
    }
}

/// How much of an untrusted snapshot is held at once.
package struct ReaderLimits: Hashable, Sendable {
    /// A longer row is rejected, not buffered.
    package var rowBytesMax = 1 << 20
    package var columnsMax = 1024

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
