import Testing

@testable import OroSimulator

@Suite("Lists of levels")
struct ListTests {
    private static func ids(_ client: ShopClient, _ query: String) async throws -> [Int] {
        let reply = try await client.api("GET", "inventorylevels?fields[inventorylevels]=quantity&" + query)
        let list = reply.json?.object?["data"]?.list ?? []
        return list.compactMap { $0.object?["id"]?.text.flatMap { Int($0) } }
    }

    @Test("paging by id reaches every level once")
    func keyset() async throws {
        let catalogue = Catalogue(count: 1000, seed: 4)
        try await ShopClient.with(SimulatorOptions(catalogue: catalogue)) { simulator, client in
            var seen: [Int] = []
            var last = 0
            while true {
                let page = try await Self.ids(client, "filter[id][gt]=\(last)&sort=id&page[size]=300")
                guard let end = page.last else { break }
                seen += page
                last = end
            }
            #expect(seen == simulator.levels().compactMap { Int($0.level) })
        }
    }

    @Test("of two operators on one field only one is kept")
    func twoOperators() async throws {
        let catalogue = Catalogue(count: 50, seed: 4)
        try await ShopClient.with(SimulatorOptions(catalogue: catalogue)) { _, client in
            let ids = try await Self.ids(client, "filter[id][gt]=10&filter[id][lte]=20&page[size]=-1")
            #expect(ids == Array(1...20))
            let answer1 = try await Self.ids(client, "filter[id]=11..20&page[size]=-1")
            #expect(answer1 == Array(11...20))
        }
    }

    @Test("different fields combine")
    func combined() async throws {
        let catalogue = Catalogue(products: [
            ("A", [("item", 0), ("set", 0)]), ("B", [("item", 0)]), ("C", [("set", 0)]),
        ])
        try await ShopClient.with(SimulatorOptions(catalogue: catalogue)) { _, client in
            let query = "filter[product.sku]=A,B&filter[productUnitPrecision.unit.id]=item"
            let answer2 = try await Self.ids(client, query)
            #expect(answer2 == [1, 3])
        }
    }

    @Test("an Enterprise shop has one level per warehouse and filters by warehouse")
    func warehouses() async throws {
        let csv = "sku,unit,precision,quantity,warehouse\nA,item,0,5,Leeds\nA,item,0,6,York\n"
        var options = SimulatorOptions(catalogue: try Catalogue.parse(Array(csv.utf8), place: "c"))
        options.profile = .enterprise
        try await ShopClient.with(options) { simulator, client in
            #expect(simulator.levels().map(\.warehouse) == ["Leeds", "York"])
            let answer3 = try await Self.ids(client, "filter[warehouse.name]=York")
            #expect(answer3 == [2])
            let answer4 = try await client.api("GET", "warehouses").json?.object?["data"]?.list?.count
            #expect(answer4 == 2)
        }
    }

    @Test(
        "a catalogue file says which line is wrong",
        arguments: [
            ("sku,unit,precision,quantity\nA,item,0,1\nB,,0,1\n", "c:3", "has no unit"),
            ("sku,precision\nA,0\n", "c:1", "has no column \"unit\""),
            (
                "sku,unit,precision,quantity\nA,item,0,1e3\n", "c:2",
                "has the quantity \"1e3\"; it must be a plain decimal"
            ),
        ]
    )
    func badCatalogue(text: String, place: String, problem: String) {
        #expect(throws: SimulatorFault.badFile(place: place, problem: problem)) {
            try Catalogue.parse(Array(text.utf8), place: "c")
        }
    }

    @Test(
        "quantities are exact in ten digits before and after the mark",
        arguments: [
            ("0", "0"), ("-0", "0"), ("7.5000", "7.5"), (".5", "0.5"), ("-12.0000000001", "-12.0000000001"),
            ("9999999999.9999999999", "9999999999.9999999999"), ("0010", "10"), ("1.0000000000", "1"),
        ]
    )
    func quantities(text: String, shown: String) {
        #expect(StockQuantity(text)?.text == shown)
    }

    @Test(
        "what is no plain decimal is no quantity",
        arguments: [
            "", ".", "5.", "1e3", "+7", "7,5", "12345678901", "1.12345678915", "1.00000000000", "--1", "1-",
            "abc",
        ]
    )
    func notQuantities(text: String) {
        #expect(StockQuantity(text) == nil)
    }

    @Test("an Enterprise shop without named warehouses has one main warehouse")
    func mainWarehouse() async throws {
        var options = SimulatorOptions(catalogue: Catalogue(products: [("A", [("item", 0)])]))
        options.profile = .enterprise
        try await ShopClient.with(options) { simulator, _ in
            #expect(simulator.levels().map(\.warehouse) == ["Main Warehouse"])
        }
    }

    @Test("an old shop takes no batches, and OPTIONS says so")
    func withoutBatches() async throws {
        var options = SimulatorOptions(catalogue: Catalogue(count: 5, seed: 1))
        options.takesLevelBatches = false
        try await ShopClient.with(options) { _, client in
            let allowed = try await client.api("OPTIONS", "inventorylevels")
            #expect(allowed.headers["allow"] == "OPTIONS, GET")
            let batch = try await client.api("PATCH", "inventorylevels", #"{"data":[]}"#)
            #expect(batch.status == 405)
            #expect(batch.body.isEmpty)
        }
    }
}
