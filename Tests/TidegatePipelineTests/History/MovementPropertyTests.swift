import Foundation
import InventoryCore
import OroSimulator
import StateStore
import TestSupport
import Testing

@testable import TidegatePipeline
@testable import TidegateSettings

/// Whatever happens to a shop, its books agree: by the real pipeline, with deliveries, doubts, decisions,
/// orders, rules, drifts and reverts in any order.
@Suite("The books of any history")
struct MovementPropertyTests {
    /// `TIDEGATE_MOVEMENT_HISTORIES` asks for more than the usual test has time for.
    private static let histories =
        ProcessInfo.processInfo.environment["TIDEGATE_MOVEMENT_HISTORIES"].flatMap { UInt64($0) } ?? 3

    @Test(
        "agree with the stock, with the certificates, and with what the shop shows",
        arguments: 0..<histories
    )
    func history(seed: UInt64) async throws {
        let orders = """
            orders: { read: { since: 2020-01-01T00:00:00+00:00 }, figure: available, grace: 1h }
            """
        try await ShopStage.run(
            products: 30,
            guards: "{ total_rise_percent_max: 60, total_drop_percent_max: 100, newly_zero_count_max: 9000 }",
            sites: BookedHistory.sites(isNorthApart: true),
            more: orders,
            profile: .v6_1
        ) { stage in
            var history = BookedHistory(stage, seed: seed)
            try await history.begin()
            for step in 1...25 {
                try await history.live()
                try await history.check("seed \(seed), step \(step): \(history.said.joined(separator: "; "))")
            }
        }
    }
}

/// A shop of two sites, and what happens to it.
private struct BookedHistory {
    private var stage: ShopStage
    private var random: SplitMix64
    private var stock: [String: [String: Int]] = [:]
    private var orders: [String] = []
    private var isNorthApart = true
    private var asOf: Int64 = -100_000
    private let began = Timestamp.now
    private(set) var said: [String] = []

    private static let skus = (1...30).map { "AB-\($0)" }
    private static let locations = ["WH-1", "WH-2", "N-1"]

    static func sites(isNorthApart: Bool) -> String {
        isNorthApart
            ? "{ main: { locations: [\"WH-*\"] }, north: { locations: [\"N-*\"], warehouse: null } }"
            : "{ main: { locations: [\"WH-*\", \"N-*\"] } }"
    }

    init(_ stage: ShopStage, seed: UInt64) {
        (self.stage, random) = (stage, SplitMix64(state: seed))
        for sku in BookedHistory.skus {
            for location in BookedHistory.locations where random.chance(70) {
                stock[sku, default: [:]][location] = 20 + random.below(40)
            }
        }
    }

    mutating func begin() async throws { try await deliver() }

    mutating func live() async throws {
        switch random.below(100) {
        case ..<40:
            for _ in 0..<1 + random.below(5) { change() }
            try await deliver()
        case ..<50: try await deliver(unreadable: 1 + random.below(3))
        case ..<62: try await decide()
        case ..<77: try await sell()
        case ..<84: try await changeRules()
        case ..<90: try await drift()
        case ..<95: try await revert()
        default:
            said.append("files")
            try await stage.shop.keepHistory(at: .now, isForced: true)
        }
    }

    // MARK: what happens

    private mutating func change() {
        let sku = random.pick(BookedHistory.skus)
        let location = random.pick(BookedHistory.locations)
        switch random.below(10) {
        case 0: stock[sku]?[location] = nil
        case 1: stock[sku, default: [:]][location] = 4_000 + random.below(50)
        default: stock[sku, default: [:]][location] = random.below(90)
        }
    }

    private mutating func deliver(unreadable: Int = 0) async throws {
        asOf += 60
        var rows: [String] = []
        for (sku, places) in stock.sorted(by: { $0.key < $1.key }) {
            for (location, quantity) in places.sorted(by: { $0.key < $1.key }) {
                rows.append("\(sku),\(location),EA,\(quantity)")
            }
        }
        for _ in 0..<unreadable {
            let place = random.below(rows.count)
            let parts = rows[place].split(separator: ",")
            rows[place] = "\(parts[0]),\(parts[1]),EA,n/a"
        }
        said.append("deliver\(unreadable > 0 ? " \(unreadable) unreadable" : "")")
        let text = (["sku,location,unit,on_hand"] + rows).joined(separator: "\n") + "\n"
        try stage.write(text: text)
        let manifest = "{ \"asOf\": \"\(Timestamp.now.adding(seconds: asOf))\", \"scope\": \"full\" }"
        try stage.write(text: manifest, to: "stock.csv.manifest.json")
        let outcome = try await stage.sync()
        said[said.count - 1] += " \(outcome.summaries.map { "\($0.state)" }.joined(separator: ","))"
    }

    private mutating func decide() async throws {
        let held = try await stage.shop.state.lastRuns(limit: 100).filter { $0.state.kind == .held }
        guard let run = held.last else { return }
        let skus = try await stage.shop.state.doubts(heldBy: run.id).map(\.key.sku)
        let choice = Approval.Choice(
            sku: random.chance(50) ? skus.randomElement(using: &random) : nil,
            reason: "looked at",
            who: "anna"
        )
        let isApproved = random.chance(60)
        said.append("\(isApproved ? "approve" : "reject") \(run.id) \(choice.sku?.text ?? "all")")
        do {
            if isApproved {
                _ = try await Approval(shop: stage.shop, oro: stage.oro).approve(run.id.text, choice)
            } else {
                _ = try await Approval.reject(run.id.text, choice, in: stage.shop)
                // What counts otherwise from now on is worked out by the next run.
                _ = try await stage.sync()
            }
        } catch let fault as Fault where fault.kind == .badInput {
            said[said.count - 1] += " \(fault.code.rawValue)"
        }
    }

