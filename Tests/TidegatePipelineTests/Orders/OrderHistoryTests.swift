import Foundation
import InventoryCore
import OroSimulator
import StateStore
import TestSupport
import Testing

@testable import TidegatePipeline

/// Histories of a shop that sells and an ERP that books late, by the real pipeline: nothing is ever shown
/// that was sold.
@Suite("Any history of web orders")
struct OrderHistoryTests {
    /// `TIDEGATE_ORDER_HISTORIES` asks for more than the usual test has time for.
    private static let histories =
        ProcessInfo.processInfo.environment["TIDEGATE_ORDER_HISTORIES"].flatMap { UInt64($0) } ?? 4
    private static let steps = 40

    @Test("never shows what was sold, and ends with what the ERP has", arguments: 0..<histories)
    func history(seed: UInt64) async throws {
        try await OrderStage.run { stage in
            var history = OrderHistory(stage, seed: seed)
            try await history.begin()
            for step in 1...OrderHistoryTests.steps {
                try await history.live(step)
                let wrong = history.oversold()
                let story = wrong.isEmpty ? "" : try await history.story(of: wrong.keys.sorted())
                try #require(wrong == [:], "seed \(seed), step \(step): \(wrong)\(story)")
            }
            try await history.end()
            let open = try await stage.state.openOrders(after: nil, limit: 100)
            #expect(open.flatMap { $0.lines.filter { $0.open > .zero } } == [], "seed \(seed)")
            #expect(history.shown() == history.stock, "seed \(seed)")
        }
    }
}

/// What happens, and what is true of it.
private struct OrderHistory {
    private let stage: OrderStage
    private var random: SplitMix64
    private var orders: [Order] = []
    /// What the ERP has, booked orders taken off.
    private(set) var stock: [String: Int] = [:]
    /// Snapshots on their way: when they were true, and what they say.
    private var sent: [(asOf: Int, stock: [String: Int])] = []
    private var accepted: (asOf: Int, stock: [String: Int]) = (0, [:])
    private var step = 0
    private var said: [String] = []

    private struct Order {
        let id: String
        let sku: String
        let quantity: Int
        var isRunning = true
        var isCancelled = false
        var bookedAt: Int?
        var isAcknowledged = false
    }

    /// Steps are seconds, and all of them lie in the past.
    private static let startSeconds: Int64 = -300

    init(_ stage: OrderStage, seed: UInt64) {
        (self.stage, random) = (stage, SplitMix64(state: seed))
        for number in 1...3 { stock["AB-\(number)"] = 20 + random.below(20) }
    }

    mutating func begin() async throws {
        accepted = (0, stock)
        try await deliver(asOf: 0, stock)
    }

    mutating func live(_ step: Int) async throws {
        self.step = step
        for _ in 0..<1 + random.below(3) { try await happen() }
        if random.chance(30) { sent.append((step, stock)) }
        if random.chance(40), !sent.isEmpty {
            // An older one may come late, and is not taken then.
            let next = sent.remove(at: random.below(sent.count))
            let isFailing = random.chance(20)
            if isFailing { try await fail(asOf: next.asOf, next.stock) }
            if next.asOf > accepted.asOf {
                accepted = next
                said.append("\(step) deliver \(next)")
                try await deliver(asOf: next.asOf, next.stock)
            }
        }
        try await stage.poll()
    }

    private mutating func happen() async throws {
        let sku = "AB-\(1 + random.below(3))"
        switch random.below(100) {
        case ..<35: place(sku)
        case ..<60: finish()
        case ..<68: cancel()
        case ..<85: try await book()
        case ..<95: try await acknowledge()
        default: stock[sku, default: 0] += random.below(6)
        }
    }

    /// What is shown and not there, by SKU; what running checkouts will take is not shown for long.
    func oversold() -> [String: Int] {
        var wrong: [String: Int] = [:]
        for (sku, shown) in shown() {
            var left = accepted.stock[sku, default: 0]
            var running = 0
            for order in orders where order.sku == sku && !order.isCancelled {
                let isContained = order.bookedAt.map { $0 <= accepted.asOf } ?? false
                if !isContained { left -= order.quantity }
                if order.isRunning { running += order.quantity }
            }
            if shown - running > max(0, left) { wrong[sku] = shown - running - left }
        }
        return wrong
    }

    /// All that has happened to some SKUs, for whoever looks for the reason.
    func story(of skus: [String]) async throws -> String {
        var text = ""
        for sku in skus {
            let published = try await stage.published(sku) ?? -1
            text +=
                "\n\(sku): accepted \(accepted.stock[sku] ?? 0) of \(accepted.asOf), published \(published)"
            for order in orders where order.sku == sku {
                text += "\n  \(order)"
                for known in try await stage.state.orders(named: order.id) {
                    text += known.lines.map { "\n    \($0.word(at: .now)), taken \($0.taken), \($0.isSeen)" }
                        .joined()
                }
            }
        }
        return text + "\n" + said.joined(separator: "\n")
    }

