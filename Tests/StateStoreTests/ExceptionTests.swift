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
