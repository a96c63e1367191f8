import InventoryCore
import Testing

@Suite("Doubts about bins")
struct BinDoubtTests {
    private static func key(_ bin: Bin, _ unit: StockUnit = "EA") -> PositionKey {
        PositionKey(sku: "A", location: "W", unit: unit, bin: bin)
    }

    private static func added(_ bin: Bin, _ net: Int64, _ unit: StockUnit = "EA") -> Delta {
        Delta(key: key(bin, unit), change: .added(Quantity(units: net)))
    }

    private static func removed(_ bin: Bin, _ net: Int64) -> Delta {
        Delta(key: key(bin), change: .removed(Quantity(units: net)))
    }

    private static func changed(_ bin: Bin, _ before: Int64, _ after: Int64) -> Delta {
        Delta(key: key(bin), change: .changed(from: Quantity(units: before), to: Quantity(units: after)))
    }

    private static var units: UnitTable {
        UnitTable(general: [
            UnitConversion(erp: "EA", perBase: .one, shop: "item"),
            UnitConversion(erp: "CS", perBase: Ratio(12, over: 1) ?? .one, shop: "case"),
        ])
    }

    private static func judged(_ deltas: [Delta], unclear: [UnclearRow] = []) -> Judgement {
        let now = Timestamp(microseconds: 1_790_000_000_000_000)
        var statement = DeliveryStatement(source: .main, run: "run-2", scope: .full, arrived: now)
        statement.deltas = deltas
        statement.unclear = unclear
        statement.statistics.rows = 100
        (statement.statistics.positions, statement.statistics.nonZeroPositions) = (100, 100)
        var known = KnownOfSource()
        known.units = units
        return Judgement(statement, known: known, thresholds: GuardThresholds())
    }

    @Test("stock that moves from bin to bin is not counted twice")
    func moved() {
        let judgement = Self.judged([
            Self.changed("B2", 40, 30), Self.added("C3", 60), Self.removed("A1", 60),
        ])
        #expect(judgement.accepted == [Self.changed("B2", 40, 30), Self.added("C3", 60)])
        #expect(judgement.doubts.set.map(\.key) == [Self.key("A1")])
        #expect(judgement.doubts.set.map(\.reason) == [.absent])
        var book = DoubtBook()
        let changes = book.take(
            judgement,
            DoubtBook.Taking(.main, asOf: nil, units: Self.units, rules: RuleSet())
        )
        // What one bin has lost is not taken off what another has gained.
        #expect(changes.set.map(\.grown) == [Quantity(units: 60)])
        let missing = Position(key: Self.key("A1"), net: Quantity(units: 60))
        let counted = DoubtfulStock(book).applied(to: [missing], of: missing.key.sku)
        #expect(counted.map(\.net) == [.zero])
    }

    @Test("one bin that changes its unit says nothing about another that is missing")
    func unitChanged() {
        let judgement = Self.judged([
            Self.added("B2", 2, "CS"), Self.removed("A1", 60), Self.removed("B2", 24),
        ])
        #expect(judgement.accepted == [Self.added("B2", 2, "CS"), Self.removed("B2", 24)])
        #expect(judgement.doubts.set.map(\.key) == [Self.key("A1")])
        #expect(Growth(of: judgement.accepted, units: Self.units) { _ in true }.isEmpty)
    }

    @Test("a unit that nobody knows puts all bins of the place in doubt that the delivery changes")
    func unitUnknown() {
        let judgement = Self.judged([Self.changed("A1", 60, 50), Self.added("B2", 40, "Each")])
        #expect(judgement.accepted.isEmpty)
        #expect(judgement.doubts.set.map(\.reason) == [.unitUnknown, .unitUnknown])
    }

    @Test(
        "a partial delivery is held where the column of bins has come or gone, and not where others changed",
        arguments: [
            ("bin -", "bin \"b\"", true), ("bin \"b\"", "bin -", true), ("bin \"b\"", "bin \"c\"", false),
            ("sku \"a\"\nbin -", "sku \"b\"\nbin -", false),
        ]
    )
    func columnOfBins(before: String, now: String, isHeld: Bool) {
        let arrived = Timestamp(microseconds: 1_790_000_000_000_000)
        var statement = DeliveryStatement(source: .main, run: "run-2", scope: .partial, arrived: arrived)
        statement.deltas = [Self.added("B2", 39)]
        (statement.statistics.rows, statement.statistics.positions) = (1, 1)
        statement.mapping = "notation delimited\n\(now)"
        var known = KnownOfSource()
        known.units = Self.units
        known.mapping = "notation delimited\n\(before)"
        let judgement = Judgement(statement, known: known, thresholds: GuardThresholds())
        #expect(judgement.trips.map(\.code) == (isHeld ? [.mappingChanged] : []))
        #expect(judgement.accepted.isEmpty == isHeld && judgement.isHeld == isHeld)
    }

    @Test("a bin that cannot be read leaves the others clear, and its exception names it")
    func unreadable() {
        let unclear = UnclearRow(key: Self.key("B2"), reason: .unreadable, line: 3)
        let judgement = Self.judged([Self.changed("A1", 60, 50), Self.removed("B2", 40)], unclear: [unclear])
        #expect(judgement.accepted == [Self.changed("A1", 60, 50)])
        #expect(judgement.doubts.set.map(\.last) == [Quantity(units: 40)])
        let exceptions = DoubtGroups(DoubtBook(judgement.doubts.set)).exceptions
        #expect(exceptions.map { $0.message.contains("A in bin B2 (line 3)") } == [true])
    }
}
