import Foundation
import InventoryCore
import OroClient
import OroSimulator
import StateStore
import Synchronization
import Testing

@testable import TidegatePipeline

/// Every fault of the shop and of the network, in every mode of writing, for a push that survives and for one
/// that dies midway; the shop's ledger is the judge.
@Suite("Every fault in every mode, with and without a crash")
struct FaultMatrixTests {
    /// Cases that run at the same time; each is mostly waiting.
    private static let atOnceMax = 24
    /// `TIDEGATE_FAULT_SEEDS` tries each fault at more moments than the usual test has time for.
    private static let seeds =
        ProcessInfo.processInfo.environment["TIDEGATE_FAULT_SEEDS"].flatMap { Int($0) } ?? 1

    @Test("the shop shows the last wishes, nothing old comes back, nothing is lost")
    func matrix() async throws {
        let cases = FaultCase.all(seeds: FaultMatrixTests.seeds)
        #expect(cases.count >= 26 * 3 * 2)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, one) in cases.enumerated() {
                if index >= FaultMatrixTests.atOnceMax { try await group.next() }
                group.addTask { try await one.run() }
            }
            try await group.waitForAll()
        }
    }
}

/// One fault in one mode.
struct FaultCase: Sendable {
    enum Mode: String, Sendable, CaseIterable {
        case single
        case sync
        case batch

        /// Enough for two chunks of a batch.
        var levels: Int {
            switch self {
            case .single: 24
            case .sync: 120
            case .batch: 240
            }
        }
    }

    let fault: InjectedFault
    let mode: Mode
    let crashes: Bool
    let seed: Int

    static let faults: [InjectedFault] =
        [
            .answer(status: 403, retryAfterSeconds: nil), .answer(status: 404, retryAfterSeconds: nil),
            .answer(status: 408, retryAfterSeconds: nil), .answer(status: 413, retryAfterSeconds: nil),
            .answer(status: 414, retryAfterSeconds: nil), .answer(status: 429, retryAfterSeconds: 1),
            .answer(status: 500, retryAfterSeconds: nil), .answer(status: 502, retryAfterSeconds: nil),
            .answer(status: 503, retryAfterSeconds: nil), .answerAfterEffect(status: 500),
            .answerAfterEffect(status: 504), .cutBeforeEffect, .cutAfterEffect, .slow(milliseconds: 1_500),
            .truncatedBody, .databaseDown, .maintenance, .apiOff, .revokeTokens, .chunkFails,
            .consumerKilled(redeliveryMilliseconds: 300), .checkout, .sellOut, .deleteLevel, .recreateLevel,
            .duplicateLevel,
        ] + proxies

    /// Whatever stands between us and the shop: its answers prove nothing, whether the request was passed on.
    private static let proxies: [InjectedFault] =
        [200, 202, 302, 400, 403, 404, 503].flatMap { status in
            [false, true].map { .proxy(ProxyAnswer(status: status), afterEffect: $0) }
        } + [
            .proxy(ProxyAnswer(status: 429, retryAfter: .seconds(1)), afterEffect: true),
            .lateEffect(milliseconds: 300, nil), .lateEffect(milliseconds: 300, ProxyAnswer(status: 504)),
            .apiError(status: 403), .apiError(status: 500), .expiresIn(.json("1e30")),
        ]

    /// Faults of the contract that no case can cause, each with the reason.
    static let exceptions = [
        "one id twice in a request or in two operations at once":
            "the engine never sends it: a level has one holder, which the engine's own tests hold it to "
            + "under every fault (`PushHarness`, \"two in flight\")",
        "a figure that the shop refuses":
            "what is wished is not what is shown then; a record's refusal is tested by itself "
            + "(`PushFaultTests.poisonIsIsolated`, `ClientTests`)",
    ]

    static func all(seeds: Int) -> [FaultCase] {
        faults.flatMap { fault in
            Mode.allCases.flatMap { mode in
                [false, true].flatMap { crashes in
                    (0..<seeds).map { FaultCase(fault: fault, mode: mode, crashes: crashes, seed: $0) }
                }
            }
        }
    }

