package import InventoryCore
import NIOHTTP1

extension OroClient {
    /// Sets one level and says what became of it.
    package func write(_ write: LevelWrite) async -> WriteAnswer {
        let call = Call(
            method: .PATCH,
            path: "\(LevelQuery.collection)/\(LevelQuery.encoded(write.level.text))",
            body: WriteBody.single(write),
            timeoutSeconds: options.timeouts.writeSeconds
        )
        switch WriteRules.decide(await exchange(call), write: write) {
        case .answer(let answer): return answer
        case .askForCollection:
            if let trouble = await probe() { return .trouble(trouble) }
            return .record(WriteRules.gone)
        }
    }

    /// Writes to a level that cannot exist: gives nothing if the shop takes writes, else why it does not.
    package func probeWriting() async -> ShopTrouble? {
        switch await write(LevelWrite(level: OroClient.nowhere, quantity: .zero)) {
        case .trouble(let trouble, _): trouble
        case .record(.lost(let cause)), .record(.unknown(let cause)): .outage(cause)
        case .record: nil
        }
    }

    /// Sends a batch; no level may be in it twice, the shop would choose one of the values.
    ///
    /// `synchronous` asks for an answer at once (at most 100 records, from 6.0.4); an older shop, and one
    /// that needs more than 25 s, accepts an operation instead. `tooLarge` then also means that the shop
    /// refuses without naming a record.
    package func submit(_ writes: [LevelWrite], synchronous: Bool) async -> SubmitAnswer {
        guard !writes.isEmpty else { return .records([]) }
        let call = Call(
            method: .PATCH,
            path: LevelQuery.collection,
            body: WriteBody.batch(writes),
            headers: synchronous ? [("X-Mode", "sync")] : [],
            timeoutSeconds: options.timeouts.batchSeconds
        )
        return BatchRules.answer(await exchange(call), writes: writes, synchronous: synchronous)
    }

    /// Asks how an operation stands, and gives each record's answer once it is final; its errors are read
    /// unless it accounts for every record itself.
    ///
    /// `writes` are those that were sent, in that order.
    package func poll(_ operation: OperationID, writes: [LevelWrite]) async -> OperationAnswer {
        let path = "/asyncoperations/\(LevelQuery.encoded(operation.text))"
        let call = Call(path: path, timeoutSeconds: options.timeouts.readSeconds)
        switch OperationRules.decide(await exchange(call), count: writes.count) {
        case .answer(let answer): return answer
        case .askForCollection: return await goneOrTrouble()
        case .readErrors(let outcome): return await settle(outcome, path: path, writes: writes)
        }
    }

    /// Errors in one page; the default is 10, and −1 gives an empty list.
    static let errorsPageSize = 100
    /// More pages than this are not read; the records that no page cleared are then unknown.
    static let errorPagesMax = 200

    private func settle(
        _ outcome: OperationRules.Outcome,
        path: String,
        writes: [LevelWrite]
    ) async -> OperationAnswer {
        var faults: [ShopFault] = []
        var isComplete = false
        for page in 1...OroClient.errorPagesMax {
            let query = "page%5Bsize%5D=\(OroClient.errorsPageSize)&page%5Bnumber%5D=\(page)"
            let call = Call(path: "\(path)/errors?\(query)", timeoutSeconds: options.timeouts.readSeconds)
            let found: [ShopFault]
            switch OperationRules.errors(await exchange(call)) {
            case .page(let page): found = page
            case .answer(let answer): return answer
            case .askForCollection: return await goneOrTrouble()
            }
            faults += found
            // A page that is not full ends the list; fewer than announced means that some were not shown.
            if found.count < OroClient.errorsPageSize {
                isComplete = faults.count >= outcome.errorCount ?? 0
                break
            }
        }
        let records = OperationRules.answers(
            outcome,
            faults: faults,
            allErrorsRead: isComplete,
            count: writes.count
        )
        return .finished(zip(records, writes).map { $0.judged(for: $1) })
    }

    private func goneOrTrouble() async -> OperationAnswer {
        if let trouble = await probe() { return .trouble(trouble) }
        return .gone
    }
}
