import InventoryCore
import StateStore
import Testing

@Suite struct IndexTests {
    @Test("pages fill the index, and a pass goes on after the last page that was stored")
    func pagesAndCursor() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        #expect(try await database.indexProgress() == IndexProgress(pass: 0, cursor: nil, completed: nil))
        try await database.beginIndexPass(at: TemporaryState.now)
        _ = try await database.replaceIndexPage(
            [ShopLevel("1", .level("A"), shows: 3), ShopLevel("2", .level("B"), shows: 4)],
            cursor: "2",
            at: TemporaryState.now
        )
        let after = try state.reopened()
        let open = IndexProgress(pass: 1, cursor: "2", completed: nil, began: TemporaryState.now)
        #expect(try await after.indexProgress() == open)
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
        try await database.beginIndexPass(at: TemporaryState.now)
        try await database.shop(shows: [(.level("B"), 1)])
        #expect(try await database.finishIndexPass(at: TemporaryState.now) == 1)
        #expect(try await database.claimed().short == ["B=2"])
        #expect(try await database.unresolved(limit: 10).map(\.key) == [.level("A")])
    }

    @Test("two levels of one key are a duplicate only where both are shown when asked for by their ids")
    func duplicates() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let page = [ShopLevel("1", .level("A"), shows: 3), ShopLevel("2", .level("A"), shows: 4)]
        for levels in [page, [page[1]]] {
            let changes = try await database.replaceIndexPage(levels, at: TemporaryState.now)
            #expect(changes.contested == ["1", "2"] && changes.duplicates.isEmpty)
        }
        #expect(try await database.openExceptions().isEmpty)
        let asked = try await database.confirmNames(of: ["1", "2"], shown: page, at: TemporaryState.now)
        #expect(asked.duplicates == [DuplicateLevel(key: .level("A"), kept: "1", other: "2")])
        #expect(try await database.level(.level("A"))?.id == "1")
        #expect(try await database.openExceptions().map(\.exception.code) == [.duplicateLevel])
    }

    @Test("a level that is contested is not written before both were asked for")
    func contested() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        try await database.shop(shows: [(.level("A"), 3)])
        try await database.wish([(.level("A"), 8)])
        _ = try await database.replaceIndexPage(
            [ShopLevel("9", .level("A"), shows: 0)],
            at: TemporaryState.now
        )
        #expect(try await database.claimed().isEmpty)
        #expect(try await database.staleWishes(limit: 10) == ["L-A-item"])
        let shown = [ShopLevel("9", .level("A"), shows: 0)]
        let changes = try await database.confirmNames(
            of: ["L-A-item", "9"],
            shown: shown,
            at: TemporaryState.now
        )
        #expect(changes.lost == ["L-A-item"] && changes.duplicates.isEmpty)
        #expect(try await database.claimed().map(\.level) == ["9"])
    }

    @Test("two SKUs that were swapped have each other's ids, whichever of them is asked for first")
    func swapped() async throws {
        for first: LevelID in ["1", "2"] {
            let state = try TemporaryState()
            let database = try state.database()
            let before = [ShopLevel("1", .level("A"), shows: 3), ShopLevel("2", .level("B"), shows: 40)]
            _ = try await database.replaceIndexPage(before, at: TemporaryState.now)
            let now = [ShopLevel("1", .level("B"), shows: 3), ShopLevel("2", .level("A"), shows: 40)]
            let one = now.filter { $0.id == first }
            let changes = try await database.confirmNames(of: [first], shown: one, at: TemporaryState.now)
            #expect(changes.contested == ["1", "2"])
            let both = try await database.confirmNames(of: ["1", "2"], shown: now, at: TemporaryState.now)
            #expect(both.contested.isEmpty && both.duplicates.isEmpty)
            let (a, b) = (try await database.level(.level("A")), try await database.level(.level("B")))
            #expect(a?.id == "2" && a?.published == 40 && b?.id == "1" && b?.published == 3)
        }
    }

    @Test("a wish goes on to the id that its level gets in the answer that takes the old one from it")
    func woken() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let before = [ShopLevel("1", .level("A"), shows: 3), ShopLevel("2", .level("B"), shows: 40)]
        _ = try await database.replaceIndexPage(before, at: TemporaryState.now)
        try await database.wish([(.level("A"), 0)])
        let now = [ShopLevel("1", .level("B"), shows: 3), ShopLevel("2", .level("A"), shows: 40)]
        _ = try await database.confirmNames(of: ["1", "2"], shown: now, at: TemporaryState.now)
        #expect(try await database.claimed().map(\.level) == ["2"])
    }

    @Test("a level that is listed without a name keeps its id, and increases of its stock wait for it")
    func unnamed() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        try await database.shop(shows: [(.level("A"), 10), (.level("A", "case"), 1)])
        try await database.wish([(.level("A"), 4), (.level("A", "case"), 5)])
        try await database.doubtNames(of: ["L-A-item"])
        try await database.park(unnamed: ["L-A-item", "L-A-case"], at: TemporaryState.now)
        #expect(try await database.claimed().isEmpty)
        #expect(try await database.openExceptions().map(\.exception.code) == [.unknownLevel])
        // Nobody states the SKU any more: the level may sell all the same.
        let key = ExceptionKey(code: .unknownLevel, subject: Subject(.level("A")))
        var changes = ExceptionChanges()
        changes.mended = [key]
        try await database.apply(changes, at: TemporaryState.now)
        #expect(try await database.backlog().unknown == 1)
        #expect(try await database.openExceptions().count == 1)
        let shown = [ShopLevel("L-A-item", .level("A"), shows: 10)]
        _ = try await database.confirmNames(of: ["L-A-item"], shown: shown, at: TemporaryState.now)
        #expect(try await database.claimed().short == ["A=4"])
        #expect(try await database.openExceptions().isEmpty)
    }

    @Test("a name that is stale keeps its level from being written until it is confirmed")
    func stale() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        try await database.shop(shows: [(.level("A"), 3), (.level("B"), 3)])
        try await database.wish([(.level("A"), 8), (.level("B"), 0)])
        let later = TemporaryState.now.adding(seconds: 90_000)
        try await database.believeNames(since: later.adding(seconds: -86_400))
        #expect(try await database.claimed().isEmpty)
        #expect(try await database.backlog().unresolved == 2)
        // Zeros first, as they are sent.
        #expect(try await database.staleWishes(limit: 1) == ["L-B-item"])
        let shown = [ShopLevel("L-B-item", .level("B"), shows: 3)]
        _ = try await database.confirmNames(of: ["L-B-item"], shown: shown, at: later)
        #expect(try await database.claimed().short == ["B=0"])
        #expect(try await database.nameCounts(since: later).stale == 1)
    }

    @Test("a name in doubt is asked for whatever its age, and a level knows its product")
    func doubted() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let level = ShopLevel(
            id: "1",
            key: .level("A"),
            quantity: 3,
            precision: 0,
            isPrimaryUnit: true,
            product: "7"
        )
        _ = try await database.replaceIndexPage([level], at: TemporaryState.now)
        #expect(try await database.products(of: ["1", "2"]) == ["1": "7"])
        try await database.wish([(.level("A"), 8)])
        try await database.doubtNames(of: ["1"])
        #expect(try await database.claimed().isEmpty)
        #expect(try await database.staleWishes(limit: 10) == ["1"])
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
        // What was sent to A meanwhile may have come after the page: the id is asked for.
        let new = try #require(try await database.level(.level("B")))
        #expect(new.id == "1" && new.published == nil)
    }

    @Test("a level that the shop made anew shows what the shop says, not what the old one was sent")
    func recreatedLevel() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        func show(_ level: ShopLevel) async throws {
            _ = try await database.replaceIndexPage([level], at: TemporaryState.now)
        }
        try await database.beginIndexPass(at: TemporaryState.now)
        try await show(ShopLevel("1", .level("A"), shows: 3))
        _ = try await database.finishIndexPass(at: TemporaryState.now)
        _ = try await database.confirmNames(
            of: ["1", "8"],
            shown: [ShopLevel("8", .level("A"), shows: 0)],
            at: TemporaryState.now
        )
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
