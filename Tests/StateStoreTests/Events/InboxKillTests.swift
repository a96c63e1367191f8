import Foundation
import GRDB
import InventoryCore
import StateStore
import Synchronization
import TestSupport
import Testing

/// What a process leaves that is killed at any instant: the files as they lie there, copied while it works.
@Suite("The inbox of a process that is killed")
struct InboxKillTests {
    /// `TIDEGATE_INBOX_KILLS` asks for more instants than the usual test has time for.
    private static let kills =
        ProcessInfo.processInfo.environment["TIDEGATE_INBOX_KILLS"].flatMap { Int($0) } ?? 8
    private static let callsPerKill = 30

    private final class Answered: Sendable {
        private let ids = Mutex<Set<Int>>([])

        var all: Set<Int> { ids.withLock { $0 } }

        func add(_ new: [Int]) { ids.withLock { $0.formUnion(new) } }
    }

    @Test("given a kill at any instant, every event that was answered waits, and none twice")
    func killed() async throws {
        let state = try TemporaryState()
        let folder = state.folder
        let inbox = try EventInbox.open(folder)
        let answered = Answered()
        var random = SplitMix64(state: 17)
        for kill in 0..<Self.kills {
            let target = StateFolder(path: folder.path + "/killed-\(kill)")
            try target.prepare()
            let instant = random.below(Self.callsPerKill)
            let known = try await withThrowingTaskGroup(of: Set<Int>.self) { group in
                for call in 0..<Self.callsPerKill {
                    let ids = (0..<4).map { (kill * Self.callsPerKill + call) * 4 + $0 }
                    group.addTask {
                        // Stock by its number tells which event it was.
                        let events = ids.map { EventInboxTests.event($0, level: Int64($0)) }
                        _ = try await EventInboxTests.receive(events, in: inbox)
                        answered.add(ids)
                        return []
                    }
                    guard call == instant else { continue }
                    group.addTask { try Self.copy(folder, to: target) { answered.all } }
                }
                return try await group.reduce(into: Set()) { $0.formUnion($1) }
            }
            let left = try EventInbox.open(target)
            let waiting = try await left.waiting(of: .main, after: nil, limit: .max)
            let levels = waiting.compactMap { event in
                if case .level(let net) = event.event.statement {
                    Int(net.millionths / Quantity.scale)
                } else {
                    nil
                }
            }
            #expect(Set(levels).count == levels.count, "kill \(kill): an event waits twice")
            #expect(known.subtracting(levels).isEmpty, "kill \(kill): an answered event is lost")
            // Sent again, what waits is known.
            let again = known.map { EventInboxTests.event($0, level: Int64($0)) }
            let receipt = try await EventInboxTests.receive(again, in: left)
            #expect(receipt.duplicate == known.count, "kill \(kill)")
            try left.close()
        }
    }

    /// Copies the files as a kill would leave them, and gives what was answered before.
    ///
    /// A reader keeps the log from being begun anew: what is in the file by then is in the log, too.
    private static func copy(
        _ folder: StateFolder,
        to target: StateFolder,
        answered: () -> Set<Int>
    ) throws -> Set<Int> {
        var configuration = Configuration()
        configuration.readonly = true
        let reader = try DatabaseQueue(path: folder.inboxPath, configuration: configuration)
        defer { try? reader.close() }
        return try reader.read { db in
            _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM sources")
            let known = answered()
            for ending in ["", "-wal"] {
                try FileManager.default.copyItem(
                    atPath: folder.inboxPath + ending,
                    toPath: target.inboxPath + ending
                )
            }
            return known
        }
    }
}
