import Glibc
package import InventoryCore

/// The newest accepted snapshots, compressed, so that a figure can be explained and a baseline built anew.
///
/// A run puts its bytes aside as a spool before it is committed, and compresses them after the push: see
/// `SnapshotArchive+Spools.swift`. Calls read and write files and block: keep them off the cooperative pool.
package struct SnapshotArchive: Sendable {
    package let folder: StateFolder
    package let limits: Limits

    /// What is kept: the newest snapshot always, unless `snapshotsMax` is 0.
    package struct Limits: Hashable, Sendable {
        package var snapshotsMax = 10
        package var bytesMax: Int64 = 20 << 30

        package init() {}
    }

    package init(folder: StateFolder, limits: Limits = Limits()) {
        self.folder = folder
        self.limits = limits
    }

    /// Whether anything is kept at all.
    package var keepsSnapshots: Bool { limits.snapshotsMax > 0 }

    /// Begins to write a run's snapshot under a name that no reader sees; `append` takes it uncompressed.
    ///
    /// `accepted` is when the run was accepted, where that is not now.
    ///
    /// - Throws: `unusable_name` or `cannot_write_state`.
    package func begin(_ run: RunID, accepted: Timestamp? = nil) throws(Fault) -> ArchiveWriter {
        try ArchiveWriter(archive: self, path: path(of: run), run: run, accepted: accepted)
    }

    /// Finds the snapshot of a run.
    ///
    /// - Throws: `snapshot_missing` where it was never kept or newer ones have taken its place.
    package func find(_ run: RunID) throws(Fault) -> ArchivedSnapshot {
        let path = try path(of: run)
        guard let found = ArchivedSnapshot(run: run, path: path) else {
            throw Fault(
                .inputMissing,
                code: .snapshotMissing,
                place: folder.archivePath,
                message: "The archive has no snapshot of the run \(run).",
                hint: "It keeps the newest \(limits.snapshotsMax); `tidegate runs` lists the runs."
            )
        }
        return found
    }

    /// Gives what is kept, newest first.
    package func snapshots() throws(Fault) -> [ArchivedSnapshot] {
        try files(ending: SnapshotArchive.ending)
    }

    /// The files of runs whose names end so, newest first.
    func files(ending: String) throws(Fault) -> [ArchivedSnapshot] {
        try names().compactMap { name in
            guard name.hasSuffix(ending) else { return nil }
            let run = RunID(String(name.dropLast(ending.count)))
            return ArchivedSnapshot(run: run, path: folder.archivePath + "/" + name)
        }.sorted { $0.written == $1.written ? $0.run > $1.run : $0.written > $1.written }
    }

    /// Removes what a killed process left half written, and what is beyond the limits.
    ///
    /// Only the owner of the folder may call it, while nothing is being written there.
    package func removeLeftovers() throws(Fault) {
        for name in try names() where name.hasSuffix(SnapshotArchive.unfinishedEnding) {
            try remove(folder.archivePath + "/" + name)
        }
        try prune()
    }

    static let ending = ".zst"
    static let unfinishedEnding = ".partial"

    /// Removes the oldest snapshots beyond the limits.
    func prune() throws(Fault) {
        var bytes: Int64 = 0
        for (place, snapshot) in try snapshots().enumerated() {
            bytes += snapshot.compressedBytes
            if place >= limits.snapshotsMax || (place > 0 && bytes > limits.bytesMax) {
                try remove(snapshot.path)
            }
        }
        try prunePlans()
    }

    func remove(_ path: String) throws(Fault) { try DurableFile.remove(path) }

    func path(
        of run: RunID,
        ending: String = SnapshotArchive.ending
    ) throws(Fault) -> String {
        guard SnapshotArchive.canName(run) else {
            throw Fault(
                .badInput,
                code: .unusableName,
                place: folder.archivePath,
                message: "“\(run)” cannot be a file's name.",
                hint: "Name the run by letters, digits, `-`, `_` and `.`, as `tidegate runs` shows it."
            )
        }
        return folder.archivePath + "/" + run.text + ending
    }

    /// Whether files can have the name of the run.
    static func canName(_ run: RunID) -> Bool {
        let bytes = run.text.utf8
        let isPlain = bytes.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || [45, 46, 95].contains(byte)
        }
        return isPlain && (1...100).contains(bytes.count) && bytes.first != UInt8(ascii: ".")
    }

    func names() throws(Fault) -> [String] { try DurableFile.names(in: folder.archivePath) }
}

/// One snapshot in the archive: a zstd file, as any reader of snapshots opens it.
package struct ArchivedSnapshot: Hashable, Sendable {
    package let run: RunID
    package let path: String
    package let compressedBytes: Int64
    /// When its run was accepted.
    package let written: Timestamp

    init?(run: RunID, path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.run = run
        self.path = path
        compressedBytes = Int64(status.st_size)
        written = Timestamp(modified: status)
    }
}

extension Timestamp {
    /// When a file was last written to.
    init(modified status: stat) {
        let time = status.st_mtim
        self.init(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}
