import Foundation
import Testing

@testable import TidegateService

@Suite("Drop folder watch", .timeLimit(.minutes(1)))
struct DropFolderWatchTests {
    private let folder = FileManager.default.temporaryDirectory
        .appending(path: "watch-\(UUID().uuidString)")

    /// Long enough that no test sees one that it did not ask for.
    private func watch(rescanSeconds: Double = 600) -> DropFolderWatch {
        DropFolderWatch(folder.path, rescanSeconds: rescanSeconds, gatherSeconds: 0.02)
    }

    private func make() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func write(_ name: String) throws {
        try Data("x".utf8).write(to: folder.appending(path: name))
    }

    @Test("given a file that is written or moved into the folder, then another look is due")
    func arrivals() async throws {
        try make()
        var looks = watch().makeAsyncIterator()
        #expect(await looks.next() != nil)
        try write("a.csv")
        #expect(await looks.next() != nil)
        let outside = folder.appendingPathExtension("outside")
        try Data("y".utf8).write(to: outside)
        try FileManager.default.moveItem(at: outside, to: folder.appending(path: "b.csv"))
        #expect(await looks.next() != nil)
    }

    @Test("given a thousand files at once, then few looks are due, and one after the last file")
    func burst() async throws {
        try make()
        var looks = watch().makeAsyncIterator()
        _ = await looks.next()
        let folder = folder
        async let written: Void = {
            for index in 0..<1000 {
                try Data("x".utf8).write(to: folder.appending(path: "\(index).csv"))
            }
        }()
        var count = 0
        var seen = 0
        while seen < 1000 {
            _ = await looks.next()
            count += 1
            seen = try FileManager.default.contentsOfDirectory(atPath: folder.path).count
        }
        try await written
        #expect(count < 500)
    }

    @Test("given a folder that does not exist yet, then its making is a reason to look, and so are its files")
    func absent() async throws {
        var looks = watch().makeAsyncIterator()
        _ = await looks.next()
        try make()
        _ = await looks.next()
        try write("a.csv")
        #expect(await looks.next() != nil)
    }

    @Test("given a folder that is replaced, then files in the new one are seen")
    func replaced() async throws {
        try make()
        var looks = watch().makeAsyncIterator()
        _ = await looks.next()
        try FileManager.default.moveItem(at: folder, to: folder.appendingPathExtension("old"))
        _ = await looks.next()
        try make()
        _ = await looks.next()
        try write("a.csv")
        #expect(await looks.next() != nil)
    }

    @Test("given nothing at all, then a look is due after the rescan time")
    func rescan() async throws {
        try make()
        var looks = watch(rescanSeconds: 0.05).makeAsyncIterator()
        for _ in 0..<4 { #expect(await looks.next() != nil) }
    }

    @Test("given that its task is cancelled, then the sequence ends and its descriptor is closed")
    func cancelled() async throws {
        try make()
        let watch = watch()
        await withTaskGroup(of: Int.self) { group in
            let (started, begin) = AsyncStream.makeStream(of: Void.self)
            group.addTask {
                var count = 0
                for await _ in watch {
                    count += 1
                    begin.yield()
                }
                return count
            }
            var iterator = started.makeAsyncIterator()
            await iterator.next()
            group.cancelAll()
            #expect(await group.next() == 1)
        }
        // The queue closes it a moment later.
        while try DropFolderWatchTests.watches(folder) { await Task.yield() }
    }

    /// Whether this process watches a folder: the kernel lists its watches by the folder's number.
    private static func watches(_ folder: URL) throws -> Bool {
        let number = try FileManager.default.attributesOfItem(atPath: folder.path)[.systemFileNumber]
        let node = String(try #require(number as? Int), radix: 16)
        let list = "/proc/self/fdinfo"
        return try FileManager.default.contentsOfDirectory(atPath: list).contains { descriptor in
            // A descriptor may be closed meanwhile.
            let text = try? String(contentsOfFile: "\(list)/\(descriptor)", encoding: .utf8)
            return text?.contains("inotify wd:1 ino:\(node) ") ?? false
        }
    }
}
