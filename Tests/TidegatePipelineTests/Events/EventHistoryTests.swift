import Foundation
import InventoryCore
import StateStore
import TestSupport
import Testing

@testable import TidegatePipeline

/// A history of stock as the ERP lived through it, told in another order, partly twice, by a process that now
/// and then fails or ends.
@Suite("Any order of events and deliveries")
struct EventHistoryTests {
    /// `TIDEGATE_EVENT_HISTORIES` asks for more than the usual test has time for.
    private static let histories =
        ProcessInfo.processInfo.environment["TIDEGATE_EVENT_HISTORIES"].flatMap { UInt64($0) } ?? 8
    private static let skus = (1...6).map { "AB-\($0)" }
    /// SKUs that the ERP has only after a while; it tells of them in pieces or in cases.
    private static let later = ["AB-7", "AB-8", "AB-9"]

    private enum Arrival: Sendable {
        case event(StockEvent)
        case delivery([String: Int], at: Int)
    }

    /// What happened, and how the ERP told it.
    private struct History: Sendable {
        var arrivals: [Arrival] = []
        var truth = Dictionary(uniqueKeysWithValues: EventHistoryTests.skus.map { ($0, 50) })

        init(_ random: inout SplitMix64, isFull: Bool, hasVersions: Bool) {
            var told: [(at: Int, arrival: Arrival)] = []
            var lastDelivery = random.below(20)
            told.append((lastDelivery, .delivery(truth, at: 0)))
            let begins = EventHistoryTests.later.map { _ in 1 + random.below(50) }
            for second in 1...60 {
                for (sku, begin) in zip(EventHistoryTests.later, begins) where begin == second {
                    truth[sku] = 0
                    tell(12 * (1 + random.below(4)), of: sku, at: second, &told, &random)
                }
                let there = zip(EventHistoryTests.later, begins).filter { $1 < second }.map(\.0)
                if !there.isEmpty, random.chance(25) {
                    let sku = random.pick(there)
                    let change = truth[sku, default: 0] > 12 ? 12 * (random.below(3) - 1) : 12
                    tell(change, of: sku, at: second, isMovement: true, &told, &random)
                    continue
                }
                let sku = random.pick(EventHistoryTests.skus)
                let delay = random.chance(60) ? random.below(3) : random.below(30)
                switch random.below(100) {
                case ..<12:
                    // What a partial one leaves out may have changed as well.
                    let listed = truth.filter { _ in isFull || random.chance(50) }
                    lastDelivery = max(lastDelivery + 1, second + delay)
                    if !listed.isEmpty { told.append((lastDelivery, .delivery(listed, at: second))) }
                case ..<55:
                    let change = random.below(7) - 2
                    truth[sku, default: 0] += change
                    let event = EventStage.movement(sku, change, at: second)
                    told.append((second + delay, .event(event)))
                    if random.chance(20) { told.append((second + random.below(40), .event(event))) }
                default:
                    let net = 20 + random.below(60)
                    truth[sku] = net
                    let version = hasVersions ? Int64(second) : nil
                    let event = EventStage.level(sku, net, at: second, version: version)
                    told.append((second + delay, .event(event)))
                    if random.chance(20) { told.append((second + random.below(40), .event(event))) }
                }
            }
            let order = told.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            arrivals = order.map(\.element.arrival)
        }

        /// Tells of whole cases, in one of the units.
        private mutating func tell(
            _ pieces: Int,
            of sku: String,
            at second: Int,
            isMovement: Bool = false,
            _ told: inout [(at: Int, arrival: Arrival)],
            _ random: inout SplitMix64
        ) {
            let isCases = random.chance(60)
            let (count, unit) = (isCases ? pieces / 12 : pieces, StockUnit(isCases ? "CS" : "EA"))
            truth[sku] = isMovement ? truth[sku, default: 0] + pieces : pieces
            let event =
                isMovement
                ? EventStage.movement(sku, count, at: second, unit: unit)
                : EventStage.level(sku, count, at: second, unit: unit)
            told.append((second + random.below(20), .event(event)))
        }
    }

