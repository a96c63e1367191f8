import InventoryCore
import SnapshotFormats

/// Which of the columns that may be empty state something in at least one row.
///
/// A column that is suddenly empty in every row lets stock rise without a word: what was committed counts as
/// free (spec, Stock in doubt, section 4).
struct StatedColumns: Hashable, Sendable {
    private(set) var committed = false
    private(set) var unusable = false

    /// As it is stored with a run.
    var text: String {
        [committed ? "committed" : nil, unusable ? "unusable" : nil].compactMap(\.self).joined(separator: " ")
    }

    init() {}

    init(_ text: String) {
        let names = text.split(separator: " ")
        (committed, unusable) = (names.contains("committed"), names.contains("unusable"))
    }

    private struct Found: Error {}
    /// Rows that are looked at where it is not known what to look for; what begins later is not missed.
    private static let firstRowsMax = 10_000

    /// Reads rows until each column has been stated, or to the end.
    ///
    /// `source` is read from its first byte on. Columns that were not stated in the last delivery (`former`)
    /// are not looked for.
    ///
    /// - Throws: what reading throws.
    init(in source: any ByteSource, _ format: SnapshotFormat, former: StatedColumns?) throws {
        var reader = SnapshotReader(format: format)
        var found = StatedColumns()
        var rows = 0
        do {
            try reader.readAll(
                from: source,
                rows: { row in
                    rows += 1
                    if row.committed != nil { found.committed = true }
                    if row.unusable != nil { found.unusable = true }
                    let isEnough =
                        former.map { found.has($0) }
                        ?? (found.committed && found.unusable || rows >= StatedColumns.firstRowsMax)
                    if isEnough { throw Found() }
                },
                rejected: { _ in }
            )
        } catch is Found {}
        self = found
    }

    private func has(_ former: StatedColumns) -> Bool {
        (committed || !former.committed) && (unusable || !former.unusable)
    }

    /// Gives the guard that trips where a column was stated before and is not any more.
    func trip(after former: StatedColumns) -> GuardTrip? {
        var gone: [String] = []
        if former.committed, !committed { gone.append("committed") }
        if former.unusable, !unusable { gone.append("unusable") }
        guard let first = gone.first else { return nil }
        return GuardTrip(
            code: .columnEmpty,
            message:
                "The column for \(gone.joined(separator: " and ")) is empty in every row, and was not in "
                + "the last delivery: without \(first) stock rises."
        )
    }
}
