import InventoryCore
import OroSimulator
import StateStore
import Testing

@testable import TidegatePipeline

@Suite("The status of products whose stock returns")
struct StatusRestorationTests {
    static let restores = "inventory_status: restore,"

    @Test("a product sold out by the shop's checkout is in stock again when its stock returns")
    func restored() async throws {
        try await AuditStage.run(oro: Self.restores) { stage in
            try await stage.sync(["AB-1": 3, "AB-2": 3, "AB-3": 3])
            #expect(stage.simulator.checkout(level: stage.level("AB-1"), quantity: "3"))
            #expect(stage.simulator.inventoryStatus(sku: "AB-1") == .outOfStock)
            stage.simulator.setInventoryStatus(sku: "AB-2", to: .discontinued)
            stage.simulator.setInventoryStatus(sku: "AB-3", to: .outOfStock)
            // The ERP never said that AB-1 was at zero; AB-3 shrinks, so its status is not ours to change.
            try await stage.sync(["AB-1": 9, "AB-2": 9, "AB-3": 1])
            #expect(stage.simulator.inventoryStatus(sku: "AB-1") == .inStock)
            #expect(stage.simulator.inventoryStatus(sku: "AB-2") == .discontinued)
            #expect(stage.simulator.inventoryStatus(sku: "AB-3") == .outOfStock)
        }
    }

    @Test("a product that is in stock is asked about once and not written")
    func noNeedlessWrite() async throws {
        try await AuditStage.run(oro: Self.restores) { stage in
            try await stage.sync(["AB-1": 3])
            stage.simulator.inject(FaultRule(.apiOff, method: "PATCH", path: "/admin/api/products"))
            #expect(try await stage.sync(["AB-1": 4]).counts.written == 1)
            let quiet = try await stage.sync(["AB-1": 4])
            #expect(quiet.counts.written == 0 && quiet.requests == 0)
        }
    }

    @Test("without the setting no product is asked about")
    func notConfigured() async throws {
        try await AuditStage.run { stage in
            try await stage.sync(["AB-1": 3])
            #expect(stage.simulator.checkout(level: stage.level("AB-1"), quantity: "3"))
            stage.simulator.inject(FaultRule(.apiOff, path: "/admin/api/products"))
            try await stage.sync(["AB-1": 9])
            #expect(stage.simulator.inventoryStatus(sku: "AB-1") == .outOfStock)
        }
    }

    @Test("a role that may not edit products is named, and the status follows once it may")
    func notPermitted() async throws {
        try await AuditStage.run(oro: Self.restores) { stage in
            try await stage.sync(["AB-1": 3])
            #expect(stage.simulator.checkout(level: stage.level("AB-1"), quantity: "3"))
            stage.simulator.changeConditions { $0.permissions.remove(.editProducts) }
            let summary = try await stage.sync(["AB-1": 9])
            #expect(summary.counts.written == 1 && stage.shown("AB-1") == "9")
            let told = try await stage.shop.state.openExceptions().map(\.exception)
            #expect(told.map(\.code) == [.writeRefused])
            #expect(told.first?.message.contains("right to edit products") == true)
            stage.simulator.changeConditions { $0.permissions = .all }
            try await stage.sync(["AB-1": 9])
            #expect(stage.simulator.inventoryStatus(sku: "AB-1") == .inStock)
            #expect(try await stage.shop.state.openExceptions().isEmpty)
        }
    }

    @Test("what fails in three runs is told and not tried by every run")
    func givenUp() async throws {
        try await AuditStage.run(oro: Self.restores) { stage in
            try await stage.sync(["AB-1": 3])
            #expect(stage.simulator.checkout(level: stage.level("AB-1"), quantity: "3"))
            stage.simulator.changeConditions { $0.permissions.remove(.editProducts) }
            for _ in 0..<3 { try await stage.sync(["AB-1": 9]) }
            #expect(try await stage.shop.state.raised(after: nil, limit: 9).isEmpty)
            #expect(try await stage.shop.state.openExceptions().count == 1)
        }
    }

    @Test("after a lost answer the next push asks again")
    func lostAnswer() async throws {
        try await AuditStage.run(oro: Self.restores) { stage in
            try await stage.sync(["AB-1": 3, "AB-2": 3])
            for sku in ["AB-1", "AB-2"] {
                #expect(stage.simulator.checkout(level: stage.level(sku), quantity: "3"))
            }
            let path = "/admin/api/products/"
            stage.simulator.inject(FaultRule(.cutBeforeEffect, method: "PATCH", path: path, limit: 1))
            stage.simulator.inject(FaultRule(.cutAfterEffect, method: "PATCH", path: path, limit: 1))
            try await stage.sync(["AB-1": 9, "AB-2": 9])
            try await stage.sync(["AB-1": 9, "AB-2": 9])
            for sku in ["AB-1", "AB-2"] { #expect(stage.simulator.inventoryStatus(sku: sku) == .inStock) }
            #expect(try await stage.shop.state.raised(after: nil, limit: 9).isEmpty)
        }
    }

    @Test("stock that is gone again before the check leaves the status alone")
    func endsAgain() async throws {
        try await AuditStage.run(oro: Self.restores) { stage in
            try await stage.sync(["AB-1": 3, "AB-2": 5])
            #expect(stage.simulator.checkout(level: stage.level("AB-1"), quantity: "3"))
            stage.simulator.changeConditions { $0.permissions.remove(.editProducts) }
            try await stage.sync(["AB-1": 9, "AB-2": 5])
            stage.simulator.changeConditions { $0.permissions = .all }
            try await stage.sync(["AB-1": 0, "AB-2": 5])
            #expect(stage.simulator.inventoryStatus(sku: "AB-1") == .outOfStock)
        }
    }
}
