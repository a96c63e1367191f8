import InventoryCore
import OroSimulator
import Testing

@testable import HTTPTransport
@testable import OroClient

// An examination against the simulated shop: what each role, version and localization looks like.
extension SimulatorTests {
    static let kilograms = Catalogue(products: [
        Catalogue.Product(
            sku: "K-1",
            units: [Catalogue.Unit(code: "kg", precision: 3, quantity: StockQuantity("2.5") ?? .zero)]
        )
    ])

    func codes(_ report: ShopReport, _ severity: ShopReport.Severity) -> [String] {
        report.findings.filter { $0.severity == severity }.map(\.code)
    }

    @Test("says what the shop can do, writes nothing, and leaves no operation behind")
    func examination() async throws {
        for profile in [Profile.v5_1, .v6_1, .v7_0] {
            try await run(profile: profile) { client, simulator in
                var needs = ShopNeeds()
                needs.restoresInStock = true
                let report = await client.examine(for: needs)
                #expect(report.isUsable && report.edition == .community)
                #expect(report.levelCount == simulator.levels().count)
                #expect(report.knowsBatches == true)
                let isYoung = profile != .v5_1
                #expect(report.takesSynchronousBatches == isYoung)
                #expect(report.takesBatches == (isYoung ? true : nil))
                #expect(report.version == (isYoung ? "6.1.9 or newer" : "5.1.7 or newer"))
                #expect(self.codes(report, .warning) == [])
                #expect(simulator.ledger().isEmpty)
                let first = await client.poll("1", writes: [.of("1", 1)])
                #expect(first == .gone)
            }
        }
    }

    @Test("names the one right that the role lacks, and whether anything can be written without it")
    func rightsOneByOne() async throws {
        let expected: [(ShopPermissions, String, Bool)] = [
            (.viewLevels, "view inventory levels", false), (.editLevels, "edit inventory levels", false),
            (.viewProducts, "view products", false), (.editProducts, "edit products", true),
            (.viewOperations, "view asynchronous operations", true),
            (.createOperations, "create asynchronous operations", true),
        ]
        for profile in [Profile.v5_1, .v6_1] {
            try await run(profile: profile) { client, simulator in
                var needs = ShopNeeds()
                needs.restoresInStock = true
                needs.triesWriting = true
                for (right, name, isUsable) in expected {
                    simulator.changeConditions {
                        $0.permissions = .all
                        $0.permissions.remove(right)
                    }
                    let report = await client.examine(for: needs)
                    let named = report.findings.filter { $0.severity >= .warning }
                    #expect(named.count == 1, "\(name): \(named)")
                    #expect(named.first?.message.contains("may not \(name)") == true, "\(named)")
                    #expect(report.isUsable == isUsable, "\(name)")
                    if !isUsable { #expect(named.first?.isPermission == true, "\(name)") }
                    let isAboutBatches = right == .viewOperations || right == .createOperations
                    #expect(self.codes(report, .ok).contains("batches") == (isUsable && !isAboutBatches))
                }
            }
        }
    }

    @Test("single mode asks nothing about batches")
    func singleMode() async throws {
        try await run { client, simulator in
            simulator.changeConditions { $0.permissions.subtract([.viewOperations, .createOperations]) }
            var needs = ShopNeeds()
            needs.usesBatches = false
            let report = await client.examine(for: needs)
            #expect(report.takesBatches == nil && self.codes(report, .warning) == [])
        }
    }

    @Test("products hidden one by one, maintenance and wrong credentials have findings of their own")
    func otherTroubles() async throws {
        try await run { client, simulator in
            let skus = Set(simulator.levels().map(\.sku))
            simulator.changeConditions { $0.hiddenProducts = skus }
            #expect(await client.examine().findings.map(\.code).contains("products_hidden"))
            let page = try await client.levelIndex(after: nil)
            #expect(page.levels.isEmpty && !page.unnamed.isEmpty)
            #expect(try await !client.listsProducts())
            simulator.changeConditions { $0.hiddenProducts = ["SKU-000001"] }
            let partly = await client.examine()
            #expect(partly.isUsable && self.codes(partly, .warning) == ["products_hidden_in_part"])
            simulator.changeConditions { $0.maintenance = true }
            #expect(await client.examine().findings.map(\.code) == ["shop_maintenance"])
        }
        // Maintenance shows at the token endpoint first, for whoever has no token yet.
        try await run { client, simulator in
            simulator.changeConditions { $0.maintenance = true }
            #expect(await client.examine().findings.map(\.code) == ["shop_maintenance"])
        }
        try await run(client: { $0.clientSecret = Secret("wrong") }) { client, _ in
            let report = await client.examine()
            #expect(report.findings.map(\.code) == ["shop_credentials"])
            #expect(report.findings.first?.isPermission == true)
        }
        try await run(client: { $0.backendPrefix = "/backoffice" }) { client, _ in
            let report = await client.examine()
            #expect(report.findings.map(\.code) == ["shop_configuration"])
            #expect(report.findings.first?.hint.contains("oro.backend_prefix") == true)
        }
    }

    @Test("a decimal comma is found out by a write that is certain to be refused", arguments: [false, true])
    func decimalComma(isYoung: Bool) async throws {
        try await run(profile: isYoung ? .v6_1 : .v5_1, catalogue: Self.kilograms) { client, simulator in
            var needs = ShopNeeds()
            #expect(self.codes(await client.examine(for: needs), .warning) == [])
            await simulator.perform(.setDecimalComma(true, ofUser: true))
            #expect(self.codes(await client.examine(for: needs), .warning) == ["decimal_comma"])
            await simulator.perform(.setDecimalComma(false, ofUser: true))
            await simulator.perform(.setDecimalComma(true, ofUser: false))
            await simulator.perform(.setConsumers(1))
            let systems = self.codes(await client.examine(for: needs), .warning)
            #expect(systems == (isYoung ? ["decimal_comma_batches"] : []))
            #expect(simulator.ledger().isEmpty)
            needs.triesWriting = true
            let tried = await client.examine(for: needs)
            #expect(self.codes(tried, .warning) == ["decimal_comma_batches"])
            #expect(self.codes(tried, .ok).contains("written"))
            #expect(simulator.levels().map(\.quantity) == ["2.5"])
        }
    }

    @Test("a trial writes one level's own value and nothing else")
    func trial() async throws {
        try await run { client, simulator in
            let before = simulator.levels().map(\.quantity)
            var needs = ShopNeeds()
            needs.triesWriting = true
            let report = await client.examine(for: needs)
            #expect(report.takesBatches == true && self.codes(report, .warning) == [])
            #expect(simulator.levels().map(\.quantity) == before)
            #expect(simulator.ledger().count == 1)
        }
    }
}
