import Foundation
import InventoryCore
import Testing

/// The ledger over seeded courses of shop, ERP and Tidegate; a failure names its seed.
///
/// What the shop can still sell is what a level shows without what running checkouts are about to take; what
/// there is, is the ERP's last figure without the orders that it does not contain.
@Suite("Orders, over random courses")
struct OrderCourseTests {
    /// `TIDEGATE_ORDER_COURSES` asks for more courses of each kind than the usual test has time for, and
    /// `TIDEGATE_ORDER_FIGURES` for the figures of all connectors.
    private static let environment = ProcessInfo.processInfo.environment
    private static let asked = environment["TIDEGATE_ORDER_COURSES"].flatMap { UInt64($0) }
    private static let count = asked ?? 200
    private static let fewer = asked ?? 20

    private func tally(
        _ kind: OrderCourse.Kind,
        _ connector: OrderCourseRun.Connector = .ledger,
        courses: UInt64 = Self.count
    ) -> OrderCourseRun.Tally {
        var sum = OrderCourseRun.Tally()
        for seed in 0..<courses {
            sum.add(OrderCourseRun(OrderCourse(seed: seed, kind), connector).tally)
        }
        return sum
    }

    @Test("where every order takes its stock, no level shows more than there is, and hardly ever less")
    func calm() {
        let kind = OrderCourse.Kind(hasCrashes: false)
        let sum = tally(kind)
        #expect(sum.above == 0, "\(sum.faults)")
        #expect(sum.below * 1000 <= sum.steps * 5 && sum.belowMost <= 3, "\(sum.faults)")
        let least = tally(kind, .knowing).writes
        #expect(sum.writes * 10 <= least * 11, "\(sum.writes) writes, \(least) would do")
    }

    @Test("crashes, lost answers and late figures never make a level show more than there is")
    func crashes() {
        let sum = tally(OrderCourse.Kind(), courses: Self.fewer)
        #expect(sum.above == 0, "\(sum.faults)")
        #expect(sum.below * 1000 <= sum.steps * 15, "\(sum.faults)")
    }

    @Test("what the ERP says late is sold late, and never twice")
    func lateStatements() {
        let sum = tally(
            OrderCourse.Kind(hasCrashes: false, hasLateAcknowledgements: true),
            courses: Self.fewer
        )
        #expect(sum.above == 0, "\(sum.faults)")
        #expect(sum.below * 1000 <= sum.steps * 15 && sum.belowMost <= 3, "\(sum.faults)")
    }

    @Test(
        "orders that take nothing, and checkouts that our write undoes, show too much within a grace only",
        arguments: [
            OrderCourse.Kind(hasUntaken: true), OrderCourse.Kind(hasRaces: true),
            OrderCourse.Kind(hasUntaken: true, hasRaces: true, hasLateAcknowledgements: true),
        ]
    )
    func graceOnly(_ kind: OrderCourse.Kind) {
        let sum = tally(kind, courses: Self.fewer)
        #expect(sum.above > 0 && sum.aboveLate == 0, "\(sum.faults)")
    }

    @Test("a connector that writes the ERP's figure as it is sells what is not there")
    func naive() {
        let sum = tally(OrderCourse.Kind(hasCrashes: false), .naive, courses: 20)
        #expect(sum.above * 2 > sum.steps && sum.aboveMost > 10)
    }

    @Test("one that subtracts every order at once sells less than there is, and writes far more often")
    func subtracting() {
        let kind = OrderCourse.Kind(hasCrashes: false)
        let sum = tally(kind, .subtracting, courses: 20)
        #expect(sum.above == 0 && sum.below * 10 > sum.steps)
        #expect(sum.writes > 2 * tally(kind, .knowing, courses: 20).writes)
    }

    /// `TIDEGATE_ORDER_COURSES=2000 TIDEGATE_ORDER_FIGURES=1 swift test --filter OrderCourseTests`
    /// prints what the documentation states, and one course as comma-separated values.
    @Test("figures of all connectors", .enabled(if: Self.environment["TIDEGATE_ORDER_FIGURES"] != nil))
    func figures() {
        let kinds = [
            ("every order takes its stock", OrderCourse.Kind(hasCrashes: false)),
            ("with crashes", OrderCourse.Kind()),
            ("late statements", OrderCourse.Kind(hasCrashes: false, hasLateAcknowledgements: true)),
            ("orders that take nothing", OrderCourse.Kind(hasUntaken: true)),
            ("races", OrderCourse.Kind(hasRaces: true)),
        ]
        for (name, kind) in kinds {
            for connector in OrderCourseRun.Connector.allCases {
                let sum = tally(kind, connector)
                let (above, below) = (share(sum.above, of: sum), share(sum.below, of: sum))
                print(
                    "\(name), \(connector): above \(above) % by ≤ \(sum.aboveMost), below \(below) % by ≤",
                    terminator: " "
                )
                print("\(sum.belowMost), \(sum.writes) writes in \(sum.steps) steps")
            }
        }
        let course = OrderCourse(seed: 7, OrderCourse.Kind(hasCrashes: false))
        let runs = [OrderCourseRun.Connector.ledger, .naive, .subtracting].map { OrderCourseRun(course, $0) }
        print("step,truth,ledger,naive,subtracting")
        for step in 0..<60 {
            let row = [runs[0].truth[step]] + runs.map { $0.sellable[step] }
            print(([step] + row).map(String.init).joined(separator: ","))
        }
    }

    private func share(_ steps: Int, of sum: OrderCourseRun.Tally) -> Double {
        (Double(steps) * 10_000 / Double(sum.steps)).rounded() / 100
    }
}
