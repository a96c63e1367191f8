import GRDB
import InventoryCore

/// How often what is absent was missing.
///
/// With every full delivery all of it is missing once more: that is a count for the source, and a row has
/// its own less that of the source when it was written.
extension Database {
    /// Counts one more full delivery without all that is absent of a source.
    func missOnceMore(_ source: SourceID) throws {
        var known: [SourceID: Int] = [:]
        try set(named: Database.absences(of: source), to: String(try missed(source, &known) + 1))
    }

    /// Full deliveries of a source since something of it was absent for the first time.
    func missed(_ source: SourceID, _ known: inout [SourceID: Int]) throws -> Int {
        if let known = known[source] { return known }
        let text = try text(named: Database.absences(of: source)) ?? "0"
        guard let missed = Int(text) else { throw Fault.damaged("the count of deliveries “\(text)”") }
        known[source] = missed
        return missed
    }

    /// What is written of how often a position was missing.
    func stored(_ doubt: Doubt, _ known: inout [SourceID: Int]) throws -> Int {
        doubt.reason == .absent ? doubt.absentCount - (try missed(doubt.source, &known)) : doubt.absentCount
    }

    private static func absences(of source: SourceID) -> String { "absences \(source.text)" }
}
