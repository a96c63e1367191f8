import DeltaEngine
import Foundation
import HTTPTransport
import InventoryCore
import Logging
import OroClient
import SnapshotFormats
import SnapshotSources
import StateStore
import TidegatePipeline
import TidegateSettings

/// A state folder after a first run; each measured run works on a copy of it.
struct Pipeline {
    let folder: String
    let settings: Settings

    var state: String { folder + "/pipeline" }
    var prepared: String { folder + "/pipeline-prepared" }
    private var snapshot: String { folder + "/stock.csv" }

    /// `shop` and `more` are its address and further sections of the configuration.
    init(folder: String, shop: String = "http://127.0.0.1:9", more: String = "") throws {
        self.folder = folder
        let path = folder + "/tidegate.yaml"
        let text = """
            source:
              kind: file
              path: \(folder)/stock.csv
              scope: full
              contract: { rows_min: 1 }
              columns: { sku: sku, location: location, unit: unit, on_hand: on_hand, as_of: updated_at }
            units:
              - { erp: each, per_base: 1, oro: item }
              - { erp: case, per_base: 12, oro: case }
              - { erp: pallet, per_base: 480, oro: pallet }
            sites: { main: { locations: ["*"] } }
            guards:
              { newly_zero_count_max: 10000000, total_drop_percent_max: 100, absent_count_max: 10000000 }
            oro: { url: "\(shop)" }
            store: { path: \(folder)/pipeline }
            \(more)

            """
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        settings = try Settings.load(path: path)
    }

    /// Makes the first run and has the shop show what it wants; reuses the result of an earlier call.
    func prepare() async throws {
        guard !FileManager.default.fileExists(atPath: prepared) else { return }
        try state(is: nil)
        try show("base.csv")
        try await index()
        let first = try await run()
        say("first run \(rounded(first.seconds)) s:", first.report)
        try await showWishes()
        try FileManager.default.moveItem(atPath: state, toPath: prepared)
    }

    /// One run of `next.csv` on a copy, up to the moment when it would start sending.
    func run() async throws -> Measured {
        if FileManager.default.fileExists(atPath: prepared) {
            try state(is: prepared)
            try show("next.csv")
        }
        return try await measure()
    }

    /// One run of another file on a copy of another state.
    func run(_ name: String, on other: String) async throws -> Measured {
        try state(is: other)
        try show(name)
        return try await measure()
    }

    /// One run of the first file on the state as it is.
    func measureBase() async throws -> Measured {
        try show("base.csv")
        return try await measure()
    }

    /// Makes a run of a file on a copy of the prepared state, and keeps what comes of it.
    func prepare(_ other: String, by name: String) async throws {
        guard !FileManager.default.fileExists(atPath: other) else { return }
        _ = try await run(name, on: prepared)
        try FileManager.default.moveItem(atPath: state, toPath: other)
    }

    typealias Measured = (seconds: Double, report: String, planSeconds: Double, figures: Int)

    private func measure() async throws -> Measured {
        let marks = Marks()
        let start = ContinuousClock.now
        let work = Task {
            try await withOpenShop { shop, oro in
                try await SyncRun(shop: shop, oro: oro) { event in
                    if case .step(let step) = event { marks.begin(step.rawValue) }
                    if case .committed(let record) = event { marks.note(record) }
                }.perform()
            }
        }
        marks.onPush { work.cancel() }
        // The run was stopped, or ended by itself because there was nothing to send.
        _ = await work.result
        guard let seconds = marks.seconds(since: start) else {
            _ = try await work.value
            fatalError("the run did not come to its push")
        }
        return (seconds, marks.report, marks.seconds(of: "plan") ?? 0, marks.figures)
    }

    /// The cost of diff and accept alone.
    func diffAndAccept() async throws -> Double {
        try state(is: prepared)
        try show("next.csv")
        let start = ContinuousClock.now
        let path = state + "/baseline/observed.baseline"
        let baseline = try ObservedBaseline.open(path: path)
        let diff = try baseline.diff(SnapshotFile.open(path: snapshot), format: settings.sources[0].format) {
            _ in
        }
        try diff.forEach { _ in }
        try baseline.accept(diff, generation: baseline.generation + 1)
        return start.duration(to: .now) / .seconds(1)
    }

