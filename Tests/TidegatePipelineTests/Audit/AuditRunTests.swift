import InventoryCore
import OroClient
import OroSimulator
import StateStore
import Testing

@testable import TidegatePipeline
@testable import TidegateSettings

@Suite("An audit of the simulated shop")
struct AuditRunTests {
    static let stock = Dictionary(uniqueKeysWithValues: (1...12).map { ("AB-\($0)", 10 * $0) })

    /// The kinds of drift by SKU.
    static func kinds(_ report: AuditReport) -> [String: Drift.Kind] {
        Dictionary(
            report.rows.map { ($0.drift.key.sku.text, $0.drift.kind) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    @Test("a shop that shows what was published has no drift, and one page is enough to tell")
    func clean() async throws {
        try await AuditStage.run { stage in
            try await stage.sync(Self.stock)
            let report = try await stage.audit()
            #expect(report.rows.isEmpty && report.levels.compared == 12 && report.status == .done)
            #expect(report.requests == 2)
        }
    }

    @Test("orders, manual changes, lost writes and lost levels are told apart")
    func kinds() async throws {
        try await AuditStage.run { stage in
            try await stage.sync(Self.stock)
            var stock = Self.stock
            stock["AB-4"] = 4
            try await stage.sync(stock)
            #expect(stage.simulator.checkout(level: stage.level("AB-1"), quantity: "3"))
            stage.simulator.setQuantity(level: stage.level("AB-2"), to: "99")
            stage.simulator.setQuantity(level: stage.level("AB-4"), to: "40")
            stage.simulator.deleteLevel(stage.level("AB-5"))
            let report = try await stage.audit()
            #expect(Self.kinds(report) == ["AB-1": .order, "AB-2": .manual, "AB-4": .lost, "AB-5": .missing])
            #expect(report.count(.tolerated) == 1 && report.count(.open) == 3)
            #expect(report.status == .exceptionsOpen)
            #expect(try await stage.openDrifts() == ["AB-2 / item", "AB-4 / item", "AB-5 / item"])
            #expect(stage.shown("AB-1") == "7" && stage.shown("AB-2") == "99")
        }
    }

    @Test("audits are remembered with what they found, the newest first")
    func past() async throws {
        try await AuditStage.run { stage in
            try await stage.sync(Self.stock)
            _ = try await stage.audit()
            stage.simulator.setQuantity(level: stage.level("AB-2"), to: "99")
            _ = try await stage.audit()
            let past = try await stage.shop.state.pastAudits()
            #expect(past.map(\.open) == [1, 0] && past.map(\.compared) == [12, 12])
            #expect(past.first?.drift["manual"] == 1 && past.first?.repaired == 0)
            #expect(past.allSatisfy { $0.at <= .now })
        }
    }

    @Test("a repair mends what it can and leaves an order alone")
    func repair() async throws {
        try await AuditStage.run { stage in
            try await stage.sync(Self.stock)
            #expect(stage.simulator.checkout(level: stage.level("AB-1"), quantity: "3"))
            stage.simulator.setQuantity(level: stage.level("AB-2"), to: "99")
            stage.simulator.recreateLevel(stage.level("AB-3"))
            let report = try await stage.audit(repairs: true)
            #expect(Self.kinds(report) == ["AB-1": .order, "AB-2": .manual, "AB-3": .missing])
            #expect(report.count(.repaired) == 2 && report.count(.open) == 0 && report.status == .done)
            #expect(stage.shown("AB-1") == "7" && stage.shown("AB-2") == "20" && stage.shown("AB-3") == "30")
            #expect(try await stage.openDrifts().isEmpty)
            let again = try await stage.audit()
            #expect(again.rows.map(\.drift.kind) == [.order])
        }
    }

    @Test("without grace time an order counts as drift")
    func noGrace() async throws {
        try await AuditStage.run(configuration: "audit: { grace: 0s }\n") { stage in
            try await stage.sync(Self.stock)
            #expect(stage.simulator.checkout(level: stage.level("AB-1"), quantity: "3"))
            let report = try await stage.audit(repairs: true)
            #expect(report.rows.map(\.drift.kind) == [.unknown] && report.count(.repaired) == 1)
            #expect(stage.shown("AB-1") == "10")
        }
    }

    @Test("a level that cannot be made again stays open, as an unknown level")
    func gone() async throws {
        try await AuditStage.run { stage in
            try await stage.sync(Self.stock)
            stage.simulator.deleteLevel(stage.level("AB-5"))
            let report = try await stage.audit(repairs: true)
            #expect(report.count(.open) == 1 && report.status == .exceptionsOpen)
            let open = try await stage.shop.state.openExceptions()
            #expect(open.contains { $0.exception.code == .unknownLevel || $0.exception.code == .unknownSKU })
        }
    }

    @Test("what the ERP does not list and we never wrote is not ours")
    func foreign() async throws {
        try await AuditStage.run { stage in
            var stock = Self.stock
            stock["AB-12"] = nil
            try await stage.sync(stock)
            stage.simulator.setQuantity(level: stage.level("AB-12"), to: "5")
            let report = try await stage.audit(repairs: true)
            #expect(report.rows.isEmpty && report.levels.foreign == 1 && stage.shown("AB-12") == "5")
        }
    }

    @Test("the next audit closes drift that has gone by itself")
    func closes() async throws {
        try await AuditStage.run { stage in
            try await stage.sync(Self.stock)
            stage.simulator.setQuantity(level: stage.level("AB-2"), to: "99")
            _ = try await stage.audit(sample: 12)
            #expect(try await stage.openDrifts() == ["AB-2 / item"])
            stage.simulator.setQuantity(level: stage.level("AB-2"), to: "20")
            let report = try await stage.audit(sample: 12)
            #expect(report.rows.isEmpty && report.levels.read == 12)
            #expect(try await stage.openDrifts().isEmpty)
        }
    }

    @Test("two readers see every level of a large shop once")
    func twoReaders() async throws {
        try await AuditStage.run(products: 4500) { stage in
            let stock = Dictionary(uniqueKeysWithValues: (1...4500).map { ("AB-\($0)", 1) })
            try await stage.sync(stock)
            stage.simulator.setQuantity(level: stage.level("AB-1"), to: "3")
            stage.simulator.setQuantity(level: stage.level("AB-2250"), to: "3")
            stage.simulator.setQuantity(level: stage.level("AB-4500"), to: "3")
            let report = try await stage.audit()
            #expect(report.levels.read == 4500 && report.levels.compared == 4500)
            #expect(Set(Self.kinds(report).keys) == ["AB-1", "AB-2250", "AB-4500"])
        }
    }

    @Test("an audit that was broken off goes on from there, and finds what a whole one finds")
    func resumed() async throws {
        try await AuditStage.run(products: 6500) { stage in
            try await stage.sync(Dictionary(uniqueKeysWithValues: (1...6500).map { ("AB-\($0)", 5) }))
            for number in [1, 2250, 3249, 3251, 6500] {
                stage.simulator.setQuantity(level: stage.level("AB-\(number)"), to: "\(number + 10)")
            }
            stage.simulator.deleteLevel(stage.level("AB-7"))
            // The shop goes away after the token and three pages.
            stage.simulator.inject(
                FaultRule(.databaseDown, method: "GET", path: "/admin/api/inventorylevels", skip: 3)
            )
            await #expect(throws: Fault.self) { try await stage.audit() }
            stage.simulator.endFaults()
            let report = try await stage.audit()
            #expect(report.resumedFrom != nil)
            // Nine pages less those that were recorded before, and questions for what is gone and what was
            // found before.
            #expect(report.requests <= 9)
            #expect(report.levels.read == 6499 && report.levels.compared == 6500)
            let skus = Set(Self.kinds(report).keys)
            #expect(skus == ["AB-1", "AB-2250", "AB-3249", "AB-3251", "AB-6500", "AB-7"])
            #expect(report.counts == [.manual: 5, .missing: 1])
            #expect(try await stage.openDrifts().count == 6)
            #expect(try await stage.audit().resumedFrom == nil)
        }
    }

    @Test("a resumed audit does not act on what it saw before it was broken off")
    func resumedRepair() async throws {
        try await AuditStage.run(products: 2500) { stage in
            try await stage.sync(Dictionary(uniqueKeysWithValues: (1...2500).map { ("AB-\($0)", 5) }))
            for sku in ["AB-1", "AB-2"] { stage.simulator.setQuantity(level: stage.level(sku), to: "99") }
            stage.simulator.inject(
                FaultRule(.databaseDown, method: "GET", path: "/admin/api/inventorylevels", skip: 1)
            )
            await #expect(throws: Fault.self) { try await stage.audit() }
            stage.simulator.endFaults()
            // One of them is set right by hand meanwhile.
            stage.simulator.setQuantity(level: stage.level("AB-1"), to: "5")
            let writes = stage.simulator.ledgerCount
            let report = try await stage.audit(repairs: true)
            #expect(report.resumedFrom != nil && report.counts == [.manual: 1])
            #expect(Self.kinds(report) == ["AB-2": .manual] && report.count(.repaired) == 1)
            #expect(stage.simulator.ledgerCount == writes + 1 && stage.shown("AB-2") == "5")
        }
    }

    @Test("a unit that is not published and was never written is not ours, whatever it shows")
    func otherUnit() async throws {
        let catalogue = Catalogue(
            products: (1...12).map {
                ("AB-\($0)", [(code: "item", precision: 0), (code: "set", precision: 0)])
            }
        )
        try await AuditStage.run(simulator: { $0.catalogue = catalogue }) { stage in
            try await stage.sync(Self.stock)
            let level = try #require(stage.simulator.levelId(sku: "AB-2", unit: "set"))
            stage.simulator.setQuantity(level: level, to: "9")
            let writes = stage.simulator.ledgerCount
            let report = try await stage.audit(repairs: true)
            #expect(report.rows.isEmpty && report.levels.foreign == 1)
            #expect(stage.simulator.ledgerCount == writes)
        }
    }

    @Test("a push reads back some of what it wrote, and reports what the shop does not show")
    func readBack() async throws {
        try await AuditStage.run { stage in
            let first = try await stage.sync(Self.stock)
            #expect(first.exceptions == 0)
            let nothing = try await stage.sync(Self.stock)
            #expect(nothing.counts.written == 0 && nothing.requests == 0)
        }
    }
}

@Suite("The push and what it knows of the shop")
struct ShopBatchesTests {
    @Test("mode sync writes in synchronous batches and creates no operation")
    func synchronous() async throws {
        try await AuditStage.run(products: 250, profile: .v6_1, push: "mode: sync") { stage in
            let stock = Dictionary(uniqueKeysWithValues: (1...250).map { ("AB-\($0)", $0) })
            let summary = try await stage.sync(stock)
            #expect(summary.counts.written == 250 && stage.shown("AB-250") == "250")
            // Token, index (a page and the empty one), three batches, one read-back.
            #expect(summary.requests == 7)
            #expect(try await stage.shop.state.knownBatches() == nil)
        }
    }

    @Test("a shop that ignores the synchronous mode is remembered as one without it")
    func withoutMode() async throws {
        try await AuditStage.run(products: 30, push: "mode: sync") { stage in
            let stock = Dictionary(uniqueKeysWithValues: (1...30).map { ("AB-\($0)", $0) })
            let summary = try await stage.sync(stock)
            #expect(summary.counts.written == 30)
            #expect(try await stage.shop.state.knownBatches()?.support == .asynchronous)
        }
    }

    @Test("a shop without batches is written one by one, and not asked again")
    func withoutBatches() async throws {
        try await AuditStage.run(products: 90, simulator: { $0.takesLevelBatches = false }) { stage in
            let stock = Dictionary(uniqueKeysWithValues: (1...90).map { ("AB-\($0)", $0) })
            #expect(try await stage.sync(stock).counts.written == 90)
            #expect(try await stage.shop.state.knownBatches()?.support == PushOptions.BatchSupport.none)
            let again = try await stage.sync(stock.mapValues { $0 + 1 })
            #expect(again.counts.written == 90 && again.requests == 91)
        }
    }

    @Test("an examination counts for the next push to the same shop only")
    func examination() async throws {
        try await AuditStage.run(profile: .v7_0) { stage in
            let report = await stage.oro.examine()
            try await stage.shop.state.remember(report, of: stage.settings.oro, at: .now)
            let state = stage.shop.state
            #expect(try await state.pushOptions(stage.settings.oro, at: .now).batchSupport == .synchronous)
            var other = stage.settings.oro
            other.url = "https://other.example"
            #expect(try await state.pushOptions(other, at: .now).batchSupport == .asynchronous)
            stage.simulator.changeConditions { $0.permissions.remove(.createOperations) }
            let denied = await stage.oro.examine()
            #expect(denied.takesBatches == false)
            try await state.remember(denied, of: stage.settings.oro, at: .now)
            #expect(try await state.pushOptions(stage.settings.oro, at: .now).batchSupport == .synchronous)
            let later = Timestamp.now.adding(seconds: 8 * 86400)
            let options = try await state.pushOptions(stage.settings.oro, at: later)
            #expect(options.batchSupport == .asynchronous)
        }
    }

    @Test("the storefront is watched during a push, and a slow one does not stop it")
    func storefront() async throws {
        try await AuditStage.run(products: 3) { stage in
            var settings = stage.settings
            var storefront = OroSettings.Push.Storefront(url: stage.simulator.url + "/")
            storefront.p95MaxSeconds = 0.01
            settings.oro.push.storefront = storefront
            #expect(settings.oro.pushOptions.storefrontP95MaxMilliseconds == 10)
            try await stage.sync(["AB-1": 1])
            let pusher = Pusher(state: stage.shop.state, shop: stage.oro, settings: settings)
            #expect(try await pusher.push().trouble == nil)
            let look = await stage.oro.lookAtStorefront(url: storefront.url, timeoutSeconds: 5)
            #expect(look.milliseconds > 0 && look.milliseconds <= 5000 && look.problem == nil)
            let closed = await stage.oro.lookAtStorefront(url: "http://127.0.0.1:9/", timeoutSeconds: 2)
            #expect(closed.milliseconds == 2000 && closed.problem != nil)
        }
    }
}
