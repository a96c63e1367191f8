import Foundation
import InventoryCore
import OroClient
import OroSimulator
import StateStore
import TidegatePipeline

/// What a shop with a cost model can do, found out by filling its queue, without the engine.
enum Capacity {
    /// Records a second while the queue always holds enough.
    static func batch(_ shop: OroClient, _ simulator: RunningSimulator, records: Int) async throws -> Double {
        let size = 500
        let before = simulator.ledgerCount
        let began = ContinuousClock.now
        for start in stride(from: 1, through: records, by: size) {
            let writes = (start..<min(start + size, records + 1)).map { number in
                LevelWrite(level: LevelID(String(number)), quantity: Quantity(units: 77))
            }
            guard case .accepted = await shop.submit(writes, synchronous: false) else {
                throw BenchmarkFailure("a batch was not accepted")
            }
        }
        await simulator.queueIsIdle()
        return Double(simulator.ledgerCount - before) / (ContinuousClock.now - began).inSeconds
    }

    /// Single writes a second with so many at once.
    static func single(_ shop: OroClient, concurrency: Int, writes: Int) async throws -> Double {
        let began = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<concurrency {
                group.addTask {
                    for number in stride(from: worker + 1, through: writes, by: concurrency) {
                        let write = LevelWrite(level: LevelID(String(number)), quantity: Quantity(units: 78))
                        guard await shop.write(write) == .record(.applied) else {
                            throw BenchmarkFailure("a write was not applied")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        return Double(writes) / (ContinuousClock.now - began).inSeconds
    }
}

/// A run of the engine against a shop in this process, whose speed is what the cost model says.
struct ModelRun {
    var levels = 10_000
    var profile = Profile.v5_1
    var consumers = 2
    /// Nothing means: as fast as the machine can.
    var cost: CostModel? = CostModel()
    var mode = "batch"
    /// What is known of the shop beforehand.
    var support: PushOptions.BatchSupport = .asynchronous
    var options: PushOptions?
    var faults = FaultScript()
    /// How long an operation takes besides its records; nothing means as long as the simulator's do.
    var operationDelayMilliseconds: Int?

    /// Starts the shop, fills the outbox, and runs the body with both.
    func run<Value: Sendable>(
        folder: String,
        _ body: (Stage, StateDatabase, OroClient, RunningSimulator) async throws -> Value
    ) async throws -> Value {
        let path = "\(folder)/run-\(UUID().uuidString)"
        defer {
            do {
                try FileManager.default.removeItem(atPath: path)
            } catch {
                Report.line("\(path) was not removed: \(error)")
            }
        }
        var options = SimulatorOptions(catalogue: Stage.catalogue(levels: levels))
        options.profile = profile
        options.consumers = consumers
        options.cost = cost
        options.faults = faults
        if let operationDelayMilliseconds {
            options.operationDelayMilliseconds = operationDelayMilliseconds
        }
        return try await OroSimulator.withRunning(options) { simulator in
            let stage = try Stage(folder: path, url: simulator.url, push: ", mode: \(mode)")
            return try await stage.withState { state in
                try await Stage.index(levels: levels, in: state)
                return try await stage.withClient { shop in try await body(stage, state, shop, simulator) }
            }
        }
    }

    func pusher(_ stage: Stage, _ state: StateDatabase, _ shop: OroClient) -> Pusher {
        var pusher = Pusher(state: state, shop: shop, settings: stage.settings)
        pusher.options = options
        return pusher
    }
}

extension RunningSimulator {
    /// How long the simulated shop's processors would have to work.
    func rate(since before: Int, _ elapsed: Duration) -> Double {
        Double(ledgerCount - before) / elapsed.inSeconds
    }
}
