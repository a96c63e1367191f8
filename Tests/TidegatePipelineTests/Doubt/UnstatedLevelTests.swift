import Foundation
import InventoryCore
import OroSimulator
import StateStore
import Testing

@testable import TidegatePipeline

/// Stock that the shop shows at the first full delivery, and of which no source knows the SKU (spec, Stock in
/// doubt, section 4).
@Suite("Levels that nobody states")
struct UnstatedLevelTests {
    private static let wide = ShopStage.wideGuards.dropLast()
    private static let zero = "\(wide), removal: zero }"
    private static let known = ["AB-1": 5, "AB-2": 7]

    /// A shop of six products that shows 3 of AB-4, AB-5 and AB-6 before the first run.
    private static func run(
        guards: String = ShopStage.wideGuards,
        sources: String = ShopStage.oneSource,
        more: String = "",
        _ body: @escaping @Sendable (ShopStage) async throws -> Void
    ) async throws {
        try await ShopStage.run(products: 6, sources: sources, guards: guards, more: more) { stage in
            for number in 4...6 {
                let level = try #require(stage.simulator.levelId(sku: "AB-\(number)", unit: "item"))
                stage.simulator.setQuantity(level: level, to: "3")
            }
            try await body(stage)
        }
    }

    private static func approve(_ run: RunID, _ stage: ShopStage, sku: SKU? = nil) async throws -> RunSummary
    {
        try await Approval(shop: stage.shop, oro: stage.oro).approve(run.text, Approval.Choice(sku: sku))
    }

    private static func told(_ stage: ShopStage) async throws -> [String] {
        try await stage.openExceptions(.shownUnstated).map(\.exception.message)
    }

    private static func shown(_ stage: ShopStage) -> [Int?] { (1...6).map { stage.shown("AB-\($0)") } }

    @Test("they are one exception with a count, hold the run, and nothing of them is written")
    func areTold() async throws {
        try await Self.run { stage in
            for _ in 0..<2 {
                let summary = try await stage.sync(Self.known)
                #expect(summary.state == .held)
                #expect(Self.shown(stage) == [5, 7, 0, 3, 3, 3])
                let told = try await Self.told(stage)
                #expect(told.count == 1 && told[0].hasPrefix("3 levels show"), "\(told)")
                #expect(told.first?.contains("AB-4 / item 3, AB-5 / item 3, AB-6 / item 3.") == true)
            }
        }
    }

    @Test("approved they stay by default, and nobody is asked again")
    func kept() async throws {
        try await Self.run { stage in
            let held = try await stage.sync(Self.known)
            let plan = try await HeldRun(of: held.run, in: stage.shop)
            #expect(plan.kept.count == 3 && plan.wishes.isEmpty)
            #expect(try await Self.approve(held.run, stage).state == .done)
            #expect(Self.shown(stage) == [5, 7, 0, 3, 3, 3])
            #expect(try await Self.told(stage).isEmpty)
            #expect(try await stage.sync(["AB-1": 4, "AB-2": 7]).state == .done)
            #expect(Self.shown(stage) == [4, 7, 0, 3, 3, 3])
        }
    }

    @Test("with `removal: zero` exactly those that are approved show 0")
    func zeroed() async throws {
        try await Self.run(guards: Self.zero) { stage in
            let held = try await stage.sync(Self.known)
            let plan = try await HeldRun(of: held.run, in: stage.shop)
            #expect(plan.wishes.map(\.after) == [.zero, .zero, .zero] && plan.kept.isEmpty)
            #expect(try await Self.approve(held.run, stage, sku: "AB-5").state == .held)
            #expect(Self.shown(stage) == [5, 7, 0, 3, 0, 3])
            #expect(try await Self.told(stage).first?.hasPrefix("2 levels show") == true)
            #expect(try await Self.approve(held.run, stage).state == .done)
            #expect(Self.shown(stage) == [5, 7, 0, 0, 0, 0])
            #expect(try await Self.told(stage).isEmpty)
        }
    }

    @Test("rejected they stay, whatever `removal` says, and the exception is closed at once")
    func rejected() async throws {
        try await Self.run(guards: Self.zero) { stage in
            let held = try await stage.sync(Self.known)
            _ = try await Approval.reject(held.run.text, Approval.Choice(sku: "AB-4"), in: stage.shop)
            #expect(try await Self.told(stage).first?.hasPrefix("2 levels show") == true)
            _ = try await Approval.reject(held.run.text, in: stage.shop)
            #expect(try await Self.told(stage).isEmpty)
            #expect(try await stage.sync(["AB-1": 4, "AB-2": 7]).state == .done)
            #expect(Self.shown(stage) == [4, 7, 0, 3, 3, 3])
        }
    }

