import Foundation
import InventoryCore
import OroClient
import OroSimulator
import StateStore
import TidegatePipeline

/// Runs with many web orders that the ERP does not know yet, beside runs with none.
extension Pipeline {
    private static let linesMax = 100_000
    private static let linesPerOrder = 4
    private static let section =
        "orders: { figure: available, read: { since: 2020-01-01T00:00:00+00:00 }, deadline: 300d }"

    private var orderedState: String { folder + "/pipeline-ordered" }

    /// Prints the medians of runs in turns, without and with open orders, and then what a poll costs.
    func compareOrders(times: Int) async throws {
        let ordered = try Pipeline(folder: folder, more: Pipeline.section)
        try await ordered.prepareOrders()
        var seconds = (without: [Double](), with: [Double]())
        for _ in 0..<times {
            let without = try await run("next.csv", on: prepared)
            say("without orders \(rounded(without.seconds)) s:", without.report)
            let with = try await ordered.run("next.csv", on: orderedState)
            say("with orders \(rounded(with.seconds)) s:", with.report)
            seconds.without.append(without.seconds)
            seconds.with.append(with.seconds)
        }
        let medians = [seconds.without, seconds.with].map { $0.sorted()[times / 2] }
        say("medians of \(times): without \(rounded(medians[0])) s, with \(rounded(medians[1])) s")
        say("with / without: \(rounded(medians[1] / medians[0]))")
        try await measurePolls(times: times)
    }

    /// Gives a copy of the prepared state open lines, and has the shop show what follows from them.
    private func prepareOrders() async throws {
        guard !FileManager.default.fileExists(atPath: orderedState) else { return }
        try state(is: prepared)
        try await withOpenShop { shop, _ in
            let levels = try await shop.state.levels(after: nil, limit: Pipeline.linesMax).map(\.key)
            var changes = Pipeline.orders(of: levels)
            changes.touched = Set(levels.map(\.sku))
            try await shop.state.countOrders(true, at: .now)
            // No shop is asked: its orders have just been read, for as long as the benchmark takes.
            var cursor = OrderCursor()
            (cursor.since, cursor.way) = (1, OrderWay.updated.rawValue)
            cursor.read = Timestamp.now.adding(seconds: 86_400).microseconds
            changes.cursor = cursor
            _ = try await shop.state.save(changes, at: .now)
        }
        _ = try await measureBase()
        try await showWishes()
        try FileManager.default.moveItem(atPath: state, toPath: orderedState)
    }

    private static func orders(of levels: [LevelKey]) -> LedgerChanges {
        var changes = LedgerChanges()
        for start in stride(from: 0, to: levels.count, by: linesPerOrder) {
            let part = levels[start..<min(levels.count, start + linesPerOrder)]
            changes.orders.append(order(Int64(start + 1), part))
        }
        return changes
    }

    private static func order(_ id: Int64, _ levels: ArraySlice<LevelKey>) -> LedgerOrder {
        let placed = Timestamp.now.adding(seconds: -3_600)
        let order = OrderID(id)
        var made = LedgerOrder(id: order, identifier: "W\(id)", placed: placed, updated: placed)
        made.lines = levels.enumerated().map { number, level in
            LedgerLine(
                id: LedgerLine.ID(line: id * 10 + Int64(number)),
                order: order,
                sku: level.sku,
                unit: level.unit,
                ordered: Quantity(units: 1),
                placed: placed,
                youngUntil: LedgerLine.settled
            )
        }
        return made
    }

    /// Measures polls of a simulated shop, nothing new and one new order by turns, beside the open lines.
    private func measurePolls(times: Int) async throws {
        let catalogue = Catalogue(products: [("POLLED-1", [(code: "item", precision: 0)])])
        var options = SimulatorOptions(catalogue: catalogue)
        options.profile = .v6_1
        let folder = folder
        try await OroSimulator.withRunning(options) { simulator in
            let polled = try Pipeline(folder: folder, shop: simulator.url, more: Pipeline.section)
            try polled.state(is: nil)
            try await polled.withOpenShop { shop, oro in
                let levels = (0..<Pipeline.linesMax).map { LevelKey(sku: SKU("SKU-\($0)"), unit: "item") }
                try await shop.state.countOrders(true, at: .now)
                _ = try await shop.state.save(Pipeline.orders(of: levels), at: .now)
                for kind in ["nothing new", "one new order"] {
                    var milliseconds: [Double] = []
                    var requests = 0
                    for _ in 0..<max(times, 9) {
                        if kind == "one new order" {
                            simulator.placeOrder([.init(sku: "POLLED-1", quantity: "1")])
                        }
                        let before = oro.requestsSent
                        let start = ContinuousClock.now
                        _ = try await OrderPoll(shop: shop, oro: oro)?.perform()
                        milliseconds.append(start.duration(to: .now) / .milliseconds(1))
                        requests = max(requests, oro.requestsSent - before)
                    }
                    let median = milliseconds.sorted()[milliseconds.count / 2]
                    say("poll, \(kind): median \(rounded(median)) ms, at most \(requests) requests")
                }
            }
        }
    }
}
