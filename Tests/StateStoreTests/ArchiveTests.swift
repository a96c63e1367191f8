import FoundationEssentials
import InventoryCore
import StateStore
import Testing

@Suite struct ArchiveTests {
    @Test("a snapshot is kept compressed under its run's id")
    func keeps() throws {
        let state = try TemporaryState()
        let archive = SnapshotArchive(folder: state.folder)
        let row = "sku-1,WH-1,EA,10\n"
        let writer = try archive.begin("run-1")
        for _ in 0..<50_000 { try write(row, to: writer) }
        #expect(throws: Fault.self) { try archive.find("run-1") }
        let kept = try #require(try writer.finish())
        #expect(try archive.find("run-1") == kept)
        #expect(kept.compressedBytes > 0 && kept.compressedBytes < 50_000)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: kept.path))
        #expect(Array(bytes.prefix(4)) == [0x28, 0xB5, 0x2F, 0xFD])
        #expect(Int64(bytes.count) == kept.compressedBytes)
    }

    @Test("a writer released before its end leaves nothing, nor does a killed process after the next start")
    func leavesNothing() throws {
        let state = try TemporaryState()
        let archive = SnapshotArchive(folder: state.folder)
        do {
            let writer = try archive.begin("run-1")
            try write("half a row", to: writer)
        }
        let left = state.folder.archivePath + "/run-2.zst.partial"
        #expect(FileManager.default.createFile(atPath: left, contents: Data([1, 2])))
        #expect(try archive.snapshots().isEmpty)
        try archive.removeLeftovers()
        #expect(try FileManager.default.contentsOfDirectory(atPath: state.folder.archivePath).isEmpty)
    }

    @Test("only the newest snapshots are kept, by number and by bytes")
    func prunes() throws {
        let state = try TemporaryState()
        var limits = SnapshotArchive.Limits()
        limits.snapshotsMax = 3
        for run in 1...5 {
            let writer = try SnapshotArchive(folder: state.folder, limits: limits).begin(RunID("run-\(run)"))
            try write("row \(run)", to: writer)
            try writer.finish()
        }
        #expect(
            try SnapshotArchive(folder: state.folder).snapshots().map(\.run) == ["run-5", "run-4", "run-3"]
        )
        limits.bytesMax = 1
        let writer = try SnapshotArchive(folder: state.folder, limits: limits).begin("run-6")
        try writer.finish()
        #expect(try SnapshotArchive(folder: state.folder).snapshots().map(\.run) == ["run-6"])
    }

    @Test("an archive that keeps nothing removes what is there")
    func keepsNothing() throws {
        let state = try TemporaryState()
        let writer = try SnapshotArchive(folder: state.folder).begin("run-1")
        try writer.finish()
        var limits = SnapshotArchive.Limits()
        limits.snapshotsMax = 0
        let archive = SnapshotArchive(folder: state.folder, limits: limits)
        #expect(!archive.keepsSnapshots)
        try archive.removeLeftovers()
        #expect(try archive.snapshots().isEmpty && !archive.holdsSnapshot(of: "run-1"))
    }

    @Test("a copy made late is as old as its run")
    func late() throws {
        let state = try TemporaryState()
        let archive = SnapshotArchive(folder: state.folder)
        try archive.begin("run-2").finish()
        let accepted = Timestamp(microseconds: 1_600_000_000_123_456)
        #expect(try archive.begin("run-1", accepted: accepted).finish()?.written == accepted)
        #expect(try archive.snapshots().map(\.run) == ["run-2", "run-1"])
    }

    @Test("a sealed spool is found until it is discarded, also where its bytes were lost")
    func spools() throws {
        let state = try TemporaryState()
        let archive = SnapshotArchive(folder: state.folder)
        let path = try archive.spoolPath(of: "run-2")
        #expect(try archive.unfinished().isEmpty && !archive.hasCopy(of: "run-2"))
        #expect(FileManager.default.createFile(atPath: path, contents: Data([1, 2])))
        try archive.seal("run-2", mark: [3, 4])
        try archive.seal("run-1", mark: [5])
        let found = try archive.unfinished()
        #expect(found.map(\.run) == ["run-1", "run-2"])
        #expect(found.map(\.mark) == [[5], [3, 4]])
        #expect(found.last?.path == path && found.last?.sealed != nil)
        #expect(try archive.hasCopy(of: "run-2") && archive.snapshots().isEmpty)
        for spool in found { try archive.discardSpool(of: spool.run) }
        try archive.discardSpool(of: "run-2")
        #expect(try FileManager.default.contentsOfDirectory(atPath: state.folder.archivePath).isEmpty)
    }

    @Test("a copy made so late that newer ones have taken its place is gone at once")
    func tooLate() throws {
        let state = try TemporaryState()
        var limits = SnapshotArchive.Limits()
        limits.snapshotsMax = 1
        let archive = SnapshotArchive(folder: state.folder, limits: limits)
        try archive.begin("run-2").finish()
        let accepted = Timestamp(microseconds: 1_600_000_000_000_000)
        #expect(try archive.begin("run-1", accepted: accepted).finish() == nil)
        #expect(try archive.snapshots().map(\.run) == ["run-2"])
    }

    @Test("files that are not ours are no spools")
    func strangers() throws {
        let state = try TemporaryState()
        let archive = SnapshotArchive(folder: state.folder)
        for name in ["my copy.spool", ".spool", "notes.txt"] {
            let path = state.folder.archivePath + "/" + name
            #expect(FileManager.default.createFile(atPath: path, contents: Data([1])))
        }
        #expect(try archive.unfinished().isEmpty)
    }

    @Test("bytes that were never sealed are found and count as no copy")
    func unsealed() throws {
        let state = try TemporaryState()
        let archive = SnapshotArchive(folder: state.folder)
        let path = try archive.spoolPath(of: "run-1")
        #expect(FileManager.default.createFile(atPath: path, contents: Data([1])))
        let found = try archive.unfinished()
        #expect(found.map(\.run) == ["run-1"] && found.first?.mark == nil)
        #expect(try !archive.hasCopy(of: "run-1"))
    }

    @Test("a run's id that is no file name is refused", arguments: ["", "../x", "a/b", ".hidden", "a b"])
    func refusesNames(name: String) throws {
        let state = try TemporaryState()
        let failure = #expect(throws: Fault.self) {
            try SnapshotArchive(folder: state.folder).begin(RunID(name))
        }
        #expect(failure?.code == .unusableName)
    }

    @Test("asking for a snapshot that is not kept ends with `snapshot_missing`")
    func missing() throws {
        let state = try TemporaryState()
        let failure = #expect(throws: Fault.self) {
            try SnapshotArchive(folder: state.folder).find("run-9")
        }
        #expect(failure?.code == .snapshotMissing)
    }

    private func write(_ text: String, to writer: ArchiveWriter) throws {
        try Array(text.utf8).withUnsafeBytes { bytes in try writer.append(bytes) }
    }
}