    var name: String { "\(fault) in mode \(mode)\(crashes ? ", killed" : ""), seed \(seed)" }

    /// Ends a push without a word, as the end of its process does.
    private struct Killed: Error {}

    func run() async throws {
        let timeouts = "timeouts: { write: 1s, batch: 1s, read: 1s },"
        try await AuditStage.run(
            products: mode.levels,
            profile: mode == .sync ? .v6_1 : .v5_1,
            push: "mode: \(mode.rawValue), settle: 1s",
            oro: timeouts + (fault == .sellOut ? StatusRestorationTests.restores : ""),
            simulator: {
                $0.seed = UInt64(seed)
                // Operations and their chunks take effect in any order.
                $0.consumers = 3
                $0.disorder = 0.5
            }
        ) { stage in
            let index = LevelIndex(state: stage.shop.state, shop: stage.oro)
            _ = try await index.complete()
            stage.simulator.inject(
                FaultRule(fault, path: "/admin/api", skip: skipped, burst: strikes, limit: strikes)
            )
            try await wish(1, on: stage)
            if crashes { try await pushAndDie(stage) } else { try await push(stage) }
            try await wish(2, on: stage)
            try await push(stage)
            if fault == .recreateLevel { try await audit(stage) }
            try await judge(stage)
        }
    }

    /// Requests that pass before the fault, so that it hits writes, polls and read-backs in turn.
    private var skipped: Int { (mode == .single ? 3 : 0) + seed }

    /// Orders are as frequent as writes, so that some take stock that is wished again later.
    private var strikes: Int { fault == .sellOut ? 8 : 2 }

    /// The figure of a level in a generation of wishes; it shows which generation it is from.
    private func quantity(_ number: Int, _ generation: Int) -> Int {
        number % 10 == 0 && generation == 2 ? 0 : generation * 1_000 + number
    }

    /// First every level gets a wish, then every other level a newer one.
    private func wish(_ generation: Int, on stage: AuditStage) async throws {
        let numbers =
            generation == 1 ? Array(1...mode.levels) : Array(stride(from: 2, through: mode.levels, by: 2))
        var acceptance = Acceptance(
            run: RunRecord(
                id: RunID("run-\(generation)"),
                state: .accepted(),
                source: "matrix",
                scope: .full,
                started: .now
            ),
            at: .now
        )
        acceptance.wishes = numbers.map { number in
            AcceptedWish(
                PlannedWish(
                    key: LevelKey(sku: SKU("AB-\(number)"), unit: "item"),
                    before: nil,
                    after: Quantity(units: Int64(quantity(number, generation)))
                )
            )
        }
        try await stage.shop.state.accept(acceptance)
    }

    private func pushAndDie(_ stage: AuditStage) async throws {
        var pusher = Pusher(state: stage.shop.state, shop: stage.oro, settings: stage.settings)
        let turns = TurnCounter(max: 2 + (seed * 7 + mode.levels) % 5)
        pusher.onTurn = { _, _ in if turns.isOver() { throw Killed() } }
        do {
            _ = try await pusher.push()
        } catch is Killed {
            return
        }
    }

    private func push(_ stage: AuditStage) async throws {
        for _ in 0..<12 {
            let pusher = Pusher(state: stage.shop.state, shop: stage.oro, settings: stage.settings)
            let outcome = try await pusher.push()
            if outcome.trouble == nil, outcome.backlog.unsettled == 0 { return }
            // What is in question is over at a moment; nothing but the clock tells that it has come.
            if let end = try await stage.shop.state.lastQuestionEnd() {
                let seconds = end.seconds - MachineInstant.now.seconds
                if seconds > 0 { try await Task.sleep(for: .seconds(seconds)) }
            }
        }
        let backlog = try await stage.shop.state.backlog()
        Issue.record("\(name): the outbox does not get empty: \(backlog)")
    }

