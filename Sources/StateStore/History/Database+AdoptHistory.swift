import GRDB
import InventoryCore

extension Database {
    /// Takes note of the files of the history where the database knows of none: it is new, and was put in the
    /// place of a damaged one.
    ///
    /// Files say themselves what they have. One that cannot be read is put aside; its place is in its name.
    func adoptHistory(in folder: StateFolder) throws {
        let isKnown = "SELECT EXISTS (SELECT 1 FROM history_segments) OR EXISTS (SELECT 1 FROM history_acts)"
        guard try Bool.fetchOne(self, sql: isKnown) == false else { return }
        var files: [AdoptedFile] = []
        for name in try DurableFile.names(in: folder.historyPath) where name.hasSuffix(HistoryFile.ending) {
            if let file = try AdoptedFile(name, in: folder) { files.append(file) }
        }
        guard !files.isEmpty else { return }
        // A file that was merged, and not removed any more, lies within the one that it has become part of.
        files.sort { $0.order < $1.order }
        try inTransaction {
            var (end, lastAct, until): (Int64, Int64, Timestamp?) = (0, 0, nil)
            for file in files where file.extent.places.lowerBound > end {
                var extent = file.extent
                if file.isDamaged, let until { (extent.since, extent.until) = (until, until) }
                try insert(extent, bytes: file.bytes)
                if file.isDamaged { try noteDamage(of: extent, "A file of the history is damaged.") }
                (end, until) = (extent.places.upperBound, extent.until)
                lastAct = max(lastAct, extent.lastAct)
            }
            // Later acts have greater numbers.
            try execute(sql: "DELETE FROM sqlite_sequence WHERE name = 'history_acts'")
            try execute(
                sql: "INSERT INTO sqlite_sequence (name, seq) VALUES ('history_acts', ?)",
                arguments: [lastAct]
            )
            return .commit
        }
    }
}

private struct AdoptedFile {
    let extent: HistoryExtent
    let bytes: Int64
    let isDamaged: Bool

    /// Nothing of a file that has no name of ours.
    init?(_ name: String, in folder: StateFolder) throws(Fault) {
        guard let places = HistoryExtent.places(name) else { return nil }
        let path = folder.historyPath + "/" + name
        do throws(Fault) {
            let file = try HistoryFile(path)
            guard file.index.extent.places == places else { throw HistoryFile.damaged(path) }
            (extent, bytes, isDamaged) = (file.index.extent, file.sizeBytes, false)
        } catch {
            guard error.code == .historyDamaged else { throw error }
            var lost = HistoryExtent(places: places)
            (lost.since, lost.until) = (Timestamp(microseconds: 0), Timestamp(microseconds: 0))
            (extent, bytes, isDamaged) = (lost, 0, true)
            try DurableFile.rename(path, to: path + HistoryFile.damagedEnding)
        }
    }

    /// Of files that begin at one place the longest comes first.
    var order: (Int64, Int64) { (extent.places.lowerBound, -extent.places.upperBound) }
}
