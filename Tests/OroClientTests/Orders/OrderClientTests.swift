import InventoryCore
import OroSimulator
import Testing

@testable import HTTPTransport
@testable import OroClient

// Orders of the simulated shop.
extension SimulatorTests {
    /// Walks to the end and gives every order as it was shown last.
    static func walk(_ client: OroClient, from start: OrderPlace) async throws -> [OrderID: WebOrder] {
        var found: [OrderID: WebOrder] = [:]
        var place: OrderPlace? = start
        for _ in 0..<500 {
            guard let here = place else { return found }
            let page = try await page(client, here)
            #expect(page.shown.unreadable == [] && page.shown.hidden == [])
            #expect(page.shown.shopTime != nil)
            for order in page.shown.orders { found[order.id] = order }
            place = page.next
        }
        Issue.record("the walk does not end")
        return found
    }

    static func page(_ client: OroClient, _ place: OrderPlace) async throws -> OrderPage {
        switch await client.orderChanges(place) {
        case .found(let page): return page
        case .trouble(let trouble): throw Fault(trouble)
        }
    }

    static func known(_ client: OroClient, _ ids: [OrderID]) async throws -> KnownOrders {
        switch await client.orders(ids) {
        case .found(let known): return known
        case .trouble(let trouble): throw Fault(trouble)
        }
    }

    static func glances(_ client: OroClient, _ ids: [OrderID]) async throws -> OrderGlances {
        switch await client.orderGlances(ids) {
        case .found(let glances): return glances
        case .trouble(let trouble): throw Fault(trouble)
        }
    }

    static let beginning = OrderPlace.changedSince(Timestamp(microseconds: 0))
    static let first = OrderPlace.numbered(after: OrderID(0))

    /// Places so many orders of one position, by a customer of a group.
    static func place(_ count: Int, _ simulator: RunningSimulator) {
        let sku = simulator.levels()[0].sku
        let group = simulator.addCustomerGroup("VIP")
        let customer = simulator.addCustomer("One", group: group)
        for number in 1...count {
            simulator.placeOrder([.init(sku: sku, quantity: "\(number).5")], customer: customer)
        }
    }

    @Test("250 orders of the same second are each seen, whatever the page size", arguments: [7, 100, 1000])
    func sameSecond(size: Int) async throws {
        for profile in [Profile.v5_1, .v6_0] {
            try await run(profile: profile, client: { $0.orderPageSize = size }) { client, simulator in
                simulator.setClock(1_795_000_000)
                Self.place(250, simulator)
                let isYoung = profile == .v6_0
                #expect(await client.orderWay() == .found(isYoung ? .updated : .ids))
                let orders = try await Self.walk(client, from: isYoung ? Self.beginning : Self.first)
                #expect(orders.keys.sorted() == (1...250).map { OrderID($0) })
                let last = try #require(orders[OrderID(250)])
                #expect(last.lines.map(\.quantity) == [Quantity(millionths: 250_500_000)])
                #expect(last.customerGroup == "VIP" && last.updated.description == "2026-11-18T11:06:40Z")
                #expect(last.status == (isYoung ? "open" : nil))
            }
        }
    }

    @Test("a page that is whole needs no second request, and an empty one neither")
    func requests() async throws {
        try await run(profile: .v6_0) { client, simulator in
            let empty = try await Self.page(client, Self.beginning)
            #expect(empty.next == nil && empty.shown.orders == [])
            Self.place(3, simulator)
            let before = client.requestsSent
            let page = try await Self.page(client, Self.beginning)
            #expect(page.next == nil && page.shown.orders.count == 3)
            #expect(client.requestsSent == before + 1)
        }
    }

