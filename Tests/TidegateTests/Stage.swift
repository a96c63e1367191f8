import Foundation
import FoundationNetworking
import Testing

/// A shop in a process of its own, and a Tidegate that is configured for it.
struct Stage {
    let scratch: Scratch
    let shop: RunningProgram?
    let url: String

    static let secrets = [
        "TIDEGATE_ORO_CLIENT_ID": "stage-client", "TIDEGATE_ORO_CLIENT_SECRET": "stage-secret",
    ]

    /// Starts the shop with these levels (SKU → quantity, unit `item`).
    init(_ catalogue: [String: Int], seed: UInt64 = 1, options: [String] = []) throws {
        scratch = try Scratch()
        shop = try Stage.startShop(
            catalogue,
            port: "0",
            options: options + ["--seed", "\(seed)"],
            in: scratch
        )
        url = try #require(shop?.announcement?.split(separator: " ").last.map(String.init))
    }

    /// A stage without a shop of its own; nothing listens at the default address.
    init(url: String = "http://127.0.0.1:1") throws {
        scratch = try Scratch()
        shop = nil
        self.url = url
    }

    /// Starts another shop at the same address, which shows these figures.
    func restart(showing catalogue: [String: Int]) throws -> RunningProgram {
        let port = try #require(url.split(separator: ":").last.map(String.init))
        return try Stage.startShop(catalogue, port: port, options: [], in: scratch)
    }

    private static func startShop(
        _ catalogue: [String: Int],
        port: String,
        options: [String],
        in scratch: Scratch
    ) throws -> RunningProgram {
        let lines = catalogue.sorted { $0.key < $1.key }.map { "\($0.key),item,0,\($0.value)" }
        try scratch.write((["sku,unit,precision,quantity"] + lines).joined(separator: "\n"), to: "shop.csv")
        return try Program.simulator.start(
            ["--port", port, "--catalogue", scratch.path("shop.csv")] + options,
            environment: Stage.secrets,
            in: scratch,
            announces: true
        )
    }

    /// Runs `body` on a stage, and ends the shop however that ends.
    static func with(
        _ catalogue: [String: Int],
        seed: UInt64 = 1,
        options: [String] = [],
        _ body: (Stage) async throws -> Void
    ) async throws {
        let stage = try Stage(catalogue, seed: seed, options: options)
        do {
            try await body(stage)
        } catch {
            stage.shop?.kill()
            throw error
        }
        stage.shop?.kill()
    }

    // MARK: configuration and snapshots

    /// Writes the configuration; `source` and `more` are YAML lines for their places.
    func configure(
        source: String = "",
        push: String = "settle: 2s, patience: 10s",
        state: String = "state",
        more: String = ""
    ) throws {
        try scratch.write(
            """
            source:
              kind: file
              path: \(scratch.path("stock.csv"))
              format: csv
              scope: full
              \(source)
            units: [{ erp: EA, per_base: 1, oro: item }]
            oro:
              url: \(url)
              push: { \(push) }
            store: { path: \(scratch.path(state)) }
            \(more)

            """,
            to: "tidegate.yaml"
        )
    }

    /// Writes the configuration of a drop folder `drop`; `source` and `more` as in `configure`.
    func configureFolder(_ source: String, more: String = "") throws {
        try configure(more: more)
        let text = try String(contentsOf: scratch.url.appending(path: "tidegate.yaml"), encoding: .utf8)
        let begin = text.components(separatedBy: "units:").dropFirst().joined(separator: "units:")
        try FileManager.default.createDirectory(
            atPath: scratch.path("drop"),
            withIntermediateDirectories: true
        )
        let folder = "source: { kind: folder, path: \(scratch.path("drop")), \(source) }"
        try scratch.write(folder + "\nunits:" + begin, to: "tidegate.yaml")
    }

