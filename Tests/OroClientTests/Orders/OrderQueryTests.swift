import InventoryCore
import TestSupport
import Testing

@testable import OroClient

@Suite("Questions for orders and the walk over them")
struct OrderQueryTests {
    static func time(_ seconds: Int64, micro: Int64 = 0) -> Timestamp {
        Timestamp(microseconds: (1_795_000_000 + seconds) * 1_000_000 + micro)
    }

    @Test("one operator on a field, whole seconds, everything encoded, well below the longest URL")
    func paths() {
        let query = OrderQuery(mark: .externalID)
        let since = query.page(at: .changedSince(Self.time(0, micro: 900_000)), size: 100)
        #expect(
            since.hasPrefix(
                "/orders?filter%5BupdatedAt%5D%5Bgte%5D=2026-11-18T11%3A06%3A40Z&sort=updatedAt,id"
                    + "&page%5Bsize%5D=100&include="
            )
        )
        let within = query.page(at: .changedIn(Self.time(0), after: OrderID(7)), size: 100)
        #expect(
            within.contains("filter%5BupdatedAt%5D=2026-11-18T11%3A06%3A40Z..2026-11-18T11%3A06%3A40Z&")
        )
        #expect(within.contains("&filter%5Bid%5D%5Bgt%5D=7&sort=id&"))
        let numbered = query.page(at: .numbered(after: OrderID(0)), size: 100)
        #expect(numbered.hasPrefix("/orders?filter%5Bid%5D%5Bgt%5D=0&sort=id&page%5Bsize%5D=100&"))
        let some = query.orders("5,6,7", size: 3)
        #expect(some.hasPrefix("/orders?filter%5Bid%5D=5,6,7&sort=id&page%5Bsize%5D=3&"))
        for path in [since, within, numbered, some] {
            #expect(path.contains(",lineItems,externalId&fields") && path.contains("customer.group"))
            #expect(path.contains("lineItems.kitItemLineItems"))
            #expect(path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && ![0x2B, 0x5B, 0x5D].contains($0) })
            #expect(path.utf8.count < OrderQuery.fixedBytes)
        }
        #expect(!OrderQuery().orders("5", size: 1).contains("externalId"))
        #expect(OrderQuery.glances("5", size: 1).hasSuffix("&fields%5Borders%5D=updatedAt,internalStatus"))
    }

    @Test("lists of ids are divided by count and by the length of the URL")
    func lists() {
        let ids = (0..<1000).map { OrderID(Int64.max - 1000 + Int64($0)) }
        let lists = OrderQuery.lists(ids, countMax: 400, urlBytesMax: 6000)
        #expect(lists.map(\.range.count).reduce(0, +) == 1000)
        for (range, list) in lists {
            #expect(
                OrderQuery(mark: .sourceEntityIdentifier).orders(list, size: range.count).utf8.count <= 6000
            )
        }
        #expect(OrderQuery.lists(ids, countMax: 100, urlBytesMax: 6000).count == 10)
        #expect(OrderQuery.lists([], countMax: 100, urlBytesMax: 6000).isEmpty)
    }

    @Test("a walk ends, goes on from its last row, and exhausts a second before the next")
    func places() {
        let key = OrderPlace.Key(id: OrderID(9), updated: Self.time(3))
        let numbered = OrderPlace.numbered(after: OrderID(5))
        #expect(numbered.next(after: key, isWhole: true) == nil)
        #expect(numbered.next(after: key, isWhole: false) == .numbered(after: OrderID(9)))
        let since = OrderPlace.changedSince(Self.time(0, micro: 5))
        #expect(since.next(after: key, isWhole: true) == nil)
        #expect(since.next(after: key, isWhole: false) == .changedSince(Self.time(3)))
        let same = OrderPlace.changedSince(Self.time(3, micro: 5))
        let within = OrderPlace.changedIn(Self.time(3), after: OrderID(9))
        #expect(same.next(after: key, isWhole: false) == within)
        #expect(within.next(after: nil, isWhole: true) == .changedSince(Self.time(4)))
        #expect(within.next(after: nil, isWhole: false) == nil)
        #expect(same.isBefore(within) && since.isBefore(same) && within.isBefore(.changedSince(Self.time(4))))
        #expect(!within.isBefore(within) && !since.isBefore(since) && !within.isBefore(same))
        #expect(!numbered.isBefore(.numbered(after: OrderID(5))) && !numbered.isBefore(since))
        #expect(Timestamp(microseconds: -1).wholeSecond == Timestamp(microseconds: -1_000_000))
    }

    /// The shop's list as the query asks for it.
    private func rows(_ orders: [OrderPlace.Key], at place: OrderPlace) -> [OrderPlace.Key] {
        switch place {
        case .numbered(let after): orders.filter { $0.id > after }.sorted { $0.id < $1.id }
        case .changedIn(let second, let after):
            orders.filter { $0.updated == second && $0.id > after }.sorted { $0.id < $1.id }
        case .changedSince(let since):
            orders.filter { $0.updated >= since.wholeSecond }
                .sorted { ($0.updated, $0.id) < ($1.updated, $1.id) }
        }
    }

    @Test("orders that change during the walk, and many in one second, are all seen", arguments: 0..<40)
    func walk(seed: Int) {
        var chance = SplitMix64(state: UInt64(seed))
        let seconds = chance.pick([1, 3, 20])
        let size = chance.pick([1, 2, 5])
        let start = Self.time(0)
        var orders = (1...40).map { id in
            OrderPlace.Key(id: OrderID(Int64(id)), updated: Self.time(Int64(chance.below(seconds))))
        }
        var now: Int64 = Int64(seconds)
        var place: OrderPlace? = .changedSince(start)
        var seen: Set<OrderID> = []
        var pages = 0
        while let here = place, pages < 500 {
            pages += 1
            let all = rows(orders, at: here)
            let page = all.prefix(size)
            seen.formUnion(page.map(\.id))
            place = here.next(after: page.last, isWhole: page.count == all.count)
            if let place { #expect(here.isBefore(place)) }
            // Changes of others between two pages, for a while: the changed order moves to the end.
            if pages < 60, chance.chance(50) {
                now += 1
                let changed = chance.below(orders.count)
                orders[changed] = OrderPlace.Key(id: orders[changed].id, updated: Self.time(now))
            }
        }
        #expect(place == nil && seen.count == 40, "\(40 - seen.count) of 40 were passed over")
    }
}
