import InventoryCore
import StateStore
import TestSupport
import Testing

@Suite("Exceptions as work")
struct ExceptionGroupTests {
    private let state: TemporaryState
    private let database: StateDatabase

    init() throws {
        state = try TemporaryState()
        database = try state.database()
    }

    private static func unknown(_ sku: Int, _ unit: StockUnit) -> InventoryException {
        let subject = Subject(sku: SKU("A-\(1000 + sku)"), unit: unit)
        return InventoryException(code: .unknownUnit, subject: subject, message: "\(unit) is unknown.")
    }

    private static func negative(_ sku: SKU, _ location: Location) -> InventoryException {
        InventoryException(
            code: .negativeStock,
            subject: Subject(sku: sku, location: location),
            message: "below zero"
        )
    }

    private func occur(_ exceptions: [InventoryException], after seconds: Int64 = 0) async throws {
        var changes = ExceptionChanges()
        changes.occurred = exceptions
        try await database.apply(changes, at: TemporaryState.now.adding(seconds: seconds))
    }

    private func mend(_ exceptions: [InventoryException], after seconds: Int64 = 0) async throws {
        var changes = ExceptionChanges()
        changes.mended = exceptions.map(\.key)
        try await database.apply(changes, at: TemporaryState.now.adding(seconds: seconds))
    }

    private func note(_ kind: ExceptionNote.Kind, _ text: String) -> ExceptionNote {
        ExceptionNote(kind, who: "ann", at: TemporaryState.now, text: text)
    }

