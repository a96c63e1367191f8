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

    @Test("the configured ending counts, and a marker that is stale or of several files does not")
    func markers() throws {
        try TemporaryFolder.with { folder in
            let (early, late) = (Date(timeIntervalSince1970: 100), Date(timeIntervalSince1970: 200))
            try folder.write("a.csv", "x", modified: late)
            try folder.write("b.csv", "x", modified: early)
            try folder.write("b.txt", "x", modified: early)
            let source = DropFolder(folder: folder.path, doneMarker: ".ready")
            try folder.write("a.csv.done", "", modified: late)
            try folder.write("a.csv.ready", "", modified: early)
            try folder.write("b.ready", "", modified: late)
            #expect(try names(source.found()) == [])
            try folder.write("a.csv.ready", "", modified: late)
            try folder.write("b.txt.ready", "", modified: late)
            #expect(try names(source.found()) == ["b.txt", "a.csv"])
            #expect(!source.isDelivery("a.csv.ready"))
        }
    }

    @Test("a name that is no text is found, and no two names have one text")
    func bytes() throws {
        try TemporaryFolder.with { folder in
            let name: [UInt8] = [0x61, 0xFF, 0x5C, 0x0A]
            let path = FilePath(folder.path).appending(name: name)
            let descriptor = path.withCString { open($0, O_CREAT | O_WRONLY, 0o600) }
            #expect(descriptor >= 0 && close(descriptor) == 0)
            let found = try DropFolder(folder: folder.path).found()
            #expect(found.map(\.name) == [#"a\xFF\\\x0A"#])
            #expect(found.map(\.file.bytes) == [path.bytes] && found.map(\.file.isText) == [false])
            #expect(try Delivery.open(found[0].file).sizeBytes == 0)
            #expect(FilePath("größe.csv").text == "größe.csv")
            #expect(FilePath(bytes: [0xFF]).text != FilePath(#"\xFF"#).text)
        }
    }

    @Test("each order goes by what its name says, and the name decides last")
    func orders() throws {
        try TemporaryFolder.with { folder in
            for (name, time) in [("a", 300.0), ("b", 200), ("c", 100)] {
                try folder.write("\(name).csv", "x", modified: Date(timeIntervalSince1970: time))
            }
            try folder.write("a.csv.manifest.json", #"{"sequence": 1, "asOf": "2026-11-03T00:00:00Z"}"#)
            try folder.write("b.csv.manifest.json", #"{"sequence": 1, "asOf": "2026-11-02T00:00:00Z"}"#)
            let source = DropFolder(folder: folder.path)
            let expected: [DeliveryOrder: [String]] = [
                .sequence: ["c", "a", "b"], .asOf: ["c", "b", "a"], .name: ["a", "b", "c"],
                .time: ["c", "b", "a"], .stated: ["c", "b", "a"], .statedElseTime: ["c", "b", "a"],
                .sequenceElseTime: ["c", "b", "a"],
            ]
            for (order, expected) in expected {
                #expect(try names(source.found(by: order)) == expected.map { $0 + ".csv" }, "\(order)")
            }
        }
    }

    @Test("a manifest that cannot be understood is told with its own file, and the others are found")
    func badManifestOfOne() throws {
        try TemporaryFolder.with { folder in
            try folder.write("a.csv", "x", modified: Date(timeIntervalSince1970: 100))
            try folder.write("a.csv.manifest.json", "{")
            try folder.write("b.csv", "x", modified: Date(timeIntervalSince1970: 200))
            let source = DropFolder(folder: folder.path)
            #expect(try source.found().map(\.fault?.code) == [.badManifest, nil])
            #expect(try source.newest().name == "b.csv")
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
            "{\"rows\": 7, \"rows\": 7000}", "{\"rows\": 7, \"ro\\u0077s\": 7000}",
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
