import Foundation
import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline
@testable import TidegateSettings

@Suite("What deliveries say of web orders")
struct StatedOrdersTests {
    private static let single = ShopStage.oneSource
    private static let folder = "source: { kind: folder, path: FOLDER/drop, scope: partial, after: delete }"
    private static let now = Timestamp.now

    private static func with(
        _ sources: String = single,
        orders: String = "orders: { export_takes: 0s }",
        _ body: @escaping @Sendable (ShopStage) async throws -> Void
    ) async throws {
        try await ShopStage.run(sources: sources, more: orders) { stage in
            try FileManager.default.createDirectory(
                atPath: stage.folder + "/drop",
                withIntermediateDirectories: true
            )
            try await body(stage)
        }
    }

    /// Puts orders of one piece into the ledger, placed so many seconds ago.
    private static func order(_ ids: [Int64: String], ago: Int64 = 3600, in stage: ShopStage) async throws {
        var changes = LedgerChanges()
        let placed = now.adding(seconds: -ago)
        changes.orders = ids.map { id, name in
            let line = LedgerLine(
                id: .init(line: id * 10),
                order: OrderID(id),
                sku: "AB-1",
                unit: "item",
                ordered: Quantity(millionths: 1_000_000),
                placed: placed,
                youngUntil: placed
            )
            return LedgerOrder(
                id: OrderID(id),
                identifier: name,
                placed: placed,
                updated: placed,
                lines: [line]
            )
        }
        #expect(try await stage.shop.state.save(changes, at: now).isEmpty)
    }

    private static func keep(_ stage: ShopStage) async throws -> Int {
        let source = try stage.shop.source(.main)
        let found = try await stage.shop.nextDelivery(of: source.settings)
        let intake = try SnapshotIntake(source.settings, found)
        return try await stage.shop.keepStatedOrders(of: intake, source: source, at: now)
    }

    private static func kept(_ stage: ShopStage) async throws -> [String] {
        try await stage.shop.state.untakenAcknowledgements(after: 0, limit: 100).map { one in
            let said = one.statement
            let late = said.at > now.adding(seconds: -60) ? " late" : ""
            return "\(said.order) \(said.state.rawValue) \(said.source?.text ?? "*")\(late)"
        }
    }

