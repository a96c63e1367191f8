import Foundation
import InventoryCore
import OroClient
import OroSimulator
import StateStore
import TidegatePipeline

/// The figures that the push has to reach, each measured as stated.
struct Suites {
    let folder: String

    func run(_ wanted: [String]) async throws {
        let all: [(String, () async throws -> Void)] = [
            ("overhead", overhead), ("memory", memory), ("profiles", profiles), ("changes", changes),
            ("zeros", zeros), ("urgent", urgent), ("poison", poison), ("quiet", quiet), ("faults", faults),
            ("settle", settle), ("surface", surface),
        ]
        for (name, suite) in all where wanted.isEmpty || wanted.contains(name) { try await suite() }
    }

    // MARK: what the engine itself costs

    private func overhead() async throws {
        let batch = try process(levels: 200_000, mode: "batch")
        let rate = Double(batch.applied) / batch.seconds
        Report.figure(
            "records a second by batch, no cost model",
            rate.rounded(to: 0),
            wanted: "20000 or more",
            isMet: rate >= 20_000
        )
        let processor = batch.processorSeconds / Double(batch.applied) * 1e6
        Report.figure(
            "processor time of the pushing process for a batch record",
            processor.rounded(to: 1) + " µs",
            wanted: "15 µs or less",
            isMet: processor <= 15
        )
        let single = try process(levels: 50_000, mode: "single")
        let singleRate = Double(single.applied) / single.seconds
        let singleProcessor = single.processorSeconds / Double(single.applied) * 1e6
        Report.figure(
            "single PATCHes a second, no cost model",
            "\(singleRate.rounded(to: 0)), \(singleProcessor.rounded(to: 0)) µs each",
            wanted: "8000 or more",
            isMet: singleRate >= 8_000
        )
    }

    private func memory() async throws {
        let result = try process(levels: 1_000_000, mode: "batch")
        Report.figure(
            "peak memory with a backlog of 1000000 levels",
            "\(result.peakMegabytes) MB, \(result.applied) applied in \(result.seconds.rounded(to: 1)) s",
            wanted: "150 MB or less",
            isMet: result.peakMegabytes <= 150 && result.applied == 1_000_000
        )
    }

    /// A backlog, pushed by a process of its own against a shop in another.
    private func process(levels: Int, mode: String) throws -> PushProcess.Result {
        let path = "\(folder)/process-\(UUID().uuidString)"
        let shop = try ShopProcess.start(levels: levels)
        defer { shop.stop() }
        let result = try PushProcess.run(folder: path, levels: levels, url: shop.url, mode: mode)
        try FileManager.default.removeItem(atPath: path)
        return result
    }

    // MARK: against the shop's capacity

    /// Ten times as fast as the measured shop, so that a run takes seconds.
    static let tenfold = CostModel().scaled(by: 0.1)

    private func profiles() async throws {
        for profile in Profile.allCases {
            for consumers in [1, 2] {
                var run = ModelRun()
                run.levels = 20_000
                run.profile = profile
                run.consumers = consumers
                run.cost = Suites.tenfold
                try await compareWithCapacity(run, "batch, profile \(profile.rawValue)")
            }
        }
        var single = ModelRun()
        single.levels = 3_000
        single.mode = "single"
        single.cost = Suites.tenfold
        try await compareWithCapacity(single, "single")
    }

    private func compareWithCapacity(_ run: ModelRun, _ name: String) async throws {
        let (capacity, rate) = try await run.run(folder: folder) { stage, state, shop, simulator in
            var capacity = 0.0
            if run.mode == "single" {
                for concurrency in [1, 2, 4, 8] {
                    let rate = try await Capacity.single(shop, concurrency: concurrency, writes: 1_000)
                    capacity = max(capacity, rate)
                }
            } else {
                capacity = try await Capacity.batch(shop, simulator, records: run.levels)
            }
            try await Stage.wish(1...run.levels, in: state, run: "run-1", Stage.wanted)
            let began = ContinuousClock.now
            let outcome = try await run.pusher(stage, state, shop).push()
            return (capacity, Double(outcome.progress.applied) / (ContinuousClock.now - began).inSeconds)
        }
        Report.figure(
            "share of the capacity, \(name), \(run.consumers) consumers",
            "\((rate / capacity).percent) (\(rate.rounded(to: 0)) of \(capacity.rounded(to: 0))/s)",
            wanted: "95 % or more",
            isMet: rate >= 0.95 * capacity
        )
    }

    /// The states that a shop goes through while it is pushed to.
    private struct ShopPhase {
        let name: String
        let consumers: Int
        let factor: Double
    }

