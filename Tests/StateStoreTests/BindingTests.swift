import InventoryCore
import StateStore
import Testing

@Suite("The shop that a state is bound to") struct BindingTests {

    @Test("a state without a binding is bound by names that agree; those that do not are in doubt")
    func unbound() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        try await database.shop(shows: [(.level("A"), 1), (.level("B"), 1), (.level("C"), 1)])
        #expect(try await database.binding() == nil)
        let known = try await database.nameSample()
        #expect(known == ["L-A-item": "A", "L-B-item": "B", "L-C-item": "C"])
        let sample = NameSample(known: known, shown: ["L-A-item": "A", "L-B-item": "B", "L-C-item": "Z"])
        let later = TemporaryState.now.adding(seconds: 60)
        try await database.record(sample, of: "https://shop.example/admin", created: "2020", at: later)
        let binding = try #require(try await database.binding())
        #expect(binding.address == "https://shop.example/admin" && binding.created == "2020")
        #expect(binding.confirmed == later && binding.adoption == nil)
        #expect(try await database.nameCounts(since: later).stale == 1)
    }

    @Test("a sample of many levels is spread over all of them")
    func spread() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let levels = (1...1000).map { ShopLevel(LevelID("\($0)"), .level(SKU("S-\($0)")), shows: 1) }
        _ = try await database.replaceIndexPage(levels, at: TemporaryState.now)
        let ids = try await database.nameSample().keys.compactMap { Int($0.text) }.sorted()
        #expect(ids.count == NameSample.levelsMax && ids.first == 1 && ids.last == 1000)
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $1 - $0 > 40 })
    }

    @Test("an adoption forgets what the old shop showed and was sent, and keeps what was wished")
    func adopt() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        try await database.bind(to: "https://old.example/admin", at: TemporaryState.now)
        try await database.shop(shows: [(.level("A"), 1), (.level("B"), 1), (.level("C"), 1)])
        try await database.wish([(.level("A"), 5), (.level("B"), 6)])
        let claimed = try await database.claimed(1)
        #expect(claimed.count == 1)
        // A newer figure than the one that is on its way.
        try await database.wish([(claimed[0].key, 7)], run: "run-2")
        let adoption = ShopBinding.Adoption(who: "me", reason: "restored")
        try await database.adopt("https://new.example/admin", created: nil, adoption, at: TemporaryState.now)
        #expect(try await database.binding()?.adoption == adoption)
        #expect(try await database.openClaims().isEmpty)
        #expect(try await database.resolvedLevelCount() == 0)
        #expect(try await database.worksOutEverythingNext())
        let waiting = try await database.unresolved(limit: 10)
        #expect(Set(waiting.compactMap(\.pending)) == [7, claimed[0].key == .level("A") ? 6 : 5])
        #expect(try await database.indexProgress().completed == nil)
        #expect(try await database.levels(of: ["A", "B", "C"]).allSatisfy { $0.published == nil })
    }
}

@Suite("What may still arrive at a level that has moved") struct MovedQuestionTests {
    @Test("a value in question follows the id to the level that carries it now, and an adoption ends it")
    func follows() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let before = [ShopLevel("1", .level("A"), shows: 3), ShopLevel("2", .level("B"), shows: 40)]
        _ = try await database.replaceIndexPage(before, at: TemporaryState.now)
        try await database.wish([(.level("A"), 5)])
        let claimed = try await database.claimed()
        let until = MachineInstant(boot: "boot", seconds: 100)
        try await database.takeOverClaims(
            sent: Set(claimed.map(\.sequence)),
            until: until,
            at: TemporaryState.now
        )
        let now = [ShopLevel("1", .level("B"), shows: 3), ShopLevel("2", .level("A"), shows: 40)]
        _ = try await database.confirmNames(of: ["1", "2"], shown: now, at: TemporaryState.now)
        let later = MachineInstant(boot: "boot", seconds: 200)
        let ended = try await database.endedQuestions(at: later, restart: later, limit: 10)
        #expect(ended.levels.map(\.level) == ["1"] && ended.confirmed == 0)
        let adoption = ShopBinding.Adoption(who: "me", reason: "restored")
        try await database.adopt("https://new.example/admin", created: nil, adoption, at: TemporaryState.now)
        #expect(try await database.hasWork(at: TemporaryState.now))
        let none = try await database.endedQuestions(at: later, restart: later, limit: 10)
        #expect(none.levels.isEmpty && none.confirmed == 0)
    }
}
