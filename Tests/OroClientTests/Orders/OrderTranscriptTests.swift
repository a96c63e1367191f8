import HTTPTransport
import InventoryCore
import Testing

@testable import OroClient

@Suite("Recorded answers about orders")
struct OrderTranscriptTests {
    @Test(
        "6.0.8: lines, units, groups, status and a free-form line, as a role with all four rights sees them"
    )
    func young() throws {
        let reading = try OrderTranscript.named("938-21-state-role-order-lines-customer-group-orders-list")
            .reading()
        let shown = reading.shown
        #expect(shown.unreadable == [] && shown.hidden == [] && reading.withoutLines == [])
        #expect(shown.orders.map(\.id.number) == [2, 7, 8, 3, 4, 1, 9, 10])
        #expect(shown.freeFormLineCount == 1)
        let first = try #require(shown.orders.first)
        #expect(first.identifier == "WEB-3" && first.status == "cancelled")
        #expect(first.placed.description == "2026-11-29T13:56:11Z")
        #expect(first.updated.description == "2026-11-29T13:57:25Z")
        #expect(first.customerGroup == nil && first.parent == nil && !first.isExternal)
        #expect(first.lines.map(\.id) == [3, 4])
        #expect(first.lines.map(\.sku) == ["TG-00001", "TG-00003"])
        #expect(first.lines.map(\.quantity.description) == ["1", "4"])
        let grouped = try #require(shown.orders.first { $0.id == OrderID(1) })
        #expect(grouped.customerGroup == "Ring Fenced")
        #expect(grouped.lines.map(\.unit) == ["item", "set"])
        #expect(shown.orders.first { $0.id == OrderID(9) }?.lines == [])
        #expect(shown.orders.last?.lines.first?.quantity == Quantity(millionths: 1_255_000))
        #expect(reading.last?.id == OrderID(10))
    }

    @Test("5.1.8: the same without a status; an order without an identifier has its id for one")
    func old() throws {
        let page = try OrderTranscript.named("740-orders-include-lineitems-customer-group")
        let shown = try page.reading().shown
        #expect(shown.orders.count == 3 && shown.unreadable == [] && shown.hidden == [])
        #expect(shown.orders.allSatisfy { $0.status == nil && $0.customerGroup != nil && $0.lines.count > 3 })
        #expect(page.reply.shopTime?.description == "2026-11-23T04:03:10Z")
        let plain = try OrderTranscript.named("796-orders-poll-noHateoas").reading().shown
        #expect(plain.orders.count == 9 && plain.unreadable == [])
        #expect(plain.orders.first { $0.id == OrderID(75) }?.identifier == "75")
        #expect(plain.freeFormLineCount == 1)
    }

    @Test(
        "whatever was recorded with lines can be read",
        arguments: [
            "758-order-get-created", "816-state-role-order-lines-customer-group-orders-list",
            "907-01-orders-updatedAt-gte-all", "908-01-order-get-one-full",
            "917-01-state-cancelled-orders-updatedAt-after-backoffice-cancel", "936-01-order-post-freeform",
            "938-16-state-role-order-lines-orders-list",
        ]
    )
    func whole(name: String) throws {
        let shown = try OrderTranscript.named(name).reading().shown
        #expect(!shown.orders.isEmpty && shown.unreadable == [])
        #expect(shown.orders.flatMap(\.lines).count + shown.freeFormLineCount > 0)
    }

    @Test(
        "a role that may view orders only is found out by the order's empty list",
        arguments: [
            "816-state-role-order-orders-list", "938-01-state-role-order-orders-list",
            "938-11-state-role-order-customer-group-orders-list",
        ]
    )
    func linesHidden(name: String) throws {
        let reading = try OrderTranscript.named(name).reading()
        #expect(!reading.withoutLines.isEmpty)
        #expect(reading.withoutLines.count == reading.rowCount)
        let denied = try OrderTranscript.named("925-03-minimal-role-orderlineitems")
        let trouble = OrderRules.trouble(withoutLines: OrderID(1), .reply(denied.reply))
        guard case .notPermitted(_, .viewOrderLines)? = trouble else {
            Issue.record("\(String(describing: trouble))")
            return
        }
        #expect(Fault(.notPermitted("x", .viewOrderLines)).message.contains("may not view order line items"))
    }

    @Test("without the right to view customers none is shown")
    func customersHidden() throws {
        for name in ["938-01-state-role-order-orders-list", "938-16-state-role-order-lines-orders-list"] {
            #expect(try OrderTranscript.named(name).reading().shown.hidden == [.viewCustomers])
        }
    }

    @Test("an empty list is a page without orders, not a cut one")
    func empty() throws {
        for name in ["900-orders-empty", "913-02-orders-updatedAt-empty-answer"] {
            let reading = try OrderTranscript.named(name).reading()
            #expect(reading.rowCount == 0 && reading.shown.orders == [] && reading.shown.hidden == [])
        }
    }

