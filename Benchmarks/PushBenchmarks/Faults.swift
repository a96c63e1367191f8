import Foundation
import InventoryCore
import OroClient
import OroSimulator
import StateStore
import TidegatePipeline

/// Pushes to a shop that fails a fifth of all requests, with the shop's ledger as the judge.
struct FaultRun: Sendable {
    let seed: UInt64
    let folder: String
    var levels = 2_000

    struct Result: Sendable {
        var requests = 0
        /// What the pushes asked for; the other requests are tokens, samples, and repetitions after a 401.
        var kinds = RequestKinds()
        /// Levels that do not show the last wish.
        var unmet = 0
        /// Effects of an older wish after one of a newer.
        var stale = 0
        /// Effects that happened twice.
        var doubled = 0
    }

    /// Everything that can happen to a request on its way, each equally likely.
    static func script(seed: UInt64, share: Double) -> FaultScript {
        let kinds: [InjectedFault] = [
            .answer(status: 502, retryAfterSeconds: nil), .answer(status: 503, retryAfterSeconds: 1),
            .answer(status: 429, retryAfterSeconds: 1), .answerAfterEffect(status: 500),
            .answerAfterEffect(status: 504), .cutBeforeEffect, .cutAfterEffect, .slow(milliseconds: 200),
            .databaseDown, .maintenance, .revokeTokens,
        ]
        var left = 1.0
        var rules: [FaultRule] = []
        // Rules are asked in turn, so each takes its share of what the earlier ones left.
        for kind in kinds {
            let part = share / Double(kinds.count)
            rules.append(FaultRule(kind, path: "/admin", probability: part / left))
            left -= part
        }
        rules.append(FaultRule(.chunkFails, probability: share / 20))
        rules.append(FaultRule(.consumerKilled(redeliveryMilliseconds: 200), probability: share / 20))
        return FaultScript(seed: seed, rules: rules)
    }

    /// The form in which this seed's levels are sent.
    var mode: String { ["single", "batch", "sync", "auto"][Int(seed % 4)] }

    func run(faults share: Double) async throws -> Result {
        var run = ModelRun()
        run.levels = mode == "single" ? levels / 5 : levels
        run.profile = mode == "sync" ? .v6_1 : .v5_1
        run.cost = nil
        run.mode = "\(mode), settle: 2s"
        run.faults = share > 0 ? FaultRun.script(seed: seed, share: share) : FaultScript()
        return try await run.run(folder: folder) { stage, state, shop, simulator in
            try await Stage.wish(1...run.levels, in: state, run: "run-1", Stage.wanted)
            let pusher = run.pusher(stage, state, shop)
            var outcome = try await pusher.push()
            var kinds = RequestKinds(outcome.progress)
            // Newer wishes for a third of the levels, and what an earlier push gave up on.
            try await Stage.wish(1...run.levels / 3, in: state, run: "run-2") {
                Quantity(units: Int64($0 + 2000))
            }
            for _ in 0..<20 where outcome.trouble != nil || outcome.backlog.unsettled == 0 {
                outcome = try await pusher.push()
                kinds.add(outcome.progress)
                if outcome.trouble == nil, outcome.backlog.unsettled == 0 { break }
            }
            var result = judge(simulator, levels: run.levels, requests: shop.requestsSent)
            result.kinds = kinds
            return result
        }
    }

    private func judge(_ simulator: RunningSimulator, levels: Int, requests: Int) -> Result {
        func last(_ number: Int) -> Quantity {
            number <= levels / 3 ? Quantity(units: Int64(number + 2000)) : Stage.wanted(number)
        }
        var result = Result(requests: requests)
        for level in simulator.levels() {
            guard let number = Int(level.level) else { continue }
            if level.quantity != last(number).description { result.unmet += 1 }
        }
        var shown: [String: String] = [:]
        for entry in simulator.ledger() {
            guard let number = Int(entry.level) else { continue }
            let before = shown.updateValue(entry.quantity, forKey: entry.level)
            if before == entry.quantity { result.doubled += 1 }
            let isLast = entry.quantity == last(number).description
            if before == last(number).description, !isLast { result.stale += 1 }
        }
        return result
    }
}

/// What requests were for.
struct RequestKinds: Sendable, CustomStringConvertible {
    private var submits = 0
    private var polls = 0
    private var writes = 0
    private var readBacks = 0
    private var probes = 0

    init() {}

    init(_ progress: PushProgress) {
        add(progress)
    }

    mutating func add(_ progress: PushProgress) {
        submits += progress.submits
        polls += progress.polls
        writes += progress.writes
        readBacks += progress.readBacks
        probes += progress.probes
    }

    mutating func add(_ other: RequestKinds) {
        submits += other.submits
        polls += other.polls
        writes += other.writes
        readBacks += other.readBacks
        probes += other.probes
    }

    var description: String {
        "\(submits) batches, \(polls) polls, \(writes) writes, \(readBacks) read back, \(probes) probes"
    }
}

extension Suites {
    /// Two hundred seeds, several at a time: a run is mostly waiting.
    func faults() async throws {
        let seeds = ProcessInfo.processInfo.environment["SEEDS"].flatMap { UInt64($0) } ?? 200
        var storms: [UInt64: FaultRun.Result] = [:]
        try await withThrowingTaskGroup(of: (UInt64, FaultRun.Result).self) { group in
            for seed in 0..<seeds {
                if seed >= 32, let (done, result) = try await group.next() { storms[done] = result }
                group.addTask { [folder] in
                    (seed, try await FaultRun(seed: seed, folder: folder).run(faults: 0.2))
                }
            }
            while let (done, result) = try await group.next() { storms[done] = result }
        }
        var ratios: [String] = []
        var stormy = 0
        var calmly = 0
        for kind in 0..<UInt64(4) {
            let run = FaultRun(seed: kind, folder: folder)
            let quiet = try await run.run(faults: 0)
            let calm = quiet.requests
            let results = storms.filter { $0.key % 4 == kind }.map(\.value)
            let ofKind = results.map(\.requests)
            let all = ofKind.reduce(0, +)
            let spent = results.map(\.kinds).reduce(into: RequestKinds()) { $0.add($1) }
            Report.line(
                "        \(run.mode), a run: \(calm) requests (\(quiet.kinds)), with faults "
                    + "\((Double(all) / Double(max(1, ofKind.count))).rounded(to: 1)) (\(spent) in "
                    + "\(ofKind.count) runs)"
            )
            stormy += all
            calmly += calm * ofKind.count
            ratios.append("\(run.mode) \((Double(all) / Double(calm * max(1, ofKind.count))).rounded(to: 2))")
        }
        let results = storms.values
        let bad = storms.filter { $0.value.unmet + $0.value.stale + $0.value.doubled > 0 }.keys.sorted()
        Report.figure(
            "levels not converged, stale overwrites, doubled effects over \(seeds) seeds",
            "\(results.map(\.unmet).reduce(0, +)), \(results.map(\.stale).reduce(0, +)), "
                + "\(results.map(\.doubled).reduce(0, +))" + (bad.isEmpty ? "" : " (seeds \(bad.prefix(9)))"),
            wanted: "0, 0, 0",
            isMet: bad.isEmpty
        )
        let ratio = Double(stormy) / Double(max(1, calmly))
        Report.figure(
            "requests against a run without faults",
            "\(ratio.rounded(to: 2)) (\(ratios.joined(separator: ", ")))",
            wanted: "1.3 or less",
            isMet: ratio <= 1.3
        )
    }
}
