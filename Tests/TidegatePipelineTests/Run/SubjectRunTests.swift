import Foundation
import InventoryCore
import OroSimulator
import StateStore
import Testing

@testable import TidegatePipeline

/// What an exception is about is told apart by its fields, whatever blanks and slashes its names hold.
@Suite("Exceptions of SKUs with blanks, with slashes, and of second products", .serialized)
struct SubjectRunTests {
    private static let skus = ["AB", "AB 1", "AB / 2"]

    private static func write(_ stock: [String: Int], to place: FencedShop) throws {
        let rows = stock.sorted { $0.key < $1.key }.map { "\($0.key),WH,EA,\($0.value)\n" }
        try Data(("sku,location,unit,on_hand\n" + rows.joined()).utf8).write(
            to: place.folder.appending(path: "stock.csv"),
            options: .atomic
        )
    }

    private static func catalogue(_ skus: [String]) throws -> Catalogue {
        let nothing = try #require(StockQuantity("0"))
        return Catalogue(
            products: skus.map { sku in
                let everyone = [(name: "Everyone", quantity: nothing)]
                return Catalogue.Product(
                    sku: sku,
                    units: [Catalogue.Unit(code: "item", warehouses: everyone)]
                )
            }
        )
    }

    private static func looking<Result>(
        at place: FencedShop,
        fences: String = "",
        _ body: (Shop) async throws -> Result
    ) async throws -> Result {
        let shop = try await Shop.openForReading(try place.settings(fences: fences))
        let result = try await body(shop)
        try shop.close()
        return result
    }

    private static func openSKUs(at place: FencedShop) async throws -> [SKU?] {
        try await looking(at: place) { shop in
            try await shop.state.openExceptions(code: .negativeStock).map(\.exception.subject.sku)
        }
    }

    private static func told(of sku: String, at place: FencedShop) async throws -> [String] {
        try await looking(at: place) { shop in
            try await Explanation(of: sku, in: shop).lines.filter { $0.hasPrefix("exception") }
        }
    }

    @Test(
        "`AB 1` and `AB / 2` keep their exceptions while `AB` changes, are explained, and end with the cause"
    )
    func namesWithBlanks() async throws {
        try await FencedShop.withRunning(seed: 4, catalogue: Self.catalogue(Self.skus)) { place in
            try Self.write(["AB": 5, "AB 1": -3, "AB / 2": -4], to: place)
            _ = try await place.sync(fences: "")
            #expect(try await Self.openSKUs(at: place) == ["AB / 2", "AB 1"])

            try Self.write(["AB": 6, "AB 1": -3, "AB / 2": -4], to: place)
            _ = try await place.sync(fences: "")
            #expect(try await Self.openSKUs(at: place) == ["AB / 2", "AB 1"])
            #expect(try await Self.told(of: "AB", at: place).isEmpty)
            #expect(try await Self.told(of: "AB 1", at: place).count == 1)
            #expect(try await Self.told(of: "AB / 2", at: place).count == 1)

            try Self.write(["AB": 6, "AB 1": 2, "AB / 2": 3], to: place)
            _ = try await place.sync(fences: "")
            #expect(try await Self.openSKUs(at: place).isEmpty)
        }
    }

    @Test("a second product that turns up later gets its part of the stock, and not 0 as a SKU of its own")
    func secondProduct() async throws {
        let fences = """
            fences:
              partners:
                customer_group: Partners
                rank: 1
                publish: { sku_alias: "{sku}-KA" }
                rules: [{ hold: floor, quantity: 40 }]
            """
        let both = try Self.catalogue(["AB", "AB-KA"])
        try await FencedShop.withRunning(seed: 5, catalogue: Self.catalogue(["AB"])) { place in
            try Self.write(["AB": 100], to: place)
            _ = try await place.sync(fences: fences)
            let open = try await Self.looking(at: place, fences: fences) { shop in
                try await shop.state.openExceptions().map(\.exception)
            }
            #expect(open.map(\.subject.sku) == ["AB-KA"] && open.map(\.concerned) == ["AB"])
            // The product is to be created; it is no unit that is missing.
            #expect(open.map(\.code) == [.unknownSKU])

            // The same shop with one product more.
            var options = try FencedShop.options(seed: 5)
            options.catalogue = both
            try await OroSimulator.withRunning(options) { simulator in
                let later = FencedShop(folder: place.folder, simulator: simulator)
                try await StateFolder(path: place.folder.path + "/state").follow(shopAt: simulator.url)
                _ = try await later.sync(fences: fences)
                #expect(later.shown("AB-KA") == ["Everyone": "40"])
                let left = try await Self.looking(at: later, fences: fences) { shop in
                    try await shop.state.openExceptions().map(\.exception)
                }
                #expect(left.isEmpty, "\(left)")
            }
        }
    }
}