    @Test("exceptions of one cause are one piece of work, with a count")
    func groups() async throws {
        try await occur((0..<2_000).map { Self.unknown($0, "Each") } + [Self.unknown(7, "PAL")])
        try await occur([Self.negative("B", "WH-1"), Self.negative("C", "WH-1"), Self.negative("B", "WH-2")])
        let groups = try await database.exceptionGroups(limit: 100)
        #expect(groups.map(\.cause.subject.description) == ["Each", "PAL", "WH-1", "WH-2"])
        #expect(groups.map(\.count) == [2_000, 1, 2, 1])
        #expect(try await database.openExceptionCounts() == [.unknownUnit: 2, .negativeStock: 2])
        #expect(try await database.exceptionCounts()[.unknownUnit]?.cases == 2_001)
        let examples = try await database.openExceptions(of: groups[0], limit: 3).map(\.exception)
        #expect(
            groups[0].cause.message(of: 2_000, examples)
                == "2000 SKUs: A-1000, A-1001, A-1002, …. Each is unknown."
        )
    }

    @Test("what should have been done and nobody has put off is counted as overdue")
    func overdue() async throws {
        try await occur([Self.unknown(1, "Each"), Self.unknown(2, "PAL"), Self.negative("B", "WH-1")])
        let deadlines = ExceptionDeadlines(byCode: [.unknownUnit: 60, .negativeStock: 600])
        func overdue(after seconds: Int64) async throws -> [InventoryException.Code: Int] {
            let now = TemporaryState.now.adding(seconds: seconds)
            return try await database.exceptionCounts(by: deadlines, at: now).mapValues(\.overdue)
        }
        #expect(try await overdue(after: 60) == [.unknownUnit: 0, .negativeStock: 0])
        #expect(try await overdue(after: 61) == [.unknownUnit: 2, .negativeStock: 0])
        let first = try #require(try await database.exceptionGroups(limit: 1).first)
        let until = TemporaryState.now.adding(seconds: 300)
        try await database.snooze(first.number, until: until, note(.snoozed, "later"))
        #expect(try await overdue(after: 61) == [.unknownUnit: 1, .negativeStock: 0])
        #expect(try await overdue(after: 601) == [.unknownUnit: 2, .negativeStock: 1])
        #expect(try await database.exceptionCounts()[.unknownUnit]?.groups == 2)
    }

    @Test("a group is listed in pages, and so are its exceptions")
    func pages() async throws {
        try await occur((0..<5).map { Self.unknown($0, "Each") } + [Self.unknown(7, "PAL")])
        try await occur([Self.negative("B", "WH-1")])
        var seen: [String] = []
        var place: ExceptionGroupPlace?
        while let group = try await database.exceptionGroups(after: place, limit: 1).first {
            seen.append(group.cause.subject.description)
            place = group.place
        }
        #expect(seen == ["Each", "PAL", "WH-1"])
        let first = try #require(try await database.exceptionGroups(limit: 1).first)
        let cases = try await database.openExceptions(of: first, limit: 3)
        let rest = try await database.openExceptions(of: first, after: cases[2].exception.subject, limit: 9)
        #expect((cases + rest).map(\.exception.subject.sku) == (1000..<1005).map { SKU("A-\($0)") })
        #expect(try await database.exceptionGroups(of: [.negativeStock], limit: 9).map(\.count) == [1])
    }

    @Test("a group closes by itself with its last exception, and keeps its number when it is opened again")
    func reopens() async throws {
        let (one, other) = (Self.unknown(1, "Each"), Self.unknown(2, "Each"))
        try await occur([one, other])
        let group = try #require(try await database.exceptionGroups(limit: 1).first)
        try await database.assign(group.number, to: "Ann", note(.assigned, "Ann"))
        try await database.snooze(
            group.number,
            until: TemporaryState.now.adding(seconds: 900),
            note(.snoozed, "ordered")
        )
        try await mend([one], after: 10)
        #expect(try await database.exceptionGroup(group.number)?.closed == nil)
        try await mend([one, other], after: 20)
        let closed = try #require(try await database.exceptionGroup(group.number))
        #expect(closed.closed == TemporaryState.now.adding(seconds: 20) && closed.count == 0)
        #expect(closed.snoozedUntil == nil && closed.assignee == "Ann")
        #expect(try await database.exceptionGroups(limit: 9).isEmpty)
        try await occur([other], after: 30)
        let again = try #require(try await database.exceptionGroups(limit: 9).first)
        #expect(again.number == group.number && again.times == 2 && again.count == 1)
        #expect(again.opened == TemporaryState.now.adding(seconds: 30) && again.seen == again.opened)
        #expect(try await database.exceptionNotes(of: group.number).map(\.kind) == [.snoozed, .assigned])
    }

    @Test("occurring again and again opens nothing, and is seen")
    func recurs() async throws {
        for run in 0..<3 { try await occur([Self.unknown(1, "Each")], after: Int64(run * 60)) }
        let group = try #require(try await database.exceptionGroups(limit: 9).first)
        #expect(group.times == 1 && group.count == 1 && group.opened == TemporaryState.now)
        #expect(group.seen == TemporaryState.now.adding(seconds: 120))
    }

    @Test("whatever closes exceptions, the counts are those of the rows", arguments: 0..<4 as Range<UInt64>)
    func counts(seed: UInt64) async throws {
        var random = SplitMix64(state: seed)
        var all = (0..<6).map { Self.unknown($0, $0 < 3 ? "Each" : "PAL") }
        all += (0..<6).map { Self.negative(SKU("N-\($0)"), Location("WH-\($0 % 2)")) }
        for step in 0..<60 {
            let some = all.filter { _ in random.below(2) == 0 }
            switch random.below(4) {
            case 0: try await mend(some, after: Int64(step))
            case 1:
                var changes = ExceptionChanges()
                (changes.occurred, changes.examined) = (some, [.unknownUnit, .negativeStock])
                try await database.apply(changes, at: TemporaryState.now.adding(seconds: Int64(step)))
            case 2:
                guard let group = try await database.exceptionGroups(limit: 1).first else { continue }
                #expect(try await database.resolve(group, note(.resolved, "done")) == group.count)
            default: try await occur(some, after: Int64(step))
            }
            let open = try await database.openExceptions().map(\.exception)
            let expected = Dictionary(grouping: open, by: \.cause).mapValues(\.count)
            let groups = try await database.exceptionGroups(limit: 100)
            let found = Dictionary(uniqueKeysWithValues: groups.map { ($0.cause, $0.count) })
            #expect(found == expected, "step \(step)")
        }
    }

    @Test("resolving ends all of a group, however many, and has their SKUs looked at again")
    func resolves() async throws {
        try await occur((0..<45_000).map { Self.unknown($0, "Each") } + [Self.unknown(1, "PAL")])
        let group = try #require(try await database.exceptionGroups(limit: 1).first)
        #expect(try await database.resolve(group, note(.resolved, "the factor is there")) == 45_000)
        #expect(try await database.exceptionGroups(limit: 9).map(\.count) == [1])
        #expect(try await database.movedSKUs().skus.count == 45_000)
        #expect(try await database.exceptionNotes(of: group.number).first?.text == "the factor is there")
    }

    @Test("of many notes the newest fifty are kept")
    func notes() async throws {
        try await occur([Self.unknown(1, "Each")])
        let group = try #require(try await database.exceptionGroups(limit: 1).first)
        for number in 0..<53 {
            try await database.note(note(.retried, "\(number)"), of: group.number)
        }
        let kept = try await database.exceptionNotes(of: group.number)
        #expect(kept.count == 50 && kept.first?.text == "52" && kept.last?.text == "3")
    }

    @Test("what has ended is forgotten after 90 days, with its notes")
    func forgets() async throws {
        try await occur([Self.unknown(1, "Each")])
        let group = try #require(try await database.exceptionGroups(limit: 1).first)
        try await database.note(note(.retried, "x"), of: group.number)
        try await mend([Self.unknown(1, "Each")])
        let later = TemporaryState.now.adding(seconds: 91 * 86_400)
        try await database.accept(Acceptance(run: .sample(), at: later))
        #expect(try await database.exceptionGroup(group.number) == nil)
        #expect(try await database.exceptionNotes(of: group.number).isEmpty)
    }
}
