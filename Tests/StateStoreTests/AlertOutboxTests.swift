import InventoryCore
import StateStore
import Testing

@Suite("The outbox of alerts")
struct AlertOutboxTests {
    private let state: TemporaryState
    private let database: StateDatabase
    private let now = TemporaryState.now

    init() throws {
        state = try TemporaryState()
        database = try state.database()
    }

    private func negative(_ location: Location) -> InventoryException {
        let subject = Subject(sku: "A", location: location)
        return InventoryException(code: .negativeStock, subject: subject, message: "below zero")
    }

    private func change(_ occurred: [Location] = [], mended: [Location] = []) async throws {
        var changes = ExceptionChanges()
        changes.occurred = occurred.map(negative)
        changes.mended = mended.map { negative($0).key }
        try await database.apply(changes, at: now)
    }

    private static func alert(_ kind: Alert.Kind, _ reference: String, at now: Timestamp) -> Alert {
        Alert(
            kind,
            shop: "main",
            severity: .warning,
            owner: .operations,
            ownerName: "",
            code: nil,
            reference: reference,
            subject: "",
            message: "m",
            firstStep: "",
            count: 1,
            at: now
        )
    }

    /// Plans as the service does, for receivers that want everything.
    private func plan(_ receivers: [String] = ["desk"]) async throws {
        let at = now
        let plan = AlertPlan(receivers.map { AlertRule(receiver: $0) }, at: at)
        _ = try await database.planAlerts { subject, told in
            switch subject {
            case .exception(let group, _):
                let reference = "\(group.number)"
                guard group.closed == nil else {
                    return plan.steps(ended: Self.alert(.ended, reference, at: at), told: told)
                }
                return plan.steps(opened: Self.alert(.opened, reference, at: at), told: told)
            case .run(let run):
                guard run.state.kind == .held else {
                    return plan.steps(ended: Self.alert(.ended, run.id.text, at: at), told: told)
                }
                return plan.steps(opened: Self.alert(.held, run.id.text, at: at), told: told)
            }
        }
    }

    private func waiting(_ receiver: String = "desk") async throws -> [String] {
        try await database.waitingAlerts(of: receiver, limit: 100).map {
            "\($0.alert.kind.rawValue) \($0.alert.reference)"
        }
    }

    private func send(_ receiver: String = "desk") async throws {
        for one in try await database.waitingAlerts(of: receiver, limit: 100) {
            try await database.sent(one, at: now)
        }
    }

    @Test("what opens is told once to each receiver, until it has ended; then anew")
    func once() async throws {
        try await change(["WH-1"])
        try await plan(["desk", "chat"])
        try await change(["WH-1"])
        try await plan(["desk", "chat"])
        #expect(try await waiting() == ["opened 1"])
        #expect(try await waiting("chat") == ["opened 1"])
        try await send()
        try await change(mended: ["WH-1"])
        try await plan(["desk", "chat"])
        // Who had not heard of it hears nothing.
        #expect(try await waiting() == ["ended 1"])
        #expect(try await waiting("chat").isEmpty)
        try await send()
        try await change(["WH-1"])
        try await plan(["desk", "chat"])
        #expect(try await waiting() == ["opened 1"])
        #expect(try await waiting("chat") == ["opened 1"])
    }

    @Test("what comes and goes between two looks tells nothing")
    func flaps() async throws {
        for _ in 0..<5 {
            try await change(["WH-1"])
            try await change(mended: ["WH-1"])
        }
        try await plan()
        #expect(try await waiting().isEmpty)
        try await change(["WH-1"])
        try await plan()
        try await send()
        for _ in 0..<5 {
            try await change(mended: ["WH-1"])
            try await plan()
            try await change(["WH-1"])
            try await plan()
        }
        #expect(try await waiting().isEmpty)
    }

    @Test("a run that is held is told, and that somebody has decided")
    func held() async throws {
        let held = RunRecord.sample("run-7", state: .held(reason: "too many zeros"))
        try await database.accept(Acceptance(run: held, at: now))
        try await plan()
        #expect(try await waiting() == ["held run-7"])
        try await send()
        var decided = RunRecord.sample("run-7")
        decided.state = .accepted()
        try await database.record(decided)
        try await plan()
        #expect(try await waiting() == ["ended run-7"])
    }

    @Test("changes survive the end of the process, and nobody's are forgotten")
    func durable() async throws {
        try await change(["WH-1"])
        _ = try state.reopened()
        let again = AlertOutboxTests(state, try state.database())
        try await again.plan()
        #expect(try await again.waiting() == ["opened 1"])
        try await again.change(["WH-2"])
        try await again.database.forgetAlertChanges()
        try await again.plan()
        #expect(try await again.waiting() == ["opened 1"])
    }

    private init(_ state: TemporaryState, _ database: StateDatabase) {
        (self.state, self.database) = (state, database)
    }

    @Test("a receiver that fails keeps all its alerts waiting, others go on; a dropped one counts")
    func failures() async throws {
        try await change(["WH-1", "WH-2"])
        try await plan(["desk", "chat"])
        let first = try #require(try await database.waitingAlerts(of: "desk", by: now, limit: 1).first)
        try await database.failed(first, "it answers 500", next: now.adding(seconds: 30), at: now)
        #expect(try await database.waitingAlerts(of: "desk", by: now, limit: 9).isEmpty)
        #expect(try await database.receiversOfAlerts(by: now) == ["chat"])
        #expect(try await database.waitingAlerts(of: "desk", limit: 9).map(\.attempts) == [1, 0])
        try await database.failed(first, "it answers 500", next: nil, at: now)
        let standing = try #require(
            try await database.alertStandings(at: now).first { $0.receiver == "desk" }
        )
        #expect(standing.waiting == 1 && standing.dropped == 1 && standing.failure == nil)
        // Dropped is not told: its end is no news, and its return is.
        try await change(mended: ["WH-1"])
        try await plan(["desk"])
        #expect(try await waiting() == ["opened 2"])
    }

    @Test(
        "of what waits too long the oldest is dropped, and counted; receivers that are no more are forgotten"
    )
    func bound() async throws {
        try await change((0..<10).map { Location("WH-\($0)") })
        try await plan(["desk", "chat"])
        #expect(try await database.tidyAlerts(of: ["desk"], waitingMax: 4, at: now) == 6)
        #expect(try await waiting() == ["opened 7", "opened 8", "opened 9", "opened 10"])
        #expect(try await waiting("chat").isEmpty)
        #expect(try await database.alertStandings(at: now).map(\.dropped) == [6])
    }

    @Test("past its deadline an exception is thought of once, unless it is put off")
    func overdue() async throws {
        try await change(["WH-1", "WH-2"])
        let second = try #require(try await database.exceptionGroups(limit: 9).last)
        let later = now.adding(seconds: 600)
        let note = ExceptionNote(.snoozed, who: "ann", at: now)
        try await database.snooze(second.number, until: later.adding(seconds: 60), note)
        let deadlines = ExceptionDeadlines(byCode: [.negativeStock: 300])
        let plan = AlertPlan([AlertRule(receiver: "desk")], at: later)
        for time in [now, later, later.adding(seconds: 61), later.adding(seconds: 62)] {
            try await database.planOverdue(deadlines, at: time) { subject, told in
                guard case .exception(let group, let examples) = subject else { return [] }
                #expect(examples.count == 1)
                return plan.steps(opened: Self.alert(.overdue, "\(group.number)", at: time), told: told)
            }
            let count = time == now ? 0 : time == later ? 1 : 2
            #expect(try await waiting().count == count)
        }
    }
}