    @Test("from 6.0.5 a cancelled order comes again with its status; before, only reading it anew tells")
    func cancelled() async throws {
        for profile in [Profile.v5_1, .v6_0, .v6_1] {
            try await run(profile: profile) { client, simulator in
                simulator.setClock(1_795_000_000)
                Self.place(5, simulator)
                simulator.setClock(1_795_000_100)
                simulator.setOrderStatus("2", to: .cancelled)
                let isYoung = profile != .v5_1
                if isYoung {
                    let since = OrderPlace.changedSince(Timestamp(microseconds: 1_795_000_050_000_000))
                    let page = try await Self.page(client, since)
                    #expect(page.shown.orders.map(\.id) == [OrderID(2)])
                    #expect(page.shown.orders.first?.status == "cancelled" && page.next == nil)
                }
                let glances = try await Self.glances(client, [OrderID(1), OrderID(2)])
                #expect(glances.missing == [] && glances.unreadable == [])
                #expect(glances.glances[OrderID(2)]?.status == (isYoung ? "cancelled" : nil))
                #expect(
                    glances.glances[OrderID(2)]?.updated == Timestamp(microseconds: 1_795_000_100_000_000)
                )
                #expect(
                    glances.glances[OrderID(1)]?.updated == Timestamp(microseconds: 1_795_000_000_000_000)
                )
            }
        }
    }

    @Test("a deleted order is missing among those that are asked for, and no other is")
    func deleted() async throws {
        for profile in [Profile.v5_1, .v6_0] {
            try await run(profile: profile, client: { $0.orderPageSize = 3 }) { client, simulator in
                Self.place(8, simulator)
                simulator.deleteOrder("3")
                simulator.deleteOrder("8")
                let ids = (1...9).map { OrderID($0) }
                let known = try await Self.known(client, ids)
                #expect(known.missing == [OrderID(3), OrderID(8), OrderID(9)] && known.showsAny)
                #expect(known.shown.orders.map(\.id.number).sorted() == [1, 2, 4, 5, 6, 7])
                let glances = try await Self.glances(client, ids)
                #expect(glances.missing == known.missing && glances.glances.count == 6)
                let gone = try await Self.known(client, [OrderID(3)])
                #expect(gone.missing == [OrderID(3)] && gone.showsAny && gone.shown.orders == [])
                for order in 1...8 { simulator.deleteOrder("\(order)") }
                let none = try await Self.known(client, [OrderID(1)])
                #expect(none.missing == [OrderID(1)] && !none.showsAny)
                #expect(try await !Self.glances(client, [OrderID(1)]).showsAny)
                #expect(try await Self.known(client, []).showsAny)
            }
        }
    }

    @Test("an order without its lines is a missing right; without the right to view orders none is shown")
    func orderRights() async throws {
        for profile in [Profile.v5_1, .v6_0] {
            try await run(profile: profile) { client, simulator in
                Self.place(3, simulator)
                func without(_ right: ShopPermissions) {
                    simulator.changeConditions {
                        $0.permissions = .all
                        $0.permissions.remove(right)
                    }
                }
                without(.viewOrderLines)
                guard
                    case .trouble(.notPermitted(let cause, .viewOrderLines)) =
                        await client.orderChanges(Self.first),
                    case .trouble(.notPermitted(_, .viewOrderLines)) = await client.orders([OrderID(1)])
                else {
                    Issue.record("lines that are not shown are taken for none")
                    return
                }
                #expect(cause.contains("order"))
                without(.viewOrders)
                for trouble in [
                    await client.orderWay().trouble, await client.orderChanges(Self.first).trouble,
                    await client.orders([OrderID(1)]).trouble,
                    await client.orderGlances([OrderID(1)]).trouble,
                ] {
                    guard case .notPermitted(_, .viewOrders)? = trouble else {
                        Issue.record("\(String(describing: trouble))")
                        return
                    }
                }
                without(.viewCustomers)
                let page = try await Self.page(client, Self.first)
                #expect(page.shown.hidden == [.viewCustomers] && page.shown.orders.count == 3)
                // Without products a line still says what it is about.
                without(.viewProducts)
                let lines = try await Self.page(client, Self.first).shown.orders.flatMap(\.lines)
                #expect(lines.count == 3)
            }
        }
    }

    @Test("trouble of the whole shop is told as for levels, and a revoked token is renewed")
    func orderTroubles() async throws {
        try await run(profile: .v6_0) { client, simulator in
            Self.place(1, simulator)
            simulator.revokeTokens()
            let renewed = try await Self.page(client, Self.beginning)
            #expect(renewed.shown.orders.count == 1)
            simulator.changeConditions { $0.maintenance = true }
            #expect(await client.orderChanges(Self.beginning).trouble == .maintenance)
            let cancelled = Task { await client.orderChanges(Self.beginning).trouble }
            cancelled.cancel()
            #expect(await cancelled.value != nil)
        }
    }
}
