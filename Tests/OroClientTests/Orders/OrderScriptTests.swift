import InventoryCore
import Synchronization
import Testing

@testable import OroClient

@Suite("Questions for orders against a server that answers as scripted")
struct OrderScriptTests {
    private static let date = ("Date", "Sun, 29 Nov 2026 10:00:05 GMT")

    private static func reply(_ orders: [String], total: Int? = nil) -> ScriptedShop.Action {
        let count = total.map { [("X-Include-Total-Count", "\($0)")] } ?? []
        let included = [OrderText.line("1")]
        return .reply(200, [Answers.jsonAPI, date] + count, OrderText.page(orders, included: included))
    }

    @Test("the shop's clock is that of its answer, and links are not asked for")
    func clock() async throws {
        try await ScriptedShop.client(answering: { _ in
            Self.reply([OrderText.order("7", lines: ["1"])], total: 1)
        }) { client, shop in
            guard case .found(let page) = await client.orderChanges(.numbered(after: OrderID(0))) else {
                Issue.record("no page")
                return
            }
            #expect(page.shown.shopTime?.description == "2026-11-29T10:00:05Z")
            #expect(page.next == nil && page.shown.orders.count == 1)
            #expect(shop.apiRequests.map { $0.headers["x-include"] } == ["noHateoas;totalCount"])
            #expect(
                shop.apiRequests.first?.path.hasPrefix("/admin/api/orders?filter%5Bid%5D%5Bgt%5D=0&") == true
            )
        }
    }

    @Test("a page that does not move on ends in trouble and not in a walk without end")
    func standstill() async throws {
        for order in ["5", "x"] {
            try await ScriptedShop.client(answering: { _ in
                Self.reply([OrderText.order(order, lines: ["1"])])
            }) { client, _ in
                let answer = await client.orderChanges(.numbered(after: OrderID(5)))
                #expect(answer == .trouble(OrderRules.standstill))
            }
        }
    }

    @Test("where the count is dropped, orders missing from short pages are asked for again")
    func shortPages() async throws {
        try await ScriptedShop.client(answering: { request in
            let ids = request.path.split(separator: "=")[1].prefix { $0 != "&" }.split(separator: ",")
            let known = ids.first { $0 != "3" }.map(String.init)
            return Self.reply(known.map { [OrderText.order($0, lines: ["1"])] } ?? [])
        }) { client, shop in
            guard case .found(let known) = await client.orders((1...4).map { OrderID($0) }) else {
                Issue.record("no orders")
                return
            }
            #expect(known.shown.orders.map(\.id.number).sorted() == [1, 2, 4])
            #expect(known.missing == [OrderID(3)])
            #expect(shop.apiRequests.count == 4)
        }
    }

    @Test("an order that cannot be read is not missing, nor is any where a row has no id")
    func unreadable() async throws {
        try await ScriptedShop.client(answering: { _ in
            let bad = OrderText.order("1", updated: "never")
            return Self.reply([bad, OrderText.order("2", lines: ["1"])], total: 2)
        }) { client, _ in
            let ids = [OrderID(1), OrderID(2), OrderID(3)]
            let (whole, glances) = (await client.orders(ids), await client.orderGlances(ids))
            guard case .found(let known) = whole, case .found(let seen) = glances else {
                Issue.record("no orders: \(whole), \(glances)")
                return
            }
            #expect(known.missing == [OrderID(3)] && known.shown.orders.map(\.id) == [OrderID(2)])
            #expect(known.shown.unreadable == [UnreadableOrder(order: "1", reason: .time)])
            #expect(seen.missing == [OrderID(3)] && seen.glances.keys.sorted() == [OrderID(2)])
        }
        try await ScriptedShop.client(answering: { _ in
            Self.reply([OrderText.order("x"), OrderText.order("2", lines: ["1"])], total: 2)
        }) { client, _ in
            guard case .found(let known) = await client.orders([OrderID(1), OrderID(2)]) else {
                Issue.record("no orders")
                return
            }
            #expect(known.missing == [])
        }
    }

    @Test("an order whose lines were all deleted has none, where lines are shown at all")
    func linesDeleted() async throws {
        try await ScriptedShop.client(answering: { request in
            guard request.path.contains("/orderlineitems") else {
                return Self.reply([OrderText.order("7")], total: 1)
            }
            return .reply(200, [Answers.jsonAPI], #"{"data":[]}"#)
        }) { client, shop in
            guard case .found(let page) = await client.orderChanges(.numbered(after: OrderID(0))) else {
                Issue.record("no page")
                return
            }
            #expect(page.shown.orders.map(\.lines) == [[]])
            #expect(shop.apiRequests.count == 2)
        }
    }

    @Test("what passes is asked again for a while, and a cut page is never taken for a whole one")
    func patience() async throws {
        let isFirst = Mutex(true)
        try await ScriptedShop.client(
            options: { $0.patienceSeconds = 60 },
            answering: { _ in
                let cuts = isFirst.withLock { first in
                    defer { first = false }
                    return first
                }
                return cuts
                    ? .reply(200, [Answers.jsonAPI], #"{"data":["#)
                    : Self.reply([OrderText.order("7", lines: ["1"])], total: 1)
            }
        ) { client, shop in
            guard case .found(let page) = await client.orderChanges(.numbered(after: OrderID(0))) else {
                Issue.record("not asked again")
                return
            }
            #expect(page.shown.orders.count == 1 && shop.apiRequests.count == 2)
        }
        try await ScriptedShop.client(
            options: { $0.patienceSeconds = 0 },
            answering: { _ in .reply(200, [Answers.jsonAPI], #"{"data":["#) }
        ) { client, _ in
            guard case .trouble(.outage) = await client.orderChanges(.numbered(after: OrderID(0))) else {
                Issue.record("a cut page was taken")
                return
            }
        }
    }
}
