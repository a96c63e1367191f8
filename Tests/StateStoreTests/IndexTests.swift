import InventoryCore
import StateStore
import Testing

@Suite struct IndexTests {
    @Test("pages fill the index, and a pass goes on after the last page that was stored")
    func pagesAndCursor() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        #expect(try await database.indexProgress() == IndexProgress(pass: 0, cursor: nil, completed: nil))
        try await database.beginIndexPass()
        _ = try await database.replaceIndexPage(
            [ShopLevel("1", .level("A"), shows: 3), ShopLevel("2", .level("B"), shows: 4)],
            cursor: "2",
            at: TemporaryState.now
        )
        let after = try state.reopened()
        #expect(try await after.indexProgress() == IndexProgress(pass: 1, cursor: "2", completed: nil))
        _ = try await after.replaceIndexPage([ShopLevel("3", .level("C"), shows: 5)], at: TemporaryState.now)
        #expect(try await after.finishIndexPass(at: TemporaryState.now) == 0)
        let done = IndexProgress(pass: 1, cursor: nil, completed: TemporaryState.now)
        #expect(try await after.indexProgress() == done)
        let first = try await after.levels(after: nil, limit: 2)
        #expect(first.map(\.published) == [3, 4])
        #expect(first.allSatisfy { $0.isPrimaryUnit && $0.precision == 0 })
        #expect(try await after.levels(after: first.last?.row, limit: 2).map(\.id) == ["3"])
    }

    @Test("levels that a whole pass did not show lose their ids, and their wishes wait")
    func missingLevels() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        try await database.shop(shows: [(.level("A"), 1), (.level("B"), 1)])
        try await database.wish([(.level("A"), 2), (.level("B"), 2)])
        try await database.beginIndexPass()
        try await database.shop(shows: [(.level("B"), 1)])
        #expect(try await database.finishIndexPass(at: TemporaryState.now) == 1)
        #expect(try await database.claimed().short == ["B=2"])
        #expect(try await database.unresolved(limit: 10).map(\.key) == [.level("A")])
    }

    @Test("of two levels with one key the first is written, and the second is reported")
    func duplicates() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let page = [ShopLevel("1", .level("A"), shows: 3), ShopLevel("2", .level("A"), shows: 4)]
        let changes = try await database.replaceIndexPage(page, at: TemporaryState.now)
        #expect(changes.duplicates == [DuplicateLevel(key: .level("A"), kept: "1", other: "2")])
        #expect(try await database.level(.level("A"))?.id == "1")
        #expect(try await database.openExceptions().map(\.exception.code) == [.duplicateLevel])

        try await database.beginIndexPass()
        for level in page { _ = try await database.replaceIndexPage([level], at: TemporaryState.now) }
        #expect(try await database.level(.level("A"))?.id == "1")
    }

    @Test("an id that moves to another SKU leaves the old one")
    func movedID() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        _ = try await database.replaceIndexPage(
            [ShopLevel("1", .level("A"), shows: 3)],
            at: TemporaryState.now
        )
        _ = try await database.replaceIndexPage(
            [ShopLevel("1", .level("B"), shows: 4)],
            at: TemporaryState.now
        )
        let old = try #require(try await database.level(.level("A")))
        #expect(old.id == nil && old.published == nil)
        #expect(try await database.level(.level("B"))?.published == 4)
    }

    @Test("a level that the shop made anew shows what the shop says, not what the old one was sent")
    func recreatedLevel() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        func show(_ level: ShopLevel) async throws {
            _ = try await database.replaceIndexPage([level], at: TemporaryState.now)
        }
        try await database.beginIndexPass()
        try await show(ShopLevel("1", .level("A"), shows: 3))
        _ = try await database.finishIndexPass(at: TemporaryState.now)
        try await show(ShopLevel("8", .level("A"), shows: 0))
        let level = try #require(try await database.level(.level("A")))
        #expect(level.id == "8" && level.published == 0)
    }

    @Test("the shop's figures are taken where none is known, or on request, but never over a claim")
    func figures() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let (a, b): (LevelKey, LevelKey) = (.level("A"), .level("B"))
        try await database.shop(shows: [(a, 10), (b, 10)])
        try await database.wish([(a, 8), (b, 8)])
        let claimed = try await database.claimed(1)
        let page = [ShopLevel("L-A-item", a, shows: 7), ShopLevel("L-B-item", b, shows: 7)]
        _ = try await database.replaceIndexPage(page, at: TemporaryState.now)
        #expect(try await database.level(b)?.published == 10)
        _ = try await database.replaceIndexPage(page, figures: .always, at: TemporaryState.now)
        #expect(try await database.level(a)?.published == 10)
        #expect(try await database.level(b)?.published == 7)
        // 8 was a decrease from 10 and is an increase from 7.
        #expect(try await database.claimed().map(\.wave) == [.increase])
        #expect(claimed.map(\.wave) == [.decrease])
    }

    @Test("a wish is dropped when the index shows that the shop has it already")
    func shownAlready() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        try await database.wish([(.level("A"), 8)])
        try await database.shop(shows: [(.level("A"), 8)])
        #expect(try await database.claimed().isEmpty)
        #expect(try await database.backlog() == Backlog())
    }

    @Test("the same SKU and unit in two warehouses are two levels")
    func warehouses() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let main = LevelKey(sku: "A", unit: "item", warehouse: "Leeds")
        let page = [ShopLevel("1", .level("A"), shows: 3), ShopLevel("2", main, shows: 4)]
        #expect(try await database.replaceIndexPage(page, at: TemporaryState.now).resolved == 2)
        #expect(try await database.level(main)?.published == 4)
        #expect(try await database.levels(of: ["A"]).count == 2)
    }

    @Test("more SKUs than one statement takes are all found")
    func chunks() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let skus = (0..<1234).map { SKU("S-\($0)") }
        try await database.wish(skus.map { (.level($0), 1) })
        let levels = try await database.levels(of: skus + ["absent"])
        #expect(Set(levels.map(\.key.sku)) == Set(skus))
        #expect(levels.count == skus.count)
    }
}
