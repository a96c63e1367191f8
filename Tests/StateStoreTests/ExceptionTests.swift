import InventoryCore
import StateStore
import Testing

@Suite("Exceptions by their subjects") struct ExceptionTests {
    private static func negative(_ subject: Subject) -> InventoryException {
        InventoryException(code: .negativeStock, subject: subject, message: "below zero")
    }

    @Test("subjects whose texts are the same are two exceptions, and each is closed by itself")
    func sameText() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let (one, other) = (Subject(sku: "AB", location: "1 WH"), Subject(sku: "AB 1", location: "WH"))
        #expect(one.description == other.description && one != other)
        var changes = ExceptionChanges()
        changes.occurred = [Self.negative(one), Self.negative(other)]
        try await database.apply(changes, at: TemporaryState.now)
        #expect(try await database.openExceptions().map(\.exception.subject) == [one, other])
        #expect(try await database.openExceptions(of: ["AB 1"]).map(\.exception.subject) == [other])
        changes = ExceptionChanges()
        changes.mended = [ExceptionKey(code: .negativeStock, subject: one)]
        try await database.apply(changes, at: TemporaryState.now)
        #expect(try await database.openExceptions().map(\.exception.subject) == [other])
    }

    @Test("every field of a subject comes back as it was stored, and an empty text as none")
    func roundTrip() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        let subjects = [
            Subject(), Subject(location: "", source: "erp"), Subject(sku: "A / B", unit: "item"),
            Subject(sku: "A", unit: "item", warehouse: "Leeds / North"), Subject(sku: "A", site: "main"),
            Subject(sku: "A\0B"),
        ]
        var changes = ExceptionChanges()
        changes.occurred = subjects.map(Self.negative)
        changes.examined = [.negativeStock]
        try await database.apply(changes, at: TemporaryState.now)
        let stored = try await database.openExceptions().map(\.exception.subject)
        #expect(Set(stored) == Set(subjects) && stored.count == subjects.count)
        #expect(Subject(location: "") == Subject())
    }

    @Test("the text of a subject names its fields in their order")
    func text() {
        #expect("\(Subject(sku: "A", unit: "item", warehouse: "Leeds"))" == "A / item / Leeds")
        #expect("\(Subject(sku: "A", location: "WH"))" == "A WH")
        #expect("\(Subject(location: "WH", source: "erp"))" == "WH (erp)")
        #expect("\(Subject(source: "erp"))" == "erp")
        #expect("\(LevelKey(sku: "A", unit: "", warehouse: nil))" == "A")
    }

    @Test("all SKUs of one unit without a factor are listed as one, with a count and some of them")
    func unitsAreGrouped() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        func unknown(_ sku: Int, _ unit: StockUnit) -> InventoryException {
            let subject = Subject(sku: SKU("A-\(1000 + sku)"), unit: unit)
            return InventoryException(code: .unknownUnit, subject: subject, message: "\(unit) is unknown.")
        }
        var changes = ExceptionChanges()
        changes.occurred = (0..<2_000).map { unknown($0, "Each") } + [unknown(7, "PAL")]
        changes.occurred += [Self.negative(Subject(sku: "B")), Self.negative(Subject(sku: "C"))]
        changes.occurred.append(InventoryException(code: .writeRefused, subject: Subject(), message: "no"))
        try await database.apply(changes, at: TemporaryState.now)
        let listed = try await database.listedExceptions(limit: 100)
        #expect(
            listed.map(\.exception.subject.description) == ["B", "C", "Each", "A-1007 / PAL", ""]
        )
        #expect(listed.map(\.skus) == [nil, nil, 2_000, nil, nil])
        #expect(listed[2].exception.message == "2000 SKUs: A-1000, A-1001, A-1002, …. Each is unknown.")
        let counts = try await database.openExceptionCounts()
        #expect(counts == [.unknownUnit: 2, .negativeStock: 2, .writeRefused: 1])
        #expect(try await database.listedExceptions(limit: 3).count == 3)
        #expect(try await database.listedExceptions(code: .unknownUnit, limit: 100).count == 2)
        #expect(try await database.listedExceptions(code: .drift, limit: 100).isEmpty)
        changes = ExceptionChanges()
        changes.mended = (0..<1_999).map { unknown($0, "Each").key }
        try await database.apply(changes, at: TemporaryState.now)
        let left = try await database.listedExceptions(code: .unknownUnit, limit: 100)
        #expect(left.map(\.exception.subject.sku) == ["A-2999", "A-1007"] && left[0].skus == nil)
    }

    @Test("an exception found at the shop tells whose stock the level shows, and keeps it when it recurs")
    func stockOfLevel() async throws {
        let state = try TemporaryState()
        let database = try state.database()
        var acceptance = Acceptance(run: .sample(), at: TemporaryState.now)
        let key = LevelKey.level("A-KA")
        acceptance.wishes = [AcceptedWish(PlannedWish(key: key, before: nil, after: 5), stock: "A")]
        try await database.accept(acceptance)
        let level = try #require(try await database.level(key))
        try await database.park(
            [UnknownLevel(row: level.row, key: key, lack: .product)],
            at: TemporaryState.now
        )
        #expect(try await database.openExceptions().map(\.exception.concerned) == ["A"])

        var changes = ExceptionChanges()
        changes.occurred = [
            InventoryException(code: .unknownLevel, subject: Subject(key), stock: "A", message: "planned")
        ]
        try await database.apply(changes, at: TemporaryState.now)
        changes.occurred = [
            InventoryException(code: .unknownLevel, subject: Subject(key), message: "pushed")
        ]
        try await database.apply(changes, at: TemporaryState.now)
        let again = try await database.openExceptions(code: .unknownLevel).map(\.exception)
        #expect(again.map(\.stock) == ["A"] && again.map(\.message) == ["pushed"])
    }
}
