package import InventoryCore
package import Logging
import StateStore
package import TidegatePipeline
import TidegateSettings

/// Thinks of what has to be told, and tells what is due; never the reason why a run fails.
package struct AlertRun: Sendable {
    private let shop: Shop
    private let sender: AlertSender
    private let logger: Logger

    /// Alerts that a receiver is told one after the other, before others have their turn.
    private static let toldMax = 20

    package init(shop: Shop, sender: AlertSender, logger: Logger) {
        (self.shop, self.sender, self.logger) = (shop, sender, logger)
    }

    /// Puts what has to be told into the outbox.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - withClock: whether sources are looked at that say nothing, and deadlines.
    /// - Throws: `Fault`.
    package func plan(at now: Timestamp = .now, withClock: Bool) async throws {
        let settings = sender.settings
        do {
            if withClock { try await shop.noteSilence(at: now) }
            guard !settings.receivers.isEmpty else { return try await shop.state.forgetAlertChanges() }
            let plan = AlertPlan(settings.rules, quietUntil: settings.quietUntil(at: now), at: now)
            let told = AlertTold(shop.settings)
            while try await shop.state.planAlerts(decide: { told.steps(for: $0, told: $1, by: plan) }) {}
            guard withClock else { return }
            try await shop.state.planOverdue(shop.settings.exceptions.deadlines, at: now) { subject, known in
                told.steps(overdue: subject, told: known, by: plan)
            }
            let dropped = try await shop.state.tidyAlerts(
                of: settings.receivers.map(\.name),
                waitingMax: AlertPace.waitingMax,
                at: now
            )
            if dropped > 0 { logger.warning("\(dropped) alerts were dropped: too many wait") }
        } catch {
            throw Fault(error)
        }
    }

    /// Tells what is due; receivers beside one another, and each one alert after the other until it fails.
    ///
    /// - Throws: `Fault` where the outbox cannot be read or written.
    package func deliver(at now: Timestamp = .now) async throws {
        do {
            let due = try await shop.state.receiversOfAlerts(by: now)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for receiver in sender.settings.receivers where due.contains(receiver.name) {
                    group.addTask { try await tell(receiver, at: now) }
                }
                try await group.waitForAll()
            }
        } catch {
            throw Fault(error)
        }
    }

    /// The same for one receiver.
    ///
    /// - Throws: `Fault` where the outbox cannot be read or written.
    func deliver(to receiver: AlertReceiver, at now: Timestamp = .now) async throws {
        do {
            guard try await shop.state.receiversOfAlerts(by: now).contains(receiver.name) else { return }
            try await tell(receiver, at: now)
        } catch {
            throw Fault(error)
        }
    }

    private func tell(_ receiver: AlertReceiver, at now: Timestamp) async throws {
        let hourAgo = now.adding(seconds: -3_600)
        let sent = try await shop.state.alertsSent(to: receiver.name, since: hourAgo)
        let room = AlertPace.room(sent: sent, perHourMax: receiver.rule.perHourMax, at: now)
        guard room > 0 else { return }
        let waiting = try await shop.state.waitingAlerts(
            of: receiver.name,
            by: now,
            limit: min(room, AlertRun.toldMax)
        )
        for delivery in waiting {
            let id = "\(shop.settings.shop)-\(receiver.name)-\(delivery.number)"
            switch await sender.send(delivery.alert, to: receiver, id: id, at: .now) {
            case .taken: try await shop.state.sent(delivery, at: .now)
            case .failed(let reason, let pauseSeconds):
                // Whoever ends the process has cut the try off: it counts as none.
                guard !Task.isCancelled else { return }
                return try await note(delivery, reason, pauseSeconds)
            }
        }
    }

    private func note(_ delivery: AlertDelivery, _ reason: String, _ pauseSeconds: Int64) async throws {
        let next = AlertPace.next(
            afterAttempts: delivery.attempts + 1,
            due: delivery.due,
            at: .now,
            pauseSeconds: pauseSeconds
        )
        logger.warning(
            "an alert was not told",
            metadata: [
                "receiver": .string(delivery.receiver), "reason": .string(reason),
                "next": .string(next?.description ?? "dropped"),
            ]
        )
        try await shop.state.failed(delivery, reason, next: next, at: .now)
    }

    /// Thinks of what has to be told and tells it, within a time; failures are logged.
    ///
    /// What is left waits for the next run or for the service.
    package static func perform(_ shop: Shop, seconds: Double, logger: Logger) async {
        do {
            let sender = try AlertSender(shop.settings.alerts, logger: logger)
            let run = AlertRun(shop: shop, sender: sender, logger: logger)
            do {
                try await run.plan(withClock: true)
                try await within(seconds) { try await run.deliver() }
            } catch {
                // Whoever has ended the command hears that from itself; alerts wait for the next run.
                if !Task.isCancelled { logger.warning("alerts: \(Fault(error).sentence)") }
            }
            try await sender.shutdown()
        } catch {
            logger.warning("alerts: \(Fault(error).sentence)")
        }
    }

    /// Does the work, and cancels it after so many seconds.
    private static func within(
        _ seconds: Double,
        _ work: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(operation: work)
            group.addTask { await Task.pause(seconds: seconds) }
            _ = try await group.next()
            group.cancelAll()
        }
    }
}
