import InventoryCore
import OroSimulator
import Testing

@testable import HTTPTransport
@testable import OroClient

@Suite("The client against the simulated shop")
struct SimulatorTests {
    /// Runs a client against a simulator of some products.
    func run(
        products: Int = 30,
        profile: Profile = .v5_1,
        catalogue: Catalogue? = nil,
        simulator change: (inout SimulatorOptions) -> Void = { _ in },
        client changeClient: @escaping @Sendable (inout OroOptions) -> Void = { _ in },
        _ body: @escaping @Sendable (OroClient, RunningSimulator) async throws -> Void
    ) async throws {
        var options = SimulatorOptions(catalogue: catalogue ?? Catalogue(count: products, seed: 7))
        options.clientID = "CLIENT-ID"
        options.clientSecret = "CLIENT-SECRET"
        options.profile = profile
        change(&options)
        try await OroSimulator.withRunning(options) { simulator in
            var options = OroOptions.loopback(simulator.url)
            changeClient(&options)
            try await OroClient.withRunning(options: options, logger: quiet) { client in
                try await body(client, simulator)
            }
        }
    }

    /// Polls until the operation is final; bounded, because a hanging test says nothing.
    static func settle(
        _ client: OroClient,
        _ operation: OperationID,
        _ writes: [LevelWrite]
    ) async -> OperationAnswer {
        for _ in 0..<20_000 {
            let answer = await client.poll(operation, writes: writes)
            guard case .pending = answer else { return answer }
        }
        return .gone
    }

    static func all(_ client: OroClient) async throws -> [ShopLevel] {
        var levels: [ShopLevel] = []
        var after: LevelID?
        while true {
            let page = try await client.levelIndex(after: after)
            levels += page.levels
            guard !page.isLast else { return levels }
            after = page.last
        }
    }

    @Test("the index gives every level once, whatever the page size", arguments: [1, 7, 1000])
    func index(pageSize: Int) async throws {
        try await run(client: { $0.pageSize = pageSize }) { client, simulator in
            let levels = try await SimulatorTests.all(client)
            let expected = simulator.levels()
            #expect(levels.map(\.id.text) == expected.map(\.level))
            #expect(levels.map(\.key.sku.text) == expected.map(\.sku))
            #expect(levels.map(\.key.unit.text) == expected.map(\.unit))
            #expect(levels.map(\.quantity.description) == expected.map(\.quantity))
            let primaries = Dictionary(grouping: levels.filter(\.isPrimaryUnit), by: \.key.sku)
            #expect(primaries.count == 30 && primaries.values.allSatisfy { $0.count == 1 })
        }
    }

