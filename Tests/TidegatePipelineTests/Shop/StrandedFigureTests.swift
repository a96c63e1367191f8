import InventoryCore
import OroClient
import OroSimulator
import StateStore
import Testing

@testable import TidegatePipeline

/// What was written into a level stays somebody's business, whatever the level is called by now.
@Suite("A figure of ours under a name that no source states")
struct StrandedFigureTests {
    private static let stock = Dictionary(uniqueKeysWithValues: (1...12).map { ("AB-\($0)", 10 * $0) })

    /// Lets the shop do something with a level, and then notices that its name has moved.
    private static func change(_ change: ShopChange, of sku: String, on stage: ShopStage) async throws {
        let level = try #require(stage.simulator.levelId(sku: sku, unit: "item"))
        await stage.simulator.perform(change)
        let index = LevelIndex(state: stage.shop.state, shop: stage.oro, identity: stage.shop.identity)
        try await index.confirm([LevelID(level)])
    }

    private static func open(about sku: String, on stage: ShopStage) async throws -> [InventoryException] {
        try await stage.shop.state.openExceptions().map(\.exception).filter { $0.subject.sku?.text == sku }
    }

    /// Whatever is parked, somebody is told of it.
    private static func expectParkedIsTold(on stage: ShopStage) async throws {
        let backlog = try await stage.shop.state.backlog()
        guard backlog.parked > 0 else { return }
        let told = try await stage.shop.state.openExceptions().map(\.exception)
        #expect(told.contains { [.unknownSKU, .unknownLevel, .writeRefused].contains($0.code) })
    }

