import InventoryCore
import OroSimulator
import StateStore
import TestSupport
import Testing

@testable import TidegatePipeline

/// Second products, whose names move in the shop as any other's.
@Suite("A second product whose level moves or is made anew")
struct MovedAliasTests {
    static let stock = ["AB-1": 101, "AB-2": 102, "AB-3": 103, "AB-4": 104]
    static let fences = """
        fences:
          silver:
            customer_group: Silver
            rank: 1
            publish: { sku_alias: "{sku}-KA" }
            rules:
              - { match: { sku: AB-1 }, hold: floor, quantity: 20 }
              - { match: { sku: AB-2 }, hold: floor, quantity: 20 }
        """

    /// A shop where AB-1 and AB-2 have second products, and all figures are written.
    static func run(_ body: @escaping @Sendable (ShopStage) async throws -> Void) async throws {
        try await ShopStage.run(more: fences) { stage in
            for number in 1...2 {
                let product = ShopChange.renameProduct(sku: "AB-1\(number)", newSku: "AB-\(number)-KA")
                await stage.simulator.perform(product)
            }
            try await stage.sync(stock)
            #expect(stage.shown("AB-1") == 81 && stage.shown("AB-1-KA") == 20)
            try await body(stage)
        }
    }

    enum Change: String, CaseIterable { case recreate, swapEqual, renameAndBack, recreateTwice }

    private static func perform(_ change: Change, on stage: ShopStage) async throws {
        switch change {
        case .recreate: await stage.simulator.perform(.recreateProduct(sku: "AB-1-KA"))
        case .swapEqual:
            await stage.simulator.perform(.swapProducts(sku: "AB-1-KA", otherSku: "AB-2-KA"))
        case .renameAndBack:
            await stage.simulator.perform(.renameProduct(sku: "AB-1-KA", newSku: "NEW"))
            for _ in 1...2 {
                _ = try await stage.audit()
                try await stage.sync(stock)
            }
            await stage.simulator.perform(.renameProduct(sku: "NEW", newSku: "AB-1-KA"))
        case .recreateTwice:
            await stage.simulator.perform(.recreateProduct(sku: "AB-1-KA"))
            _ = try await stage.audit()
            await stage.simulator.perform(.recreateProduct(sku: "AB-1-KA"))
        }
    }

    @Test(
        "is ours all the same: a change by hand is seen and mended",
        arguments: Change.allCases,
        [true, false]
    )
    fileprivate func byHand(change: Change, isAuditFirst: Bool) async throws {
        try await Self.run { stage in
            try await Self.perform(change, on: stage)
            if isAuditFirst { _ = try await stage.audit() }
            for _ in 1...2 {
                try await stage.sync(Self.stock)
                _ = try await stage.audit()
            }
            #expect(stage.shown("AB-1-KA") == 20)
            let level = try #require(stage.simulator.levelId(sku: "AB-1-KA", unit: "item"))
            stage.simulator.setQuantity(level: level, to: "99")
            let seen = try await stage.audit()
            #expect(seen.rows.map(\.drift.key.sku) == ["AB-1-KA"] && seen.rows.map(\.drift.kind) == [.manual])
            _ = try await stage.audit(repairs: true)
            #expect(stage.shown("AB-1-KA") == 20)
        }
    }

    @Test("made anew is found by an audit, as the SKU itself is", arguments: ["AB-1", "AB-1-KA"])
    func recreated(sku: String) async throws {
        try await Self.run { stage in
            await stage.simulator.perform(.recreateProduct(sku: sku))
            for _ in 1...2 {
                let report = try await stage.audit()
                #expect(report.rows.map(\.drift.key.sku.text) == [sku])
            }
            _ = try await stage.audit(repairs: true)
            #expect(stage.shown("AB-1") == 81 && stage.shown("AB-1-KA") == 20)
        }
    }

