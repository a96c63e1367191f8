import InventoryCore
import StateStore
import Testing

@Suite struct PaceTests {
    @Test("what a push has learnt of the shop's pace is read back as it was written")
    func readsBack() async throws {
        let state = try TemporaryState()
        var learnt = LearntPace()
        learnt.writesInFlight = 12
        learnt.writesPerSecond = 80.5
        learnt.recordsPerSecond = 310.25
        learnt.windowRecords = 8000
        learnt.operationSeconds = 0.152_900_99
        learnt.batchRecordsMax = 500
        let known = KnownPace(
            learnt: learnt,
            stalledSince: TemporaryState.now,
            shop: "https://shop.example",
            at: TemporaryState.now
        )
        try await state.database().record(known)
        #expect(try await state.reopened().knownPace() == known)
    }

    @Test("a figure that no shop can have counts as unknown and stops nobody")
    func forgetsTheImpossible() async throws {
        let state = try TemporaryState()
        for impossible in [1_830_722.7, 0, -1, .nan, .infinity] {
            var learnt = LearntPace()
            learnt.recordsPerSecond = impossible
            learnt.writesPerSecond = 40
            let known = KnownPace(
                learnt: learnt,
                stalledSince: nil,
                shop: "https://shop.example",
                at: TemporaryState.now
            )
            try await state.database().record(known)
            let read = try await state.reopened().knownPace()
            #expect(read?.learnt.recordsPerSecond == nil)
            #expect(read?.learnt.writesPerSecond == 40)
        }
    }
}
