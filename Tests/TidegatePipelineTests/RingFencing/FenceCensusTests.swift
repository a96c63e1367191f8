import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline

@Suite("What fences have, and how a SKU is divided, as pages show it", .serialized)
struct FenceCensusTests {
    private static let fences = """
        fences:
          gold:
            customer_group: Gold
            rank: 1
            publish: { warehouse: Gold }
            rules: [{ match: { sku: "AB-*" }, hold: floor, quantity: 40 }]
          silver:
            customer_group: Silver
            rank: 2
            publish: { warehouse: Silver }
            rules: [{ match: { sku: "AB-1" }, hold: floor, quantity: 10 }]
        """

    @Test("a fence is short where some of its SKUs are, whatever others have too much")
    func census() async throws {
        try await FencedShop.withRunning(seed: 1) { place in
            try place.write(stock: ["AB-1": 100, "AB-2": 15])
            _ = try await place.sync(fences: Self.fences)
            // What a later run touches changes nothing about the others.
            try place.write(stock: ["AB-1": 100, "AB-2": 15, "AB-3": 90])
            _ = try await place.sync(fences: Self.fences)
            let shop = try await Shop.openForReading(try place.settings(fences: Self.fences))
            let census = try await FenceCensus(of: shop, skusMax: nil, at: .now)
            #expect(census.isComplete && census.skus == 6)
            #expect(census.rows.map(\.fence) == ["gold", "silver"])
            let gold = try #require(census.rows.first)
            #expect("\(gold.target)" == "240" && "\(gold.filled)" == "95")
            #expect("\(gold.short)" == "145" && gold.shortSKUs == 4)
            #expect(census.shorts.first?.missing == Quantity(units: 40))
            #expect(census.shorts.last?.sku == "AB-2" && census.shorts.last?.filled == Quantity(units: 15))
            #expect(census.rows.last?.shortSKUs == 0)
            let some = try await FenceCensus(of: shop, skusMax: 2, at: .now)
            #expect(!some.isComplete && some.skus == 2)
            try shop.close()
        }
    }

    @Test("the flow of a SKU adds up from its locations to its levels")
    func flow() async throws {
        try await FencedShop.withRunning(seed: 1) { place in
            try place.write(stock: ["AB-1": 100])
            _ = try await place.sync(fences: Self.fences)
            let shop = try await Shop.openForReading(try place.settings(fences: Self.fences))
            let flow = try await SKUFlow(of: "AB-1", in: shop)
            #expect(flow.places.map(\.net) == [Quantity(units: 100)])
            let site = try #require(flow.sites.first)
            #expect(site.stock == Quantity(units: 100) && site.shared == Quantity(units: 50))
            #expect(site.fences.map(\.filled) == [Quantity(units: 40), Quantity(units: 10)])
            #expect(site.fences.first?.rule == "floor 40")
            let shown = flow.levels.map { level in level.receipts?.level.published }
            #expect(Set(shown) == [Quantity(units: 50), Quantity(units: 40), Quantity(units: 10)])
            #expect(flow.levels.allSatisfy { $0.wanted == $0.receipts?.level.published })
            let fault = await #expect(throws: Fault.self) { try await SKUFlow(of: "ab-1", in: shop) }
            #expect(fault?.code == "unknown_sku" && fault?.hint.contains("AB-1") == true)
            try shop.close()
        }
    }
}
