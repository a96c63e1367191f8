import Foundation
import InventoryCore
import OroSimulator

/// Measures a running service from outside: a client and a simulated shop in this process, the service in one
/// of its own.
///
///     ServiceBenchmarks FOLDER TIDEGATE [SUITE …]
///
/// TIDEGATE is the program. Suites: events burst arrays idle reading soak; without one all but the soak.
/// POSITIONS (default 1000000) lie at 8 locations; SECONDS (default 20) is the length of `events` and RATE
/// (default 500) its events a second; the soak takes SOAK_SECONDS (default 1800).
@main
struct ServiceBenchmarks {
    static func main() async throws {
        signal(SIGPIPE, SIG_IGN)
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count >= 2 else {
            FileHandle.standardError.write(
                Data("usage: ServiceBenchmarks FOLDER TIDEGATE [SUITE …]\n".utf8)
            )
            exit(64)
        }
        let all = ["idle", "events", "arrays", "burst", "reading"]
        let suites = arguments.count > 2 ? Array(arguments.dropFirst(2)) : all
        let stock = BenchmarkStock(positions: number("POSITIONS", 1_000_000))
        var options = SimulatorOptions(catalogue: stock.catalogue)
        options.clientID = "benchmark"
        options.clientSecret = "benchmark-secret"
        options.operationDelayMilliseconds = 0
        options.disorder = 0
        let (folder, program) = (arguments[0], arguments[1])
        try await OroSimulator.withRunning(options) { @Sendable simulator in
            let service = try ServedProcess(
                folder: folder,
                program: program,
                shop: simulator.url,
                stock: stock
            )
            do {
                try await service.waitUntilFilled(simulator, levels: stock.skus)
                for suite in suites { try await run(suite, service, simulator, stock) }
            } catch {
                service.stop()
                throw error
            }
            service.stop()
        }
    }

    private static func run(
        _ suite: String,
        _ service: ServedProcess,
        _ simulator: RunningSimulator,
        _ stock: BenchmarkStock
    ) async throws {
        let traffic = Traffic(service: service, simulator: simulator, stock: stock)
        switch suite {
        case "idle": try await traffic.idle(seconds: 20)
        case "events":
            try await traffic.events(perSecond: number("RATE", 500), seconds: number("SECONDS", 20))
        case "arrays": try await traffic.arrays(count: 2_000, of: 100)
        case "burst": try await traffic.burst(of: 20_000)
        case "reading": try await traffic.whileReading()
        case "soak": try await Soak(traffic: traffic).run(seconds: number("SOAK_SECONDS", 1_800))
        default: throw BenchmarkFailure("there is no suite \(suite)")
        }
    }

    static func number(_ name: String, _ standard: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? standard
    }
}

struct BenchmarkFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
