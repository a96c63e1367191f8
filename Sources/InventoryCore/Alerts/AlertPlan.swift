/// Which alerts follow from what has happened: each receiver is told once until it has ended.
package struct AlertPlan: Sendable {
    private let rules: [AlertRule]
    /// Until when receivers have quiet hours; those that have none now are missing.
    private let quietUntil: [String: Timestamp]
    private let now: Timestamp

    /// An end is told so much later: what comes and goes is one thing.
    package static let endingWaitSeconds: Int64 = 300

    package init(_ rules: [AlertRule], quietUntil: [String: Timestamp] = [:], at now: Timestamp) {
        (self.rules, self.quietUntil, self.now) = (rules, quietUntil, now)
    }

    /// What a receiver was told about something, or is about to be.
    package struct Told: Hashable, Sendable {
        package let number: Int
        package let receiver: String
        package let kind: Alert.Kind
        package let isSent: Bool

        package init(number: Int, receiver: String, kind: Alert.Kind, isSent: Bool) {
            (self.number, self.receiver, self.kind, self.isSent) = (number, receiver, kind, isSent)
        }
    }

    package enum Step: Hashable, Sendable {
        /// Tell a receiver, not before a time.
        case tell(String, Alert, due: Timestamp)
        /// Take back what was not sent yet.
        case withdraw(Int)
        /// What a receiver was told has ended: it may be told anew.
        case forget(String)
    }

    /// What follows from something that is open now.
    ///
    /// - Parameters:
    ///   - alert: what there is to tell of it.
    ///   - told: what receivers know of it, or are about to hear.
    /// - Returns: what to do, in this order.
    package func steps(opened alert: Alert, told: [Told]) -> [Step] {
        rules.flatMap { rule -> [Step] in
            let known = told.filter { $0.receiver == rule.receiver }
            let endings = known.filter { $0.kind == .ended && !$0.isSent }
            if known.contains(where: { $0.kind == alert.kind }) {
                // It has come back before anybody heard that it was gone.
                return endings.map { .withdraw($0.number) }
            }
            guard rule.wants(alert) else { return [] }
            return [.tell(rule.receiver, alert, due: due(alert, rule))]
        }
    }

    /// What follows from something that has ended.
    package func steps(ended alert: Alert, told: [Told]) -> [Step] {
        let byReceiver = Dictionary(grouping: told, by: \.receiver).sorted { $0.key < $1.key }
        return byReceiver.flatMap { receiver, known -> [Step] in
            let unsent = known.filter { !$0.isSent && $0.kind != .ended }.map { Step.withdraw($0.number) }
            guard let rule = rules.first(where: { $0.receiver == receiver }), rule.wants(alert),
                known.contains(where: \.isSent)
            else {
                let endings = known.filter { !$0.isSent && $0.kind == .ended }
                return unsent + endings.map { .withdraw($0.number) } + [.forget(receiver)]
            }
            if known.contains(where: { $0.kind == .ended }) { return unsent }
            let later = max(due(alert, rule), now.adding(seconds: AlertPlan.endingWaitSeconds))
            return unsent + [.tell(receiver, alert, due: later)]
        }
    }

    /// Only what is critical is told in quiet hours.
    private func due(_ alert: Alert, _ rule: AlertRule) -> Timestamp {
        guard alert.severity < .critical, let until = quietUntil[rule.receiver] else { return now }
        return max(now, until)
    }
}
