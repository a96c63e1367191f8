import Foundation
import InventoryCore
import SnapshotFormats
import StateStore
import Testing

@testable import DeltaEngine
@testable import SnapshotSources
@testable import TidegatePipeline

@Suite("The copy of a run's bytes")
struct ArchiveCopyTests {
    private static let text =
        "sku,location,unit,on_hand\n" + (1...500).map { "A-\($0),WH,EA,\($0)\n" }.joined()

    /// A state folder, a delivery, and what a run does with it; gone afterwards.
    private final class Place {
        let folder: URL
        let state: StateDatabase
        let path: String

        init() throws {
            folder = FileManager.default.temporaryDirectory.appending(path: "tidegate-\(UUID().uuidString)")
            let stateFolder = StateFolder(path: folder.path + "/state")
            try stateFolder.prepare()
            state = try StateDatabase.open(
                lock: FolderLock(folder: stateFolder, command: "test", at: Timestamp(microseconds: 0))
            )
            path = folder.path + "/stock.csv"
            try write(ArchiveCopyTests.text)
        }

        deinit {
            try? state.close()
            try? FileManager.default.removeItem(at: folder)
        }

        func write(_ text: String, to path: String? = nil) throws {
            try Data(text.utf8).write(to: URL(filePath: path ?? self.path))
        }

        func copies(keep: Int = 5) -> ArchiveCopy { ArchiveCopy(state: state, keep: keep) }

        var archive: SnapshotArchive { SnapshotArchive(folder: state.folder) }

        var names: [String] {
            get throws {
                try FileManager.default.contentsOfDirectory(atPath: state.folder.archivePath).sorted()
            }
        }

        /// Reads a delivery as a run does, and puts its bytes aside.
        func take(_ path: String? = nil, for run: RunID = "run-1", keep: Int = 5) async throws {
            let delivery = try Delivery.open(path: path ?? self.path)
            let observed = folder.path + "/observed.baseline"
            let (baseline, summary) = try ObservedBaseline.build(
                from: delivery.bytes(),
                format: SnapshotFormat(),
                path: observed,
                generation: 1
            ) { _ in }
            let digest = summary.content.digest
            let content = AcceptedContent(of: delivery, seeds: baseline.seeds, digest: digest)
            try await copies(keep: keep).take(delivery, content, for: run)
        }

        /// Makes the run one that was committed.
        func commit(_ run: RunID = "run-1") async throws {
            var record = RunRecord(
                id: run,
                state: .accepted(),
                source: "file",
                scope: .full,
                started: Timestamp(microseconds: 0)
            )
            record.planDigest = "plan"
            try await state.record(record)
        }

        func kept(_ run: RunID = "run-1") throws -> String {
            let source = try SnapshotFile.open(path: archive.find(run).path)
            var bytes: [UInt8] = []
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
            defer { buffer.deallocate() }
            while true {
                let length = try source.read(into: buffer)
                guard length > 0 else { return String(decoding: bytes, as: UTF8.self) }
                bytes += buffer[..<length]
            }
        }
    }

    @Test("is put aside before the commit and compressed afterwards")
    func takenAndFinished() async throws {
        let place = try Place()
        try await place.take()
        #expect(try place.names == ["run-1.mark", "run-1.spool"])
        try await place.commit()
        #expect(try place.archive.hasCopy(of: "run-1"))
        #expect(try await place.copies().finish("run-1") == .kept)
        #expect(try place.names == ["run-1.zst"])
        #expect(try place.kept() == Self.text)
        #expect(try await place.copies().finish("run-1") == .none)
    }

    @Test("of a packed delivery is the same")
    func packed() async throws {
        let place = try Place()
        try await place.take()
        #expect(try await place.copies().finish("run-1") == .kept)
        // A zstd file as good as any.
        let packed = try place.archive.find("run-1").path
        try await place.take(packed, for: "run-2")
        #expect(try await place.copies().finish("run-2") == .kept)
        #expect(try place.kept("run-2") == Self.text)
    }

    @Test("is made good at the next start when the process was killed after the commit")
    func killedAfterCommit() async throws {
        let place = try Place()
        try await place.take()
        try await place.commit()
        let leftovers = try await place.copies().leftovers()
        #expect(leftovers == ["run-1"])
        try await place.copies().finish(leftovers: leftovers)
        #expect(try place.names == ["run-1.zst"])
        #expect(try place.kept() == Self.text)
        #expect(try await place.state.run("run-1")?.message == nil)
        #expect(try await place.copies().leftovers().isEmpty)
    }