    @Test("it is told of by every run and audit, and never set to 0", arguments: [0, 10, 60])
    func renamed(quantity: Int) async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock)
            let level = try #require(stage.simulator.levelId(sku: "AB-1", unit: "item"))
            try await Self.change(.renameProduct(sku: "AB-1", newSku: "NEW-1"), of: "AB-1", on: stage)
            var stock = Self.stock
            stock["AB-1"] = quantity
            for _ in 1...3 {
                #expect(try await stage.sync(stock).status == .exceptionsOpen)
                let push = try await PushRun(shop: stage.shop, oro: stage.oro).perform()
                #expect(push.status == .exceptionsOpen)
                try await Self.expectParkedIsTold(on: stage)
                let told = try await Self.open(about: "NEW-1", on: stage)
                let message = told.first?.message ?? ""
                #expect(told.count == 1 && message.contains("AB-1") && message.contains("10"), "\(message)")
                #expect(message.contains("level \(level)"), "\(message)")
            }
            for repairs in [false, true] {
                let report = try await stage.audit(repairs: repairs)
                #expect(report.status == .exceptionsOpen)
                #expect(report.rows.contains { $0.drift.key.sku == "NEW-1" && $0.outcome == .open })
            }
            #expect(stage.shown("NEW-1") == 10)
            #expect(try await Self.open(about: "NEW-1", on: stage).count == 1)
            let story = try await Explanation(of: "NEW-1", in: stage.shop).lines
            #expect(!story.contains { $0.contains("any more") })
        }
    }

    @Test("a product that takes the old name does not hide it")
    func replaced() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock)
            let change = ShopChange.replaceProduct(sku: "AB-1", newSku: "OLD-1")
            try await Self.change(change, of: "AB-1", on: stage)
            try await stage.sync(Self.stock)
            #expect(try await stage.sync(Self.stock).status == .exceptionsOpen)
            #expect(stage.shown("AB-1") == 10 && stage.shown("OLD-1") == 10)
            #expect(try await Self.open(about: "OLD-1", on: stage).count == 1)
        }
    }

    @Test("it ends when a source states the name")
    func stated() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock)
            try await Self.change(.renameProduct(sku: "AB-1", newSku: "NEW-1"), of: "AB-1", on: stage)
            var stock = Self.stock
            try await stage.sync(stock)
            stock["AB-1"] = nil
            stock["NEW-1"] = 0
            try await stage.sync(stock)
            let again = try await stage.sync(stock)
            #expect(stage.shown("NEW-1") == 0 && again.status == .done)
            #expect(try await stage.shop.state.openExceptions().isEmpty)
            #expect(try await stage.shop.state.backlog().parked == 0)
            #expect(try await stage.audit().status == .done)
        }
    }

    @Test("it ends when the old name comes back")
    func renamedBack() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock)
            try await Self.change(.renameProduct(sku: "AB-1", newSku: "NEW-1"), of: "AB-1", on: stage)
            var stock = Self.stock
            stock["AB-1"] = 0
            try await stage.sync(stock)
            try await Self.change(.renameProduct(sku: "NEW-1", newSku: "AB-1"), of: "NEW-1", on: stage)
            try await stage.sync(stock)
            #expect(try await stage.sync(stock).status == .done)
            #expect(stage.shown("AB-1") == 0)
            #expect(try await stage.shop.state.openExceptions().isEmpty)
        }
    }

    @Test("it ends when somebody sets the level in the shop, and that is not drift")
    func setByHand() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock)
            try await Self.change(.renameProduct(sku: "AB-1", newSku: "NEW-1"), of: "AB-1", on: stage)
            try await stage.sync(Self.stock)
            let level = try #require(stage.simulator.levelId(sku: "NEW-1", unit: "item"))
            stage.simulator.setQuantity(level: level, to: "0")
            for _ in 1...2 {
                let report = try await stage.audit()
                #expect(!report.rows.contains { $0.drift.key.sku == "NEW-1" })
                #expect(try await Self.open(about: "NEW-1", on: stage).isEmpty)
            }
            #expect(stage.shown("NEW-1") == 0)
        }
    }

    @Test("it goes with the level when that is renamed once more, and ends when the level is gone")
    func renamedAgain() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock)
            try await Self.change(.renameProduct(sku: "AB-1", newSku: "NEW-1"), of: "AB-1", on: stage)
            try await stage.sync(Self.stock)
            try await Self.change(.renameProduct(sku: "NEW-1", newSku: "NEW-2"), of: "NEW-1", on: stage)
            try await stage.sync(Self.stock)
            #expect(try await Self.open(about: "NEW-1", on: stage).isEmpty)
            #expect(try await Self.open(about: "NEW-2", on: stage).count == 1)
            let level = try #require(stage.simulator.levelId(sku: "NEW-2", unit: "item"))
            stage.simulator.deleteLevel(level)
            let report = try await stage.audit()
            #expect(!report.rows.contains { $0.drift.key.sku == "NEW-2" })
            #expect(try await Self.open(about: "NEW-2", on: stage).isEmpty)
        }
    }

    @Test("names that the sources state are worked out by the next run, and nobody is bothered")
    func swapped() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock)
            try await Self.change(.swapProducts(sku: "AB-1", otherSku: "AB-2"), of: "AB-1", on: stage)
            #expect(try await stage.shop.state.openExceptions().isEmpty)
            #expect(try await stage.sync(Self.stock).status == .done)
            #expect(stage.shown("AB-1") == 10 && stage.shown("AB-2") == 20)
        }
    }

    @Test("of a second product it is the same, and one that a rule shows stock as is nobody's by no name")
    func secondProduct() async throws {
        let fences = """
            fences:
              silver:
                customer_group: Silver
                rank: 1
                publish: { sku_alias: "{sku}-KA" }
                rules: [{ match: { sku: AB-1 }, hold: floor, quantity: 4 }]
            """
        try await ShopStage.run(more: fences) { stage in
            try await stage.sync(Self.stock)
            try await Self.change(.renameProduct(sku: "AB-12", newSku: "AB-1-KA"), of: "AB-12", on: stage)
            try await stage.sync(Self.stock)
            try await stage.sync(Self.stock)
            #expect(stage.shown("AB-1") == 6 && stage.shown("AB-1-KA") == 4)
            #expect(try await stage.openExceptions(.figureStranded).isEmpty)
            try await Self.change(.renameProduct(sku: "AB-1-KA", newSku: "NEW-1"), of: "AB-1-KA", on: stage)
            for _ in 1...2 {
                try await stage.sync(Self.stock)
                let told = try await Self.open(about: "NEW-1", on: stage)
                #expect(told.map(\.code) == [.figureStranded] && told[0].message.contains("AB-1-KA"))
            }
            #expect(stage.shown("NEW-1") == 4)
        }
    }

    @Test("a product that is deleted or made anew leaves none", arguments: [true, false])
    func gone(isMadeAnew: Bool) async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock)
            let level = try #require(stage.simulator.levelId(sku: "AB-1", unit: "item"))
            if isMadeAnew {
                try await Self.change(.recreateProduct(sku: "AB-1"), of: "AB-1", on: stage)
            } else {
                stage.simulator.deleteLevel(level)
                try await stage.shop.state.doubtNames(of: [LevelID(level)])
            }
            for _ in 1...2 { try await stage.sync(Self.stock) }
            #expect(stage.shown("AB-1") == (isMadeAnew ? 10 : nil))
            #expect(try await stage.openExceptions(.figureStranded).isEmpty)
        }
    }

    @Test("a parked zero of a level that is gone is told of as long as the ERP states it")
    func parkedZero() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock)
            let level = try #require(stage.simulator.levelId(sku: "AB-1", unit: "item"))
            stage.simulator.deleteLevel(level)
            try await stage.shop.state.doubtNames(of: [LevelID(level)])
            var stock = Self.stock
            stock["AB-1"] = 0
            for _ in 1...3 {
                try await stage.sync(stock)
                try await Self.expectParkedIsTold(on: stage)
            }
            stock["AB-1"] = nil
            // What is absent for the first time does not count as removed yet.
            for _ in 1...3 { try await stage.sync(stock) }
            #expect(try await stage.shop.state.backlog().parked == 0)
            #expect(try await stage.shop.state.openExceptions().isEmpty)
        }
    }

    @Test(
        "a level that is hidden and asked for by its id keeps it: its figure is told of until it is written",
        arguments: [0, 70, nil]
    )
    func hidden(quantity: Int?) async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock)
            await stage.simulator.perform(.hideProduct(sku: "AB-1"))
            let level = try #require(stage.simulator.levelId(sku: "AB-1", unit: "item"))
            try await stage.shop.state.doubtNames(of: [LevelID(level)])
            var stock = Self.stock
            stock["AB-1"] = quantity
            // What is absent for the first time does not count as removed yet.
            if quantity == nil { try await stage.sync(stock) }
            for _ in 1...3 {
                #expect(try await stage.sync(stock).status == .exceptionsOpen)
                let told = try await Self.open(about: "AB-1", on: stage)
                #expect(told.map(\.code) == [.unknownLevel])
                #expect(told.first?.message.contains("the role may not view it") == true)
                #expect(stage.shown("AB-1") == 10)
                #expect(try await stage.shop.state.levels(of: ["AB-1"]).map(\.id) == [LevelID(level)])
            }
            await stage.simulator.perform(.showProduct(sku: "AB-1"))
            try await stage.sync(stock)
            #expect(stage.shown("AB-1") == quantity ?? 0)
            #expect(try await stage.shop.state.openExceptions().isEmpty)
            #expect(try await stage.sync(stock).status == .done)
        }
    }
}
