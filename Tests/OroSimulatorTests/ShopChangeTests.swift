import Testing

@testable import OroSimulator

@Suite("Changes behind the client's back")
struct ShopChangeTests {
    private static var options: SimulatorOptions {
        var options = SimulatorOptions(catalogue: Catalogue(count: 10, seed: 1))
        options.disorder = 0
        options.operationDelayMilliseconds = 0
        return options
    }

    private static func batch(_ ids: [String], _ quantity: String) -> String {
        let items = ids.map {
            #"{"type":"inventorylevels","id":"\#($0)","meta":{"update":true},"#
                + #""attributes":{"quantity":"\#(quantity)"}}"#
        }
        return #"{"data":["# + items.joined(separator: ",") + "]}"
    }

    private static func write(_ id: String, _ quantity: String) -> String {
        #"{"data":{"type":"inventorylevels","id":"\#(id)","attributes":{"quantity":"\#(quantity)"}}}"#
    }

    @Test("products that exchange their SKUs keep their ids, and old ledger entries keep the old names")
    func swapped() async throws {
        try await ShopClient.with(Self.options) { simulator, client in
            let one = try #require(simulator.levelId(sku: "SKU-000001", unit: "item"))
            let two = try #require(simulator.levelId(sku: "SKU-000002", unit: "item"))
            let product = try #require(simulator.productId(sku: "SKU-000001"))
            _ = try await client.api("PATCH", "inventorylevels/\(one)", Self.write(one, "5"))
            let change = ShopChange.swapProducts(sku: "SKU-000001", otherSku: "SKU-000002")
            #expect(await simulator.perform(change))
            #expect(simulator.levelId(sku: "SKU-000002", unit: "item") == one)
            #expect(simulator.levelId(sku: "SKU-000001", unit: "item") == two)
            #expect(simulator.productId(sku: "SKU-000002") == product)
            _ = try await client.api("PATCH", "inventorylevels/\(one)", Self.write(one, "6"))
            #expect(simulator.ledger().map(\.sku) == ["SKU-000001", "SKU-000002"])
            let list = try await client.api("GET", "products?filter[sku]=SKU-000002&fields[products]=sku")
            #expect(list.json?.object?["data"]?.list?.first?.object?["id"]?.text == product)
        }
    }

    @Test("a recreated product has new ids and nothing in stock, the old ids are gone")
    func recreated() async throws {
        try await ShopClient.with(Self.options) { simulator, client in
            let level = try #require(simulator.levelId(sku: "SKU-000003", unit: "item"))
            let product = try #require(simulator.productId(sku: "SKU-000003"))
            #expect(await simulator.perform(.recreateProduct(sku: "SKU-000003")))
            let anew = try #require(simulator.levelId(sku: "SKU-000003", unit: "item"))
            #expect(anew != level && simulator.productId(sku: "SKU-000003") != product)
            #expect(simulator.levels().first { $0.level == anew }?.quantity == "0")
            #expect(try await client.api("GET", "inventorylevels/\(level)").status == 404)
            #expect(try await client.api("GET", "products/\(product)").status == 404)
        }
    }

    @Test("a new product takes an old name, and the old one lives on under another")
    func replaced() async throws {
        try await ShopClient.with(Self.options) { simulator, _ in
            let level = try #require(simulator.levelId(sku: "SKU-000003", unit: "item"))
            let change = ShopChange.replaceProduct(sku: "SKU-000003", newSku: "OLD-3")
            #expect(await simulator.perform(change))
            #expect(simulator.levelId(sku: "OLD-3", unit: "item") == level)
            #expect(simulator.levelId(sku: "SKU-000003", unit: "item") != level)
            #expect(await !simulator.perform(.renameProduct(sku: "OLD-3", newSku: "SKU-000003")))
        }
    }

