import Foundation
import InventoryCore
import SnapshotSources
import Testing

@Suite("What becomes of a delivery's files") struct PutAwayTests {
    private func left(in path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }

    private func putAway(_ rule: PutAway, in folder: DropFolder) throws {
        let found = try folder.found()
        let claims = PutAway.claims(of: found)
        for one in found { try rule.apply(to: one, doneMarker: ".ready", claims: claims) }
    }

    @Test("manifest and marker go with it, except those that it shares with another")
    func companions() throws {
        try TemporaryFolder.with { folder in
            try folder.write("a.csv", "x")
            try folder.write("a.manifest.json", "{}")
            try folder.write("a.csv.ready", "")
            try folder.write("b.csv", "x")
            try folder.write("b.txt", "x")
            try folder.write("b.manifest.json", "{}")
            try putAway(.delete, in: DropFolder(folder: folder.path, pattern: "*.[ct][sx][vt]"))
            #expect(try left(in: folder.path) == ["b.manifest.json"])
        }
    }

    @Test("a file that changed since it was taken stays")
    func changed() throws {
        try TemporaryFolder.with { folder in
            try folder.write("a.csv", "x", modified: Date(timeIntervalSince1970: 100))
            let found = try DropFolder(folder: folder.path).found()
            try folder.write("a.csv", "y", modified: Date(timeIntervalSince1970: 200))
            try PutAway.delete.apply(to: found[0], doneMarker: nil, claims: [:])
            #expect(try left(in: folder.path) == ["a.csv"])
        }
    }

    @Test("a file moves to another file system with its bytes and time, and overwrites none")
    func otherFileSystem() throws {
        let other = "/dev/shm/tidegate-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: other) }
        try TemporaryFolder.with { folder in
            for text in ["first", "second"] {
                try folder.write("a.csv", text, modified: Date(timeIntervalSince1970: 100))
                try putAway(.move(folder: other), in: DropFolder(folder: folder.path))
            }
            #expect(try left(in: folder.path) == [] && left(in: other) == ["a.csv", "a.csv.1"])
            #expect(try String(contentsOfFile: other + "/a.csv", encoding: .utf8) == "first")
            let found = try #require(DropFolder.Found(at: other + "/a.csv.1"))
            #expect(found.modified == Timestamp(microseconds: 100_000_000) && found.sizeBytes == 6)
        }
    }
}
