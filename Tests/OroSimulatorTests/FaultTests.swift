import AsyncHTTPClient
import Testing

@testable import OroSimulator

@Suite("Faults")
struct FaultTests {
    private static let write =
        #"{"data":{"type":"inventorylevels","id":"1","attributes":{"quantity":"77"}}}"#

    private static func options(_ rules: FaultRule...) -> SimulatorOptions {
        var options = SimulatorOptions(catalogue: Catalogue(count: 10, seed: 1))
        options.faults = FaultScript(seed: 5, rules: rules)
        return options
    }

    @Test(
        "a connection cut before the effect leaves the level alone, one cut after it does not",
        arguments: [false, true]
    )
    func cuts(afterEffect: Bool) async throws {
        let rule = FaultRule(afterEffect ? .cutAfterEffect : .cutBeforeEffect, method: "PATCH", limit: 1)
        try await ShopClient.with(Self.options(rule)) { simulator, client in
            await #expect(throws: (any Error).self) {
                try await client.api("PATCH", "inventorylevels/1", Self.write)
            }
            #expect(simulator.ledger().count == (afterEffect ? 1 : 0))
            let answer1 = try await client.api("PATCH", "inventorylevels/1", Self.write).status
            #expect(answer1 == 200)
        }
    }

    @Test("a busy shop names the seconds to wait")
    func retryAfter() async throws {
        let rule = FaultRule(.answer(status: 503, retryAfterSeconds: 7), method: "PATCH", limit: 1)
        try await ShopClient.with(Self.options(rule)) { simulator, client in
            let reply = try await client.api("PATCH", "inventorylevels/1", Self.write)
            #expect(reply.status == 503)
            #expect(reply.headers["retry-after"] == "7")
            #expect(simulator.ledger().isEmpty)
        }
    }

    @Test("revoked tokens give 401 with an empty body")
    func revoked() async throws {
        try await ShopClient.with(Self.options()) { simulator, client in
            simulator.revokeTokens()
            let reply = try await client.api("GET", "inventorylevels/1")
            #expect(reply.status == 401)
            #expect(reply.body.isEmpty)
        }
    }

    @Test("an expired token gives 401")
    func expired() async throws {
        var options = Self.options()
        options.tokenLifetimeSeconds = 0
        try await ShopClient.with(options) { _, client in
            let answer2 = try await client.api("GET", "inventorylevels/1").status
            #expect(answer2 == 401)
        }
    }

    @Test("a recreated level has another id, and the old id gives 404")
    func recreated() async throws {
        try await ShopClient.with(Self.options()) { simulator, client in
            let level = try #require(simulator.levels().first)
            let newId = try #require(simulator.recreateLevel(level.level))
            #expect(newId != level.level)
            let answer3 = try await client.api("GET", "inventorylevels/\(level.level)").status
            #expect(answer3 == 404)
            #expect(simulator.levelId(sku: level.sku, unit: level.unit) == newId)
        }
    }

    @Test("a write between a checkout's read and its write is lost")
    func lostUpdate() async throws {
        try await ShopClient.with(Self.options()) { simulator, client in
            simulator.setQuantity(level: "1", to: "50")
            let checkout = try #require(simulator.startCheckout(level: "1", quantity: "5"))
            let answer4 = try await client.api("PATCH", "inventorylevels/1", Self.write).status
            #expect(answer4 == 200)
            #expect(checkout.finish())
            #expect(simulator.levels()[0].quantity == "45")
        }
    }

    @Test("a checkout to zero sets out_of_stock, and raising the level does not set it back")
    func outOfStock() async throws {
        try await ShopClient.with(Self.options()) { simulator, client in
            let sku = simulator.levels()[0].sku
            simulator.setQuantity(level: "1", to: "4")
            #expect(!simulator.checkout(level: "1", quantity: "5"))
            #expect(simulator.checkout(level: "1", quantity: "4"))
            #expect(simulator.inventoryStatus(sku: sku) == .outOfStock)
            _ = try await client.api("PATCH", "inventorylevels/1", Self.write)
            #expect(simulator.inventoryStatus(sku: sku) == .outOfStock)
        }
    }

    @Test("a product's status is set one by one and in batches")
    func inventoryStatus() async throws {
        let data =
            #""type":"products","id":"1","relationships":{"inventory_status":{"data":"#
            + #"{"type":"prodinventorystatuses","id":"STATUS"}}}"#
        try await ShopClient.with(Self.options()) { simulator, client in
            let sku = simulator.levels()[0].sku
            let one = #"{"data":{"# + data.replacing("STATUS", with: "out_of_stock") + "}}"
            let reply = try await client.api("PATCH", "products/1", one)
            #expect(reply.status == 200)
            #expect(simulator.inventoryStatus(sku: sku) == .outOfStock)
            let many =
                #"{"data":[{"meta":{"update":true},"# + data.replacing("STATUS", with: "in_stock") + "}]}"
            let accepted = try await client.api("PATCH", "products", many)
            #expect(accepted.status == 202)
            await simulator.queueIsIdle()
            #expect(simulator.inventoryStatus(sku: sku) == .inStock)
        }
    }

    @Test("a chunk that throws fails its operation and writes nothing")
    func failedChunk() async throws {
        try await ShopClient.with(Self.options(FaultRule(.chunkFails, limit: 1))) { simulator, client in
            let body =
                #"{"data":[{"type":"inventorylevels","id":"1","meta":{"update":true},"#
                + #""attributes":{"quantity":"3"}}]}"#
            let reply = try await client.api("PATCH", "inventorylevels", body)
            await simulator.queueIsIdle()
            let id = reply.json?.object?["data"]?.object?["id"]?.text ?? ""
            let state = try await client.api("GET", "asyncoperations/\(id)")
            #expect(state.json?.object?["data"]?.object?["attributes"]?.object?["status"] == .text("failed"))
            #expect(simulator.ledger().isEmpty)
        }
    }

    @Test("a fault file with an unknown entry is refused with its place")
    func badFile() {
        let text = #"{"rules":[{"fault":"answer","status":500},{"fault":"meteor"}]}"#
        #expect(
            throws: SimulatorFault.badFile(place: "f, rule 2,", problem: "has the unknown fault \"meteor\"")
        ) {
            try FaultScript.parse(Array(text.utf8), place: "f")
        }
    }

    @Test("the same seed gives the same faults", arguments: [1, 2, 3] as [UInt64])
    func seeded(seed: UInt64) {
        let script = FaultScript(seed: seed, rules: [FaultRule(.cutBeforeEffect, probability: 0.3, burst: 2)])
        var one = FaultDice(script: script)
        var other = FaultDice(script: script)
        let strikes = (0..<200).map { _ in one.strike(method: "GET", path: "/a") != nil }
        #expect(strikes == (0..<200).map { _ in other.strike(method: "GET", path: "/a") != nil })
        #expect(strikes.contains(true))
        #expect(strikes.contains(false))
    }
}
