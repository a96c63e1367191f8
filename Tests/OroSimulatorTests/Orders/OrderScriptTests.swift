import Testing

@testable import OroSimulator

@Suite("Orders from a script or from outside")
struct OrderScriptTests {
    private static let kinds = #"""
        {"rules":[
        {"fault":"order","lines":[{"sku":"A","quantity":3},{"freeForm":"Gift wrap","quantity":"1"},
        {"sku":"KIT","quantity":2,"kit":[{"sku":"B","quantity":4}]}],"customerGroup":"VIP","identifier":"N-1",
        "externalId":"SO-1","warehouse":"North","takesStock":"later","visibility":"uncommitted",
        "createdAt":"2001-09-09T01:46:40Z","subOrders":[[0,1],[2]]},
        {"fault":"order","lines":[{"sku":"A","unit":"set","quantity":1}],"takesStockAfterSeconds":60},
        {"fault":"order","lines":[{"sku":"A","quantity":1}],"takesStockAfterRequests":2,"external":true},
        {"fault":"orderStep","order":"1","step":"commit","path":"/admin","skip":3,"limit":1},
        {"fault":"orderStep","order":"1","step":"cancelled"},
        {"fault":"orderStep","order":"1","step":"externalId","externalId":"SO-2"},
        {"fault":"orderLine","line":"1","quantity":2},{"fault":"orderLine","line":"1"}]}
        """#

    @Test("given a fault file, then it says all that an order can be")
    func file() throws {
        let rules = try FaultScript.parse(Array(Self.kinds.utf8), place: "f").rules
        let first = OrderPlacement(
            [
                .init(sku: "A", quantity: "3"), .init(freeForm: "Gift wrap", quantity: "1"),
                .init(sku: "KIT", quantity: "2", kit: [.init(sku: "B", quantity: "4")]),
            ],
            customerGroup: "VIP",
            identifier: "N-1",
            externalId: "SO-1",
            warehouse: "North",
            takesStock: .later,
            visibility: .uncommitted,
            createdAtSeconds: OrderStage.noon,
            subOrders: [[0, 1], [2]]
        )
        let second = OrderPlacement(
            [.init(sku: "A", unit: "set", quantity: "1")],
            takesStock: .afterSeconds(60)
        )
        let third = OrderPlacement(
            [.init(sku: "A", quantity: "1")],
            takesStock: .afterRequests(2),
            isExternal: true
        )
        let expected: [ShopChange] = [
            .placeOrder(first), .placeOrder(second), .placeOrder(third), .order("1", .commit),
            .order("1", .setStatus(.cancelled)), .order("1", .setExternalId("SO-2")),
            .setOrderLine("1", quantity: "2"), .setOrderLine("1", quantity: nil),
        ]
        #expect(rules.map(\.fault) == expected.map { .change($0) })
        #expect(rules[3].skip == 3 && rules[3].limit == 1)
    }

    @Test(
        "given something that is no order, then the file is refused and says why",
        arguments: [
            (#"{"fault":"order"}"#, "needs a list \"lines\""),
            (#"{"fault":"order","lines":[{"sku":"A"}]}"#, "needs a number \"quantity\" in each line"),
            (#"{"fault":"order","lines":[{"quantity":1}]}"#, "needs the text \"sku\""),
            (
                #"{"fault":"order","lines":[{"sku":"A","quantity":1}],"takesStock":"soon"}"#,
                "takes stock \"soon\", which is unknown"
            ), (#"{"fault":"order","note":"x"}"#, "has the unknown key \"note\""),
            (#"{"fault":"orderStep","order":"1","step":"dance"}"#, "has the unknown step \"dance\""),
            (#"{"fault":"slow","lines":[]}"#, "has the unknown key \"lines\""),
        ]
    )
    func refused(rule: String, problem: String) {
        #expect(throws: SimulatorFault.badFile(place: "f, rule 1,", problem: problem)) {
            try FaultScript.parse(Array(#"{"rules":[\#(rule)]}"#.utf8), place: "f")
        }
    }

    @Test("given a script, then an order is placed at a certain request and goes on at later ones")
    func scripted() async throws {
        var options = OrderStage.options()
        // A rule does not see the requests that an earlier one struck.
        let rules = #"""
            {"rules":[{"fault":"order","lines":[{"sku":"A","quantity":3}],"takesStock":"later",
            "path":"/admin","skip":1,"limit":1},
            {"fault":"orderStep","order":"1","step":"finishCheckout","path":"/admin","skip":1,"limit":1},
            {"fault":"orderStep","order":"1","step":"cancelled","path":"/admin","skip":1,"limit":1}]}
            """#
        options.faults = try FaultScript.parse(Array(rules.utf8), place: "f")
        try await ShopClient.with(options) { simulator, client async throws in
            simulator.setQuantity(level: "1", to: "10")
            #expect(try await OrderStage.ids(client, "orders") == [])
            #expect(try await OrderStage.ids(client, "orders?filter[internalStatus]=open") == ["1"])
            #expect(try await OrderStage.quantity(client) == "7")
            #expect(try await OrderStage.ids(client, "orders?filter[internalStatus]=open") == [])
        }
    }

    @Test("given a person outside, then an order can be placed, seen and taken on while the shop runs")
    func outside() async throws {
        try await OrderStage.with { simulator, client async throws in
            let place = "/_simulator/orders"
            let order = #"{"lines":[{"sku":"A","quantity":3}],"takesStock":"later"}"#
            let made = try await client.send("POST", place, headers: [:], body: Array(order.utf8))
            let line =
                #"{"order":"1","parent":null,"visibility":"committed","status":"open","#
                + #""awaitsDecrement":true,"lines":[{"line":"1","sku":"A","unit":"item","quantity":"3"}]}"#
            #expect(made.status == 201 && made.text == line + "\n")
            let finish = #"{"rules":[{"fault":"orderStep","order":"1","step":"finishCheckout"}]}"#
            let path = "/_simulator/faults"
            let done = try await client.send("POST", path, headers: [:], body: Array(finish.utf8))
            #expect(done.status == 204)
            #expect(try await OrderStage.quantity(client) == "7")
            simulator.placeOrder(OrderPlacement(OrderStage.positions, visibility: .uncommitted))
            let list = try await client.send("GET", place, headers: [:], body: nil).text
            #expect(list.contains(#""order":"2","parent":null,"visibility":"uncommitted""#))
            #expect(list.contains(#""awaitsDecrement":false"#))
            let bad = try await client.send("POST", place, headers: [:], body: Array("{}".utf8))
            #expect(bad.status == 400)
        }
    }
}
