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

    private var unorderedState: String { folder + "/pipeline-unordered" }

    /// Prints the medians of runs in turns, with no open line and with many, and then what a poll costs.
    ///
    /// Both read orders and come from the same runs, so that what differs is the lines. Beside them a run
    /// that knows no orders, on a state of one run less.
    func compareOrders(times: Int) async throws {
        let reading = try Pipeline(folder: folder, more: Pipeline.section)
        try await reading.prepareOrders(0, as: unorderedState)
        try await reading.prepareOrders(Pipeline.linesMax, as: orderedState)
        var runs: [String: [Measured]] = [:]
        for _ in 0..<times {
            for (name, pipeline, state) in [
                ("no orders", self, prepared), ("no lines", reading, unorderedState),
                ("\(Pipeline.linesMax) lines", reading, orderedState),
            ] {
                let run = try await pipeline.run("next.csv", on: state)
                say("\(name): \(rounded(run.seconds)) s, \(run.figures) figures:", run.report)
                runs[name, default: []].append(run)
            }
        }
        for (name, own) in runs.sorted(by: { $0.key < $1.key }) {
            let seconds = own.map(\.seconds).sorted()[times / 2]
            let plan = own.map(\.planSeconds).sorted()[times / 2]
            let each = plan / Double(max(1, own[0].figures)) * 1_000_000
            say(
                "medians of \(times), \(name): run \(rounded(seconds)) s, plan \(rounded(plan)) s, of "
                    + "\(own[0].figures) figures \(rounded(each)) µs each"
            )
        }
        try await measurePolls(times: times)
    }

    /// Has a copy of the prepared state read orders, gives it open lines, and has the shop show what follows
    /// from them.
    private func prepareOrders(_ lines: Int, as other: String) async throws {
        guard !FileManager.default.fileExists(atPath: other) else { return }
        try state(is: prepared)
        try await withOpenShop { shop, _ in
            let levels = lines > 0 ? try await shop.state.levels(after: nil, limit: lines).map(\.key) : []
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
        try FileManager.default.moveItem(atPath: state, toPath: other)
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
