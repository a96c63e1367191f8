import Foundation
import InventoryCore
import OroClient
import OroSimulator
import StateStore
import TidegatePipeline

/// Throughput over batch size, operations in flight and consumers, with the engine's own path drawn over it.
struct Surface: Codable {
    struct Cell: Codable {
        let consumers: Int
        let records: Int
        let operations: Int
        let rate: Double
    }

    struct Path: Codable {
        struct Point: Codable {
            let seconds: Double
            let records: Int
            let operations: Int
        }

        let consumers: Int
        let rate: Double
        let points: [Point]
    }

    var cells: [Cell] = []
    var paths: [Path] = []

    static let records = [10, 25, 50, 100, 250, 500, 1000, 2000]
    static let operations = [1, 2, 4, 8]
    static let consumers = [1, 2, 4]

    func best(_ consumers: Int) -> Cell? {
        cells.filter { $0.consumers == consumers }.max { $0.rate < $1.rate }
    }
}

extension Suites {
    /// Draws it, and compares what the engine finds with the best that is fixed.
    func surface() async throws {
        var surface = Surface()
        for consumers in Surface.consumers {
            for records in Surface.records {
                for operations in Surface.operations {
                    let rate = try await fixed(records: records, operations: operations, consumers: consumers)
                    surface.cells.append(
                        .init(consumers: consumers, records: records, operations: operations, rate: rate)
                    )
                }
            }
            let path = try await adaptive(consumers: consumers)
            surface.paths.append(path)
            guard let best = surface.best(consumers) else { continue }
            Report.figure(
                "share of the best fixed setting, \(consumers) consumers",
                "\((path.rate / best.rate).percent) (\(path.rate.rounded(to: 0)) of "
                    + "\(best.rate.rounded(to: 0))/s with \(best.records) records, "
                    + "\(best.operations) operations)",
                wanted: "80 % or more",
                isMet: path.rate >= 0.8 * best.rate
            )
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        try encoder.encode(surface).write(to: URL(filePath: folder + "/saturation.json"))
        try SurfaceDrawing(surface: surface).svg.write(
            toFile: folder + "/saturation.svg",
            atomically: true,
            encoding: .utf8
        )
        Report.line("        drawn in \(folder)/saturation.svg")
    }

    /// Single writes against every fixed number at once.
    func settle() async throws {
        for factor in [0.03, 0.1, 0.3] {
            var rates: [(Int, Double)] = []
            for concurrency in [1, 2, 4, 8, 16] {
                var options = PushOptions()
                options.mode = .single
                options.writesInFlightMin = concurrency
                options.writesInFlightMax = concurrency
                let seconds = try await singles(options, factor: factor)
                rates.append((concurrency, seconds))
            }
            var options = PushOptions()
            options.mode = .single
            options.writesInFlightMax = 32
            let rate = try await singles(options, factor: factor)
            guard let best = rates.max(by: { $0.1 < $1.1 }) else { continue }
            Report.figure(
                "single writes, a request of \((72 * factor).rounded(to: 1)) ms: share of the best fixed "
                    + "number",
                "\((rate / best.1).percent) (\(rate.rounded(to: 0)) of \(best.1.rounded(to: 0))/s "
                    + "with \(best.0))",
                wanted: "80 % or more",
                isMet: rate >= 0.8 * best.1
            )
        }
    }

    private func singles(_ options: PushOptions, factor: Double) async throws -> Double {
        var run = ModelRun()
        run.levels = Int(150 / factor)
        run.cost = CostModel().scaled(by: factor)
        run.options = options
        return try await rate(run).rate
    }

    private func fixed(records: Int, operations: Int, consumers: Int) async throws -> Double {
        var options = PushOptions()
        options.mode = .batch
        options.batchRecordsMin = records
        options.batchRecordsMax = records
        options.operationsInFlightMax = operations
        options.queueSeconds = 1_000
        var run = model(consumers: consumers)
        run.levels = min(run.levels, records * operations * 40)
        run.options = options
        return try await rate(run).rate
    }

    private func adaptive(consumers: Int) async throws -> Surface.Path {
        var run = model(consumers: consumers)
        run.levels *= 3
        let (rate, track) = try await rate(run)
        return Surface.Path(
            consumers: consumers,
            rate: rate,
            points: track.path.map { point in
                .init(seconds: point.seconds, records: point.batchRecords, operations: point.operations)
            }
        )
    }

    private func model(consumers: Int) -> ModelRun {
        var run = ModelRun()
        run.levels = 4_000 * consumers
        run.consumers = consumers
        run.cost = Suites.tenfold
        run.cost?.cores = max(2, consumers)
        return run
    }

    private func rate(_ run: ModelRun) async throws -> (rate: Double, track: PaceTrack) {
        try await run.run(folder: folder) { stage, state, shop, _ in
            try await Stage.wish(1...run.levels, in: state, run: "run-1", Stage.wanted)
            let track = PaceTrack()
            var pusher = run.pusher(stage, state, shop)
            pusher.onTurn = { track.note($0, $1) }
            let began = ContinuousClock.now
            let outcome = try await pusher.push()
            return (Double(outcome.progress.applied) / (ContinuousClock.now - began).inSeconds, track)
        }
    }
}
