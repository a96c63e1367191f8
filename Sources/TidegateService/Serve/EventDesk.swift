import Foundation
import HTTPTransport
import InventoryCore
import SnapshotFormats
import StateStore
import Synchronization
import TidegatePipeline
import TidegateSettings

/// Takes the stock events that come over HTTP for one shop: proves the sender, reads the body, stores it.
final class EventDesk: Sendable {
    private let served: ServedShop
    /// By the paths of their files; kept, since a file remembers what it had before.
    private let files = Mutex<[String: SecretsFile]>([:])
    /// By how many commits there were before each was looked up.
    private let doors = Mutex<[SourceID: (commits: Int, door: EventDoor)]>([:])
    /// When refused events of each source were told last.
    private let noted = Mutex<[SourceID: Timestamp]>([:])
    private static let noteSeconds: Int64 = 10

    init(_ served: ServedShop) {
        self.served = served
    }

    var port: EventPort {
        EventPort(
            handshake: { call in self.handshake(call) },
            verify: { call in try self.verify(call) },
            take: { call in try await self.take(call) },
            note: { call, refused in try await self.note(call, refused) },
            waiting: { self.served.inbox.waitingCount(of: $0) }
        )
    }

    private func handshake(_ call: EventCall) -> EventReply? {
        let answer = Handshake.answer(
            to: EventRequest(call),
            isKnown: call.isHook,
            allowedOrigins: call.events.allowedOrigins
        )
        return answer.map { answer in
            EventReply(
                status: answer.status,
                contentType: answer.headers.first { $0.name.lowercased() == "content-type" }?.value,
                headers: Dictionary(answer.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }),
                body: answer.body
            )
        }
    }

    private func verify(_ call: EventCall) throws(Fault) {
        guard call.events.signature != .none, let path = call.events.secretsFile else { return }
        let secrets = try file(path, call).secrets(now: call.receivedAt)
        var check = try SignatureCheck(
            call.events.signature,
            secrets: secrets,
            headers: call.headers
        )
        check.update(call.body)
        if case .refused(let fault) = check.verify(now: call.receivedAt) { throw fault }
    }

    private func take(_ call: EventCall) async throws -> EventAnswer {
        let shop = served.shop
        let source = try shop.source(call.source.id).settings
        let door = try await door(of: source, in: shop)
        let reader = EventBodyReader(call.events, source: source, statedRoles: door.statedRoles)
        let states = try call.events.clientStateFile.map { try file($0, call).secrets(now: call.receivedAt) }
        let body = try reader.read(
            EventRequest(call),
            receivedAt: call.receivedAt,
            clientStates: states ?? []
        )
        let admission = door.admit(body.events)
        let receipt = try await served.inbox.receive(admission.admitted, of: source.id, at: call.receivedAt)
        var tally = ReceivedEvents(batch: EventDesk.batch())
        tally.accepted = receipt.accepted
        tally.duplicate = receipt.duplicate
        tally.stale = admission.stale + receipt.stale
        tally.parked = receipt.parked
        tally.rejected = body.rejected + admission.rejected + receipt.rejected
        if !body.orders.isEmpty {
            let orders = try await OrderReceipt.keep(body.orders, in: shop, at: call.receivedAt)
            if orders.accepted > 0 { served.lookAtOrders() }
            tally.take(orders)
        }
        tally.rejected.sort { $0.index < $1.index }
        let counters = ShopCounters(of: served.id)
        for (result, count) in [
            ("accepted", tally.accepted), ("duplicate", tally.duplicate), ("stale", tally.stale),
            ("parked", tally.parked), ("rejected", tally.rejected.count),
        ] {
            counters.received(count, of: source.id, result)
        }
        return .taken(tally)
    }

    /// Tells people of what a lenient source's sender is not told; not of every request, or a sender that is
    /// mistaken all the time would be written down all the time.
    private func note(_ call: EventCall, _ refused: [EventRejection]) async throws {
        let isDue = noted.withLock { noted in
            let last = noted[call.source.id]
            guard last.map({ $0.adding(seconds: EventDesk.noteSeconds) <= call.receivedAt }) ?? true else {
                return false
            }
            noted[call.source.id] = call.receivedAt
            return true
        }
        guard isDue else { return }
        try await served.shop.note(refused: refused, of: call.source.id, at: call.receivedAt)
    }

    /// What is known of the source, looked up once between two commits.
    private func door(of source: SourceSettings, in shop: Shop) async throws -> EventDoor {
        let commits = served.commits
        if let known = doors.withLock({ $0[source.id] }), known.commits == commits { return known.door }
        let door = try await shop.eventDoor(of: source)
        doors.withLock { $0[source.id] = (commits, door) }
        return door
    }

    /// A name by which sender and log speak of one body.
    private static func batch() -> String { UUID().uuidString.lowercased() }

    private func file(_ path: String, _ call: EventCall) -> SecretsFile {
        files.withLock { files in
            let key = "\(path)\u{0}\(call.events.answers.rawValue)"
            let file = files[key] ?? SecretsFile(path: path, isLenient: call.events.answers == .lenient)
            files[key] = file
            return file
        }
    }
}

extension EventRequest {
    fileprivate init(_ call: EventCall) {
        self.init(
            method: call.method,
            contentType: call.contentType,
            headers: call.headers,
            query: call.query,
            body: call.body
        )
    }
}