    @Test("swapped with its SKU: no more is shown at any time than before")
    func swapped() async throws {
        try await Self.run { stage in
            await stage.simulator.perform(.swapProducts(sku: "AB-1", otherSku: "AB-1-KA"))
            _ = try await stage.audit()
            let before = stage.simulator.ledger().count
            var stock = Self.stock
            stock["AB-1"] = 90
            try await stage.sync(stock)
            _ = try await PushRun(shop: stage.shop, oro: stage.oro).perform()
            #expect(stage.shown("AB-1") == 70 && stage.shown("AB-1-KA") == 20)
            var shown = ["AB-1": 20, "AB-1-KA": 81]
            for entry in stage.simulator.ledger().dropFirst(before) {
                shown[entry.sku] = Int(entry.quantity)
                #expect(shown.values.reduce(0, +) <= 101)
            }
        }
    }

    /// What happens to a shop in one step of a course.
    private static func live(
        _ stock: inout [String: Int],
        on stage: ShopStage,
        _ random: inout SplitMix64
    ) async throws -> String {
        let skus = Set(stage.simulator.levels().map(\.sku)).sorted()
        guard let one = skus.randomElement(using: &random), let other = skus.randomElement(using: &random)
        else { return "" }
        let name = ["NEW", "AB-9", "AB-1-KA", "AB-3", "AB-4"].filter { !skus.contains($0) }.first ?? "NEW-2"
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
            let sku = "AB-\(Int.random(in: 1...6, using: &random))"
            stock[sku] = Int.random(in: 0...120, using: &random)
            return "state \(sku) \(stock[sku] ?? 0)"
        case 1:
            guard stock.count > 2, let sku = stock.keys.sorted().randomElement(using: &random)
            else { return "" }
            stock[sku] = nil
            for _ in 1...3 { try await stage.sync(stock) }
            return "drop \(sku)"
        case 2, 3:
            guard one != other else { return "" }
            await stage.simulator.perform(.swapProducts(sku: one, otherSku: other))
            return "swap \(one) \(other)"
        case 4:
            await stage.simulator.perform(.renameProduct(sku: one, newSku: name))
            return "rename \(one) \(name)"
        case 5:
            await stage.simulator.perform(.recreateProduct(sku: one))
            return "recreate \(one)"
        case 6:
            await stage.simulator.perform(.replaceProduct(sku: one, newSku: name))
            return "replace \(one) \(name)"
        default:
            guard let level = stage.simulator.levelId(sku: one, unit: "item") else { return "" }
            stage.simulator.setQuantity(level: level, to: "500")
            return "by hand \(one)"
        }
    }

    @Test("after any course no figure stands untold, no change by hand goes unseen", arguments: 0..<5)
    func course(seed: UInt64) async throws {
        try await Self.run { stage in
            var (stock, random) = (Self.stock, SplitMix64(state: seed))
            var said: [String] = []
            for _ in 1...10 {
                said.append(try await Self.live(&stock, on: stage, &random))
                switch Int.random(in: 0..<4, using: &random) {
                case 0: try await stage.sync(stock)
                case 1: _ = try await stage.audit()
                case 2: _ = try await stage.audit(repairs: true)
                default: continue
                }
                try await stage.sync(stock)
                _ = try await stage.audit()
                try await Self.judge(stock, on: stage, "seed \(seed): \(said.joined(separator: "; "))")
            }
        }
    }

    private static func judge(_ stock: [String: Int], on stage: ShopStage, _ course: String) async throws {
        func wanted(_ sku: String) -> [Int] {
            if let stated = stock[sku] {
                let held = ["AB-1", "AB-2"].contains(sku) ? min(20, stated) : 0
                return [stated - held]
            }
            guard sku.hasSuffix("-KA") else { return [0] }
            return [min(20, stock[String(sku.dropLast(3))] ?? 0)]
        }
        try await MovedNameTests.judge(stage, wanted: wanted, course)
        let told = try await stage.told()
        for level in stage.simulator.levels() where level.quantity == "500" {
            let isStated = stock[level.sku] != nil || wanted(level.sku) != [0]
            #expect(!isStated || told.contains(level.sku), "\(level) \(course)")
        }
    }
}
