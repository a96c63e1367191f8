import InventoryCore
import OroSimulator
import StateStore
import Testing

@testable import TidegatePipeline

/// Stock that is sold by the item and by the case of 12, in an Enterprise shop's warehouses.
@Suite("Units that are published", .serialized)
struct PublishUnitsRunTests {
    private static let fences = """
        fences:
          gold:
            customer_group: Gold
            rank: 1
            publish: { warehouse: Gold }
            rules: [{ hold: floor, quantity: 40 }]
          silver:
            customer_group: Silver
            rank: 2
            publish: { sku_alias: "{sku}-KA" }
            rules: [{ match: { sku: AB-1 }, hold: percent, percent: 25, step: 6 }]
        """

    /// AB-1 is sold in both units, AB-2 by the item only, AB-3 first of all by the case; the second product
    /// of AB-1 in both.
    private static let catalogue = Catalogue(products: [
        product("AB-1", ["item", "case"], in: FencedShop.warehouses),
        product("AB-2", ["item"], in: FencedShop.warehouses),
        product("AB-3", ["case", "item"], in: FencedShop.warehouses),
        product("AB-1-KA", ["item", "case"], in: ["Everyone"]),
    ])

    private typealias Product = Catalogue.Product

    private static func product(_ sku: String, _ units: [String], in warehouses: [String]) -> Product {
        let empty = warehouses.map { (name: $0, quantity: StockQuantity.zero) }
        let units = units.map { Catalogue.Unit(code: $0, warehouses: empty) }
        return Product(sku: sku, units: units)
    }

    /// Runs with this `publish_units`, and stock of 100 each.
    private static func run(
        _ publishUnits: String,
        _ body: @Sendable (FencedShop, RunSummary) async throws -> Void
    ) async throws {
        try await FencedShop.withRunning(seed: 7, catalogue: catalogue) { running in
            var place = running
            place.units = "units: [{ erp: EA, per_base: 1, oro: item }, { erp: CS, per_base: 12, oro: case }]"
            place.publishUnits = publishUnits
            try place.write(stock: ["AB-1": 100, "AB-2": 100, "AB-3": 100])
            try await body(place, try await place.sync(fences: fences))
        }
    }

    /// What each level of a SKU shows that is not 0, such as `Gold item 40`.
    private static func shown(_ sku: String, _ place: FencedShop) -> [String] {
        place.simulator.levels().filter { $0.sku == sku && $0.quantity != "0" }
            .map { "\($0.warehouse ?? "") \($0.unit) \($0.quantity)" }.sorted()
    }

    // AB-1: Gold gets 40, Silver a quarter of 100 in steps of 6, so 24, and everyone the other 36. AB-3 is
    // divided in whole cases: 36 for Gold, 64 for everyone.

    @Test("`primary` writes the primary unit and no other")
    func primary() async throws {
        try await Self.run("primary") { place, run in
            #expect(Self.shown("AB-1", place) == ["Everyone item 36", "Gold item 40"])
            #expect(Self.shown("AB-1-KA", place) == ["Everyone item 24"])
            #expect(Self.shown("AB-2", place) == ["Everyone item 60", "Gold item 40"])
            #expect(Self.shown("AB-3", place) == ["Everyone case 5", "Gold case 3"])
            #expect(run.counts.written == 7)
        }
    }

    @Test("`mirror` shows each pool once in every unit, rounded down")
    func mirror() async throws {
        try await Self.run("mirror") { place, run in
            let first = ["Everyone case 3", "Everyone item 36", "Gold case 3", "Gold item 40"]
            #expect(Self.shown("AB-1", place) == first)
            #expect(Self.shown("AB-1-KA", place) == ["Everyone case 2", "Everyone item 24"])
            #expect(Self.shown("AB-2", place) == ["Everyone item 60", "Gold item 40"])
            let third = ["Everyone case 5", "Everyone item 64", "Gold case 3", "Gold item 36"]
            #expect(Self.shown("AB-3", place) == third)
            #expect(run.counts.written == 12)
            // 8 more make 44 for everyone; only the item's level changes, since 44 are 3 cases, too.
            try place.write(stock: ["AB-1": 108, "AB-2": 100, "AB-3": 100])
            let more = try await place.sync(fences: Self.fences)
            #expect(more.counts.written == 1)
            #expect(Self.shown("AB-1", place).contains("Everyone item 44"))
        }
    }

    @Test("`split` shows in each unit its share of a pool, and never more than there is")
    func split() async throws {
        try await Self.run("{ split: { item: 70, case: 30 } }") { place, run in
            // 70 % of 36 are 25.2 items, and 30 % are 10.8: no case. Gold: 28 items, and 12 are one case.
            #expect(Self.shown("AB-1", place) == ["Everyone item 25", "Gold case 1", "Gold item 28"])
            // 70 % of 24 are 16.8 items, and 30 % are 7.2: no case.
            #expect(Self.shown("AB-1-KA", place) == ["Everyone item 16"])
            // AB-2 has no case, so the case's share is shown nowhere.
            #expect(Self.shown("AB-2", place) == ["Everyone item 42", "Gold item 28"])
            // 70 % of 64 are 44.8 items, 30 % are 19.2: one case; 25.2 items of Gold's 36, and 10.8.
            #expect(Self.shown("AB-3", place) == ["Everyone case 1", "Everyone item 44", "Gold item 25"])
            #expect(run.counts.written == 9)
            for sku in ["AB-1", "AB-2", "AB-3"] { #expect(Self.inItems(sku, place) <= 100) }
            let again = try await place.sync(fences: Self.fences)
            #expect(again.counts.written == 0)
        }
    }

    @Test("with `split`, the certificate counts what is shown nowhere as unoffered")
    func certificate() async throws {
        try await Self.run("{ split: { item: 70, case: 30 } }") { place, run in
            let settings = try place.settings(fences: Self.fences)
            let shop = try await Shop.openForReading(settings)
            let shown = try await ShownRun("\(run.run)", in: shop)
            try shop.close()
            let certificate = String(decoding: try shown.statedCertificate(), as: UTF8.self)
            // Gold has 116: 40, 40 and 36, of which 40, 28 and 25 are shown.
            #expect(certificate.contains(#""offered":"93","unoffered":"23""#), "\(certificate)")
        }
    }

    /// Everything that is shown of a SKU, in items.
    private static func inItems(_ sku: String, _ place: FencedShop) -> Int {
        place.simulator.levels().filter { [sku, sku + "-KA"].contains($0.sku) }
            .reduce(0) { $0 + (Int($1.quantity) ?? 0) * ($1.unit == "case" ? 12 : 1) }
    }
}
