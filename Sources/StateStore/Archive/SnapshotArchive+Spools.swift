import Glibc
package import InventoryCore

/// Bytes of a run that were put aside before its commit and are not in the archive yet.
package struct Spool: Hashable, Sendable {
    package let run: RunID
    /// Of the bytes as they were delivered; after a loss of power there may be no file, or a damaged one.
    package let path: String
    /// What tells whether the bytes are those that were accepted, as whoever sealed it wrote it down.
    ///
    /// Nothing where the process was killed before: that run was never committed.
    package let mark: [UInt8]?
    /// When it was sealed.
    package let sealed: Timestamp?
}

/// A spool is two files, `RUN.spool` with the bytes and `RUN.mark` with what tells them from other bytes.
///
/// The order of a run: bytes into `spoolPath(of:)`, `seal`, commit, push; then the spool is compressed by
/// `begin`, `append` and `finish`, and `discardSpool`. Killed anywhere between, `unfinished` finds it.
extension SnapshotArchive {
    static let spoolEnding = ".spool"
    static let markEnding = ".mark"

    /// Where the bytes of a run go before it is committed.
    ///
    /// - Throws: `unusable_name`.
    package func spoolPath(of run: RunID) throws(Fault) -> String {
        try path(of: run, ending: SnapshotArchive.spoolEnding)
    }

    /// Remembers, durably, what tells the accepted bytes from others; both files' names are durable then.
    ///
    /// - Throws: `unusable_name` or `cannot_write_state`.
    package func seal(_ run: RunID, mark: [UInt8]) throws(Fault) {
        try DurableFile.write(mark, to: path(of: run, ending: SnapshotArchive.markEnding))
    }

    /// Gives the spool of a run, or nothing where it has none or is in the archive already.
    ///
    /// - Throws: `unusable_name` or `cannot_write_state`.
    package func spool(of run: RunID) throws(Fault) -> Spool? {
        let path = try spoolPath(of: run)
        let markPath = try self.path(of: run, ending: SnapshotArchive.markEnding)
        let mark = try DurableFile.read(markPath)
        var status = stat()
        guard mark != nil || stat(path, &status) == 0 else { return nil }
        let isMarked = mark != nil && stat(markPath, &status) == 0
        return Spool(
            run: run,
            path: path,
            mark: mark,
            sealed: isMarked ? Timestamp(modified: status) : nil
        )
    }

    /// Gives all spools, the oldest run first.
    ///
    /// - Throws: `cannot_write_state`.
    package func unfinished() throws(Fault) -> [Spool] {
        var runs: Set<RunID> = []
        for name in try names() {
            for ending in [SnapshotArchive.spoolEnding, SnapshotArchive.markEnding]
            where name.hasSuffix(ending) {
                let run = RunID(String(name.dropLast(ending.count)))
                // Others are no files of ours.
                if SnapshotArchive.canName(run) { runs.insert(run) }
            }
        }
        var spools: [Spool] = []
        for run in runs.sorted() {
            if let spool = try spool(of: run) { spools.append(spool) }
        }
        return spools
    }

    /// Removes the spool of a run, if it has one.
    ///
    /// - Throws: `unusable_name` or `cannot_write_state`.
    package func discardSpool(of run: RunID) throws(Fault) {
        // The mark goes last: as long as it is there, the run is known to lack its copy.
        try remove(spoolPath(of: run))
        try remove(path(of: run, ending: SnapshotArchive.markEnding))
    }

    /// Whether the bytes of a run are in the archive, or wait in a spool to be compressed.
    ///
    /// A run has none where its bytes were those of the run before, where the archive keeps none, where newer
    /// runs have taken its place, or where its copy was lost.
    ///
    /// - Throws: `unusable_name` or `cannot_write_state`.
    package func hasCopy(of run: RunID) throws(Fault) -> Bool {
        if try holdsSnapshot(of: run) { return true }
        return try spool(of: run)?.mark != nil
    }

    /// Whether the snapshot of a run is in the archive, whole.
    ///
    /// - Throws: `unusable_name`.
    package func holdsSnapshot(of run: RunID) throws(Fault) -> Bool {
        ArchivedSnapshot(run: run, path: try path(of: run)) != nil
    }
}
