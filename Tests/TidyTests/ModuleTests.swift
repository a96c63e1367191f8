import Foundation
import Testing

@Suite("The modules point one way")
struct ModuleTests {
    /// What of our own each module may import (spec, The package).
    static let allowed: [String: Set<String>] = [
        "InventoryCore": [],
        "SnapshotFormats": ["InventoryCore", "CSeparators"],
        "HTTPTransport": ["InventoryCore"],
        "SnapshotSources": ["InventoryCore", "SnapshotFormats", "CLinux", "CZstd", "CIsal"],
        "DeltaEngine": ["InventoryCore", "SnapshotFormats", "CSeparators", "CLinux"],
        "StateStore": ["InventoryCore", "CSQLite", "CZstd"],
        "OroClient": ["InventoryCore", "HTTPTransport"],
        "TidegateSettings": ["InventoryCore", "SnapshotFormats", "HTTPTransport"],
        "TidegatePipeline": [
            "InventoryCore", "SnapshotFormats", "HTTPTransport", "SnapshotSources", "DeltaEngine",
            "StateStore", "OroClient", "TidegateSettings",
        ],
        "TidegateService": [
            "CCurl", "CLinux",
            "InventoryCore", "SnapshotFormats", "HTTPTransport", "SnapshotSources", "DeltaEngine",
            "StateStore", "OroClient", "TidegateSettings", "TidegatePipeline",
        ],
        "OroSimulator": [],
        "oro-simulator": ["OroSimulator"],
    ]
    static let ours: Set<String> = Set(allowed.keys).union([
        "CSeparators", "CLinux", "CSQLite", "CZstd", "CIsal", "CCurl",
    ])

    @Test("every import of a module of ours points down", arguments: allowed.keys.sorted())
    func imports(target: String) throws {
        let mayImport = Self.allowed[target, default: []]
        for file in try SourceTree.swiftFiles(in: ["Sources/\(target)"]) {
            for imported in imports(of: file) where Self.ours.contains(imported) {
                #expect(mayImport.contains(imported), "\(file.path) imports \(imported)")
            }
        }
    }

    @Test("the core knows no files, network, clock or database")
    func coreIsPure() throws {
        for file in try SourceTree.swiftFiles(in: ["Sources/InventoryCore"]) {
            for imported in imports(of: file) {
                #expect(["Crypto", "HeapModule"].contains(imported), "\(file.path) imports \(imported)")
            }
        }
    }

    @Test("every module's folder is in the map, and every module of the map has a folder")
    func mapIsComplete() throws {
        let sources = SourceTree.root.appending(path: "Sources")
        let folders = Set(try FileManager.default.contentsOfDirectory(atPath: sources.path()))
        // The command line stands above all others and may import any of them.
        #expect(folders.symmetricDifference(Self.ours.union(["tidegate"])) == [])
    }

    @Test("only the state store knows the database")
    func databaseStaysInTheStore() throws {
        for file in try SourceTree.swiftFiles(in: ["Sources"]) where imports(of: file).contains("GRDB") {
            #expect(file.path.hasPrefix("Sources/StateStore/"), "\(file.path) imports GRDB")
        }
    }

    @Test("the top level holds what the layout says and nothing else")
    func topLevel() throws {
        let allowed: Set<String> = ["Package.swift", "Sources", "Tests", "Benchmarks", "config", "README.md"]
        let tolerated: Set<String> = ["Package.resolved", "var"]
        for name in try FileManager.default.contentsOfDirectory(atPath: SourceTree.root.path())
        where !name.hasPrefix(".") && !tolerated.contains(name) {
            #expect(allowed.contains(name), "\(name) does not belong at the top level")
        }
    }

    private func imports(of file: SourceTree.File) -> [String] {
        file.lines.compactMap { line in
            let words = line.split(separator: " ")
            guard let keyword = words.firstIndex(of: "import"), keyword <= 2, keyword + 1 < words.count,
                words[..<keyword].allSatisfy({ $0 == "package" || $0.hasPrefix("@") })
            else { return nil }
            return words.last.map { String($0.prefix { $0 != "." }) }
        }
    }
}
