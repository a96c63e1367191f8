import Foundation
import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline
@testable import TidegateSettings

/// What is told of names that are not known, from the delivery to the list of exceptions.
@Suite("Unknown names in a run", .serialized)
struct UnknownNameTests {
    private static func looking<Result>(
        at place: FencedShop,
        _ body: (Shop) async throws -> Result
    ) async throws -> Result {
        let shop = try await Shop.openForReading(try place.settings(fences: ""))
        let result = try await body(shop)
        try shop.close()
        return result
    }

    private static func listed(at place: FencedShop) async throws -> [ListedException] {
        try await looking(at: place) { try await $0.listedExceptions(limit: 100) }
    }

    private static func declare(_ unit: String) -> String {
        "units: [{ erp: \(unit), per_base: 1, oro: item }]"
    }

    @Test("a unit that is taken out of the configuration is one line, and its stock counts as before")
    func unitTakenOut() async throws {
        let stock = Dictionary(uniqueKeysWithValues: FencedShop.skus.map { ($0, 5) })
        try await FencedShop.withRunning(seed: 2) { place in
            var place = place
            place.units = Self.declare("EA")
            try place.write(stock: stock)
            _ = try await place.sync(fences: "")
            #expect(place.sum("AB-6") == 5)
            place.units = Self.declare("ea")
            let summary = try await place.sync(fences: "")
            #expect(summary.exceptions == 1 && summary.status == .exceptionsOpen)
            #expect(FencedShop.skus.map(place.sum) == [5, 5, 5, 5, 5, 5])
            let listed = try await Self.listed(at: place)
            #expect(listed.map(\.group.code) == [.stockUnitUnknown])
            let message = try #require(listed.first?.message)
            #expect(message.hasPrefix("6 positions have rows in a unit without a factor: AB-1 (EA), "))
            #expect(message.hasSuffix("“ea” is known, which differs only in capitals."), "\(message)")
            place.units = Self.declare("EA")
            #expect(try await place.sync(fences: "").exceptions == 0)
            #expect(try await Self.listed(at: place).isEmpty)
        }
    }

    @Test("a SKU that the shop has in another spelling is told with that, and stays another SKU")
    func nearSKU() async throws {
        try await FencedShop.withRunning(seed: 3) { place in
            let rows = "ab-1,WH,EA,5\nAB\u{A0}-2,WH,EA,5\nXY,WH,EA,5\nAB-3,wh,EA,1\nAB-3,WH,EA,4\n"
            try Data(("sku,location,unit,on_hand\n" + rows).utf8).write(
                to: place.folder.appending(path: "stock.csv")
            )
            _ = try await place.sync(fences: "")
            #expect(["AB-1", "AB-2", "AB-3"].map(place.sum) == [0, 0, 4])
            let listed = try await Self.listed(at: place)
            let unknown = listed.filter { $0.group.code == .unknownSKU }
            #expect(unknown.map(\.group.count) == [3])
            #expect(unknown.first?.examples.map(\.near?.name) == ["AB-2", nil, "AB-1"])
            let location = listed.first { $0.group.code == .unknownLocation }
            #expect(location?.message.contains("“WH” is known") == true)
            try await Self.looking(at: place) { shop in
                let story = try await Explanation(of: "ab-1", in: shop)
                #expect(
                    story.lines.contains { $0.contains("“AB-1” is known, which differs only in capitals") }
                )
                let fault = try await #require(throws: Fault.self) {
                    try await Explanation(of: "xy ", in: shop)
                }
                #expect(fault.hint == "“XY” is known, which differs only in capitals and blanks.")
            }
        }
    }

    @Test("given many SKUs at locations without a site, each location is told once")
    func locationsOnce() async throws {
        try await ShopStage.run(guards: ShopStage.wideGuards, more: "") { stage in
            let rows = (0..<3_000).map { "S-\($0),WH-\($0 % 3),EA,5" }
            try stage.write(text: (["sku,location,unit,on_hand"] + rows).joined(separator: "\n") + "\n")
            try await stage.sync()
            let sites = Site(id: "main", locations: [Glob("WH-0")])
            var settings = stage.shop.settings
            settings.rules = RuleSet(sites: [sites], safety: [], fences: [])
            let shop = try stage.shop.changed(to: settings)
            let planning = try Planning(shop: shop, oro: stage.oro, at: .now)
            let skus = rows.indices.map { SKU("S-\($0)") }.sorted(byBytesOf: \.self)
            let result = try await planning.plan(only: skus, on: try await shop.stock())
            let told = result.exceptions.occurred.filter { $0.code == .unknownLocation }
            #expect(told.map(\.subject.location) == ["WH-1", "WH-2"])
        }
    }

    @Test("a location without a site is told of until its last position is removed, and no longer")
    func removedLocation() async throws {
        let (source, sites) = (
            ShopStage.folder("scope: full, contract: { rows_min: 1 }"), "{ main: { locations: [WH-1] } }"
        )
        try await ShopStage.run(products: 4, sources: source, sites: sites) { stage in
            try FileManager.default.createDirectory(
                atPath: stage.folder + "/drop",
                withIntermediateDirectories: true
            )
            func sync(_ number: Int, _ more: String) async throws -> Int {
                let rows = (1...4).map { "AB-\($0),WH-1,EA,\($0)\n" }.joined()
                let text = "sku,location,unit,on_hand\n\(rows)\(more)"
                try stage.drop("full-\(number).csv", text: text, ago: 100 - Double(number))
                try await stage.sync()
                return try await stage.openExceptions(.unknownLocation).count
            }
            #expect(try await sync(1, "AB-1,WH-9,EA,5\n") == 1)
            #expect(try await sync(2, "") == 1)
            #expect(try await sync(3, "") == 0)
        }
    }
}