    @Test("is only tidied up when the process was killed after the copy was named")
    func killedAfterNaming() async throws {
        let place = try Place()
        try await place.take()
        try await place.commit()
        try place.archive.begin("run-1").finish()
        try await place.copies().finish(leftovers: place.copies().leftovers())
        #expect(try place.names == ["run-1.zst"])
    }

    @Test("is removed at the next start when its run was never committed")
    func killedBeforeCommit() async throws {
        let place = try Place()
        try await place.take(for: "run-1")
        try await place.take(for: "run-2")
        try FileManager.default.removeItem(atPath: place.archive.folder.archivePath + "/run-2.mark")
        let failed = RunRecord(
            id: "run-1",
            state: .failed(reason: "It failed.", at: Timestamp(microseconds: 0)),
            source: "file",
            scope: .full,
            started: Timestamp(microseconds: 0)
        )
        try await place.state.record(failed)
        #expect(try await place.copies().leftovers().isEmpty)
        #expect(try place.names.isEmpty)
    }

    @Test("is never made of other bytes than were accepted, and the run says so", arguments: [0, 1, 2])
    func otherBytes(damage: Int) async throws {
        let place = try Place()
        try await place.take()
        try await place.commit()
        let spool = try place.archive.spoolPath(of: "run-1")
        switch damage {
        case 0: try place.write(Self.text.replacing("A-7,WH,EA,7\n", with: "A-7,WH,EA,8\n"), to: spool)
        case 1: try place.write(String(Self.text.dropLast(100)), to: spool)
        default: try FileManager.default.removeItem(atPath: spool)
        }
        // The source has delivered something else meanwhile.
        try place.write("sku,location,unit,on_hand\nA-1,WH,EA,1\n")
        try await place.copies().finish(leftovers: place.copies().leftovers())
        #expect(try place.names.isEmpty)
        #expect(try !place.archive.hasCopy(of: "run-1"))
        let message = try #require(try await place.state.run("run-1")?.message)
        #expect(message.contains("no copy"))
    }

    @Test("is made from the delivered file when the bytes put aside are lost and it is still there")
    func madeGoodFromTheSource() async throws {
        let place = try Place()
        try await place.take()
        try await place.commit()
        try place.write("", to: place.archive.spoolPath(of: "run-1"))
        try await place.copies().finish(leftovers: place.copies().leftovers())
        #expect(try place.names == ["run-1.zst"] && place.kept() == Self.text)
    }

    @Test("is not made where the archive keeps none")
    func keepsNone() async throws {
        let place = try Place()
        try await place.take(keep: 0)
        #expect(try place.names.isEmpty)
        #expect(try await place.copies(keep: 0).finish("run-1") == .none)
        try await place.take()
        try await place.commit()
        #expect(try await place.copies(keep: 0).leftovers().isEmpty)
        #expect(try place.names.isEmpty)
    }

    @Test("needs no second read where the bytes are those of the last snapshot")
    func identicalIsReadOnce() throws {
        let place = try Place()
        let path = place.folder.path + "/observed.baseline"
        let first = try Delivery.open(path: place.path)
        let (baseline, built) = try ObservedBaseline.build(
            from: first.bytes(),
            format: SnapshotFormat(),
            path: path,
            generation: 1
        ) { _ in }
        let again = CountedSource(try Delivery.open(path: place.path).bytes())
        let diff = try baseline.diff(again, format: SnapshotFormat()) { _ in }
        #expect(diff.summary.isIdentical && diff.summary.content.digest == built.content.digest)
        // The one read is that of the marks, by the lent file.
        #expect(again.reads == 0 && again.lendings == 1)
    }
}

/// Counts how often a source is asked.
private final class CountedSource: ByteSource {
    private let source: any ByteSource
    private(set) var reads = 0
    private(set) var lendings = 0

    init(_ source: any ByteSource) {
        self.source = source
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        reads += 1
        return try source.read(into: buffer)
    }

    var plainFile: PlainFile? {
        lendings += 1
        return source.plainFile
    }
}
