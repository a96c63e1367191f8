import Testing

@testable import OroSimulator

@Suite("Batches")
struct BatchTests {
    private static func body(_ records: [(id: Int, quantity: String)]) -> String {
        let items = records.map { record in
            #"{"type":"inventorylevels","id":"\#(record.id)","meta":{"update":true},"#
                + #""attributes":{"quantity":"\#(record.quantity)"}}"#
        }
        return #"{"data":["# + items.joined(separator: ",") + "]}"
    }

    private static var options: SimulatorOptions {
        var options = SimulatorOptions(catalogue: Catalogue(count: 500, seed: 1))
        options.disorder = 0
        options.operationDelayMilliseconds = 0
        return options
    }

    private static func attributes(_ id: String, _ client: ShopClient) async throws -> JsonObject {
        try await client.api("GET", "asyncoperations/\(id)").json?.object?["data"]?.object?["attributes"]?
            .object
            ?? JsonObject()
    }

    private static func start(_ body: String, _ client: ShopClient) async throws -> String {
        let reply = try await client.api("PATCH", "inventorylevels", body)
        #expect(reply.status == 202)
        #expect(
            reply.headers["content-location"]?.hasPrefix(client.url + "/admin/api/asyncoperations/") == true
        )
        return reply.json?.object?["data"]?.object?["id"]?.text ?? ""
    }

    @Test("the good records of a chunk with a bad one run after the next operation and overwrite it")
    func staleOverwrite() async throws {
        try await ShopClient.with(Self.options) { simulator, client in
            let ids = Array(1...100)
            await simulator.setConsumers(0)
            var first = ids.map { (id: $0, quantity: "1") }
            first[50].quantity = "bad"
            let older = try await Self.start(Self.body(first), client)
            _ = try await Self.start(Self.body(ids.map { (id: $0, quantity: "2") }), client)
            await simulator.setConsumers(1)
            await simulator.queueIsIdle()
            let final = simulator.levels().prefix(100).map(\.quantity)
            #expect(final.filter { $0 == "1" }.count == 99)
            #expect(final[50] == "2")
            let summary = try await Self.attributes(older, client)["summary"]?.object
            #expect(summary?["writeCount"]?.number == 99)
            #expect(summary?["errorCount"]?.number == 1)
        }
    }

    @Test("a successful operation can have errors only, ten on a page")
    func successWithErrors() async throws {
        try await ShopClient.with(Self.options) { simulator, client in
            let id = try await Self.start(Self.body((1...150).map { ($0, "bad") }), client)
            await simulator.queueIsIdle()
            let answer1 = try await Self.attributes(id, client)["status"]
            #expect(answer1 == .text("success"))
            let page = try await client.api("GET", "asyncoperations/\(id)/errors")
            #expect(page.json?.object?["data"]?.list?.count == 10)
            #expect(simulator.ledger().isEmpty)
        }
    }

    @Test("the whole records of a cut body are written")
    func truncated() async throws {
        try await ShopClient.with(Self.options) { simulator, client in
            let whole = Self.body([(1, "5"), (2, "5"), (3, "5")])
            let id = try await Self.start(String(whole.dropLast(20)), client)
            await simulator.queueIsIdle()
            let attributes = try await Self.attributes(id, client)
            #expect(attributes["status"] == .text("success"))
            #expect(attributes["summary"]?.object?["readCount"]?.number == 2)
            #expect(simulator.ledger().map(\.level) == ["1", "2"])
        }
    }

    @Test("of two records with one id in a chunk the last wins, and the ledger shows both")
    func duplicates() async throws {
        try await ShopClient.with(Self.options) { simulator, client in
            _ = try await Self.start(Self.body([(7, "1"), (7, "2")]), client)
            await simulator.queueIsIdle()
            #expect(simulator.ledger().map(\.quantity) == ["1", "2"])
            #expect(simulator.levels()[6].quantity == "2")
        }
    }

    @Test("a synchronous batch answers with the levels it wrote, or writes none")
    func synchronous() async throws {
        var options = Self.options
        options.profile = .v6_1
        try await ShopClient.with(options) { simulator, client in
            let headers = [
                "Accept": "application/vnd.api+json", "Content-Type": "application/vnd.api+json",
                "X-Mode": "sync",
            ]
            let good = try await client.api(
                "PATCH",
                "inventorylevels",
                headers,
                Self.body([(2, "3"), (1, "4")])
            )
            #expect(good.status == 200)
            let ids = good.json?.object?["data"]?.list?.map { $0.object?["meta"]?.object?["dataId"]?.text }
            #expect(ids == ["2", "1"])
            #expect(simulator.ledger().map(\.route) == [.sync, .sync])
            let bad = try await client.api(
                "PATCH",
                "inventorylevels",
                headers,
                Self.body([(2, "9"), (1, "x")])
            )
            #expect(bad.status == 400)
            #expect(simulator.ledger().count == 2)
            let many = try await client.api(
                "PATCH",
                "inventorylevels",
                headers,
                Self.body((1...101).map { ($0, "1") })
            )
            // Too many are no bad request: their operation fails.
            #expect(many.status == 202)
            let operation = many.json?.object?["data"]?.object?["attributes"]?.object
            #expect(operation?["status"] == .text("failed"))
            #expect(simulator.ledger().count == 2)
        }
    }

    @Test("a large batch is read, chunked and written whole")
    func large() async throws {
        var options = Self.options
        options.catalogue = Catalogue(count: 10_000, seed: 3)
        options.consumers = 2
        options.disorder = 0.3
        try await ShopClient.with(options) { simulator, client in
            let id = try await Self.start(Self.body((1...10_000).map { ($0, String($0)) }), client)
            await simulator.queueIsIdle()
            let answer2 = try await Self.attributes(id, client)["progress"]?.number
            #expect(answer2 == 1)
            #expect(simulator.ledger().count == 10_000)
            #expect(simulator.levels().prefix(10_000).allSatisfy { $0.level == $0.quantity })
        }
    }
}
