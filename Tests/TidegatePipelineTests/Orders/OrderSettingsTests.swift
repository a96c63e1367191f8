import InventoryCore
import OroSimulator
import StateStore
import Testing

@testable import TidegatePipeline
@testable import TidegateSettings

/// Settings of orders that change while some are open.
@Suite struct OrderSettingsTests {
    private static func changed(_ stage: OrderStage, _ change: (inout OrderSettings) -> Void) throws -> Shop {
        var settings = stage.stage.shop.settings
        if var orders = settings.orders {
            change(&orders)
            settings.orders = orders
        }
        return try stage.stage.shop.changed(to: settings)
    }

    @Test("given orders that count from a later time on, then the older ones leave, and come back with it")
    func sinceLater() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 10], asOf: -600)
            stage.order("AB-1", 3)
            try await stage.poll()
            #expect(stage.shown("AB-1") == 7)
            let later = try Self.changed(stage) { $0.since = Timestamp.now.adding(seconds: 60) }
            func poll(_ shop: Shop, after seconds: Int64) async throws {
                let now = Timestamp.now.adding(seconds: seconds)
                _ = try await OrderPoll(shop: shop, oro: stage.stage.oro, at: now)?.perform()
                _ = try await OrderRun(shop: shop, oro: stage.stage.oro, at: now).perform()
                _ = try await PushRun(shop: shop, oro: stage.stage.oro).push()
            }
            try await poll(later, after: 120)
            #expect(try await stage.open("AB-1") == .zero)
            #expect(stage.shown("AB-1") == 10)
            try await poll(stage.stage.shop, after: 240)
            #expect(try await stage.open("AB-1") == Quantity(units: 3))
            #expect(stage.shown("AB-1") == 7)
        }
    }

    @Test("given figures that contain what is booked from now on, then what was booked before leaves")
    func shippedToBooked() async throws {
        try await OrderStage.run(orders: ", acknowledge: shipped") { stage in
            try await stage.erp(["AB-1": 10, "AB-2": 10], asOf: -600)
            let booked = stage.order("AB-1", 3)
            stage.order("AB-2", 4)
            try await stage.poll()
            try await stage.acknowledge(booked, at: -300)
            try await stage.erp(["AB-1": 10, "AB-2": 9], asOf: -100)
            #expect(try await stage.open("AB-1") == Quantity(units: 3))
            let shop = try Self.changed(stage) { $0.acknowledge = .booked }
            _ = try await OrderPoll(shop: shop, oro: stage.stage.oro)?.perform()
            #expect(try await stage.open("AB-1") == .zero)
            #expect(try await stage.open("AB-2") == Quantity(units: 4))
        }
    }

    @Test("given figures that contain what is shipped only from now on, then what is booked stays until then")
    func bookedToShipped() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 10, "AB-2": 1], asOf: -600)
            let order = stage.order("AB-1", 3)
            try await stage.poll()
            try await stage.acknowledge(order, at: -300)
            let shop = try Self.changed(stage) { $0.acknowledge = .shipped }
            try stage.stage.write(["AB-1": 10, "AB-2": 2])
            let manifest = "{ \"asOf\": \"\(Timestamp.now)\", \"scope\": \"full\" }"
            try stage.stage.write(text: manifest, to: "stock.csv.manifest.json")
            _ = try await SyncRun(shop: shop, oro: stage.stage.oro).perform()
            #expect(try await stage.open("AB-1") == Quantity(units: 3))
            #expect([stage.shown("AB-1"), stage.shown("AB-2")] == [7, 2])
        }
    }
}
