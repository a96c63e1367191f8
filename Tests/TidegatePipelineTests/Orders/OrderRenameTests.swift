import InventoryCore
import OroSimulator
import StateStore
import Testing

@testable import TidegatePipeline

/// Products that are renamed in the shop: its order lines keep the old SKU.
@Suite struct OrderRenameTests {
    @Test("given a renamed product, when the ERP states it, then its orders count against the new SKU")
    func renamed() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 10, "AB-2": 5], asOf: -600)
            let order = stage.order("AB-1", 3)
            try await stage.poll()
            #expect(
                await stage.simulator.perform(.renameProduct(sku: "AB-1", newSku: "NEW-1"))
            )
            try await stage.erp(["NEW-1": 10, "AB-2": 5], asOf: -300)
            #expect(stage.shown("NEW-1") == 7)
            #expect(try await stage.open("NEW-1") == Quantity(units: 3))
            #expect(try await stage.open("AB-1") == .zero)
            try await stage.acknowledge(order, at: -200)
            try await stage.erp(["NEW-1": 7, "AB-2": 5], asOf: -100)
            #expect(try await stage.open("NEW-1") == .zero)
            #expect(stage.shown("NEW-1") == 7)
        }
    }

    @Test("given two products that have exchanged their SKUs, then each order follows its own")
    func swapped() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 10, "AB-2": 20], asOf: -600)
            stage.order("AB-1", 3)
            stage.order("AB-2", 4)
            try await stage.poll()
            #expect(await stage.simulator.perform(.swapProducts(sku: "AB-1", otherSku: "AB-2")))
            let index = LevelIndex(state: stage.state, shop: stage.stage.oro)
            let ids = try await stage.state.levels(of: ["AB-1", "AB-2"]).compactMap(\.id)
            try await index.confirm(ids)
            try await stage.poll()
            #expect(try await stage.open("AB-1") == Quantity(units: 4))
            #expect(try await stage.open("AB-2") == Quantity(units: 3))
        }
    }

    @Test("given a product whose old SKU went to a new one, then orders of both are told apart")
    func replaced() async throws {
        try await OrderStage.run { stage in
            try await stage.erp(["AB-1": 10, "AB-2": 5], asOf: -600)
            stage.order("AB-1", 3)
            try await stage.poll()
            #expect(
                await stage.simulator.perform(.replaceProduct(sku: "AB-1", newSku: "NEW-1"))
            )
            stage.order("AB-1", 2, takesStock: .never)
            try await stage.poll()
            try await stage.erp(["NEW-1": 10, "AB-1": 8, "AB-2": 5], asOf: -300)
            try await stage.poll()
            #expect(try await stage.open("NEW-1") == Quantity(units: 3))
            #expect(try await stage.open("AB-1") == Quantity(units: 2))
            #expect(stage.shown("NEW-1") == 7)
        }
    }
}
