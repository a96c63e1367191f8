import InventoryCore
import StateStore
import TestSupport
import Testing

@Suite("Positions in doubt, read as a whole")
struct DoubtRowsTests {
    private static let names = ["", "A", "a b", "Ä-1", "x,y", "0123456789abcdef0123456789"]

    private static func doubts(_ count: Int, seed: UInt64, areLong: Bool = false) -> [Doubt] {
        var random = SplitMix64(state: seed)
        func time() -> Timestamp { Timestamp(microseconds: Int64(random.below(1000)) - 500) }
        func quantity() -> Quantity? {
            random.chance(30) ? nil : Quantity(millionths: Int64(random.below(9_000_000)) - 4_000_000)
        }
        let long = String(repeating: "é", count: 120)
        return (0..<count).map { number in
            // Several positions of one SKU, also where one read of many rows ends.
            let sku = areLong || random.chance(2) ? "\(number / 5)\(long)" : "S\(number / 5)"
            let place = areLong ? "\(number)\(long)" : random.pick(Self.names)
            var doubt = Doubt(
                source: random.pick(["erp", "wms", "Ärp"]),
                key: PositionKey(
                    sku: SKU(sku),
                    location: Location(place),
                    unit: StockUnit(areLong ? "\(place)." : random.pick(Self.names)),
                    bin: Bin("\(number)")
                ),
                reason: random.pick(Doubt.Reason.allCases),
                since: time(),
                knownAsOf: random.chance(50) ? nil : time(),
                last: quantity()
            )
            (doubt.stated, doubt.askedAbout) = (quantity(), quantity())
            doubt.grown = quantity() ?? .zero
            doubt.guardCode = random.chance(50) ? nil : random.pick(GuardTrip.Code.allCases)
            doubt.run = random.pick([nil, "run-1", "run-2"])
            if random.chance(10) { doubt.lines = (0..<5).map { _ in random.below(1 << 40) } }
            (doubt.absentCount, doubt.keylessBefore) = (random.below(9), random.below(1 << 33))
            doubt.spoiledCount = random.below(3)
            return doubt
        }
    }

    @Test(
        "are what was set, however many there are and however long their names",
        arguments: [0, 1, 511, 512, 513, 2_600],
        [false, true]
    )
    func allRead(count: Int, areLong: Bool) async throws {
        let state = try TemporaryState()
        let database = try state.database()
        try await database.accept(Acceptance(run: .sample("run-1"), at: TemporaryState.now))
        var acceptance = Acceptance(run: .sample("run-2"), at: TemporaryState.now)
        acceptance.doubts.set = Self.doubts(count, seed: UInt64(count), areLong: areLong)
        try await database.accept(acceptance)
        let expected = DoubtBook(acceptance.doubts.set)
        #expect(try await database.doubts() == expected)
        #expect(try await database.doubts().count == count)
        #expect(try await state.reopened().doubts() == expected)
    }

    @Test("are read again once others have changed them, with what was counted")
    func readAgain() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        var all = Self.doubts(20, seed: 3)
        for number in 1...4 {
            let before = try await database.knownDoubts()
            var acceptance = Acceptance(run: .sample(RunID("run-\(number)")), at: TemporaryState.now)
            acceptance.doubts.set = Array(all.prefix(5))
            all.removeFirst(5)
            let totals = DoubtTotals(skus: number, neverClear: 1, width: QuantityTotal(millionths: 7))
            acceptance.counted = CountedDoubts(totals, of: "rules", after: before.version)
            let run = acceptance.run
            try await database.accept(acceptance) { Sealing(run: run) }
            let known = try await database.knownDoubts()
            #expect(known.book.count == number * 5 && known.version != before.version)
            #expect(known.totals(of: "rules") == totals && known.totals(of: "others") == nil)
        }
    }

    @Test("are not counted by what was counted before a baseline or a doubt has changed")
    func countedAnew() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        var first = Acceptance(run: .sample("run-1"), at: TemporaryState.now)
        first.doubts.set = Self.doubts(3, seed: 5)
        let totals = DoubtTotals(skus: 3, neverClear: 0, width: QuantityTotal(millionths: -1 << 70))
        first.counted = CountedDoubts(totals, of: "rules", after: try await database.knownDoubts().version)
        let run = first.run
        try await database.accept(first) { Sealing(run: run) }
        let counted = try await database.knownDoubts()
        #expect(counted.totals(of: "rules") == totals)

        var second = Acceptance(run: .sample("run-2"), at: TemporaryState.now)
        second.generation = 7
        try await database.accept(second)
        #expect(try await database.knownDoubts().totals(of: "rules") == nil)

        // One that has gone out from what was before is no longer right.
        var third = Acceptance(run: .sample("run-3"), at: TemporaryState.now)
        third.counted = CountedDoubts(totals, of: "rules", after: counted.version)
        let late = third.run
        try await database.accept(third) { Sealing(run: late) }
        #expect(try await database.knownDoubts().totals(of: "rules") == nil)
    }
}