    /// Appends 100,000 wishes of known levels to the outbox.
    func append() async throws {
        try state(is: prepared)
        try await withOpenShop { shop, _ in
            let levels = try await shop.state.levels(after: nil, limit: 100_000)
            var acceptance = Acceptance(
                run: RunRecord(
                    id: "run-append",
                    state: .accepted(),
                    source: "benchmark",
                    scope: .full,
                    started: .now
                ),
                at: .now
            )
            acceptance.wishes = levels.map { level in
                let after = Quantity(millionths: (level.published ?? .zero).millionths + 1_000_000)
                let wish = PlannedWish(key: level.key, before: level.published ?? .zero, after: after)
                return AcceptedWish(wish, row: level.row, priority: 1000 - wish.relativeChange)
            }
            let start = ContinuousClock.now
            try await shop.state.accept(acceptance)
            let seconds = start.duration(to: .now) / .seconds(1)
            say(
                "\(levels.count) wishes into the outbox: \(rounded(seconds)) s,",
                Int(Double(levels.count) / seconds),
                "a second"
            )
        }
    }

    // MARK: The stage

    func state(is other: String?) throws {
        try? FileManager.default.removeItem(atPath: state)
        guard let other else { return }
        try FileManager.default.copyItem(atPath: other, toPath: state)
        // Flush the copy now, so that the run does not wait for it.
        sync()
    }

    private func show(_ name: String) throws {
        try? FileManager.default.removeItem(atPath: snapshot)
        try FileManager.default.createSymbolicLink(atPath: snapshot, withDestinationPath: "\(folder)/\(name)")
    }

    func withOpenShop<Value: Sendable>(
        _ body: (Shop, OroClient) async throws -> Value
    ) async throws -> Value {
        var logger = Logger(label: "benchmark")
        logger.logLevel = .critical
        let options = OroOptions(
            url: settings.oro.url,
            clientID: "tidegate",
            clientSecret: Secret("tidegate-secret")
        )
        return try await OroClient.withRunning(options: options, logger: logger) { oro in
            var shop = try await Shop.open(settings, command: "benchmark")
            shop.keepsOrders = true
            do {
                let value = try await body(shop, oro)
                try shop.close()
                return value
            } catch {
                try shop.close()
                throw error
            }
        }
    }

    /// One level for each SKU of either snapshot.
    private func index() async throws {
        var skus: Set<SKU> = []
        for name in ["base.csv", "next.csv"] {
            let (baseline, _) = try ObservedBaseline.temporary(
                from: SnapshotFile.open(path: "\(folder)/\(name)"),
                format: settings.sources[0].format,
                folder: folder
            ) { _ in }
            try baseline.view.forEach { skus.insert($0.key.sku) }
        }
        let levels = skus.sorted().enumerated().map { number, sku in
            ShopLevel(
                id: LevelID(String(number + 1)),
                key: LevelKey(sku: sku, unit: StockUnit("item")),
                quantity: .zero,
                precision: 0,
                isPrimaryUnit: true
            )
        }
        try await withOpenShop { shop, _ in
            try await shop.state.beginIndexPass(at: .now)
            for start in stride(from: 0, to: levels.count, by: 20_000) {
                let page = Array(levels[start..<min(levels.count, start + 20_000)])
                _ = try await shop.state.replaceIndexPage(page, at: .now)
            }
            _ = try await shop.state.finishIndexPass(at: .now)
        }
    }

    /// Pretends that the shop shows every wished figure.
    func showWishes() async throws {
        try await withOpenShop { shop, _ in
            var last: LevelRow?
            while true {
                let levels = try await shop.state.levels(after: last, limit: 20_000)
                let shown = levels.compactMap { level -> ShopLevel? in
                    guard let id = level.id, let wish = level.pending else { return nil }
                    return ShopLevel(
                        id: id,
                        key: level.key,
                        quantity: wish,
                        precision: 0,
                        isPrimaryUnit: true
                    )
                }
                _ = try await shop.state.replaceIndexPage(shown, figures: .always, at: .now)
                guard let end = levels.last?.row else { return }
                last = end
            }
        }
    }
}
