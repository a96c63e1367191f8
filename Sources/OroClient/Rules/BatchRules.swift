import HTTPTransport
import InventoryCore

/// What the answer to a batch request means.
enum BatchRules {
    static func answer(_ exchange: Exchange, writes: [LevelWrite], synchronous: Bool) -> SubmitAnswer {
        switch exchange {
        case .trouble(let trouble): return .trouble(trouble)
        case .unsettled(let cause): return .unknown(cause)
        case .reply(let reply):
            if let answers = named(reply, count: writes.count) { return .records(answers) }
            return answer(reply, writes: writes, synchronous: synchronous)
        }
    }

    private static func answer(_ reply: HTTPReply, writes: [LevelWrite], synchronous: Bool) -> SubmitAnswer {
        let effect = Verdict.effect(of: reply)
        switch Verdict(reply) {
        case .succeeded: return succeeded(reply, writes: writes, synchronous: synchronous)
        case .trouble(let trouble): return .trouble(trouble, effect)
        case .unauthorized:
            return .trouble(.credentials("a new token was refused as well (HTTP 401)"), effect)
        case .denied(let faults): return .notPermitted(faults.first?.summary ?? "HTTP 403")
        case .missing: return .trouble(.configuration("its API is off or elsewhere (HTTP 404)"), effect)
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
    private static func named(_ reply: HTTPReply, count: Int) -> [RecordAnswer]? {
        guard (400..<500).contains(reply.status), reply.isJSONAPI else { return nil }
        var faults: [Int: [ShopFault]] = [:]
        for fault in ErrorDocument(reply.body).faults {
            if let record = fault.record, record < count { faults[record, default: []].append(fault) }
        }
        guard !faults.isEmpty else { return nil }
        return (0..<count).map { index in
            faults[index].map { FaultRules.answer($0) } ?? .notApplied
        }
    }

    private static func refused(_ faults: [ShopFault], writes: [LevelWrite]) -> SubmitAnswer {
        writes.count > 1
            ? .refused(faults.first?.summary ?? "refused without explanation")
            : .records([FaultRules.answer(faults)])
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

    /// 202, also in synchronous mode when 25 s were not enough or the version does not know it.
    private static func accepted(_ reply: HTTPReply) -> SubmitAnswer {
        do {
            if let id = try OperationDocument(reply.body).id, !id.isEmpty {
                return .accepted(OperationID(id))
            }
        } catch {
            // The header names the operation too.
        }
        if let id = reply.contentLocation?.split(separator: "/").last, !id.isEmpty {
            return .accepted(OperationID(String(id)))
        }
        return .unknown("the batch was accepted without naming its operation")
    }
}
