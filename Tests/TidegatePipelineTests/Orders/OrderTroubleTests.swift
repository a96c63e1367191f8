import Foundation
import InventoryCore
import OroSimulator
import StateStore
import Testing

@testable import TidegatePipeline
@testable import TidegateSettings

/// What happens where orders cannot be read or counted, and where our own writes come in between.
@Suite struct OrderTroubleTests {
    @Test("given a shop that shows no orders, then figures fall and do not rise, and somebody is told")
    func unreadable() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 10, "AB-2": 10], asOf: -600)
            stage.simulator.changeConditions { $0.permissions.remove(.viewOrders) }
            // As if the last reading were long ago.
            var cursor = try #require(try await stage.state.orderCursor())
            cursor.read = Timestamp.now.adding(seconds: -3_600).microseconds
            var changes = LedgerChanges()
            changes.cursor = cursor
            _ = try await stage.state.save(changes, at: .now)
            try await stage.erp(["AB-1": 15, "AB-2": 4], asOf: -300)
            #expect(stage.shown("AB-1") == 10)
            #expect(stage.shown("AB-2") == 4)
            #expect(try await stage.stage.openExceptions(.ledgerStale).count == 1)
            stage.simulator.changeConditions { $0.permissions.insert(.viewOrders) }
            try await stage.poll()
            #expect(stage.shown("AB-1") == 15)
            #expect(try await stage.stage.openExceptions(.ledgerStale).isEmpty)
        }
    }

    @Test("given an ordered unit without a factor, then the SKU does not rise until that is mended")
    func unitUnknown() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 10], asOf: -600)
            let position = RunningSimulator.OrderPosition(sku: "AB-1", unit: "pallet", quantity: "1")
            stage.simulator.placeOrder(OrderPlacement([position], takesStock: .never))
            try await stage.poll()
            try await stage.erp(["AB-1": 15], asOf: -300)
            #expect(stage.shown("AB-1") == 10)
            #expect(try await stage.stage.openExceptions(.orderUnitUnknown).count == 1)
            try await stage.erp(["AB-1": 7], asOf: -200)
            #expect(stage.shown("AB-1") == 7)
        }
    }

    @Test("given an order that nobody acknowledges, then somebody is told, until it is released")
    func overdue() async throws {
        try await OrderStage.run(orders: ", deadline: 1h") { stage in
            try await stage.erp(["AB-1": 10], asOf: -600)
            let order = stage.order("AB-1", 3)
            try await stage.poll()
            try await stage.poll(after: 7_200)
            let told = try await stage.stage.openExceptions(.orderUnacknowledged)
            #expect(told.map(\.exception.subject.order) == [order])
            let released = try await OrderReleasing(stage.stage.shop)
                .perform(order, who: "somebody", reason: "entered by phone")
            #expect(released.isOpen == false)
            try await stage.poll(after: 7_300)
            #expect(stage.shown("AB-1") == 10)
            #expect(try await stage.stage.openExceptions(.orderUnacknowledged).isEmpty)
            let shown = try await ShownOrder(order, in: stage.stage.shop)
            #expect(shown.releases.map(\.reason) == ["entered by phone"])
        }
    }

    @Test("given an order of which a part is acknowledged, then somebody is told of the rest")
    func partlyOverdue() async throws {
        try await OrderStage.run(orders: ", deadline: 1h") { stage in
            try await stage.erp(["AB-1": 10, "AB-2": 10], asOf: -600)
            let positions = ["AB-1", "AB-2"].map { RunningSimulator.OrderPosition(sku: $0, quantity: "2") }
            let order = stage.simulator.placeOrder(OrderPlacement(positions))
            try await stage.poll()
            let lines = stage.simulator.lineIds(ofOrder: order).compactMap { Int64($0) }
            try await stage.acknowledge(order, line: lines[0], at: -60)
            try await stage.poll(after: 7_200)
            let told = try await stage.stage.openExceptions(.orderUnacknowledged)
            #expect(told.map(\.exception.subject.order) == [order])
            try await stage.acknowledge(order, line: lines[1], at: -60)
            try await stage.poll(after: 7_300)
            #expect(try await stage.stage.openExceptions(.orderUnacknowledged).isEmpty)
        }
    }

    @Test("given a part that is not acknowledged, then a manifest that misses the order leaves it")
    func partAndMissing() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 20, "AB-2": 20], asOf: -600)
            let positions = ["AB-1", "AB-2"].map { RunningSimulator.OrderPosition(sku: $0, quantity: "2") }
            let order = stage.simulator.placeOrder(OrderPlacement(positions))
            try await stage.poll()
            let line = try #require(stage.simulator.lineIds(ofOrder: order).first.flatMap { Int64($0) })
            try await stage.acknowledge(order, line: line, at: -60)
            try stage.stage.write(["AB-1": 18, "AB-2": 20])
            let through = "\"orders_through\": 900, \"orders_missing\": [\"\(order)\"]"
            let manifest = "{ \"asOf\": \"\(Timestamp.now)\", \"scope\": \"full\", \(through) }"
            try stage.stage.write(text: manifest, to: "stock.csv.manifest.json")
            _ = try await stage.stage.sync()
            #expect(try await stage.open("AB-1") == .zero)
            #expect(try await stage.open("AB-2") == Quantity(units: 2))
            #expect([stage.shown("AB-1"), stage.shown("AB-2")] == [18, 18])
        }
    }

    @Test("given an order that the ERP has booked, when it is cancelled in the shop, then somebody is told")
    func cancelledButBooked() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 10], asOf: -600)
            let order = stage.order("AB-1", 3)
            try await stage.poll()
            try await stage.acknowledge(order, at: -300)
            stage.simulator.setOrderStatus(order, to: .cancelled)
            try await stage.poll()
            #expect(try await stage.stage.openExceptions(.cancelledButBooked).count == 1)
            #expect(stage.shown("AB-1") == 7)
        }
    }

    @Test("given an acknowledgement before its order is seen, then it counts as soon as that is")
    func acknowledgedFirst() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 10], asOf: -100)
            let position = RunningSimulator.OrderPosition(sku: "AB-1", quantity: "3")
            let order = stage.simulator.placeOrder(OrderPlacement([position], visibility: .uncommitted))
            try await stage.acknowledge(order, at: -50)
            stage.simulator.commitOrder(order)
            try await stage.poll()
            #expect(try await stage.open("AB-1") == Quantity(units: 3))
            try await stage.erp(["AB-1": 7], asOf: -10)
            #expect(try await stage.open("AB-1") == .zero)
            #expect(stage.shown("AB-1") == 7)
        }
    }

    @Test("given a partial delivery, then it contains what is acknowledged of the SKUs that it states")
    func partial() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 10, "AB-2": 10], asOf: -600)
            let first = stage.order("AB-1", 3)
            let second = stage.order("AB-2", 4)
            try await stage.poll()
            try await stage.acknowledge(first, at: -300)
            try await stage.acknowledge(second, at: -300)
            try stage.stage.write(["AB-1": 7])
            let manifest = "{ \"asOf\": \"\(Timestamp.now.adding(seconds: -100))\", \"scope\": \"partial\" }"
            try stage.stage.write(text: manifest, to: "stock.csv.manifest.json")
            _ = try await stage.stage.sync()
            #expect(try await stage.open("AB-1") == .zero)
            #expect(try await stage.open("AB-2") == Quantity(units: 4))
            #expect([stage.shown("AB-1"), stage.shown("AB-2")] == [7, 6])
        }
    }

    @Test("given a figure in doubt, then it contains nothing that was acknowledged")
    func doubtful() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 10, "AB-2": 10], asOf: -600)
            let order = stage.order("AB-1", 3)
            try await stage.poll()
            try await stage.acknowledge(order, at: -300)
            let text = "sku,location,unit,on_hand\nAB-1,WH-1,EA,n/a\nAB-2,WH-1,EA,10\n"
            try stage.stage.write(text: text)
            let manifest = "{ \"asOf\": \"\(Timestamp.now.adding(seconds: -100))\", \"scope\": \"full\" }"
            try stage.stage.write(text: manifest, to: "stock.csv.manifest.json")
            _ = try await stage.stage.sync()
            #expect(try await stage.open("AB-1") == Quantity(units: 3))
            #expect(stage.shown("AB-1") == 7)
        }
    }

    @Test("given a partial figure before its acknowledgement, then that releases the order all the same")
    func partialFigureFirst() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 20, "AB-2": 5], asOf: -600)
            let order = stage.order("AB-1", 4)
            try await stage.poll()
            try stage.stage.write(["AB-1": 16])
            let manifest = "{ \"asOf\": \"\(Timestamp.now)\", \"scope\": \"partial\" }"
            try stage.stage.write(text: manifest, to: "stock.csv.manifest.json")
            _ = try await stage.stage.sync()
            #expect(stage.shown("AB-1") == 12)
            try await stage.acknowledge(order, at: -60)
            #expect(stage.shown("AB-1") == 16)
        }
    }

    @Test("given orders that count no more, and again, then what was ordered is worked out each time")
    func switched() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 10, "AB-2": 1], asOf: -600)
            stage.order("AB-1", 4)
            try await stage.poll()
            #expect(stage.shown("AB-1") == 6)
            var settings = stage.stage.shop.settings
            settings.orders = nil
            let without = try stage.stage.shop.changed(to: settings)
            _ = try await SyncRun(shop: without, oro: stage.stage.oro).perform()
            #expect(stage.shown("AB-1") == 10)
            _ = try await stage.stage.sync()
            #expect(stage.shown("AB-1") == 6)
        }
    }

    @Test("given an order that shop and ERP have both cancelled, then nothing of it is kept back")
    func cancelledByBoth() async throws {
        try await OrderStage.run(orders: ", acknowledge: shipped") { stage in
            try await stage.erp(["AB-1": 10], asOf: -600)
            let order = stage.order("AB-1", 3)
            try await stage.poll()
            try await stage.acknowledge(order, .booked, at: -300)
            stage.simulator.setOrderStatus(order, to: .cancelled)
            try await stage.poll()
            #expect(stage.shown("AB-1") == 7)
            try await stage.acknowledge(order, .cancelled, at: -200)
            #expect(stage.shown("AB-1") == 10)
            #expect(try await stage.stage.openExceptions(.cancelledButBooked).isEmpty)
        }
    }

    @Test("given an acknowledgement of long before its order, then no older figure contains it")
    func acknowledgedBeforePlaced() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 10], asOf: -60)
            let order = stage.order("AB-1", 3)
            try await stage.poll()
            // A local time that is called UTC.
            try await stage.acknowledge(order, at: -3_600)
            #expect(stage.shown("AB-1") == 7)
            try await stage.erp(["AB-1": 7], asOf: 2)
            #expect(try await stage.open("AB-1") == .zero)
        }
    }

    @Test("given a part of an order that was stated, then the manifest still speaks for the rest")
    func partAndManifest() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 20, "AB-2": 20], asOf: -600)
            let positions = ["AB-1", "AB-2"].map { RunningSimulator.OrderPosition(sku: $0, quantity: "2") }
            let order = stage.simulator.placeOrder(OrderPlacement(positions))
            try await stage.poll()
            let line = try #require(stage.simulator.lineIds(ofOrder: order).first.flatMap { Int64($0) })
            try await stage.acknowledge(order, line: line, quantity: 1, at: -60)
            try stage.stage.write(["AB-1": 18, "AB-2": 18])
            let asOf = Timestamp.now
            let manifest = "{ \"asOf\": \"\(asOf)\", \"scope\": \"full\", \"orders_through\": \"\(order)\" }"
            try stage.stage.write(text: manifest, to: "stock.csv.manifest.json")
            _ = try await stage.stage.sync()
            #expect(try await stage.open("AB-1") == .zero)
            #expect(try await stage.open("AB-2") == .zero)
            #expect([stage.shown("AB-1"), stage.shown("AB-2")] == [18, 18])
        }
    }

    @Test("given orders that count from an earlier time on, then those in between are read")
    func sinceEarlier() async throws {
        try await OrderStage.run { stage in
            func since(days: Int64) throws -> Shop {
                var settings = stage.stage.shop.settings
                settings.orders?.since = Timestamp.now.adding(seconds: -days * 86_400)
                return try stage.stage.shop.changed(to: settings)
            }
            try stage.stage.write(["AB-1": 10])
            _ = try await SyncRun(shop: since(days: 10), oro: stage.stage.oro).perform()
            let position = RunningSimulator.OrderPosition(sku: "AB-1", quantity: "4")
            let placed = Timestamp.now.adding(seconds: -20 * 86_400).microseconds / 1_000_000
            stage.simulator.placeOrder(
                OrderPlacement([position], takesStock: .never, createdAtSeconds: placed)
            )
            _ = try await SyncRun(shop: since(days: 10), oro: stage.stage.oro).perform()
            #expect(try await stage.open("AB-1") == .zero)
            _ = try await SyncRun(shop: since(days: 30), oro: stage.stage.oro).perform()
            #expect(try await stage.open("AB-1") == Quantity(units: 4))
            #expect(stage.shown("AB-1") == 6)
        }
    }

    @Test("given a fence that is no more, then what was ordered of its product counts against the stock")
    func formerFence() async throws {
        let fence = """
            fences:
              ka:
                customer_group: KA
                rank: 1
                publish: { sku_alias: "{sku}2" }
                rules: [{ match: { sku: "AB-1" }, hold: floor, quantity: 5 }]
            """
        try await OrderStage.run(more: fence) { stage in
            try await stage.erp(["AB-1": 10], asOf: -600)
            #expect([stage.shown("AB-1"), stage.shown("AB-12")] == [5, 5])
            let order = stage.order("AB-12", 3)
            try await stage.poll()
            var settings = stage.stage.shop.settings
            settings.rules = RuleSet(sites: settings.rules.sites)
            let without = try stage.stage.shop.changed(to: settings)
            try stage.stage.write(["AB-1": 11])
            let manifest = "{ \"asOf\": \"\(Timestamp.now)\", \"scope\": \"full\" }"
            try stage.stage.write(text: manifest, to: "stock.csv.manifest.json")
            _ = try await SyncRun(shop: without, oro: stage.stage.oro).perform()
            #expect([stage.shown("AB-1"), stage.shown("AB-12")] == [8, 0])
            stage.simulator.setOrderStatus(order, to: .cancelled)
            _ = try await SyncRun(shop: without, oro: stage.stage.oro).perform()
            #expect(stage.shown("AB-1") == 11)
        }
    }
}