    private static func age(_ name: String, _ seconds: Double, in stage: ShopStage) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -seconds)],
            ofItemAtPath: "\(stage.folder)/\(name)"
        )
    }

    @Test("given a file of orders, its rows are kept once, with their source, as of the delivery")
    func file() async throws {
        try await Self.with { stage in
            try stage.write(["AB-1": 5])
            try stage.write(text: "order,line,state\n73,,\n74,740,shipped\n", to: "orders.csv")
            try Self.age("orders.csv", 700, in: stage)
            try Self.age("stock.csv", 600, in: stage)
            #expect(try await Self.keep(stage) == 2)
            #expect(try await Self.kept(stage) == ["73 booked main", "74 shipped main"])
            let first = try await stage.shop.state.untakenAcknowledgements(after: 0, limit: 9)
            // The next export states them again, as of another time: that is nothing new.
            try Self.age("stock.csv", 300, in: stage)
            #expect(try await Self.keep(stage) == 0)
            #expect(try await stage.shop.state.untakenAcknowledgements(after: 0, limit: 9) == first)
        }
    }

    @Test("given a single file whose orders are later than itself, they count as of themselves")
    func later() async throws {
        try await Self.with { stage in
            try stage.write(["AB-1": 5])
            try Self.age("stock.csv", 600, in: stage)
            try stage.write(text: "order,at\n73,\n74,2026-11-01T00:00:00Z\n", to: "orders.csv")
            #expect(try await Self.keep(stage) == 2)
            #expect(try await Self.kept(stage).sorted() == ["73 booked main late", "74 booked main"])
        }
    }

    @Test("given bad rows, an exception names them until they are mended, and the others are kept")
    func refused() async throws {
        try await Self.with { stage in
            try stage.write(["AB-1": 5])
            try stage.write(text: "order,state\n73,packed\n74,\n", to: "stock.orders.csv")
            #expect(try await Self.keep(stage) == 1)
            let open = try await stage.openExceptions(.ordersRefused)
            #expect(open.count == 1 && open[0].exception.message.contains("Line 2: \"packed\""))
            try stage.write(text: "number\n73\n", to: "stock.orders.csv")
            #expect(try await Self.keep(stage) == 0)
            #expect(try await stage.openExceptions(.ordersRefused).count == 1)
            // Figures are taken all the same.
            #expect(try await stage.sync().summaries[0].state == .done && stage.shown("AB-1") == 5)
            try stage.write(text: "order\n73\n", to: "stock.orders.csv")
            #expect(try await Self.keep(stage) == 1)
            #expect(try await stage.openExceptions(.ordersRefused).isEmpty)
        }
    }

    @Test("given a folder, the file of orders is no delivery, and goes with its snapshot")
    func dropped() async throws {
        try await Self.with(Self.folder) { stage in
            try stage.drop("a.csv", ["AB-1": 5])
            try stage.write(text: "order\n73\n", to: "drop/a.orders.csv")
            try stage.write(text: "order\n74\n", to: "drop/orders.csv.part")
            #expect(try await Self.keep(stage) == 1)
            // What is later than its snapshot is its own all the same: no other has its name.
            #expect(try await Self.kept(stage) == ["73 booked main"])
            try await stage.sync()
            #expect(stage.shown("AB-1") == 5)
            #expect(try await stage.outcomes() == ["a.csv taken"])
            #expect(try stage.dropped() == ["orders.csv.part"])
        }
    }

    @Test("given a manifest, open orders through the one it names are booked, but for those it misses")
    func through() async throws {
        try await Self.with { stage in
            try await Self.order([71: "FR-1", 72: "FR-2", 73: "FR-3", 74: "FR-4"], in: stage)
            try await Self.order([70: "FR-0"], ago: -3600, in: stage)
            try stage.write(["AB-1": 5])
            try Self.age("stock.csv", 600, in: stage)
            let manifest = #"{"orders_through": "FR-3", "orders_missing": ["FR-1"]}"#
            try stage.write(text: manifest, to: "stock.manifest.json")
            // The one that is ordered after the figures is not in them.
            #expect(try await Self.keep(stage) == 2)
            #expect(try await Self.kept(stage) == ["72 booked main", "73 booked main"])
            #expect(try await Self.keep(stage) == 0)
            try stage.write(text: #"{"orders_through": 74}"#, to: "stock.manifest.json")
            #expect(try await Self.keep(stage) == 2)
            #expect(try await Self.kept(stage).suffix(2) == ["71 booked main", "74 booked main"])
        }
    }

    @Test("given a delivery of a time that cannot have been, only rows with their own times are kept")
    func ahead() async throws {
        try await Self.with { stage in
            try await Self.order([71: "71"], in: stage)
            try stage.write(["AB-1": 5])
            try stage.write(text: "order,at\n73,\n74,2026-11-01T00:00:00Z\n", to: "orders.csv")
            let asOf = Self.now.adding(seconds: 9_000)
            let manifest = #"{"asOf": "\#(asOf)", "orders_through": 80}"#
            try stage.write(text: manifest, to: "stock.manifest.json")
            #expect(try await Self.keep(stage) == 1)
            #expect(try await Self.kept(stage) == ["74 booked main"])
        }
    }

    @Test(
        "given proofs that are not configured, nothing is kept",
        arguments: ["", "orders: { by: [manifest] }", "orders: { by: [ids] }"]
    )
    func unproven(orders: String) async throws {
        try await Self.with(orders: orders) { stage in
            try await Self.order([71: "71"], in: stage)
            try stage.write(["AB-1": 5])
            try stage.write(text: "order\n99\n", to: "orders.csv")
            try stage.write(text: #"{"orders_through": 80}"#, to: "stock.manifest.json")
            let kept = try await Self.keep(stage)
            let expected = orders.contains("ids") ? ["99"] : orders.isEmpty ? [] : ["71"]
            #expect(kept == expected.count)
            let names = try await Self.kept(stage).compactMap { $0.split(separator: " ").first }
            #expect(names.map(String.init) == expected)
        }
    }
}