    @Test("one that a source states meanwhile is followed, and an approval leaves it alone")
    func statedLater() async throws {
        try await Self.run(guards: Self.zero) { stage in
            let held = try await stage.sync(Self.known)
            #expect(try await stage.sync(["AB-1": 5, "AB-2": 7, "AB-4": 9]).state == .held)
            #expect(stage.shown("AB-4") == 9)
            #expect(try await Self.told(stage).first?.hasPrefix("2 levels show") == true)
            _ = try await Self.approve(held.run, stage)
            #expect(Self.shown(stage) == [5, 7, 0, 9, 0, 0])
        }
    }

    @Test("their zeros do not count for the guards over what is shown")
    func doNotCount() async throws {
        let guards = "{ total_drop_percent_max: 100, total_rise_percent_max: 100000, population_min: 1000 }"
        try await Self.run(guards: guards) { stage in
            _ = try await stage.sync(["AB-1": 5, "AB-2": 7, "AB-3": 1])
            // Four of six would show 0 with them, which is too many of a few.
            try await stage.sync(["AB-1": 0, "AB-2": 7, "AB-3": 1])
            #expect(Self.shown(stage) == [0, 7, 1, 3, 3, 3])
        }
    }

    @Test("rows that name a SKU and cannot be read know it all the same")
    func unreadable() async throws {
        try await Self.run(guards: "\(Self.wide), rejected_rows_percent_max: 100 }") { stage in
            try stage.write(
                text: "sku,location,unit,on_hand\nAB-1,W,EA,5\nAB-4,W,EA,n/a\nAB-5,W,EA,2\nAB-6,W,EA,0\n"
            )
            let summary = try await stage.sync().summaries[0]
            #expect(summary.state == .done)
            #expect(Self.shown(stage) == [5, 0, 0, 3, 2, 0])
            #expect(try await Self.told(stage).isEmpty)
        }
    }

    @Test("of several sources the last one decides when they are looked for; a partial one never")
    func sources() async throws {
        try await Self.run(sources: ShopStage.twoSources) { stage in
            try stage.write(["AB-1": 5], at: "LEEDS", to: "leeds.csv")
            #expect(try await stage.sync(["leeds"]).summaries.map(\.state) == [.done])
            try stage.write(["AB-4": 3, "AB-5": 1], at: "YORK", to: "york.csv")
            #expect(try await stage.sync(["york"]).summaries.map(\.state) == [.held])
            #expect(try await Self.told(stage).first?.hasPrefix("1 level shows") == true)
            #expect(Self.shown(stage) == [5, 0, 0, 3, 1, 3])
        }
        try await Self.run(sources: "source: { kind: file, path: FOLDER/stock.csv, scope: partial }") {
            stage in
            let summary = try await stage.sync(Self.known)
            #expect(summary.state == .done)
            #expect(try await Self.told(stage).isEmpty)
        }
    }

    @Test("second products of known SKUs are known, and warehouses that nothing is published to are not ours")
    func secondProducts() async throws {
        let fences = """
            fences:
              silver:
                customer_group: Silver
                rank: 1
                publish: { sku_alias: "{sku}-KA" }
                rules: [{ match: { sku: AB-1 }, hold: floor, quantity: 1 }]
            """
        let first = try await Self.firstMessage(fences: fences)
        #expect(first?.contains("2 levels show") == true, "\(first ?? "")")
        #expect(first?.contains("AB-6 / item / Everyone 3, AB-6-KA / item / Everyone 3.") == true)
        let second = try await Self.firstMessage(fences: "")
        #expect(second?.contains("7 levels show") == true, "\(second ?? "")")
    }

    /// What is told of a shop that shows 3 everywhere, where the ERP knows AB-1 to AB-5 and not AB-6.
    private static func firstMessage(fences: String) async throws -> String? {
        try await FencedShop.withRunning(seed: 1) { place in
            for level in place.simulator.levels() {
                place.simulator.setQuantity(level: level.level, to: "3")
            }
            let rows = (1...5).map { "AB-\($0),WH,EA,3\n" }.joined()
            try Data(("sku,location,unit,on_hand\n" + rows).utf8).write(
                to: place.folder.appending(path: "stock.csv")
            )
            #expect(try await place.sync(fences: fences).state == .held)
            let shop = try await Shop.openForReading(try place.settings(fences: fences))
            let told = try await shop.state.openExceptions(code: .shownUnstated).map(\.exception.message)
            try shop.close()
            return told.first
        }
    }
}