    /// A level recreated at zero after its wish was confirmed is the audit's to find; a level that a push
    /// wrote last must be right.
    private func audit(_ stage: AuditStage) async throws {
        stage.simulator.endFaults()
        let last = Dictionary(stage.simulator.ledger().map { ($0.sku, $0.route) }) { $1 }
        let report = try await stage.audit(repairs: true)
        for row in report.rows {
            let sku = row.drift.key.sku.text
            // The ledger does not show a change from zero to zero.
            let isUndone = last[sku]?.isOurs == false || row.drift.published == .zero
            #expect(isUndone && row.drift.kind == .missing, "\(name): \(sku) is \(row.drift.kind)")
            #expect(row.outcome == .repaired, "\(name): \(sku) is \(row.outcome)")
        }
    }

    /// Every level shows its last wish, apart from what the shop itself did to it meanwhile.
    private func judge(_ stage: AuditStage) async throws {
        let ledger = stage.simulator.ledger()
        var lastRoute: [String: WriteRoute] = [:]
        var generation: [String: Int] = [:]
        for entry in ledger {
            lastRoute[entry.sku] = entry.route
            guard entry.route.isOurs, let shown = Int(entry.quantity) else { continue }
            let of = shown == 0 ? 2 : shown / 1_000
            // What lands late may show an older figure until it is looked after; the end is what counts.
            if case .lateEffect = fault { continue }
            let isOld = of < generation[entry.sku] ?? 0
            #expect(!isOld, "\(name): \(entry.sku) shows \(shown) after a newer figure")
            generation[entry.sku] = max(of, generation[entry.sku] ?? 0)
        }
        var shown: [String: String] = [:]
        // Of two levels of one product and unit, the first is written.
        for level in stage.simulator.levels() where shown[level.sku] == nil {
            shown[level.sku] = level.quantity
        }
        if fault == .sellOut { judgeStatus(stage, ledger) }
        let gone = Set(try await stage.shop.state.openExceptions().map(\.exception.subject.description))
        for number in 1...mode.levels {
            let sku = "AB-\(number)"
            if fault == .deleteLevel, shown[sku] == nil {
                let isKnown = gone.contains { $0 == sku || $0.hasPrefix(sku + " ") } || lastRoute[sku] != nil
                #expect(isKnown, "\(name): nobody is told that \(sku) is gone")
            } else if lastRoute[sku] != .checkout {
                // A single write that arrives cut is refused as invalid JSON: it is parked with an exception.
                let isTold = gone.contains { $0 == sku || $0.hasPrefix(sku + " ") }
                if fault == .truncatedBody, mode == .single, isTold { continue }
                let last = quantity(number, number.isMultiple(of: 2) ? 2 : 1)
                #expect(
                    shown[sku] == "\(last)",
                    "\(name): \(sku) shows \(shown[sku] ?? "nothing"), not \(last)"
                )
            }
        }
    }
}

extension FaultCase {
    /// A product whose stock returned after it was sold out is in stock again; one sold out last is left
    /// alone.
    private func judgeStatus(_ stage: AuditStage, _ ledger: [LedgerEntry]) {
        var soldOut: Set<String> = []
        var returned: Set<String> = []
        for entry in ledger {
            let isSale = entry.route == .checkout
            if isSale { soldOut.insert(entry.sku) }
            if isSale || entry.quantity == "0" {
                returned.remove(entry.sku)
            } else if soldOut.contains(entry.sku) {
                returned.insert(entry.sku)
            }
        }
        for sku in returned {
            let status = stage.simulator.inventoryStatus(sku: sku)
            #expect(status == .inStock, "\(name): \(sku) is \(String(describing: status))")
        }
        if mode == .single, !crashes {
            #expect(!returned.isEmpty, "\(name): nothing that was sold out came back")
        }
    }
}

extension WriteRoute {
    /// Written by a push, and not by the shop itself.
    fileprivate var isOurs: Bool { self != .checkout && self != .manual }
}

/// Says when so many turns have passed.
private final class TurnCounter: Sendable {
    private let left: Mutex<Int>

    init(max: Int) {
        left = Mutex(max)
    }

    func isOver() -> Bool {
        left.withLock { left in
            left -= 1
            return left < 0
        }
    }
}
