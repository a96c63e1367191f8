import HTTPTransport
import InventoryCore

/// What an asynchronous operation's state means for its records.
enum OperationRules {
    /// What the state asks for.
    enum Decision: Hashable, Sendable {
        case answer(OperationAnswer)
        case askForCollection
        /// Final, and not wholly done by its own account: the errors have to be read before anything is
        /// believed.
        case readErrors(Outcome)
    }

    /// What a successful operation says of itself.
    struct Outcome: Hashable, Sendable {
        var readCount: Int?
        var writeCount: Int?
        var errorCount: Int?

        /// Whether it says that every record sent was read and written and none failed.
        ///
        /// In every recorded operation `errorCount` is the number of the errors (API contract, section 11),
        /// so there is nothing to ask then.
        func isWhole(count: Int) -> Bool {
            readCount == count && writeCount == count && errorCount == 0
        }
    }

    /// `count` is how many records were sent.
    static func decide(_ exchange: Exchange, count: Int) -> Decision {
        switch reading(exchange) {
        case .answer(let answer): return .answer(answer)
        case .askForCollection: return .askForCollection
        case .reply(let reply): return decide(reply, count: count)
        }
    }

    private static func decide(_ reply: HTTPReply, count: Int) -> Decision {
        let operation: OperationDocument
        do {
            operation = try OperationDocument(reply.body)
        } catch {
            return .answer(.trouble(.outage("the operation's state came cut short")))
        }
        switch operation.status {
        case "failed", "cancelled":
            // Every record has to be read back, whatever the errors name: parts may be written. A bad record
            // is named again when it is sent again.
            let unknown = RecordAnswer.unknown("the operation is \(operation.status)")
            return .answer(.finished([RecordAnswer](repeating: unknown, count: count)))
        case "success":
            let outcome = Outcome(
                readCount: operation.readCount,
                writeCount: operation.writeCount,
                errorCount: operation.errorCount
            )
            guard outcome.isWhole(count: count) else { return .readErrors(outcome) }
            return .answer(.finished([RecordAnswer](repeating: .applied, count: count)))
        default: return .answer(.pending(progress: operation.progress))
        }
    }

    /// One page of a final operation's errors, or what follows if it cannot be read.
    enum ErrorsPage: Hashable, Sendable {
        case page([ShopFault])
        case answer(OperationAnswer)
        case askForCollection
    }

    static func errors(_ exchange: Exchange) -> ErrorsPage {
        switch reading(exchange) {
        case .answer(let answer): return .answer(answer)
        case .askForCollection: return .askForCollection
        case .reply(let reply):
            do {
                return .page(try OperationErrorsDocument(reply.body).faults)
            } catch {
                return .answer(.trouble(.outage("the operation's errors came cut short")))
            }
        }
    }

    private enum Reading {
        case reply(HTTPReply)
        case answer(OperationAnswer)
        case askForCollection
    }

    /// The operation's own 404 means that it was cleaned away; everything else is as for any question.
    private static func reading(_ exchange: Exchange) -> Reading {
        if case .reply(let reply) = exchange {
            switch Verdict(reply) {
            case .missing(explained: true): return .answer(.gone)
            case .missing(explained: false): return .askForCollection
            default: break
            }
        }
        switch ReadRules.answer(exchange) {
        case .success(let reply): return .reply(reply)
        case .failure(let trouble): return .answer(.trouble(trouble))
        }
    }

    /// Gives each record of an operation that succeeded its answer, in the order sent.
    ///
    /// A record is applied only if the operation read as many records as were sent, all its errors were read,
    /// each of them names a record, and enough writes are counted. `success` alone proves nothing: a body cut
    /// in the middle succeeds with fewer records, and so does one in which every record failed.
    static func answers(
        _ outcome: Outcome,
        faults: [ShopFault],
        allErrorsRead: Bool,
        count: Int
    ) -> [RecordAnswer] {
        var named: [Int: [ShopFault]] = [:]
        var unnamed: ShopFault?
        for fault in faults {
            if let record = fault.record, record < count {
                named[record, default: []].append(fault)
            } else {
                unnamed = unnamed ?? fault
            }
        }
        let doubt = doubt(
            outcome,
            unnamed: unnamed,
            allErrorsRead: allErrorsRead,
            count: count,
            expectedWrites: count - named.count
        )
        return (0..<count).map { index in
            if let faults = named[index] { return FaultRules.answer(faults) }
            return doubt.map { .unknown($0) } ?? .applied
        }
    }

    /// Why records without an error of their own cannot be believed to be applied.
    private static func doubt(
        _ outcome: Outcome,
        unnamed: ShopFault?,
        allErrorsRead: Bool,
        count: Int,
        expectedWrites: Int
    ) -> String? {
        guard let readCount = outcome.readCount else { return "the operation does not say what it read" }
        if readCount != count { return "the operation read \(readCount) of \(count) records" }
        if let unnamed { return "an error names no record: \(unnamed.summary)" }
        if !allErrorsRead { return "not all errors of the operation could be read" }
        if let writeCount = outcome.writeCount, writeCount < expectedWrites {
            return "the operation wrote \(writeCount) of \(expectedWrites) records"
        }
        return nil
    }
}