    private func changes() async throws {
        let phases = [
            ShopPhase(name: "two consumers", consumers: 2, factor: 0.1),
            ShopPhase(name: "one added", consumers: 3, factor: 0.1),
            ShopPhase(name: "two killed", consumers: 1, factor: 0.1),
            ShopPhase(name: "latency tripled", consumers: 2, factor: 0.3),
            ShopPhase(name: "as before", consumers: 2, factor: 0.1),
        ]
        let seconds = 15.0
        var cost = Suites.tenfold
        cost.cores = 4
        var run = ModelRun()
        run.levels = 160_000
        run.cost = cost
        let rates = try await run.run(folder: folder) { stage, state, shop, simulator in
            var capacities: [Double] = []
            for phase in phases {
                await simulator.enter(phase.consumers, cost: cost.scaled(by: phase.factor / 0.1))
                capacities.append(try await Capacity.batch(shop, simulator, records: 6_000))
            }
            await simulator.enter(phases[0].consumers, cost: cost)
            try await Stage.wish(1...run.levels, in: state, run: "run-1", Stage.wanted)
            let pusher = run.pusher(stage, state, shop)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await pusher.push() }
                try await Task.sleep(for: .seconds(3))
                var rates: [(Double, Double)] = []
                for (phase, capacity) in zip(phases, capacities) {
                    await simulator.enter(phase.consumers, cost: cost.scaled(by: phase.factor / 0.1))
                    let before = simulator.ledgerCount
                    let began = ContinuousClock.now
                    try await Task.sleep(for: .seconds(seconds))
                    rates.append((simulator.rate(since: before, ContinuousClock.now - began), capacity))
                }
                group.cancelAll()
                while await group.nextResult() != nil {}
                return rates
            }
        }
        for (phase, (rate, capacity)) in zip(phases, rates) {
            Report.line(
                "        \(phase.name): \((rate / capacity).percent) "
                    + "(\(rate.rounded(to: 0)) of \(capacity.rounded(to: 0)) records/s)"
            )
        }
        let share = rates.reduce(0) { $0 + $1.0 } / rates.reduce(0) { $0 + $1.1 }
        Report.figure(
            "share of the capacity while the shop changes every \(Int(seconds)) s",
            share.percent,
            wanted: "90 % or more",
            isMet: share >= 0.9
        )
    }

    // MARK: order and rest

    private func zeros() async throws {
        var run = ModelRun()
        run.levels = 100_000
        run.mode = "auto"
        run.cost = Suites.tenfold
        let (zeros, all) = try await run.run(folder: folder) { stage, state, shop, _ in
            try await Stage.wish(1...run.levels, in: state, run: "run-1", Stage.wanted)
            let clock = WaveClock()
            var pusher = run.pusher(stage, state, shop)
            pusher.onSettled = { clock.settled($0) }
            _ = try await pusher.push()
            return (clock.seconds(of: .zero), clock.seconds(of: .increase))
        }
        let share = zeros / all
        Report.figure(
            "time until 2000 zeros of 100000 changes are acknowledged",
            "\(zeros.rounded(to: 2)) s of \(all.rounded(to: 1)) s, \(share.percent)",
            wanted: "2.4 % or less",
            isMet: share <= 0.024
        )
    }

    private func quiet() async throws {
        let levels = 100_000
        var options = SimulatorOptions(catalogue: Stage.catalogue(levels: levels))
        options.operationDelayMilliseconds = 0
        let path = "\(folder)/quiet"
        let (first, second) = try await OroSimulator.withRunning(options) { simulator in
            let stage = try Stage(folder: path, url: simulator.url)
            try stage.writeSnapshot(levels: levels)
            return try await stage.withClient { oro in
                let shop = try await Shop.open(stage.settings, command: "benchmark")
                let first = try await SyncRun(shop: shop, oro: oro).perform().summaries[0]
                try stage.writeSnapshot(levels: levels)
                let before = simulator.ledgerCount
                let second = try await SyncRun(shop: shop, oro: oro).perform().summaries[0]
                try shop.close()
                return (
                    (first.counts.written, first.seconds), (simulator.ledgerCount - before, second.requests)
                )
            }
        }
        try FileManager.default.removeItem(atPath: path)
        let before = first.0
        let (writes, requests) = second
        let steps = first.1.sorted { $0.value > $1.value }.map { "\($0.key) \($0.value.rounded(to: 2)) s" }
        Report.line("        the first run of \(levels) levels: \(steps.joined(separator: ", "))")
        Report.figure(
            "a run without changes after one of \(before) writes",
            "\(writes) writes, \(requests) requests",
            wanted: "0 writes, 3 requests or less",
            isMet: writes == 0 && requests <= 3
        )
    }
}

extension RunningSimulator {
    func enter(_ consumers: Int, cost: CostModel) async {
        await setConsumers(consumers)
        await changeCost(cost)
    }
}
