import Foundation
import InventoryCore
import SnapshotSources
import Testing

@Suite struct DropFolderTests {
    private static func code(_ body: () throws -> Void) -> Fault.Code? {
        do {
            try body()
            return nil
        } catch let error as Fault {
            return error.code
        } catch {
            return nil
        }
    }

    private func names(_ found: [DropFolder.Found]) -> [String] {
        found.map { URL(fileURLWithPath: $0.path).lastPathComponent }
    }

    @Test("hidden, unfinished and accompanying files are no deliveries")
    func ignores() throws {
        try TemporaryFolder.with { folder in
            let ignored = [".hidden.csv", "a.csv.tmp", "a.csv.part", "a.csv.done", "a.csv.manifest.json"]
            for name in ignored { try folder.write(name, "{}") }
            try FileManager.default.createDirectory(
                atPath: folder.path + "/folder.csv",
                withIntermediateDirectories: false
            )
            let source = DropFolder(folder: folder.path)
            #expect(Self.code { _ = try source.newest() } == .noSnapshot)
            try folder.write("a.csv", "x")
            #expect(try names(source.found()) == ["a.csv"])
        }
    }

    @Test("the newest has the highest sequence, then the latest time, then the greatest name")
    func order() throws {
        try TemporaryFolder.with { folder in
            let early = Date(timeIntervalSince1970: 1_000_000)
            let late = Date(timeIntervalSince1970: 2_000_000)
            try folder.write("b.csv", "x", modified: early)
            try folder.write("a.csv", "x", modified: late)
            try folder.write("c.csv", "x", modified: early)
            let source = DropFolder(folder: folder.path)
            #expect(try names(source.found()) == ["b.csv", "c.csv", "a.csv"])
            try folder.write("b.csv.manifest.json", "{\"sequence\": 2}")
            try folder.write("c.manifest.json", "{\"sequence\": 3}")
            #expect(try names(source.found()) == ["a.csv", "b.csv", "c.csv"])
            #expect(try source.newest().contract?.sequence == 3)
            #expect(try source.newest().modified == Timestamp(microseconds: 1_000_000_000_000))
        }
    }

    @Test("the pattern and the done marker each hold files back")
    func conditions() throws {
        try TemporaryFolder.with { folder in
            try folder.write("stock-1.csv", "x", modified: Date(timeIntervalSince1970: 100))
            try folder.write("stock-2.csv", "x", modified: Date(timeIntervalSince1970: 200))
            try folder.write("prices.csv", "x")
            var source = DropFolder(folder: folder.path, pattern: "stock-*.csv")
            #expect(try names(source.found()) == ["stock-1.csv", "stock-2.csv"])
            source.doneMarker = ".done"
            #expect(Self.code { _ = try source.newest() } == .noSnapshot)
            try folder.write("stock-2.done", "")
            #expect(try names(source.found()) == ["stock-2.csv"])
            try folder.write("stock-1.csv.done", "")
            #expect(try names(source.found()) == ["stock-1.csv", "stock-2.csv"])
        }
    }

    @Test("a missing folder is `not_found`, one with too many files is `too_many_files`")
    func unusable() throws {
        try TemporaryFolder.with { folder in
            #expect(Self.code { _ = try DropFolder(folder: folder.path + "/none").newest() } == .notFound)
            for index in 0..<5 { try folder.write("\(index).csv", "x") }
            var source = DropFolder(folder: folder.path)
            source.entriesMax = 6
            #expect(Self.code { _ = try source.newest() } == .tooManyFiles)
        }
    }

    @Test("the fields of a manifest are read, and those left out stay open")
    func manifest() throws {
        let digest = String(repeating: "AB", count: 32)
        let json = """
            {"asOf": "2026-11-23T20:15:00+01:00", "sequence": 9007199254740993, "scope": "full", "rows": 0,
             "sha256": "\(digest)"}
            """
        let contract = try ContractManifest.contract(of: Array(json.utf8), path: "m")
        #expect(contract.asOf?.description == "2026-11-23T19:15:00Z")
        #expect(contract.sequence == 9_007_199_254_740_993)
        #expect(contract.scope == .full)
        #expect(contract.rows == 0)
        #expect(contract.sha256 == digest.lowercased())
        #expect(try ContractManifest.contract(of: Array("{}".utf8), path: "m") == SnapshotContract())
    }

    @Test(
        "a manifest that cannot be understood is refused, not ignored",
        arguments: [
            "", "[]", "{\"row\": 1}", "{\"rows\": \"1\"}", "{\"rows\": -1}", "{\"rows\": 1.5}",
            "{\"scope\": \"whole\"}",
            "{\"asOf\": \"2026-11-23\"}", "{\"sha256\": \"12\"}", "{\"sequence\": 1",
        ]
    )
    func badManifest(json: String) {
        #expect(
            Self.code { _ = try ContractManifest.contract(of: Array(json.utf8), path: "m") } == .badManifest
        )
    }

    @Test("a manifest that is too large is refused")
    func manifestLimit() throws {
        try TemporaryFolder.with { folder in
            let path = try folder.write("a.csv", "x")
            try folder.write(
                "a.csv.manifest.json",
                "{" + String(repeating: " ", count: ContractManifest.bytesMax) + "}"
            )
            #expect(Self.code { _ = try ContractManifest.contract(besideSnapshot: path) } == .badManifest)
        }
    }
}