    /// Writes into the configuration that a request takes no longer than seconds.
    ///
    /// What a killed process sent is in question for as long as a request may take, and `settle`.
    func shortenRequests() throws {
        let text = try String(contentsOf: scratch.url.appending(path: "tidegate.yaml"), encoding: .utf8)
        try scratch.write(
            text.replacing("  push: {", with: "  timeouts: { write: 2s, batch: 2s }\n  push: {"),
            to: "tidegate.yaml"
        )
    }

    func snapshot(_ rows: [StockRow]) throws {
        try scratch.write(StockRow.csv(rows), to: "stock.csv")
    }

    // MARK: Tidegate

    func tidegate(_ arguments: String..., environment: [String: String] = secrets) throws -> Program.Ending {
        try Program.tidegate.run(configured(arguments), environment: environment, in: scratch)
    }

    func start(_ arguments: String...) throws -> RunningProgram {
        try Program.tidegate.start(configured(arguments), environment: Stage.secrets, in: scratch)
    }

    /// Runs `sync --json` and gives its summary.
    func sync(expecting status: Int32 = 0) throws -> Summary {
        let ending = try tidegate("sync", "--json")
        #expect(ending.status == status, "\(ending.errors)")
        return try JSONDecoder().decode(Summary.self, from: Data(ending.output.utf8))
    }

    /// The same after a kill.
    func settledSync() async throws -> Summary {
        let ending = try await settled("sync", "--json")
        return try JSONDecoder().decode(Summary.self, from: Data(ending.output.utf8))
    }

    /// Has a command push after a kill: what that met in flight may still take effect for some seconds, and
    /// until then it ends with 75.
    @discardableResult
    func settled(_ arguments: String...) async throws -> Program.Ending {
        func push() throws -> Program.Ending {
            try Program.tidegate.run(configured(arguments), environment: Stage.secrets, in: scratch)
        }
        var ending = try push()
        for _ in 0..<60 where ending.status == 75 {
            // Only time is missing.
            try await Task.sleep(for: .milliseconds(250))
            ending = try push()
        }
        #expect(ending.status == 0, "\(ending.errors)")
        return ending
    }

    private func configured(_ arguments: [String]) -> [String] {
        arguments + ["--config", scratch.path("tidegate.yaml")]
    }

    // MARK: the shop, seen from outside

    /// One write that the shop carried out.
    struct Write: Decodable {
        let seq: Int
        let level: String
        let sku: String
        /// A decimal, as the shop shows it.
        let quantity: String

        var figure: Int { Int(Double(quantity) ?? -1) }
    }

    func ledger() async throws -> [Write] {
        try await lines("ledger").map { try JSONDecoder().decode(Write.self, from: $0) }
    }

    /// What the shop shows, by SKU.
    func levels() async throws -> [String: Int] {
        let levels = try await lines("levels").map { try JSONDecoder().decode(Shown.self, from: $0) }
        return Dictionary(levels.map { ($0.sku, $0.figure) }, uniquingKeysWith: { first, _ in first })
    }

    private struct Shown: Decodable {
        let sku: String
        let quantity: String

        var figure: Int { Int(Double(quantity) ?? -1) }
    }

    private func lines(_ name: String) async throws -> [Data] {
        let address = try #require(URL(string: "\(url)/_simulator/\(name)"))
        let (body, _) = try await URLSession.shared.data(from: address)
        return body.split(separator: UInt8(ascii: "\n")).map { Data($0) }
    }
}

/// What `sync --json` prints; decoding fails where a key is missing.
struct Summary: Decodable {
    let run: String
    let state: String
    let rows: Int
    let rejected: Int
    let deltas: Deltas
    let levels: Levels
    let requests: Int
    let exceptions: Int
    let seconds: [String: Double]

    struct Deltas: Decodable, Equatable {
        let added: Int
        let changed: Int
        let removed: Int
    }

    struct Levels: Decodable, Equatable {
        let wanted: Int
        let written: Int
        let unchanged: Int
        let refused: Int
        let waiting: Int
    }
}
