import InventoryCore
import Synchronization
import TidegatePipeline

/// What waits for a source's loop: runs that were asked for, and whether something has been delivered.
final class SourceMailbox: Sendable {
    /// Runs that wait at most.
    static let runsMax = 100

    struct Mail {
        var runs: [RunID] = []
        var isDelivered = false
        /// Schedule or settings were changed by a person.
        var isChanged = false

        var isEmpty: Bool { runs.isEmpty && !isDelivered && !isChanged }
    }

    private let mail = Mutex(Mail())
    private let wakeup = Wakeup()

    /// Asks for a run of that name.
    ///
    /// - Throws: `queue_full`.
    func ask(_ run: RunID) throws(Fault) {
        let waiting = mail.withLock { mail in
            guard mail.runs.count < SourceMailbox.runsMax else { return mail.runs.count }
            mail.runs.append(run)
            return 0
        }
        if waiting > 0 { throw Fault.queueFull(waiting) }
        wakeup.notify()
    }

    func deliver() {
        mail.withLock { $0.isDelivered = true }
        wakeup.notify()
    }

    func change() {
        mail.withLock { $0.isChanged = true }
        wakeup.notify()
    }

    /// Waits for mail, no longer than so many seconds, and takes it.
    func next(within seconds: Double) async -> Mail {
        if mail.withLock({ $0.isEmpty }) { await wakeup.wait(seconds: seconds) }
        return mail.withLock { mail in
            defer { mail = Mail() }
            return mail
        }
    }
}
