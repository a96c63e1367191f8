import InventoryCore
import Testing

@testable import TidegateSettings

@Suite("The settings of web orders")
struct OrderSettingsTests {
    private static func text(_ orders: String, columns: [String] = [""]) -> String {
        let sources = columns.enumerated().map { number, columns in
            "  s\(number): { kind: file, path: s\(number).csv\(columns) }"
        }
        return "sources:\n\(sources.joined(separator: "\n"))\n\(Fixture.oro)\norders: { \(orders) }\n"
    }

    private static let withoutCommitted = ", columns: { sku: sku, on_hand: on_hand }"

    @Test(
        "settings under which an order would leave too early, or never, are refused",
        arguments: [
            // A figure on hand contains no booked order.
            ("acknowledge: booked, figure: on_hand", [withoutCommitted], "orders.acknowledge"),
            ("acknowledge: booked", [withoutCommitted], "orders.acknowledge"),
            // One source of them is enough.
            ("acknowledge: booked", ["", withoutCommitted], "orders.acknowledge"),
            // Nothing says what was shipped.
            ("acknowledge: shipped, by: [manifest]", [""], "orders.acknowledge"),
            ("acknowledge: shipped, by: [{ oro_field: externalId }]", [""], "orders.acknowledge"),
            ("acknowledge: shipped, by: [{ imported_within: 15m }]", [""], "orders.acknowledge"),
            // Nothing proves anything.
            ("by: []", [""], "orders.by"),
            // An order that is open takes stock.
            ("statuses: { drop: [open] }", [""], "orders.statuses"),
        ]
    )
    func refused(orders: String, columns: [String], place: String) {
        let problems = Fixture.problems(Self.text(orders, columns: columns))
        #expect(problems.map(\.keyPath) == [place], "\(orders)")
    }

    @Test(
        "settings that are right are accepted, without a warning",
        arguments: [
            ("acknowledge: booked", [""]), ("acknowledge: booked, figure: on_hand", [""]),
            ("acknowledge: booked, figure: available", [withoutCommitted]),
            ("acknowledge: shipped, by: [ids, manifest]", [withoutCommitted]),
            ("by: [ids, { oro_field: externalId }]", [""]), ("statuses: { drop: [on_hold] }", [""]),
        ]
    )
    func accepted(orders: String, columns: [String]) throws {
        let settings = try Fixture.settings(Self.text(orders, columns: columns))
        #expect(settings.warnings.isEmpty && settings.orders != nil)
    }

    @Test(
        "settings that are weak or slow are warned of",
        arguments: [
            ("by: [ids, { imported_within: 15m }]", 1),
            // Then nothing but a heartbeat says that the import is alive.
            ("by: [{ imported_within: 15m }]", 2), ("by: [{ oro_field: poNumber }]", 1),
            ("by: [{ oro_field: customerNotes }]", 1), ("read: { every: 5m }", 1),
            ("stale_after: 10s, read: { every: 60s }", 1),
        ]
    )
    func warned(orders: String, count: Int) throws {
        let settings = try Fixture.settings(Self.text(orders))
        #expect(settings.warnings.count == count, "\(orders): \(settings.warnings)")
    }

    @Test("a `since` that is still to come is doubtful until then")
    func sinceToCome() throws {
        let since = "2026-12-24T00:00:00+00:00"
        let settings = try Fixture.settings(Self.text("read: { since: \(since) }"))
        let orders = try #require(settings.orders)
        let time = try #require(Timestamp(rfc3339: since))
        #expect(orders.doubts(at: time.adding(seconds: -1), settings.rules).count == 1)
        #expect(orders.doubts(at: time, settings.rules).isEmpty)
    }

    @Test("several warehouses are doubtful: the shop does not tell from which an order was taken")
    func warehouses() throws {
        for (second, count) in [("DC-2", 1), ("DC-1", 0)] {
            let sites = ["DC-1", second].enumerated().map { number, warehouse in
                "  s\(number): { locations: [L\(number)], warehouse: \(warehouse) }\n"
            }
            let text = Self.text("acknowledge: booked") + "sites:\n\(sites.joined())"
            let settings = try Fixture.settings(text)
            let doubts = settings.orders?.doubts(at: Timestamp(microseconds: 0), settings.rules)
            #expect(doubts?.count == count)
        }
    }

    @Test("figures need what is committed only where booked orders leave with a figure on hand")
    func committed() throws {
        for (orders, needs) in [
            ("acknowledge: booked", true), ("acknowledge: booked, figure: available", false),
            ("acknowledge: shipped", false),
        ] {
            #expect(try Fixture.settings(Self.text(orders)).orders?.needsCommitted == needs, "\(orders)")
        }
    }
}
