import InventoryCore
import Testing

/// Stock in a unit that the configuration has lost goes on counting as it was clear (spec, Stock in doubt,
/// section 1), by the factor that was in force.
@Suite("A unit that loses its factor")
struct LostUnitTests {
    private static let scopes = [SnapshotScope.full, .partial]

    private static let piece = UnitConversion(erp: "EA", perBase: .one, shop: "item")
    /// Without cases.
    private static let pieces = UnitTable(general: [piece])

    /// Cases of another size, or for one SKU alone.
    private static func cases(of count: Int64, only sku: SKU? = nil) -> UnitTable {
        guard let perBase = Ratio(count, over: 1) else { return pieces }
        let cases = UnitConversion(erp: "CS", perBase: perBase, shop: "case")
        guard let sku else { return UnitTable(general: [piece, cases]) }
        var table = pieces
        _ = table.add(cases, to: sku)
        return table
    }

    /// `A` has 5 pieces at WH-1 and two cases at WH-2.
    private static func stage(_ units: UnitTable = DoubtStage.dozens()) -> DoubtStage {
        var stage = DoubtStage()
        stage.units = units
        stage.deliver(["A WH-1 5", "A WH-2 2 CS", "B WH-1 1"])
        return stage
    }

    @Test("its stock counts as it was, and what sells elsewhere is taken off the figure")
    func sold() {
        for units in [DoubtStage.dozens(), LostUnitTests.cases(of: 12, only: "A")] {
            for scope in LostUnitTests.scopes {
                var stage = LostUnitTests.stage(units)
                stage.declare(LostUnitTests.pieces)
                #expect(stage.figure() == 29 && stage.doubt("A", "WH-2", "CS")?.reason == .unitUnknown)
                for left in [3, 1, 0] {
                    stage.deliver(["A WH-1 \(left)", "A WH-2 2 CS", "B WH-1 1"], scope: scope)
                    #expect(stage.figure() == 24 + left, "\(scope)")
                    stage.readBook()
                }
                #expect(stage.figure("B") == 1)
            }
        }
    }

    @Test("what grows elsewhere may be its stock")
    func grown() {
        for rows in [["A WH-1 15", "A WH-2 2 CS"], ["A WH-1 15"], ["A WH-1 15", "A WH-2 9 CS"]] {
            var stage = LostUnitTests.stage()
            stage.declare(LostUnitTests.pieces)
            stage.deliver(rows + ["B WH-1 1"])
            // Ten of the 24 may have come to the other place.
            #expect(stage.figure() == 29)
            stage.deliver(["A WH-1 100", "A WH-2 2 CS", "B WH-1 1"])
            #expect(stage.figure() == 100)
        }
    }

    @Test("no statement in it is read, and the first that can be is the stock")
    func stated() {
        for scope in LostUnitTests.scopes {
            var stage = LostUnitTests.stage()
            stage.declare(LostUnitTests.pieces)
            for cases in [9, 1, 2, 0] {
                stage.deliver(["A WH-1 5", "A WH-2 \(cases) CS", "B WH-1 1"], scope: scope)
                #expect(stage.figure() == 29, "\(scope)")
            }
            stage.deliver(["A WH-1 5", "A WH-2 20 EA", "B WH-1 1"], scope: scope)
            #expect(stage.figure() == 25 && stage.book.isEmpty, "\(scope)")
        }
    }

    @Test("other stock of its place is in doubt with it")
    func beside() {
        for scope in LostUnitTests.scopes {
            var stage = DoubtStage()
            stage.units = DoubtStage.dozens()
            stage.deliver(["A WH-1 5", "A WH-1 2 CS", "B WH-1 1"])
            stage.declare(LostUnitTests.pieces)
            stage.deliver(["A WH-1 40", "A WH-1 2 CS", "B WH-1 1"], scope: scope)
            #expect(stage.figure() == 29 && stage.book.count == 2, "\(scope)")
            stage.deliver(["A WH-2 10", "A WH-1 5", "A WH-1 2 CS", "B WH-1 1"], scope: scope)
            #expect(stage.figure() == 29, "\(scope)")
            stage.declare(DoubtStage.dozens())
            stage.deliver(["A WH-2 10", "A WH-1 5", "A WH-1 2 CS", "B WH-1 1"], scope: scope)
            #expect(stage.figure() == 39 && stage.book.isEmpty, "\(scope)")
        }
    }

    @Test("declared again all is as before")
    func again() {
        var stage = LostUnitTests.stage()
        stage.declare(LostUnitTests.pieces)
        stage.deliver(["A WH-1 15", "A WH-2 2 CS", "B WH-1 1"])
        stage.declare(DoubtStage.dozens())
        #expect(stage.book.isEmpty && stage.book.past.isEmpty && stage.figure() == 39)
        // Of what was stated meanwhile nobody knows before it is stated again.
        stage.declare(LostUnitTests.pieces)
        stage.deliver(["A WH-1 15", "A WH-2 1 CS", "B WH-1 1"])
        stage.declare(DoubtStage.dozens())
        #expect(stage.figure() == 39)
        stage.deliver(["A WH-1 15", "A WH-2 1 CS", "B WH-1 1"])
        #expect(stage.figure() == 27 && stage.book.isEmpty)
    }

