import InventoryCore
import TestSupport
import Testing

@Suite("Blocks of the history")
struct HistoryBlockTests {
    private static func read(_ bytes: [UInt8]) throws -> [HistoryEntry] {
        var reader = HistoryBlockReader(bytes[...])
        var entries: [HistoryEntry] = []
        while let entry = try reader.next() { entries.append(entry) }
        return entries
    }

    @Test("what was written is read", arguments: 0..<60 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let entries = HistoryEntry.some(random.below(200), using: &random)
        var writer = HistoryBlockWriter()
        for entry in entries { writer.append(entry) }
        #expect(try Self.read(writer.bytes) == entries, "seed \(seed)")
        #expect(writer.count == entries.count)
        #expect(writer.first == entries.first?.sku && writer.last == entries.last?.sku)
        // A writer that was emptied knows nothing of the block before.
        writer.removeAll()
        for entry in entries.reversed().prefix(1) { writer.append(entry) }
        #expect(try Self.read(writer.bytes) == Array(entries.suffix(1)))
    }

    @Test(
        "whatever the bytes are, reading ends or says that they are damaged",
        arguments: 0..<200 as Range<UInt64>
    )
    func damage(seed: UInt64) {
        var random = SplitMix64(state: seed)
        var writer = HistoryBlockWriter()
        for entry in HistoryEntry.some(20, using: &random) { writer.append(entry) }
        var bytes = writer.bytes
        for _ in 0..<1 + random.below(4) {
            bytes[random.below(bytes.count)] = UInt8(truncatingIfNeeded: random.next())
        }
        if random.chance(30) { bytes.removeLast(random.below(bytes.count)) }
        do {
            _ = try Self.read(bytes)
        } catch {
            #expect(error is HistoryDamage)
        }
    }

    @Test("acts are read as they were written, with all that they have or with nothing")
    func acts() throws {
        var act = HistoryAct(number: 9, kind: .approval, at: Timestamp(microseconds: -5))
        (act.run, act.source, act.delivery) = ("run-1", "erp", "stock.csv")
        act.asOf = Timestamp(microseconds: 1_790_000_000_000_000)
        (act.rulesVersion, act.planDigest, act.reverts) = ("rules", "plan", "run-0")
        (act.who, act.reason, act.isWhole, act.isFirst) = ("anna", "", true, true)
        let acts = [act, HistoryAct(number: 12, kind: .orders, at: Timestamp(microseconds: .max))]
        #expect(try HistoryActBlock.acts(HistoryActBlock.bytes(acts)[...]) == acts)
        for count in 0..<HistoryActBlock.bytes([act]).count - 1 where count > 0 {
            #expect(throws: HistoryDamage.self) {
                try HistoryActBlock.acts(HistoryActBlock.bytes([act])[..<count])
            }
        }
    }

    @Test("a block of one act takes time and number from it, and the sums of the sites from its allocations")
    func allocations() throws {
        let rules = RuleSet(
            sites: [
                Site(id: "main", locations: [Glob("WH-*")]), Site(id: "north", locations: [Glob("N-*")]),
            ],
            safety: [],
            fences: []
        )
        let allocator = Allocator(rules: rules, at: Timestamp(microseconds: 0))
        let stock = SiteStock(
            sku: "AB-1",
            site: 0,
            locations: [LocationNet(location: "WH-1", net: Quantity(units: 12))],
            orders: WebOrders(shared: Quantity(units: 5))
        )
        let other = SiteStock(sku: "AB-1", site: 1, locations: [])
        var writer = HistoryBlockWriter()
        writer.append("AB-1", .stated, [allocator.allocate(stock), allocator.allocate(other)], rules)
        var reader = HistoryBlockReader(writer.bytes[...], of: (Timestamp(microseconds: 7), 3))
        let entry = try #require(try reader.next())
        #expect(entry.at == Timestamp(microseconds: 7) && entry.act == 3)
        let figures = HistoryStock.SiteFigures(
            site: "main",
            stock: Quantity(units: 12),
            orders: Quantity(units: 5)
        )
        #expect(entry.event == .stock(HistoryStock(reasons: .stated, sites: [figures])))
    }
}