    @Test("a hidden product's levels are listed without a product")
    func hidden() async throws {
        try await ShopClient.with(Self.options) { simulator, client in
            let level = try #require(simulator.levelId(sku: "SKU-000003", unit: "item"))
            #expect(await simulator.perform(.hideProduct(sku: "SKU-000003")))
            let reply = try await client.api("GET", "inventorylevels?include=product&page[size]=-1")
            let root = try #require(reply.json?.object)
            let hidden = root["data"]?.list?.first { $0.object?["id"]?.text == level }?.object
            #expect(hidden?["relationships"]?.object?["product"]?.object?["data"] == JsonValue.null)
            #expect(root["included"]?.list?.count == 9)
            let product = try #require(simulator.productId(sku: "SKU-000003"))
            #expect(try await client.api("GET", "products/\(product)").status == 403)
        }
    }

    @Test("a level that is refused is refused alone, by its record, and for the whole of a synchronous batch")
    func refused() async throws {
        var options = Self.options
        options.profile = .v6_0
        try await ShopClient.with(options) { simulator, client in
            for status in [403, 500] {
                await simulator.perform(.setLevelFault(level: "2", .refuses(status: status)))
                let one = try await client.api("PATCH", "inventorylevels/2", Self.write("2", "77"))
                #expect(one.status == status)
                let body = Self.batch(["1", "2", "3"], String(status))
                let accepted = try await client.api("PATCH", "inventorylevels", body)
                let id = accepted.json?.object?["data"]?.object?["id"]?.text ?? ""
                await simulator.queueIsIdle()
                let errors = try await client.api("GET", "asyncoperations/\(id)/errors")
                let list = errors.json?.object?["data"]?.list ?? []
                let error = list.first?.object?["attributes"]?.object
                #expect(list.count == 1 && error?["status"]?.number == Double(status))
                #expect(error?["source"]?.object?["pointer"]?.text == "/data/1")
                let count = simulator.ledgerCount
                let headers = [
                    "Accept": "application/vnd.api+json", "Content-Type": "application/vnd.api+json",
                    "X-Mode": "sync",
                ]
                let sync = try await client.api("PATCH", "inventorylevels", headers, body)
                #expect(sync.status == status && simulator.ledgerCount == count)
            }
            #expect(simulator.ledger().map(\.level) == ["1", "3", "1", "3"])
        }
    }

    @Test("a level can be listed and yet not be found by its id")
    func listedOnly() async throws {
        try await ShopClient.with(Self.options) { simulator, client in
            await simulator.perform(.setLevelFault(level: "2", .listedOnly))
            let list = try await client.api("GET", "inventorylevels?filter[id]=2")
            #expect(list.json?.object?["data"]?.list?.count == 1)
            #expect(try await client.api("GET", "inventorylevels/2").status == 404)
            #expect(try await client.api("PATCH", "inventorylevels/2", Self.write("2", "1")).status == 404)
            await simulator.perform(.setLevelFault(level: "2", nil))
            #expect(try await client.api("GET", "inventorylevels/2").status == 200)
        }
    }

    @Test("a script changes the shop before a request, and a running shop takes the same as a command")
    func scripted() async throws {
        var options = Self.options
        let file =
            #"{"rules":[{"fault":"renameProduct","sku":"SKU-000001","newSku":"N-1","skip":1,"limit":1}]}"#
        options.faults = try FaultScript.parse(Array(file.utf8), place: "f")
        try await ShopClient.with(options) { simulator, client in
            // The request for a token was the first.
            #expect(simulator.productId(sku: "N-1") == nil)
            _ = try await client.api("GET", "inventorylevels/1")
            #expect(simulator.productId(sku: "N-1") != nil)
            let command = #"{"rules":[{"fault":"consumers","count":0}]}"#
            let place = "/_simulator/faults"
            #expect(
                try await client.send("POST", place, headers: [:], body: Array(command.utf8)).status == 204
            )
            _ = try await client.api("PATCH", "inventorylevels", Self.batch(["1"], "9"))
            await simulator.queueIsIdle()
            #expect(simulator.ledger().isEmpty)
            await simulator.perform(.setConsumers(1))
            await simulator.queueIsIdle()
            #expect(simulator.ledger().count == 1)
            #expect(try await client.send("POST", place, headers: [:], body: Array("{}".utf8)).status == 400)
        }
    }
}