    @Test("another factor holds for what is clear, and the last one of all for what is lost")
    func changed() {
        var stage = LostUnitTests.stage()
        stage.declare(LostUnitTests.cases(of: 10))
        #expect(stage.figure() == 25 && stage.book.isEmpty)
        stage.declare(LostUnitTests.pieces)
        #expect(stage.figure() == 25)
        stage.deliver(["A WH-1 2", "A WH-2 2 CS", "B WH-1 1"])
        #expect(stage.figure() == 22)
    }

    @Test("a position that is in doubt already counts by the factor that it had, whatever becomes of it")
    func doubtfulBefore() {
        for trouble in [["A WH-2 n/a CS"], [], ["A WH-2 7 Case"]] {
            var stage = LostUnitTests.stage()
            stage.deliver(["A WH-1 5", "B WH-1 1"] + trouble)
            #expect(stage.figure() == 29)
            stage.declare(LostUnitTests.pieces)
            #expect(stage.figure() == 29)
            stage.deliver(["A WH-1 3", "A WH-2 2 CS", "B WH-1 1"])
            #expect(stage.figure() == 27 && stage.doubt("A", "WH-2", "CS")?.reason == .unitUnknown)
        }
    }

    @Test("stock in it that is gone is gone")
    func gone() {
        var stage = LostUnitTests.stage()
        stage.declare(LostUnitTests.pieces)
        for figure in [29, 5] {
            stage.deliver(["A WH-1 5", "B WH-1 1"])
            #expect(stage.figure() == figure)
        }
        #expect(stage.book.isEmpty)
    }

    @Test("where no unit was declared, the only one was the base unit")
    func undeclared() {
        var stage = DoubtStage()
        stage.deliver(["A WH-1 5 PCE", "A WH-2 2 PCE", "B WH-1 1 PCE", "C WH-1 1", "C WH-1 1 PCE"])
        stage.declare(LostUnitTests.pieces)
        #expect(stage.figure() == 7 && stage.figure("B") == 1 && stage.figure("C") == nil)
        stage.deliver(["A WH-1 5 PCE", "A WH-2 9 PCE", "B WH-1 1 EA", "C WH-1 1", "C WH-1 1 PCE"])
        #expect(stage.figure() == 7 && stage.figure("B") == 1)
    }

    @Test("its place may feed a fence of its own, and its pool is written")
    func fenced() throws {
        var stage = DoubtStage()
        stage.units = DoubtStage.dozens()
        let fence = Fence(
            id: "vip",
            customerGroup: "VIP",
            rank: 1,
            locations: [Glob("WH-2")],
            publish: .warehouse("VIP"),
            rules: []
        )
        stage.rules = RuleSet(
            sites: [Site(id: "main", locations: [Glob("WH-*")])],
            safety: [],
            fences: [fence]
        )
        stage.deliver(["A WH-1 5", "A WH-2 2 CS", "B WH-1 1"])
        #expect(stage.figures() == ["": 5, "VIP": 24])
        stage.declare(LostUnitTests.pieces)
        stage.deliver(["A WH-1 3", "A WH-2 2 CS", "B WH-1 1"])
        #expect(stage.figures() == ["": 3, "VIP": 24])
        stage.deliver(["A WH-1 13", "A WH-2 2 CS", "B WH-1 1"])
        #expect(stage.figures() == ["": 13, "VIP": 14])
    }

    @Test("what another source has grown since its last delivery is taken off")
    func twoSources() {
        var stage = DoubtStage()
        stage.units = DoubtStage.dozens()
        stage.deliver(["A WH-1 2 CS", "B WH-1 1"], source: "erp", asOf: 1)
        stage.deliver(["A WH-5 4", "B WH-5 1"], source: "shop", asOf: 1)
        stage.deliver(["A WH-5 14", "B WH-5 1"], source: "shop", asOf: 2)
        stage.declare(LostUnitTests.pieces)
        #expect(stage.figure() == 28)
        stage.deliver(["A WH-5 11", "B WH-5 1"], source: "shop", asOf: 3)
        #expect(stage.figure() == 25)
    }

    @Test("kept, its factors are read back")
    func kept() throws {
        var stage = LostUnitTests.stage(LostUnitTests.cases(of: 12, only: "A"))
        stage.declare(LostUnitTests.pieces)
        #expect(!stage.book.past.isEmpty)
        #expect(try PastFactors(stage.book.past.text) == stage.book.past)
        #expect(PastFactors().text.bytes.isEmpty)
    }
}
