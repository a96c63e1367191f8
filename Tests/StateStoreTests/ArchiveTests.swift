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
        let kept = try writer.finish()
        #expect(try archive.find("run-1") == kept)
        #expect(kept.compressedBytes > 0 && kept.compressedBytes < 50_000)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: kept.path))
        #expect(Array(bytes.prefix(4)) == [0x28, 0xB5, 0x2F, 0xFD])
        #expect(Int64(bytes.count) == kept.compressedBytes)
    }

    @Test("a writer that is let go leaves nothing, nor does a killed process after the next start")
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
        try archive.removeUnfinished()
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

    @Test("a run's id that is no file name is refused", arguments: ["", "../x", "a/b", ".hidden", "a b"])
    func refusesNames(name: String) throws {
        let state = try TemporaryState()
        let failure = #expect(throws: Fault.self) {
            try SnapshotArchive(folder: state.folder).begin(RunID(name))
        }
        #expect(failure?.code == .unusableName)
    }

    @Test("a snapshot that is not kept says what is")
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
