@preconcurrency import Dispatch
import GRDB
package import InventoryCore
import Synchronization

/// Stock events that were received and are not in effect yet, in a database file of their own.
///
/// Its connection is its own as well, so receiving never waits for a long transaction of a run. Calls that
/// come while a transaction is under way share the next one; each returns when its events are durable.
package final class EventInbox: Sendable {
    package let folder: StateFolder
    package let limits: EventLimits
    /// Names this file among all inboxes; `InboxMark` says it too.
    package let id: String
    let pool: DatabasePool
    private let queue = DispatchQueue(label: "tidegate.inbox", qos: .userInitiated)
    private let calls: Mutex<Calls>

    /// Calls that wait for the next transaction, and what waits in the file.
    private struct Calls {
        var waiting: [Call] = []
        var isWriting = false
        var items: [SourceID: Int] = [:]
        var bytes = 0
    }

    struct Call: Sendable {
        let events: [(index: Int, event: StockEvent)]
        let source: SourceID
        let at: Timestamp
        let bytes: Int
        let answer: CheckedContinuation<Result<EventReceipt, Fault>, Never>
    }

    /// Events that share one transaction; a larger call has one for itself.
    private static let eventsPerCommit = 20_000
    private static let cacheMegabytes = 4
    /// Pages of 4 kB in the write-ahead log before they go to the file.
    private static let logPagesMax = 8_000

    /// Opens the inbox of a state folder that the caller owns; makes it where it is missing.
    ///
    /// `taken` says up to where events are in effect.
    ///
    /// - Throws: `cannot_write_state` or `state_damaged`.
    package static func open(
        _ folder: StateFolder,
        taken: [SourceID: InboxMark] = [:],
        limits: EventLimits = EventLimits()
    ) throws(Fault) -> EventInbox {
        do {
            StateDatabase.prepareProcess()
            let pool = try DatabasePool(path: folder.inboxPath, configuration: configuration)
            try pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
            try InboxSchema.migrator.migrate(pool)
            let id = try pool.read { db in try InboxSchema.id(db) }
            return EventInbox(folder, limits, id, pool, try waiting(pool, id, taken))
        } catch let error as Fault {
            throw error
        } catch let error as DatabaseError {
            throw Fault(error, place: folder.inboxPath, doing: "open the inbox")
        } catch {
            throw Fault.unforeseen(error, place: folder.inboxPath)
        }
    }

    private init(
        _ folder: StateFolder,
        _ limits: EventLimits,
        _ id: String,
        _ pool: DatabasePool,
        _ waiting: (items: [SourceID: Int], bytes: Int)
    ) {
        (self.folder, self.limits, self.id, self.pool) = (folder, limits, id, pool)
        calls = Mutex(Calls(items: waiting.items, bytes: waiting.bytes))
    }

    /// Gives back the memory of pages that were read and written, for a process at rest.
    package func giveMemoryBackAtRest() { pool.releaseMemoryEventually() }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "tidegate.inbox"
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = 2
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA cache_size = -\(cacheMegabytes * 1024)")
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
            // Identities fall on pages all over the file: the longer the log, the more of them share a write.
            try db.execute(sql: "PRAGMA wal_autocheckpoint = \(logPagesMax)")
        }
        return configuration
    }

    /// Stores events durably; when this returns, those that it counts as accepted will be in effect.
    ///
    /// - Parameters:
    ///   - events: with their places in the body, for what is rejected.
    ///   - source: whose they are.
    ///   - now: when they came.
    /// - Returns: what became of them.
    /// - Throws: `inbox_full` where they have no room, with none of them stored; or what the database says.
    package func receive(
        _ events: [(index: Int, event: StockEvent)],
        of source: SourceID,
        at now: Timestamp
    ) async throws(Fault) -> EventReceipt {
        guard !events.isEmpty else { return EventReceipt() }
        let bytes = events.reduce(0) { $0 + $1.event.storedBytes }
        let result = await withCheckedContinuation { answer in
            let call = Call(events: events, source: source, at: now, bytes: bytes, answer: answer)
            let (isFull, mustWrite) = calls.withLock { calls in
                let items = calls.items.values.reduce(0, +) + events.count
                guard items <= limits.itemsMax, calls.bytes + bytes <= limits.bytesMax else {
                    return (true, false)
                }
                calls.items[source, default: 0] += events.count
                calls.bytes += bytes
                calls.waiting.append(call)
                defer { calls.isWriting = true }
                return (false, !calls.isWriting)
            }
            if isFull { answer.resume(returning: .failure(full)) }
            if mustWrite { queue.async { self.writeAll() } }
        }
        return try result.get()
    }

    /// Events that wait, of one source or of all.
    package func waitingCount(of source: SourceID? = nil) -> Int {
        calls.withLock { calls in
            source.map { calls.items[$0] ?? 0 } ?? calls.items.values.reduce(0, +)
        }
    }

    /// Ends its connections; calls after it fail.
    ///
    /// - Throws: `Fault`.
    package func close() throws(Fault) {
        do {
            try queue.sync { try pool.close() }
        } catch let error as DatabaseError {
            throw Fault(error, place: folder.inboxPath, doing: "close the inbox")
        } catch {
            throw Fault.unforeseen(error, place: folder.inboxPath)
        }
    }

    // MARK: the group commit

    private func writeAll() {
        while let batch = next() {
            do {
                let receipts = try pool.write { db in
                    try batch.map { try db.receive($0.events, of: $0.source, at: $0.at, limits) }
                }
                for (call, receipt) in zip(batch, receipts) {
                    // What was not stored does not wait.
                    settle(call, stored: receipt.stored)
                    call.answer.resume(returning: .success(receipt))
                }
            } catch {
                let fault = fault(error)
                for call in batch {
                    settle(call, stored: 0)
                    call.answer.resume(returning: .failure(fault))
                }
            }
        }
    }

    private func next() -> [Call]? {
        calls.withLock { calls in
            guard !calls.waiting.isEmpty else {
                calls.isWriting = false
                return nil
            }
            var count = 0
            let batch = calls.waiting.prefix { call in
                defer { count += call.events.count }
                return count == 0 || count + call.events.count <= EventInbox.eventsPerCommit
            }
            calls.waiting.removeFirst(batch.count)
            return Array(batch)
        }
    }

    private func settle(_ call: Call, stored: Int) {
        guard stored < call.events.count else { return }
        calls.withLock { calls in
            calls.items[call.source, default: 0] -= call.events.count - stored
            calls.bytes -= call.bytes * (call.events.count - stored) / call.events.count
        }
    }

    /// Takes note that events do not wait any more.
    func noteTaken(_ count: Int, bytes: Int, of source: SourceID) {
        calls.withLock { calls in
            let left = max(0, (calls.items[source] ?? 0) - count)
            calls.items[source] = left
            // Roughly counted going in, so begun anew with every empty inbox.
            calls.bytes = calls.items.values.allSatisfy { $0 == 0 } ? 0 : max(0, calls.bytes - bytes)
        }
    }

    private func fault(_ error: any Error) -> Fault {
        switch error {
        case let fault as Fault: fault
        case let error as DatabaseError: Fault(error, place: folder.inboxPath, doing: "store the events")
        default: Fault.unforeseen(error, place: folder.inboxPath)
        }
    }

    private var full: Fault {
        Fault(
            .busy,
            code: .inboxFull,
            place: folder.inboxPath,
            message: "As many events wait as the inbox holds (\(limits.itemsMax) of them, or "
                + "\(limits.bytesMax >> 20) MB).",
            hint:
                "Send them again in a while. If it stays so, see with `tidegate status` what keeps the runs."
        )
    }
}

extension StockEvent {
    /// What it takes in the file, roughly.
    var storedBytes: Int {
        160 + (sku?.text.utf8.count ?? 0) + (location?.text.utf8.count ?? 0) + unit.text.utf8.count
    }
}