    private mutating func sell() async throws {
        if random.chance(60) || orders.isEmpty {
            let sku = random.pick(BookedHistory.skus)
            said.append("order \(sku)")
            let position = RunningSimulator.OrderPosition(sku: sku, quantity: "\(1 + random.below(4))")
            let takes: StockTaking = random.chance(50) ? .now : .later
            orders.append(stage.simulator.placeOrder(OrderPlacement([position], takesStock: takes)))
        } else {
            let order = orders.remove(at: random.below(orders.count))
            said.append("cancel \(order)")
            stage.simulator.setOrderStatus(order, to: .cancelled)
        }
        let poll = try #require(OrderPoll(shop: stage.shop, oro: stage.oro, at: .now))
        _ = try await poll.perform()
        _ = try await OrderRun(shop: stage.shop, oro: stage.oro, at: .now).perform()
        _ = try await PushRun(shop: stage.shop, oro: stage.oro).push()
    }

    private mutating func changeRules() async throws {
        let text = stage.configuration.replacing(
            BookedHistory.sites(isNorthApart: isNorthApart),
            with: BookedHistory.sites(isNorthApart: !isNorthApart)
        )
        isNorthApart.toggle()
        said.append("north is \(isNorthApart ? "apart" : "a part of main")")
        stage.configuration = text
        stage.shop = try stage.shop.changed(to: Fixture.settings(text))
        _ = try await stage.sync()
    }

    private mutating func drift() async throws {
        let sku = random.pick(BookedHistory.skus)
        guard let level = stage.simulator.levelId(sku: sku, unit: "item") else { return }
        said.append("drift of \(sku)")
        stage.simulator.setQuantity(level: level, to: "\(random.below(50))")
        var options = AuditRun.Options()
        options.repairs = true
        var audit = AuditRun(shop: stage.shop, oro: stage.oro, options: options)
        _ = try await audit.perform()
    }

    private mutating func revert() async throws {
        let runs = try await stage.shop.state.lastRuns(limit: 5).filter { $0.state.kind == .done }
        guard let run = runs.first else { return }
        said.append("revert \(run.id)")
        do {
            _ = try await RevertRun(shop: stage.shop, oro: stage.oro)
                .perform(run.id.text, reason: "a mistake", who: "ben")
        } catch let fault as Fault where [.badInput, .inputMissing].contains(fault.kind) {
            said[said.count - 1] += " \(fault.code.rawValue)"
        }
    }

    // MARK: what has to be true

    func check(_ story: String) async throws {
        try await checkStock(story)
        try await checkFigures(story)
        let certificates = try await CertificateCheck(in: stage.shop)
        try #require(certificates.differences == [], "\(story)")
        #expect(certificates.agreeing > 0 && certificates.beyond == 0, "\(story)")
    }

    /// The closing is what the stock is divided from now, and both sides agree.
    private func checkStock(_ story: String) async throws {
        let lines = Lines()
        let end = Timestamp.now.adding(seconds: 60)
        let totals = try await Movements(from: began, to: end).read(in: stage.shop) { lines.add($0) }
        try #require(lines.all.allSatisfy(\.holds) && totals.sites.values.allSatisfy(\.holds), "\(story)")
        let shop = stage.shop
        let apportioner = try shop.settings.apportioner(at: .now)
        let skus = BookedHistory.skus.map { SKU($0) }
        let division = try await StockDivision(of: skus, by: apportioner, in: shop)
        let positions = try await shop.stock().positions(of: skus)
        for sku in skus {
            let result = division.divide(sku, positions[sku] ?? [])
            for allocation in result.apportionment.allocations {
                let site = apportioner.rules.sites[allocation.site].id
                let (stock, orders) = allocation.counted
                let line = lines.all.first { $0.sku == sku && $0.site == site }
                var closing = line?.closing ?? .none
                // What nobody states is not worked out, whoever orders it.
                if positions[sku] == nil { closing.orders = orders }
                try #require(
                    closing == StockMovement.Balance(stock: stock, orders: orders),
                    "\(sku) at \(site); \(story)"
                )
            }
        }
    }

    /// Each change of a level begins where the one before has ended, and the last is what it shows.
    private func checkFigures(_ story: String) async throws {
        for level in try await stage.shop.state.levels(after: nil, limit: 1_000) {
            let history = try await SKUHistory(of: level.key.sku.text, in: stage.shop)
            var shown: Quantity?
            for change in history.changes where change.level.key == level.key {
                if let shown {
                    try #require(change.level.before == shown, "\(level.key) at \(change.at); \(story)")
                }
                if change.level.kind != .refused { shown = change.level.after }
            }
            if let shown { try #require(level.published == shown, "\(level.key); \(story)") }
        }
    }

    private final class Lines: @unchecked Sendable {
        // Filled by one reader, and read when that has ended.
        private(set) var all: [StockMovement] = []

        func add(_ movement: StockMovement) { all.append(movement) }
    }
}
