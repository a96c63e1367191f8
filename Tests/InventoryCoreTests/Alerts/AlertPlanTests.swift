import InventoryCore
import Testing

extension Alert {
    static func sample(
        _ kind: Alert.Kind = .opened,
        severity: ExceptionSeverity = .warning,
        owner: InventoryException.Owner = .operations,
        subject: String = "WH-1",
        message: String = "below zero"
    ) -> Alert {
        Alert(
            kind,
            shop: "main",
            severity: severity,
            owner: owner,
            ownerName: "warehouse desk",
            code: "negative_stock",
            reference: "17",
            subject: subject,
            message: message,
            firstStep: "Correct it.",
            count: 2,
            at: Timestamp(microseconds: 0)
        )
    }
}

@Suite("Which alerts follow")
struct AlertPlanTests {
    private static let now = Timestamp(microseconds: 1_790_000_000_000_000)

    private static func plan(_ rules: [AlertRule], quietUntil: [String: Timestamp] = [:]) -> AlertPlan {
        AlertPlan(rules, quietUntil: quietUntil, at: now)
    }

    private static let desk = AlertRule(receiver: "desk")

    private static func told(
        _ kind: Alert.Kind,
        isSent: Bool,
        _ number: Int = 1,
        to receiver: String = "desk"
    ) -> AlertPlan.Told {
        AlertPlan.Told(number: number, receiver: receiver, kind: kind, isSent: isSent)
    }

    @Test("each receiver is told what it wants, by owner, severity and kind")
    func wants() {
        var sales = AlertRule(receiver: "sales")
        sales.owners = [.sales]
        var night = AlertRule(receiver: "night")
        night.severityMin = .critical
        var late = AlertRule(receiver: "late")
        late.kinds = [.overdue]
        let plan = Self.plan([sales, night, late, Self.desk])
        func receivers(_ alert: Alert) -> [String] {
            plan.steps(opened: alert, told: []).map { step in
                if case .tell(let receiver, _, _) = step { receiver } else { "" }
            }
        }
        #expect(receivers(.sample()) == ["desk"])
        #expect(receivers(.sample(owner: .sales)) == ["sales", "desk"])
        #expect(receivers(.sample(severity: .critical)) == ["night", "desk"])
        #expect(receivers(.sample(.overdue)) == ["late", "desk"])
        #expect(receivers(.sample(severity: .notice)).isEmpty)
    }

    @Test("who was told once is not told again, be it sent or still waiting")
    func once() {
        let plan = Self.plan([Self.desk])
        for isSent in [true, false] {
            #expect(plan.steps(opened: .sample(), told: [Self.told(.opened, isSent: isSent)]).isEmpty)
        }
        #expect(plan.steps(opened: .sample(), told: [Self.told(.opened, isSent: true, to: "b")]).count == 1)
        // That it is late is another thing than that it is there.
        #expect(plan.steps(opened: .sample(.overdue), told: [Self.told(.opened, isSent: true)]).count == 1)
    }

    @Test("what has ended before anybody heard of it is told to nobody")
    func comesAndGoes() {
        let steps = Self.plan([Self.desk]).steps(
            ended: .sample(.ended),
            told: [Self.told(.opened, isSent: false, 1), Self.told(.overdue, isSent: false, 2)]
        )
        #expect(steps == [.withdraw(1), .withdraw(2), .forget("desk")])
    }

    @Test("who heard of it hears of its end, a while later; what comes back meanwhile was never gone")
    func ending() {
        let plan = Self.plan([Self.desk])
        let ended = Alert.sample(.ended)
        let known = [Self.told(.opened, isSent: true, 1), Self.told(.overdue, isSent: false, 2)]
        let later = Self.now.adding(seconds: AlertPlan.endingWaitSeconds)
        #expect(plan.steps(ended: ended, told: known) == [.withdraw(2), .tell("desk", ended, due: later)])
        let waiting = [known[0], Self.told(.ended, isSent: false, 3)]
        #expect(plan.steps(ended: ended, told: waiting).isEmpty)
        #expect(plan.steps(opened: .sample(), told: waiting) == [.withdraw(3)])
    }

    @Test("who does not want ends, or is a receiver no more, can be told anew")
    func forgets() {
        var rule = Self.desk
        rule.kinds = [.opened]
        let known = [Self.told(.opened, isSent: true), Self.told(.opened, isSent: true, 2, to: "gone")]
        let steps = Self.plan([rule]).steps(ended: .sample(.ended), told: known)
        #expect(steps == [.forget("desk"), .forget("gone")])
    }

    @Test("in quiet hours only what is critical is told at once")
    func quiet() {
        let morning = Self.now.adding(seconds: 7_200)
        let plan = Self.plan([Self.desk], quietUntil: ["desk": morning])
        let warning = Alert.sample()
        #expect(plan.steps(opened: warning, told: []) == [.tell("desk", warning, due: morning)])
        let critical = Alert.sample(severity: .critical)
        #expect(plan.steps(opened: critical, told: []) == [.tell("desk", critical, due: Self.now)])
    }

    @Test(
        "quiet hours end at their time, over midnight, too",
        arguments: [
            (22 * 3600, 6 * 3600, 23 * 3600, 30 * 3600), (22 * 3600, 6 * 3600, 3600, 6 * 3600),
            (22 * 3600, 6 * 3600, 6 * 3600, nil), (22 * 3600, 6 * 3600, 12 * 3600, nil),
            (12 * 3600, 13 * 3600, 12 * 3600, 13 * 3600), (12 * 3600, 13 * 3600, 13 * 3600, nil),
            (22 * 3600, 6 * 3600, -3600, 6 * 3600),
        ] as [(Int, Int, Int, Int?)]
    )
    func hours(from: Int, to: Int, local: Int, end: Int?) {
        #expect(QuietHours(fromSecond: from, toSecond: to).end(ofLocal: local) == end)
    }

    @Test("a receiver that fails is tried less and less often, and what is a day old is dropped")
    func pace() {
        var at = Self.now
        var pauses: [Int64] = []
        while let next = AlertPace.next(afterAttempts: pauses.count + 1, due: Self.now, at: at) {
            pauses.append((next.microseconds - at.microseconds) / 1_000_000)
            at = next
        }
        #expect(pauses.prefix(8) == [30, 60, 120, 240, 480, 960, 1_920, 3_600])
        #expect(pauses.dropFirst(7).allSatisfy { $0 == 3_600 } && pauses.count < 40)
        #expect(pauses.reduce(0, +) >= AlertPace.ageSecondsMax)
        let asked = AlertPace.next(afterAttempts: 1, due: Self.now, at: Self.now, pauseSeconds: 90)
        #expect(asked == Self.now.adding(seconds: 90))
        let lie = AlertPace.next(afterAttempts: 1, due: Self.now, at: Self.now, pauseSeconds: .max)
        #expect(lie == Self.now.adding(seconds: 3_600))
    }

    @Test("an hour has room for so many")
    func room() {
        let sent = [-3_700, -3_599, -5].map { Self.now.adding(seconds: $0) }
        #expect(AlertPace.room(sent: sent, perHourMax: 3, at: Self.now) == 1)
        #expect(AlertPace.room(sent: sent, perHourMax: 1, at: Self.now) == 0)
    }
}
