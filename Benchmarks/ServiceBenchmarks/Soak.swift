import Foundation
import OroSimulator
import Synchronization

/// Snapshots, events, faults, checkouts and time: memory must not grow, nothing may be lost, and an audit
/// must be able to explain every level.
///
/// What counts at the end is that every level shows what the last snapshot and the events after it say. An
/// event of an earlier round may be overtaken: where its increase had to wait for an answer that was lost,
/// the next snapshot may come first and want what is shown already.
struct Soak {
    let traffic: Traffic

    private static let roundSeconds = 10
    private static let eventsPerSecond = 200
    /// A request's time-out and `settle`, and some more.
    private static let questionSecondsMax = 120.0

    /// What goes wrong at the shop meanwhile, of each request.
    private static let faults = [
        FaultRule(.answer(status: 503, retryAfterSeconds: nil), probability: 0.005),
        FaultRule(.cutAfterEffect, method: "PATCH", probability: 0.002),
        FaultRule(.checkout, method: "PATCH", probability: 0.01),
    ]

    func run(seconds: Int) async throws {
        let (service, simulator, stock) = (traffic.service, traffic.simulator, traffic.stock)
        for fault in Soak.faults { simulator.inject(fault) }
        let began = ContinuousClock.now
        let count = Soak.eventsPerSecond * Soak.roundSeconds
        var (round, overtaken, refused) = (0, 0, 0)
        var memory: [Int] = []
        // Those of a round are looked for after the next one, so that waiting for them holds nobody up.
        var former: (arrivals: Arrivals, skus: [String])?
        while began.duration(to: .now) < .seconds(seconds) {
            round += 1
            try stock.write(to: service.drop + "/soak-\(round).csv", round: round)
            let arrivals = Arrivals(simulator)
            let (first, more, skus) = ((round - 1) * count, 1_000 + round, stock.skus)
            let (least, id) = (LeastMemory(), service.id)
            let sent = try await traffic.send(count, perSecond: Soak.eventsPerSecond, from: 0) { index in
                if index % Soak.eventsPerSecond == 0 { least.note(ServedProcess.anonymousMegabytes(of: id)) }
                return Traffic.event((first + index) % skus, index % BenchmarkStock.locations, more)
            }
            refused += sent.refused
            let named = Set((0..<count).map { BenchmarkStock.sku((first + $0) % skus) })
            if let former { overtaken += try await Soak.missing(former) }
            former = (arrivals, Array(named))
            memory.append(least.megabytes)
        }
        if let former { overtaken += try await Soak.missing(former) }
        simulator.endFaults()
        try await traffic.settle()
        var audit = try await service.audit()
        // What a checkout has taken is no other than what the audit explains by orders. What is in question
        // until an answer can no longer come is written then.
        var lost = max(0, untrue(after: round, events: count) - audit.tolerated)
        let deadline = ContinuousClock.now.advanced(by: .seconds(Soak.questionSecondsMax))
        while lost > 0, ContinuousClock.now < deadline {
            try await Task.sleep(for: .seconds(2))
            audit = try await service.audit()
            lost = max(0, untrue(after: round, events: count) - audit.tolerated)
        }
        // The first rounds fill caches.
        let settled = memory.dropFirst(memory.count / 5)
        let start = Soak.median(settled.prefix(settled.count / 4 + 1))
        let end = Soak.median(settled.suffix(settled.count / 4 + 1))
        traffic.report(
            "soak of \(seconds) s",
            "\(round) snapshots, \(round * count) events, \(refused) refused, \(lost) lost, "
                + "\(overtaken) overtaken; \(start) MB at first, \(end) MB at last "
                + "(the least of each round: \(memory)); audit: \(audit)"
        )
        guard lost == 0, refused == 0, audit.open == 0 else {
            throw BenchmarkFailure("the soak has lost something")
        }
    }

    /// How many SKUs do not show what the last snapshot and the events after it say.
    private func untrue(after round: Int, events count: Int) -> Int {
        let stock = traffic.stock
        var shown: [String: Int] = [:]
        for level in traffic.simulator.levels() { shown[level.sku] = Int(level.quantity) }
        let first = (round - 1) * count
        var told: [Int: Int] = [:]
        for index in 0..<count { told[(first + index) % stock.skus] = index % BenchmarkStock.locations }
        return (0..<stock.skus).count { sku in
            let figures = (0..<BenchmarkStock.locations).map { location in
                told[sku] == location
                    ? BenchmarkStock.quantity(sku, location) + 1_000 + round
                    : stock.quantity(sku, location, round: round)
            }
            return shown[BenchmarkStock.sku(sku)] != figures.reduce(0, +)
        }
    }

    private static func missing(_ round: (arrivals: Arrivals, skus: [String])) async throws -> Int {
        let missing = try await round.arrivals.wait(for: round.skus, seconds: 120)
        round.arrivals.end()
        return missing.count
    }

    private static func median(_ values: some Collection<Int>) -> Int {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }
}

/// The least memory that a process was seen with.
///
/// What a run takes for itself comes and goes, so that a look at any one instant says nothing of growth.
private final class LeastMemory: Sendable {
    private let least = Mutex(Int.max)

    func note(_ megabytes: Int) { least.withLock { $0 = min($0, megabytes) } }

    var megabytes: Int { least.withLock { $0 } }
}

/// What an audit says of the shop.
struct AuditFigures: Decodable, CustomStringConvertible {
    let compared: Int
    let tolerated: Int
    let open: Int

    var description: String { "\(compared) levels compared, \(tolerated) explained by orders, \(open) open" }
}

extension ServedProcess {
    /// Has the service audit the shop.
    func audit() async throws -> AuditFigures {
        let text = try await output(of: ["audit", "--json"])
        return try JSONDecoder().decode(AuditFigures.self, from: Data(text.utf8))
    }
}
