import InventoryCore
import TestSupport
import Testing

@Suite("What became of stock in a period")
struct StockCourseTests {
    private static func at(_ second: Int64) -> Timestamp { Timestamp(microseconds: second * 1_000_000) }

    private static func act(_ number: Int64, _ kind: HistoryAct.Kind, isFirst: Bool = false) -> HistoryAct {
        var act = HistoryAct(number: number, kind: kind, at: at(number))
        act.isFirst = isFirst
        return act
    }

    private static func stock(_ units: Int64, orders: Int64 = 0, _ reasons: HistoryReasons) -> HistoryStock {
        HistoryStock(
            reasons: reasons,
            sites: [
                HistoryStock.SiteFigures(
                    site: "main",
                    stock: Quantity(units: units),
                    orders: Quantity(units: orders)
                )
            ]
        )
    }

    private static func units(_ count: Int128) -> Int128 { count * Int128(Quantity.scale) }

    /// The first delivery, an event, an order, a rule, a doubt, a decision and a loss of all.
    private static func course() -> StockCourse {
        var course = StockCourse(of: "AB-1", base: 1)
        let states: [(HistoryStock, HistoryAct)] = [
            (stock(10, .stated), act(1, .delivery, isFirst: true)),
            (stock(12, .stated), act(2, .events)),
            (stock(12, orders: 3, .moved), act(3, .orders)),
            (stock(20, orders: 3, .rules), act(4, .rules)),
            (stock(15, orders: 3, .doubt), act(5, .delivery)),
            (stock(40, orders: 3, .doubt), act(6, .approval)),
            (HistoryStock(reasons: .stated, sites: []), act(7, .delivery)),
            (HistoryStock(reasons: [], sites: []), act(8, .delivery)),
        ]
        for (stock, act) in states { course.append(stock, at: act.at, number: act.number, act: act) }
        return course
    }

    @Test("each change counts under its cause, and orders apart from the stock")
    func causes() throws {
        let all = Self.course().movements(from: Self.at(0), to: Self.at(9))
        let movement = try #require(all.first)
        #expect(all.count == 1 && movement.site == "main")
        #expect(movement.opening == .none && movement.closing == .none)
        #expect(
            movement.moved == [
                .erp: Self.units(10 - 40), .events: Self.units(2), .rules: Self.units(8),
                .doubt: Self.units(-5), .decided: Self.units(25), .orders: 0,
            ]
        )
    }

    @Test("the first instant is part of a period, its end is not")
    func period() throws {
        let movement = try #require(Self.course().movements(from: Self.at(2), to: Self.at(4)).first)
        #expect(movement.opening == StockMovement.Balance(stock: Quantity(units: 10), orders: .zero))
        #expect(
            movement.closing
                == StockMovement.Balance(stock: Quantity(units: 12), orders: Quantity(units: 3))
        )
        #expect(movement.moved == [.events: Self.units(2), .orders: Self.units(-3)])
        #expect(Self.course().movements(from: Self.at(8), to: Self.at(9)) == [])
    }

    @Test("what was there when the history began is no movement of the ERP")
    func begun() throws {
        var course = StockCourse(of: "AB-1", base: 4)
        course.append(Self.stock(7, .stated), at: Self.at(1), number: 3, act: Self.act(3, .events))
        course.append(Self.stock(9, .stated), at: Self.at(2), number: 4, act: Self.act(4, .delivery))
        let movement = try #require(course.movements(from: Self.at(0), to: Self.at(9)).first)
        #expect(movement.moved == [.begun: Self.units(7), .erp: Self.units(2)])
        // A SKU that is new afterwards comes from the ERP.
        var later = StockCourse(of: "AB-2", base: 4)
        later.append(Self.stock(5, .stated), at: Self.at(3), number: 5, act: Self.act(5, .delivery))
        let moved = later.movements(from: Self.at(0), to: Self.at(9)).first?.moved
        #expect(moved == [.erp: Self.units(5)])
    }

    @Test(
        "opening and movements are the closing, and periods follow one another",
        arguments: 0..<100 as Range<UInt64>
    )
    func balance(seed: UInt64) {
        var random = SplitMix64(state: seed)
        var course = StockCourse(of: "AB-1", base: Int64(random.below(4)))
        var second: Int64 = 0
        let kinds = HistoryAct.Kind.allCases
        for number in 1...Int64(1 + random.below(30)) {
            // The clock may be set back.
            second += Int64(random.below(5)) - 1
            let sites = ["main", "north", "south"].filter { _ in random.chance(60) }.map { site in
                HistoryStock.SiteFigures(
                    site: SiteID(site),
                    stock: Quantity(millionths: Int64(random.below(1_000_000_000))),
                    orders: Quantity(units: Int64(random.below(9)))
                )
            }
            let stock = HistoryStock(
                reasons: HistoryReasons(rawValue: UInt8(random.below(16))),
                sites: sites
            )
            let act = random.chance(90) ? Self.act(number, kinds[random.below(kinds.count)]) : nil
            course.append(stock, at: Self.at(second), number: number, act: act)
        }
        let cuts = [0, random.below(20), random.below(40), 60].sorted().map { Self.at(Int64($0) - 5) }
        let whole = course.movements(from: cuts[0], to: cuts[3])
        #expect(whole.allSatisfy { $0.holds }, "seed \(seed)")
        var balances: [SiteID: StockMovement.Balance] = [:]
        for movement in whole { balances[movement.site] = movement.opening }
        for (from, to) in zip(cuts, cuts.dropFirst()) where from < to {
            for movement in course.movements(from: from, to: to) {
                #expect(
                    movement.holds && movement.opening == balances[movement.site] ?? .none,
                    "seed \(seed)"
                )
                balances[movement.site] = movement.closing
            }
        }
        for movement in whole { #expect(balances[movement.site] == movement.closing, "seed \(seed)") }
    }
}
