import HTTPTransport
import InventoryCore

/// What the answer to a batch request means.
enum BatchRules {
    static func answer(_ exchange: Exchange, writes: [LevelWrite], synchronous: Bool) -> SubmitAnswer {
        switch exchange {
        case .trouble(let trouble): return .trouble(trouble)
        case .unsettled(let cause): return .unknown(cause)
        case .reply(let reply):
            if let answers = named(reply, writes: writes) { return .records(answers) }
            return answer(reply, writes: writes, synchronous: synchronous)
        }
    }

    /// What the answer to a batch without a record means; a synchronous one has no document, but `[]`.
    static func emptyAnswer(_ exchange: Exchange) -> SubmitAnswer {
        if case .reply(let reply) = exchange, reply.status == 200 { return .records([]) }
        return answer(exchange, writes: [], synchronous: true)
    }

    private static func answer(_ reply: HTTPReply, writes: [LevelWrite], synchronous: Bool) -> SubmitAnswer {
        let effect = Verdict.effect(of: reply)
        switch Verdict(reply) {
        case .succeeded: return succeeded(reply, writes: writes, synchronous: synchronous)
        case .trouble(let trouble): return .trouble(trouble, effect)
        case .unauthorized:
            return .trouble(.credentials("a new token was refused as well (HTTP 401)"), effect)
        case .denied(let faults): return .notPermitted(faults.first?.summary ?? "HTTP 403")
        case .missing: return .trouble(.configuration("its web API is off (HTTP 404)", .webAPI), effect)
        case .methodNotAllowed: return effect == .none ? .unsupported : .unknown(Verdict.shown(reply))
        case .bodyTooLarge: return .tooLarge(effect)
        case .addressTooLong: return .trouble(.configuration(Verdict.shown(reply)), effect)
        case .refused(let faults): return refused(faults, writes: writes)
        case .unsettled(let cause):
            // OroCommerce's own answer ends a synchronous batch; an asynchronous one may lie in the queue.
            guard synchronous, reply.isErrorDocument else { return .unknown(cause) }
            return .records(writes.map { _ in .unknown(cause) })
        }
    }

    /// Synchronous mode writes all or nothing: where the refusal names records, the others were not written
    /// either.
    private static func named(_ reply: HTTPReply, writes: [LevelWrite]) -> [RecordAnswer]? {
        guard (400..<500).contains(reply.status), reply.isJSONAPI else { return nil }
        var faults: [Int: [ShopFault]] = [:]
        for fault in ErrorDocument(reply.body).faults {
            if let record = fault.record, record < writes.count { faults[record, default: []].append(fault) }
        }
        guard !faults.isEmpty else { return nil }
        return writes.enumerated().map { index, write in
            faults[index].map { FaultRules.answer($0).judged(for: write) } ?? .notApplied
        }
    }

    private static func refused(_ faults: [ShopFault], writes: [LevelWrite]) -> SubmitAnswer {
        writes.count > 1
            ? .refused(faults.first?.summary ?? "refused without explanation")
            : .records(writes.map { FaultRules.answer(faults).judged(for: $0) })
    }

    private static func succeeded(
        _ reply: HTTPReply,
        writes: [LevelWrite],
        synchronous: Bool
    ) -> SubmitAnswer {
        if reply.status == 202 { return accepted(reply) }
        guard reply.status == 200, synchronous else { return .unknown("\(Verdict.shown(reply)) to a batch") }
        let document: LevelDocument
        do {
            document = try LevelDocument(reply.body)
        } catch {
            return .unknown("the answer to the batch is not whole")
        }
        var rows: [String: LevelDocument.LevelRow] = [:]
        for row in document.levels { rows[row.dataID ?? row.id] = row }
        return .records(
            writes.map { write in
                guard let row = rows[write.level.text], row.id == write.level.text else {
                    return .unknown("the answer to the batch does not show the level")
                }
                return WriteRules.settled(row, write: write)
            }
        )
    }

    /// Whether a text can be an operation's id: it is kept, sent in addresses and shown.
    private static func isName(_ id: String) -> Bool {
        (1...64).contains(id.utf8.count) && id.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    /// 202, also in synchronous mode when 25 s were not enough or the version does not know it.
    private static func accepted(_ reply: HTTPReply) -> SubmitAnswer {
        do {
            if let id = try OperationDocument(reply.body).id, isName(id) {
                return .accepted(OperationID(id))
            }
        } catch {
            // The header names the operation too.
        }
        if let id = reply.contentLocation?.split(separator: "/").last, isName(String(id)) {
            return .accepted(OperationID(String(id)))
        }
        return .unknown("the batch was accepted without naming its operation")
    }
}
