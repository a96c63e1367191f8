import InventoryCore
import OroClient
import OroSimulator
import StateStore
import Testing

@testable import TidegatePipeline

/// Names that go to other levels of ours: whatever the level is called, its figure is followed or told of.
@Suite("A name that goes to a level which shows a figure of ours")
struct MovedNameTests {
    private static let stock = Dictionary(uniqueKeysWithValues: (1...8).map { ("AB-\($0)", 100 + $0) })

    enum Change: String, CaseIterable { case swap, rename, cycle, recreate }
    /// Of the name that the figure of `AB-1` comes to stand under.
    enum Standing: String, CaseIterable { case stated, zero, dropped, never }
    enum Next: String, CaseIterable { case sync, audit, push }

    struct Case: CustomTestStringConvertible {
        let change: Change
        let standing: Standing
        let next: Next
        var testDescription: String { "\(change), \(standing), \(next)" }
        var other: String { standing == .never ? "AB-11" : "AB-2" }
    }

    private static let cases = Change.allCases.flatMap { change in
        Standing.allCases.flatMap { standing in
            // What a push alone does after an audit does not depend on how a name came to its level.
            Next.allCases.filter { $0 != .push || change == .swap }
                .map { Case(change: change, standing: standing, next: $0) }
        }
    }

    private static func perform(_ one: Case, on stage: ShopStage) async {
        let other = one.other
        let changes: [ShopChange] =
            switch one.change {
            case .swap: [.swapProducts(sku: "AB-1", otherSku: other)]
            case .rename:
                [.renameProduct(sku: other, newSku: "GONE"), .renameProduct(sku: "AB-1", newSku: other)]
            case .cycle:
                [
                    .swapProducts(sku: "AB-1", otherSku: other),
                    .swapProducts(sku: "AB-1", otherSku: "AB-3"),
                ]
            case .recreate:
                [.recreateProduct(sku: other), .swapProducts(sku: "AB-1", otherSku: other)]
            }
        for change in changes { await stage.simulator.perform(change) }
    }

    /// What we wrote and nobody has changed since is what its name wants, or somebody is told of that name.
    static func judge(_ stage: ShopStage, wanted: (String) -> [Int], _ course: String = "") async throws {
        let last = Dictionary(stage.simulator.ledger().map { ($0.level, $0) }) { $1 }
        let told = try await stage.told()
        for level in stage.simulator.levels() where level.quantity != "0" {
            guard let entry = last[level.level], entry.route != .manual else { continue }
            let isWanted = wanted(level.sku).contains(Int(level.quantity) ?? -1)
            #expect(isWanted || told.contains(level.sku), "\(level) \(course)")
        }
    }

    @Test("it is wanted there, or somebody is told", arguments: cases)
    fileprivate func moved(one: Case) async throws {
        try await ShopStage.run { stage in
            var stock = Self.stock
            try await stage.sync(stock)
            if one.standing == .zero { stock["AB-2"] = 0 }
            if one.standing == .dropped { stock["AB-2"] = nil }
            // What is absent for the first time does not count as removed yet.
            for _ in 1...3 { try await stage.sync(stock) }
            #expect(stage.shown("AB-2") == stock["AB-2"] ?? 0)
            await Self.perform(one, on: stage)
            switch one.next {
            case .sync: stock["AB-1"] = 77
            case .audit: _ = try await stage.audit()
            case .push:
                _ = try await stage.audit()
                _ = try await PushRun(shop: stage.shop, oro: stage.oro).perform()
            }
            try await stage.sync(stock)
            _ = try await stage.audit()
            let final = stock
            try await Self.judge(stage) { [final[$0] ?? 0] }
        }
    }

    @Test("a name that comes back to its own figure strands none, whoever notices", arguments: Next.allCases)
    fileprivate func back(next: Next) async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock)
            await stage.simulator.perform(.renameProduct(sku: "AB-1", newSku: "NEW"))
            _ = try await stage.audit()
            #expect(try await stage.openExceptions(.figureStranded).count == 1)
            await stage.simulator.perform(.renameProduct(sku: "NEW", newSku: "AB-1"))
            for _ in 1...2 {
                switch next {
                case .sync: try await stage.sync(Self.stock)
                case .audit: _ = try await stage.audit()
                case .push:
                    _ = try await stage.audit()
                    _ = try await PushRun(shop: stage.shop, oro: stage.oro).perform()
                }
                if next == .sync { _ = try await stage.audit() }
                #expect(try await stage.openExceptions(.figureStranded).isEmpty)
            }
            #expect(stage.shown("AB-1") == 101)
        }
    }

    @Test("given a run that dies after it has found a name again, the next one works it out all the same")
    func foundAndLost() async throws {
        try await ShopStage.run { stage in
            var stock = Self.stock
            try await stage.sync(stock)
            await stage.simulator.perform(.renameProduct(sku: "AB-2", newSku: "GONE"))
            _ = try await stage.audit()
            try await stage.sync(stock)
            await stage.simulator.perform(.renameProduct(sku: "AB-1", newSku: "AB-2"))
            stock["AB-3"] = 7
            try stage.write(stock)
            var shop = stage.shop
            shop.onCommitStep = { step in if step == .database { throw CommitFaultTests.diskFull } }
            let source = try #require(shop.sources.first)
            var run = IntakeRun(shop: shop, source: source, oro: stage.oro)
            await #expect(throws: Fault.self) { _ = try await run.perform() }
            for _ in 1...2 { try await stage.sync(stock) }
            _ = try await stage.audit()
            #expect(stage.shown("AB-2") == 102)
            let final = stock
            try await Self.judge(stage) { [final[$0] ?? 0] }
        }
    }

    @Test("a dropped name that comes back to its own figure is told of")
    func backAndDropped() async throws {
        try await ShopStage.run { stage in
            var stock = Self.stock
            try await stage.sync(stock)
            await stage.simulator.perform(.renameProduct(sku: "AB-1", newSku: "NEW"))
            _ = try await stage.audit()
            stock["AB-1"] = nil
            for _ in 1...4 { try await stage.sync(stock) }
            await stage.simulator.perform(.renameProduct(sku: "NEW", newSku: "AB-1"))
            _ = try await stage.audit()
            try await stage.sync(stock)
            _ = try await stage.audit()
            let final = stock
            try await Self.judge(stage) { [final[$0] ?? 0] }
        }
    }

    @Test("a run counts what it has wished for itself, whatever else waited")
    func counts() async throws {
        try await ShopStage.run { stage in
            try await stage.sync(Self.stock)
            let level = try #require(try await stage.shop.state.levels(of: ["AB-1"]).first)
            let id = try #require(level.id)
            let shown = Quantity(units: 150)
            stage.simulator.setQuantity(level: id.text, to: "150")
            let audited = AuditedLevel(key: level.key, id: id, published: Quantity(units: 101))
            let drift = try #require(Drift(audited, shows: .quantity(shown), graceSeconds: 0, now: .now))
            let found = [FoundDrift(row: level.row, drift: drift)]
            #expect(try await stage.shop.state.repair(found, at: .now) == 1)
            let summary = try await stage.sync(Self.stock)
            #expect(summary.counts.wanted == 0 && summary.counts.written == 0 && stage.shown("AB-1") == 101)
        }
    }
}

extension ShopStage {
    /// The SKUs about which somebody is told.
    func told() async throws -> Set<String> {
        Set(try await shop.state.openExceptions().compactMap { $0.exception.subject.sku?.text })
    }
}