    private struct Stopped: Error {}

    @Test(
        "given any order, duplication, batches, failures and restarts, the positions end as they were",
        arguments: 0..<histories
    )
    func anyOrder(seed: UInt64) async throws {
        let isFull = seed % 2 == 0
        try await EventStage.run(sources: isFull ? EventStage.full : EventStage.partial) { first in
            var random = SplitMix64(state: seed)
            let history = History(&random, isFull: isFull, hasVersions: seed % 4 > 1)
            var stage = first
            var waiting: [StockEvent] = []
            for arrival in history.arrivals {
                if random.chance(5) { stage = try await EventHistoryTests.restarted(stage) }
                switch arrival {
                case .event(let event):
                    waiting.append(event)
                    guard random.chance(50) else { continue }
                    try await stage.send(waiting)
                    waiting = []
                    if random.chance(70) { try await EventHistoryTests.run(stage, &random) }
                case .delivery(let stock, let second):
                    // Half of the times what waits comes while the delivery is read.
                    if random.chance(50) {
                        try await stage.send(waiting)
                        waiting = []
                    }
                    try stage.stage.write(stock)
                    try stage.date(second)
                    try await EventHistoryTests.sync(stage, &random)
                }
            }
            try await stage.send(waiting)
            try await EventHistoryTests.run(stage, &random)
            for (sku, quantity) in history.truth {
                // Those that no delivery has listed yet may be counted in cases.
                if !EventHistoryTests.later.contains(sku) {
                    #expect(try await stage.stock(sku) == quantity, "seed \(seed): \(sku)")
                }
                #expect(try await stage.pushed(sku) == quantity, "seed \(seed): \(sku)")
            }
            #expect(try await stage.stage.shop.state.doubts().isEmpty, "seed \(seed)")
            #expect(stage.inbox.waitingCount() == 0, "seed \(seed)")
            try stage.inbox.close()
            try stage.stage.shop.close()
        }
    }

    /// Ends the process, as far as the state goes, and begins the next one.
    private static func restarted(_ stage: EventStage) async throws -> EventStage {
        let (settings, old) = (stage.stage.shop.settings, stage.stage)
        try stage.inbox.close()
        try old.shop.close()
        let shop = try await Shop.open(settings, command: "test")
        let inbox = try EventInbox.open(shop.state.folder, taken: try await shop.state.inboxMarks())
        let next = ShopStage(folder: old.folder, shop: shop, oro: old.oro, simulator: old.simulator)
        return EventStage(stage: next, inbox: inbox)
    }

    private static func failing(_ stage: EventStage, _ random: inout SplitMix64) -> EventStage {
        let step = random.pick(CommitStep.allCases)
        var shop = stage.stage.shop
        shop.onCommitStep = { if $0 == step { throw Stopped() } }
        let old = stage.stage
        let broken = ShopStage(folder: old.folder, shop: shop, oro: old.oro, simulator: old.simulator)
        return EventStage(stage: broken, inbox: stage.inbox)
    }

    /// Takes what waits; now and then the commit fails first, at any step.
    private static func run(_ stage: EventStage, _ random: inout SplitMix64) async throws {
        if random.chance(20) { _ = try? await failing(stage, &random).run() }
        _ = try await stage.run()
    }

    /// Takes a delivery; events that wait are taken while it is read, planned or pushed, and now and then
    /// their commit fails.
    private static func sync(_ stage: EventStage, _ random: inout SplitMix64) async throws {
        if random.chance(20) { _ = try? await failing(stage, &random).stage.sync() }
        guard random.chance(60) else {
            try await stage.stage.sync()
            return
        }
        let broken = random.chance(20) ? failing(stage, &random) : nil
        try await stage.during(random.pick(EventStage.Meanwhile.allCases)) {
            if let broken { _ = try? await broken.run() }
            _ = try await stage.run()
        }.stage.sync()
    }
}