    func shown() -> [String: Int] {
        Dictionary(uniqueKeysWithValues: stock.keys.map { ($0, stage.shown($0) ?? -1) })
    }

    /// Everything that was begun comes to its end.
    mutating func end() async throws {
        for index in orders.indices where orders[index].isRunning { finish(index) }
        step += 1
        for index in orders.indices where !orders[index].isCancelled {
            if orders[index].bookedAt == nil { book(index) }
            if !orders[index].isAcknowledged { try await acknowledge(index) }
        }
        try await deliver(asOf: step + 1, stock)
        try await stage.poll()
    }

    // MARK: the shop

    private mutating func place(_ sku: String) {
        // The shop sells what it shows.
        let quantity = 1 + random.below(3)
        guard (stage.shown(sku) ?? 0) > quantity + 9 else { return }
        let id = stage.order(sku, quantity, takesStock: .later)
        orders.append(Order(id: id, sku: sku, quantity: quantity))
        said.append("\(step) place \(id) \(sku) \(quantity)")
    }

    private mutating func finish() {
        said.append("\(step) finish")
        let running = orders.indices.filter { orders[$0].isRunning && !orders[$0].isCancelled }
        if !running.isEmpty { finish(random.pick(running)) }
    }

    private mutating func finish(_ index: Int) {
        stage.simulator.finishCheckout(orders[index].id)
        said.append("\(step) finish \(orders[index].id) \(orders[index].sku)")
        orders[index].isRunning = false
    }

    private mutating func cancel() {
        let open = orders.indices.filter { !orders[$0].isCancelled && orders[$0].bookedAt == nil }
        guard !open.isEmpty else { return }
        let index = random.pick(open)
        said.append("\(step) cancel \(orders[index].id) \(orders[index].sku) \(orders[index].isRunning)")
        if orders[index].isRunning { stage.simulator.failPayment(orders[index].id) }
        (orders[index].isRunning, orders[index].isCancelled) = (false, true)
        stage.simulator.setOrderStatus(orders[index].id, to: .cancelled)
    }

    // MARK: the ERP

    private mutating func book() async throws {
        let open = orders.indices.filter {
            !orders[$0].isCancelled && !orders[$0].isRunning && orders[$0].bookedAt == nil
        }
        guard !open.isEmpty else { return }
        let index = random.pick(open)
        book(index)
        if random.chance(60) { try await acknowledge(index) }
    }

    private mutating func book(_ index: Int) {
        orders[index].bookedAt = step
        said.append("\(step) book \(orders[index].id) \(orders[index].sku)")
        stock[orders[index].sku, default: 0] -= orders[index].quantity
    }

    private mutating func acknowledge() async throws {
        let booked = orders.indices.filter { orders[$0].bookedAt != nil && !orders[$0].isAcknowledged }
        if !booked.isEmpty { try await acknowledge(random.pick(booked)) }
    }

    private mutating func acknowledge(_ index: Int) async throws {
        guard let step = orders[index].bookedAt else { return }
        orders[index].isAcknowledged = true
        let at = time(step)
        let statement = OrderAcknowledgement(order: orders[index].id, at: at)
        _ = try await stage.state.keep([statement], at: .now)
    }

    private let began = Timestamp.now

    private func time(_ step: Int) -> Timestamp {
        began.adding(seconds: OrderHistory.startSeconds + Int64(step))
    }

    // MARK: deliveries

    private func write(asOf step: Int, _ stock: [String: Int]) throws {
        try stage.stage.write(stock)
        let manifest = "{ \"asOf\": \"\(time(step))\", \"scope\": \"full\" }"
        try stage.stage.write(text: manifest, to: "stock.csv.manifest.json")
    }

    private func deliver(asOf step: Int, _ stock: [String: Int]) async throws {
        try write(asOf: step, stock)
        _ = try await stage.stage.sync()
    }

    private struct Broken: Error {}

    /// A run that ends before its commit leaves nothing behind.
    private func fail(asOf step: Int, _ stock: [String: Int]) async throws {
        try write(asOf: step, stock)
        var shop = stage.stage.shop
        shop.onCommitStep = { if $0 == .seal { throw Broken() } }
        await #expect(throws: (any Error).self) {
            _ = try await SyncRun(shop: shop, oro: stage.stage.oro).perform()
        }
    }
}
