import GRDB
package import InventoryCore

/// The positions in doubt at one moment, and what was counted of them where that is known.
package struct KnownDoubts: Sendable {
    package let book: DoubtBook
    /// Of doubts and baselines: with every change of either there is another.
    package let version: Int64
    /// How much is in doubt; nothing where that has to be counted.
    fileprivate let totals: DoubtTotals?
    /// By what it was counted.
    fileprivate let subject: String?

    init(book: DoubtBook, version: Int64, totals: DoubtTotals?, subject: String?) {
        (self.book, self.version, self.totals, self.subject) = (book, version, totals, subject)
    }

    /// Gives how much is in doubt where that is known by the same rules and for the same sources.
    package func totals(of subject: String) -> DoubtTotals? {
        if book.isEmpty { return DoubtTotals() }
        return self.subject == subject ? totals : nil
    }
}

/// How much is in doubt once a run is accepted; it is kept, so that the next one counts only what changes.
package struct CountedDoubts: Sendable {
    package let totals: DoubtTotals
    /// By what rules and for which sources it was counted.
    package let subject: String
    /// The version of doubts and baselines from which the run has gone out.
    package let version: Int64

    package init(_ totals: DoubtTotals, of subject: String, after version: Int64) {
        (self.totals, self.subject, self.version) = (totals, subject, version)
    }
}

extension Database {
    /// Names what doubts and baselines are: with every change of either it is another.
    func stockVersion() throws -> Int64 {
        try Int64.fetchOne(self, cached: "SELECT version FROM doubt_totals") ?? 0
    }

    /// Notes that doubts or a baseline change: what was counted of them holds no longer.
    func changeStock() throws {
        try execute(cached: "UPDATE doubt_totals SET version = version + 1, subject = NULL")
    }

    /// What was counted of the doubts as they are, and by what.
    func doubtTotals() throws -> (DoubtTotals?, subject: String?) {
        let sql = "SELECT subject, skus, never_clear, width FROM doubt_totals WHERE subject IS NOT NULL"
        guard let row = try Row.fetchOne(self, cached: sql) else { return (nil, nil) }
        let (subject, text): (String, String) = (row[0], row[3])
        guard let width = Int128(text) else { throw Fault.damaged("the total of what is in doubt") }
        let totals = DoubtTotals(skus: row[1], neverClear: row[2], width: QuantityTotal(millionths: width))
        return (totals, subject)
    }

    /// Keeps what was counted of the doubts and baselines as they are by now.
    func keep(_ counted: CountedDoubts) throws {
        try execute(
            cached: "UPDATE doubt_totals SET subject = ?, skus = ?, never_clear = ?, width = ?",
            arguments: [
                counted.subject, counted.totals.skus, counted.totals.neverClear,
                String(counted.totals.width.millionths),
            ]
        )
    }
}