    @Test("single writes, a batch and a read-back agree with the ledger")
    func writes() async throws {
        try await run(products: 300) { client, simulator in
            let levels = try await SimulatorTests.all(client)
            let first = LevelWrite(level: levels[0].id, quantity: Quantity(millionths: 7_500_000))
            #expect(await client.write(first) == .record(.applied))
            let writes = levels.dropFirst().enumerated().map { LevelWrite.of($1.id, Int64($0 + 1)) }
            guard case .accepted(let operation) = await client.submit(writes, synchronous: false),
                case .finished(let records) = await SimulatorTests.settle(client, operation, writes)
            else {
                Issue.record("the batch did not end")
                return
            }
            #expect(records.count == writes.count)
            #expect(records.allSatisfy { $0 == .applied })
            guard case .levels(let shown) = await client.readBack(levels.map(\.id)) else {
                Issue.record("no read-back")
                return
            }
            #expect(shown.count == levels.count)
            for write in [first] + writes { #expect(shown[write.level] == write.quantity) }
            #expect(simulator.ledger().count == levels.count)
        }
    }

    @Test("bad records of a batch are refused with their reasons, the others applied")
    func partialBatch() async throws {
        try await run(products: 200) { client, simulator in
            let levels = try await SimulatorTests.all(client)
            var writes = levels.prefix(150).map { LevelWrite.of($0.id, 3) }
            writes[17] = .of("999999", 1)
            writes[120] = LevelWrite(level: writes[120].level, quantity: Quantity(units: 99_999_999_999))
            guard case .accepted(let operation) = await client.submit(writes, synchronous: false),
                case .finished(let records) = await SimulatorTests.settle(client, operation, writes)
            else {
                Issue.record("the batch did not end")
                return
            }
            for (index, record) in records.enumerated() {
                switch (index, record) {
                case (17, .refused(.levelGone, _)), (120, .refused(.invalidValue, _)): break
                case (17, _), (120, _): Issue.record("\(index): \(record)")
                default: #expect(record == .applied, "\(index)")
                }
            }
            #expect(simulator.ledger().count == 148)
        }
    }

    @Test("before 6.0.4 a synchronous batch is accepted as an operation")
    func synchronousIgnored() async throws {
        try await run { client, _ in
            let levels = try await SimulatorTests.all(client)
            let writes = levels.prefix(5).map { LevelWrite.of($0.id, 9) }
            guard case .accepted(let operation) = await client.submit(writes, synchronous: true) else {
                Issue.record("not accepted")
                return
            }
            let ended = await SimulatorTests.settle(client, operation, writes)
            #expect(ended == .finished(Array(repeating: .applied, count: 5)))
        }
    }

    @Test("a level that was made anew is gone under its old id and found by its SKU")
    func recreated() async throws {
        try await run { client, simulator in
            let level = try #require(try await SimulatorTests.all(client).first)
            let fresh = try #require(simulator.recreateLevel(level.id.text))
            guard case .record(.refused(.levelGone, _)) = await client.write(.of(level.id, 3)) else {
                Issue.record("not gone")
                return
            }
            #expect(await client.readBack([level.id]) == .levels([:]))
            let found = try await client.resolve([level.key.sku, "NO-SUCH", "A,B", "A B&filter[id]=1"]).levels
            #expect(found.contains { $0.id.text == fresh && $0.key == level.key })
            #expect(found.allSatisfy { $0.key.sku == level.key.sku })
        }
    }

    @Test("revoked and short-lived tokens are renewed, and all writes are applied")
    func tokens() async throws {
        try await run(simulator: { $0.tokenLifetimeSeconds = 1 }) { client, simulator in
            let level = try #require(try await SimulatorTests.all(client).first)
            for value in 0..<5 {
                simulator.revokeTokens()
                #expect(await client.write(.of(level.id, Int64(value))) == .record(.applied))
            }
        }
    }

    @Test("each trouble of the whole shop is told apart, and nothing is written meanwhile")
    func troubles() async throws {
        try await run { client, simulator in
            let level = try #require(try await SimulatorTests.all(client).first)
            let write = LevelWrite.of(level.id, 77)
            func trouble(_ change: @escaping @Sendable (inout ShopConditions) -> Void) async -> ShopTrouble? {
                simulator.changeConditions(change)
                defer { simulator.changeConditions { $0 = ShopConditions() } }
                guard case .trouble(let trouble, _) = await client.write(write) else { return nil }
                return trouble
            }
            #expect(await trouble { $0.databaseDown = true }.map { Fault($0).code } == .shopUnavailable)
            #expect(await trouble { $0.maintenance = true } == .maintenance)
            #expect(await trouble { $0.apiOff = true }.map { Fault($0).code } == .shopConfiguration)
            #expect(await trouble { $0.clientInactive = true }.map { Fault($0).code } == .shopCredentials)
            #expect(
                await trouble { $0.permissions.remove(.editLevels) }.map { Fault($0).code } == .shopPermission
            )
            // With PHP down nginx cannot say whether PHP had begun.
            #expect(await trouble { $0.phpDown = true } == nil)
            #expect(simulator.ledger().isEmpty)
            #expect(await client.write(write) == .record(.applied))
        }
    }

    @Test("without consumers an operation is pending, once cleaned away it is gone")
    func operations() async throws {
        try await run { client, simulator in
            await simulator.setConsumers(0)
            let levels = try await SimulatorTests.all(client)
            let writes = levels.prefix(3).map { LevelWrite.of($0.id, 9) }
            guard case .accepted(let operation) = await client.submit(writes, synchronous: false) else {
                Issue.record("not accepted")
                return
            }
            guard case .pending = await client.poll(operation, writes: writes) else {
                Issue.record("not pending")
                return
            }
            simulator.forgetOperation(operation.text)
            #expect(await client.poll(operation, writes: writes) == .gone)
        }
    }

    @Test("the Enterprise Edition's levels have warehouses")
    func warehouses() async throws {
        let quantity = try #require(StockQuantity("4"))
        let none = try #require(StockQuantity("0"))
        let unit = Catalogue.Unit(code: "item", warehouses: [("Leeds", quantity), ("York", none)])
        let catalogue = Catalogue(products: [Catalogue.Product(sku: "AB-1", units: [unit])])
        try await run(profile: .enterprise, catalogue: catalogue) { client, _ in
            let levels = try await SimulatorTests.all(client)
            #expect(levels.map(\.key.warehouse) == ["Leeds", "York"])
            #expect(levels.map(\.quantity.description) == ["4", "0"])
            let report = await client.examine()
            #expect(report.edition == .enterprise)
            #expect(Set(report.warehouses).isSuperset(of: ["Leeds", "York"]))
        }
    }
}
