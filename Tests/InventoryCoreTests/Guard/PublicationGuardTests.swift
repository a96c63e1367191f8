import InventoryCore
import Testing

@Suite("Guards on the publication")
struct PublicationGuardTests {
    private let guards = PublicationGuards(thresholds: GuardThresholds())

    private func wish(_ number: Int, _ before: Int64, _ after: Int64, in warehouse: String? = nil)
        -> PlannedWish
    {
        PlannedWish(
            key: LevelKey(sku: SKU("S\(number)"), unit: "item", warehouse: warehouse),
            before: Quantity(units: before),
            after: Quantity(units: after)
        )
    }

    /// What the guards say of wishes over a shop that shows these levels.
    private func codes(_ wishes: [PlannedWish], levels: Int, sum: Int64) -> [GuardTrip.Code] {
        guard let planned = guards.planned(wishes)[nil] else { return [] }
        let all = PublicationGuards.Shown(levels: levels, sum: Int128(sum) * Int128(Quantity.scale))
        let trips = guards.trips(on: planned, shown: all, warehouse: nil).map(\.code)
        // Counted only as far as is said to be enough, it is the same.
        let enough = guards.enough(for: planned)
        let isEnough = levels >= enough.levels && all.sum >= enough.sum
        if isEnough { #expect(trips.isEmpty, "\(enough) was not enough") }
        return trips
    }

    @Test("zeros trip above fifty and a tenth, or above four tenths of at least five")
    func zeros() {
        func zeros(_ count: Int, of levels: Int) -> [GuardTrip.Code] {
            codes((0..<count).map { wish($0, 1, 0) }, levels: levels, sum: 1_000_000)
        }
        #expect(zeros(50, of: 200).isEmpty)
        #expect(zeros(51, of: 509) == [.shownZero])
        #expect(zeros(51, of: 510).isEmpty)
        #expect(zeros(3, of: 7) == [.shownZero])
        #expect(zeros(2, of: 5).isEmpty && zeros(4, of: 4).isEmpty)
    }

    @Test("the sum trips at 30 % down and 100 % up, from twenty levels on, and not from nothing")
    func sums() {
        #expect(codes([wish(1, 100, 70)], levels: 20, sum: 100) == [.shownDrop])
        #expect(codes([wish(1, 100, 71)], levels: 20, sum: 100).isEmpty)
        #expect(codes([wish(1, 100, 70)], levels: 19, sum: 100).isEmpty)
        #expect(codes([wish(1, 100, 200)], levels: 20, sum: 100) == [.shownRise])
        #expect(codes([wish(1, 100, 199)], levels: 20, sum: 100).isEmpty)
        #expect(codes([wish(1, 0, 500)], levels: 0, sum: 0).isEmpty)
        #expect(codes([wish(1, 100, 40), wish(2, 0, 40)], levels: 20, sum: 100).isEmpty)
    }

    @Test("what is enough to count never hides a trip, whatever is shown")
    func enough() {
        for count in [1, 2, 3, 10, 50, 51, 100] {
            for levels in [0, 4, 5, 19, 20, 100, 499, 500, 501, 1000] {
                for sum in stride(from: Int64(0), through: 4_000, by: 97) {
                    _ = codes((0..<count).map { wish($0, 10, 0) }, levels: levels, sum: sum)
                    _ = codes((0..<count).map { wish($0, 10, 30) }, levels: levels, sum: sum)
                }
            }
        }
    }

    @Test("each guard holds its own kind of change, in its own warehouse")
    func held() {
        func code(_ tripped: GuardTrip.Code, _ before: Int64, _ after: Int64, in warehouse: String? = nil)
            -> GuardTrip.Code?
        {
            let trip = GuardTrip(code: tripped, message: "")
            return PublicationGuards.code(toHold: wish(1, before, after, in: warehouse), [trip])
        }
        #expect(code(.shownZero, 5, 0) == .shownZero && code(.shownZero, 5, 1) == nil)
        #expect(code(.shownZero, 0, 0) == nil)
        #expect(code(.shownDrop, 10, 5) == .shownDrop && code(.shownDrop, 10, 6) == nil)
        #expect(code(.shownRise, 10, 20) == .shownRise && code(.shownRise, 10, 19) == nil)
        #expect(code(.shownRise, 0, 1) == .shownRise)
        #expect(code(.shownDrop, 10, 5, in: "other") == nil)
    }
}
