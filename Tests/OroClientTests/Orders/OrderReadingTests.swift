import InventoryCore
import Testing

@testable import OroClient

@Suite("Orders that are not as a shop writes them")
struct OrderReadingTests {
    typealias Reason = UnreadableOrder.Reason

    @Test(
        "a number is read exactly or not at all",
        arguments: [
            ("4", 4_000_000), ("1.255", 1_255_000), ("0.000001", 1), ("1.0e-6", 1), ("1e-7", nil),
            ("1.0e-5", 10), ("2.5E+3", 2_500_000_000), ("1e30", nil), ("1e999999999999", nil), ("1e", nil),
            ("0.30000000000000004", nil), ("5.0000000", 5_000_000), ("-1", -1_000_000), ("-2.5e-1", -250_000),
            ("", nil), ("e5", nil), ("1.2.3e1", nil), ("--1e1", nil), ("0x10", nil), ("NaN", nil),
            ("12345678901234567890123456789012345678901", nil), ("1e12", 1_000_000_000_000_000_000),
        ]
    )
    func numbers(text: String, millionths: Int64?) {
        #expect(Quantity(jsonNumber: text)?.millionths == millionths)
    }

    @Test(
        "a bad line is told with its order and reason, and the order's others are read",
        arguments: [
            (OrderText.line("1", "-1"), Reason.quantity), (OrderText.line("1", "1e30"), .quantity),
            (OrderText.line("1", "0.1234567"), .quantity), (OrderText.line("1", "null"), .quantity),
            (OrderText.line("1", "true"), .quantity), (OrderText.line("1", "[4]"), .quantity),
            (OrderText.line("1", "99999999999"), .quantity), (OrderText.line("1", sku: ""), .sku),
            (OrderText.line("1", sku: #"A\u0000B"#), .sku), (OrderText.line("1", sku: "A,B"), .sku),
            (OrderText.line("1", unit: ""), .unit),
            (OrderText.line("1", unit: #","productUnitCode":"a\tb""#), .unit),
            (OrderText.line("3"), .missing),
            (OrderText.line("1") + "," + OrderText.line("1", "2"), .repeated),
            (
                OrderText.line("1", more: #","warehouse":{"data":{"type":"warehouses","id":"\n"}}"#),
                .warehouse
            ),
            (
                OrderText.line("1", more: #","kitItemLineItems":{"data":[{"type":"x","id":"9"}]}"#),
                .parts
            ),
        ]
    )
    func badLines(line: String, reason: Reason) throws {
        let reading = try OrderText.reading(
            [OrderText.order("7", lines: ["1", "2"])],
            included: [line, OrderText.line("2", #""5.5""#)]
        )
        #expect(reading.shown.orders.map(\.id) == [OrderID(7)])
        #expect(reading.shown.orders.first?.lines.map(\.quantity.description) == ["5.5"])
        #expect(reading.shown.unreadable == [UnreadableOrder(order: "7", line: "1", reason: reason)])
        #expect(reading.shown.unreadable.first?.problem.isEmpty == false)
    }

    @Test(
        "a bad order is told with its reason, and the page's others are read",
        arguments: [
            (OrderText.order("x"), Reason.id), (OrderText.order("-3"), .id), (OrderText.order("007"), .id),
            (OrderText.order("99999999999999999999"), .id), (OrderText.order(""), .id),
            (OrderText.order("1") + "," + OrderText.order("1"), .repeated),
            (OrderText.order("1", updated: "9999-12-31T00:00:00Z"), .time),
            (OrderText.order("1", updated: "0001-01-01T00:00:00Z"), .time),
            (OrderText.order("1", updated: "yesterday"), .time),
            (OrderText.order("1", attributes: #","createdAt":null"#), .time),
            (OrderText.order("1", attributes: #","identifier":"a\u0000b""#), .identifier),
            (OrderText.order("1", attributes: #","poNumber":"a\u0000b""#), .mark),
            (OrderText.order("1", relationships: #","internalStatus":{"data":{"id":""}}"#), .status),
            (OrderText.order("1", relationships: #","parent":{"data":{"id":"x"}}"#), .parent),
            (OrderText.order("1", relationships: #","lineItems":{"data":null}"#), .lines),
            (#"{"type":"customers","id":"1"}"#, .kind), (#""text""#, .kind), ("null", .kind),
        ]
    )
    func badOrders(order: String, reason: Reason) throws {
        let reading = try OrderText.reading(
            [order, OrderText.order("8", lines: ["1"])],
            included: [OrderText.line("1")],
            mark: .poNumber
        )
        let expected: Reason = reason == .lines ? .lines : reason
        #expect(reading.shown.orders.map(\.id) == [OrderID(8)])
        #expect(reading.shown.unreadable.map(\.reason) == [expected])
        #expect(reading.shown.unreadable.allSatisfy { $0.line == nil })
        #expect(reading.last?.id == OrderID(8))
    }

    @Test("a unit that is not copied to the line is the relationship's")
    func unitFallback() throws {
        let unit = #","productUnit":{"data":{"type":"productunits","id":"set"}}"#
        let reading = try OrderText.reading(
            [OrderText.order("7", lines: ["1"])],
            included: [OrderText.line("1", unit: #","productUnitCode":null"#, more: unit)]
        )
        #expect(reading.shown.orders.first?.lines.first?.unit == "set")
    }

    @Test("only a line that somebody wrote by hand is left out; one of a deleted product is not")
    func freeForm() throws {
        let byHand = #","productUnitCode":"item","freeFormProduct":"Engraving""#
        let reading = try OrderText.reading(
            [OrderText.order("7", lines: ["1", "2"])],
            included: [
                OrderText.line("1", unit: byHand, product: "null"), OrderText.line("2", "3", product: "null"),
            ]
        )
        #expect(reading.shown.freeFormLineCount == 1)
        #expect(reading.shown.orders.first?.lines.map(\.id) == [2])
    }

    @Test("a product that was renamed since is known by its SKU of now, in lines and in kits' parts")
    func renamed() throws {
        let parts = #","kitItemLineItems":{"data":[{"type":"orderproductkititemlineitems","id":"1"}]}"#
        func product(_ id: String, _ sku: String) -> String {
            #"{"type":"products","id":"\#(id)","attributes":{"sku":"\#(sku)","productType":"simple"}}"#
        }
        let kit = OrderText.line("1", product: #"{"type":"products","id":"5"}"#, more: parts)
        let six = #"{"type":"products","id":"6"}"#
        let part = OrderText.line("1", product: six, type: OrderDocument.partType)
        let gone = OrderText.line("2", sku: "GONE-1", product: "null")
        let reading = try OrderText.reading(
            [OrderText.order("7", lines: ["1", "2"])],
            included: [kit, part, gone, product("5", "NOW-5"), product("6", "NOW-6")]
        )
        let lines = try #require(reading.shown.orders.first?.lines)
        #expect(lines.map(\.sku) == ["NOW-5", "GONE-1"])
        #expect(lines.first?.parts.map(\.sku) == ["NOW-6"])
    }

    @Test("a kit has its parts; one that is shown without any tells of a missing right")
    func kits() throws {
        let parts =
            #","kitItemLineItems":{"data":[{"type":"orderproductkititemlineitems","id":"1"},"#
            + #"{"type":"orderproductkititemlineitems","id":"2"}]}"#
        let kit = #"{"type":"products","id":"1","attributes":{"productType":"kit"}}"#
        func part(_ id: String, _ quantity: String) -> String {
            OrderText.line(id, quantity, sku: "P-\(id)", type: OrderDocument.partType)
        }
        let order = OrderText.order("7", lines: ["1"])
        let whole = try OrderText.reading(
            [order],
            included: [OrderText.line("1", "3", more: parts), part("1", "2"), part("2", "0.5"), kit]
        )
        let line = try #require(whole.shown.orders.first?.lines.first)
        #expect(line.parts.map(\.sku) == ["P-1", "P-2"])
        #expect(line.parts.map(\.quantity.description) == ["2", "0.5"])
        #expect(!whole.shown.hidden.contains(.viewKitParts))
        let broken = try OrderText.reading(
            [order],
            included: [OrderText.line("1", "3", more: parts), part("1", "2"), part("2", "-1"), kit]
        )
        #expect(broken.shown.unreadable.map(\.reason) == [.parts])
        let hidden = try OrderText.reading([order], included: [OrderText.line("1", "3"), kit])
        #expect(hidden.shown.hidden.contains(.viewKitParts))
    }

    @Test("a customer or group that is named and not shown tells of a missing right")
    func groups() throws {
        let customer = #","customer":{"data":{"type":"customers","id":"4"}}"#
        let order = OrderText.order("7", lines: ["1"], relationships: customer)
        let line = OrderText.line("1")
        let shown = #"{"type":"customers","id":"4","relationships":{"group":{"data":{"id":"2"}}}}"#
        let group = #"{"type":"customergroups","id":"2","attributes":{"name":"VIP"}}"#
        #expect(try OrderText.reading([order], included: [line]).shown.hidden == [.viewCustomers])
        let hidden = try OrderText.reading([order], included: [line, shown]).shown
        #expect(hidden.hidden == [.viewCustomerGroups])
        let whole = try OrderText.reading([order], included: [line, shown, group]).shown
        #expect(whole.hidden == [] && whole.orders.first?.customerGroup == "VIP")
    }

    @Test("sub-orders, external orders and warehouses are told")
    func relations() throws {
        let order = OrderText.order(
            "8",
            lines: ["1"],
            attributes: #","external":true"#,
            relationships: #","parent":{"data":{"type":"orders","id":"7"}}"#
        )
        let warehouse = #","warehouse":{"data":{"type":"warehouses","id":"3"}}"#
        let name = #"{"type":"warehouses","id":"3","attributes":{"name":"Leeds"}}"#
        let reading = try OrderText.reading(
            [OrderText.order("7", lines: ["1"]), order],
            included: [OrderText.line("1", more: warehouse), name]
        )
        #expect(reading.shown.orders.map(\.parent) == [nil, OrderID(7)])
        #expect(reading.shown.orders.map(\.isExternal) == [false, true])
        // Both orders share the line, as sub-orders of 6.1 do.
        #expect(reading.shown.orders.flatMap(\.lines).map(\.warehouse) == ["Leeds", "Leeds"])
    }

    @Test("a cut page is no page")
    func cut() throws {
        let body = Array(OrderText.page([OrderText.order("7", lines: ["1"])]).utf8)
        for count in stride(from: 0, to: body.count, by: 7) {
            #expect(throws: JSONError.self) { try OrderDocument(Array(body[..<count])) }
        }
        #expect(throws: JSONError.self) { try OrderDocument(Array("{}".utf8)) }
    }
}
