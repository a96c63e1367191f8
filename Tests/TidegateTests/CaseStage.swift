import Foundation
import FoundationNetworking
import Testing

/// A case in a folder of its own, with its shop.
struct CaseStage {
    let scratch: Scratch
    let shop: RunningProgram
    private let url: String
    private let configuration: String
    private let snapshot: String

    init(_ name: String, configuration: String) throws {
        scratch = try Scratch()
        self.configuration = configuration
        let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases/\(name)")
        var catalogue = ""
        for file in try FileManager.default.contentsOfDirectory(atPath: source.path()) {
            try FileManager.default.copyItem(
                atPath: source.appending(path: file).path(),
                toPath: scratch.path(file)
            )
            if file.hasPrefix("shop.") { catalogue = file }
        }
        shop = try Program.simulator.start(
            ["--port", "0", "--catalogue", scratch.path(catalogue)],
            environment: Stage.secrets,
            in: scratch,
            announces: true
        )
        url = try #require(shop.announcement?.split(separator: " ").last.map(String.init))
        let text = try String(contentsOfFile: scratch.path(configuration), encoding: .utf8)
        snapshot = text.contains("snapshot.ndjson") ? "snapshot.ndjson" : "snapshot.csv"
        let own = text.replacing("http://127.0.0.1:18088", with: url)
            .replacing("client_id: tidegate", with: "client_id: stage-client")
        try scratch.write(own, to: configuration)
        try FileManager.default.createDirectory(
            atPath: scratch.path("drop"),
            withIntermediateDirectories: true
        )
    }

    func sync(_ file: String) throws -> Program.Ending {
        try replace(snapshot, by: file)
        let manifest = scratch.path("\(file).manifest.json")
        if FileManager.default.fileExists(atPath: manifest) {
            try replace("\(snapshot).manifest.json", by: "\(file).manifest.json")
        }
        return try tidegate("sync")
    }

    func drop(_ files: [String]) throws -> Program.Ending {
        for file in files { try replace("drop/\(file)", by: file) }
        return try tidegate("sync")
    }

    func touch(_ file: String) throws -> Program.Ending {
        try FileManager.default.setAttributes(
            [.modificationDate: Date.now],
            ofItemAtPath: scratch.path("drop/\(file)")
        )
        return try tidegate("sync")
    }

    /// Approves the newest held run, and gives how the command ended.
    func approve() throws -> Program.Ending {
        let runs = try tidegate("runs", "--json")
        let held = try #require(runs.objects.first { $0["state"] as? String == "held" })
        return try tidegate("approve", try #require(held["run"] as? String), "--reason", "a case")
    }

    /// What the shop shows, by SKU; with the unit where that is not `item`.
    func levels() async throws -> [String: String] {
        struct Shown: Decodable {
            let sku: String
            let unit: String
            let quantity: String
        }
        let address = try #require(URL(string: "\(url)/_simulator/levels"))
        let (body, _) = try await URLSession.shared.data(from: address)
        let levels = try body.split(separator: UInt8(ascii: "\n"))
            .map { try JSONDecoder().decode(Shown.self, from: Data($0)) }
        return Dictionary(
            levels.map { ($0.unit == "item" ? $0.sku : "\($0.sku)/\($0.unit)", $0.quantity) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    private func tidegate(_ arguments: String...) throws -> Program.Ending {
        try Program.tidegate.run(
            arguments + ["--config", configuration],
            environment: Stage.secrets,
            in: scratch,
            directory: scratch.url
        )
    }

    private func replace(_ name: String, by file: String) throws {
        try Data(contentsOf: URL(filePath: scratch.path(file)))
            .write(to: URL(filePath: scratch.path(name)), options: .atomic)
    }
}