    @Test("5.1 refuses the question by time, which tells the way; a bad value is another refusal")
    func ways() throws {
        for name in ["815-orders-filter-updatedAt", "815-orders-sort-updatedAt", "703-orders-sort-updatedAt"]
        {
            #expect(OrderRules.way(.reply(try OrderTranscript.named(name).reply)) == .found(.ids))
        }
        let empty = try OrderTranscript.named("900-orders-empty").reply
        #expect(OrderRules.way(.reply(empty)) == .found(.updated))
        for name in ["925-01-minimal-role-orders", "797-orders-catalog-user"] {
            let answer = OrderRules.way(.reply(try OrderTranscript.named(name).reply))
            guard case .trouble(.notPermitted(_, .viewOrders)) = answer else {
                Issue.record("\(answer)")
                return
            }
        }
        #expect(OrderRules.way(.trouble(.maintenance)) == .trouble(.maintenance))
        #expect(OrderRules.way(.unsettled("x")) == .trouble(.outage("x")))
    }

    @Test("glances tell time and status, and the count whether the page is whole")
    func glances() throws {
        let transcript = try OrderTranscript.named("916-03-orders-totalCount-noHateoas")
        let document = try OrderDocument(transcript.reply.body)
        let glances = OrderReading.glances(document)
        #expect(glances.unreadable == [] && glances.glances.count == 2)
        #expect(glances.glances[OrderID(4)]?.status == "open")
        #expect(glances.glances[OrderID(4)]?.updated.description == "2026-11-29T13:56:41Z")
        func isWhole(_ total: Int?) -> Bool {
            ReadOrders(document: document, shopTime: nil, totalCount: total).isWhole
        }
        #expect(transcript.reply.totalCount == 6)
        #expect(!isWhole(6) && isWhole(2) && !isWhole(nil))
        // Of a whole document too, where `createdAt` and lines are missing, nothing is taken for an order.
        let gone = try OrderTranscript.named("920-04-orders-filter-ids-one-deleted").reading()
        #expect(gone.shown.orders == [] && gone.shown.unreadable.map(\.reason) == [.time])
        #expect(gone.ids == [OrderID(5)])
    }

    @Test("each field can hold the acknowledgement; the shop's own identifier is none")
    func marks() throws {
        func mark(_ field: OrderMark, _ attributes: String, _ relationships: String = "") throws -> String? {
            let order = OrderText.order("7", attributes: attributes, relationships: relationships)
            let reading = try OrderText.reading([order], mark: field)
            #expect(reading.shown.orders.count == 1)
            return reading.shown.orders.first?.mark
        }
        for field in OrderMark.allCases where field != .status && field != .identifier {
            #expect(try mark(field, #","\#(field.rawValue)":"ERP-1""#) == "ERP-1")
            #expect(try mark(field, #","\#(field.rawValue)":null"#) == nil)
            #expect(try mark(field, #","\#(field.rawValue)":"""#) == nil)
            #expect(try mark(field, "") == nil)
        }
        #expect(try mark(.identifier, "") == "W-7")
        #expect(try mark(.identifier, #","identifier":"7""#) == nil)
        let status = #","status":{"data":{"type":"orderstatuses","id":"booked"}}"#
        #expect(try mark(.status, "", status) == "booked")
        #expect(try mark(.customerNotes, #","customerNotes":"a\nb""#) == "a\nb")
        let long = String(repeating: "é", count: 900)
        #expect(try mark(.customerNotes, #","customerNotes":"\#(long)""#)?.utf8.count == 1000)
    }

    @Test("a field that this version does not have is warned of, and no field that is only empty")
    func unknownMark() throws {
        func codes(_ name: String, _ mark: OrderMark?) throws -> [String] {
            var report = ShopReport()
            let reply = try OrderTranscript.named(name).reply
            OrderExamineRules.orders(.reply(reply), mark: mark, into: &report)
            #expect(report.readsOrders == true && report.isUsable)
            return report.findings.map(\.code)
        }
        for (name, isYoung) in [("729-order-cancelled-full", false), ("908-01-order-get-one-full", true)] {
            for mark in [OrderMark.customerNotes, .sourceEntityIdentifier, .identifier, .poNumber] {
                #expect(try codes(name, mark) == [])
            }
            #expect(try codes(name, nil) == [])
            #expect(try codes(name, .externalID) == ["order_field_unknown"])
            #expect(try codes(name, .status) == (isYoung ? [] : ["order_field_unknown"]))
        }
        #expect(try codes("900-orders-empty", .externalID) == [])
    }

    @Test("kits' parts have a right of their own, and a version without them needs none")
    func kitParts() {
        func report(_ status: Int, _ body: String) -> ShopReport {
            var report = ShopReport()
            let exchange = Exchange.reply(Answers.reply(status, body))
            OrderExamineRules.right(.viewKitParts, exchange, into: &report)
            return report
        }
        let denied = report(403, Answers.denied)
        #expect(!denied.isUsable && denied.findings.first?.isPermission == true)
        #expect(denied.findings.first?.hint.contains("order product kit item line items") == true)
        #expect(report(404, Answers.unknownType).findings == [])
        #expect(report(200, #"{"data":[]}"#).findings == [])
        #expect(!report(503, "").isUsable)
    }
}
