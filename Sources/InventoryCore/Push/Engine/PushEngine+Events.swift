// What answers mean.
extension PushEngine {
    /// Takes an answer into account; each ticket that `next` gave is answered once, and in its own kind.
    package mutating func handle(_ event: PushEvent, now: PushInstant) {
        switch event {
        case .storefrontLatency(let p95Milliseconds):
            storefront.measured(p95Milliseconds: p95Milliseconds)
        case .probed(let ticket, let trouble):
            guard case .probe = flights.end(ticket) else { mismatch(ticket) }
            probed(trouble, now: now)
        case .written(let ticket, let answer):
            let inFlight = flights.count(.write)
            guard case .write(let slot, let sentAt) = flights.end(ticket) else { mismatch(ticket) }
            limit.answered(inFlight: inFlight, now: now)
            written(slot, answer: answer, sentAt: sentAt, now: now)
        case .submitted(let ticket, let answer):
            switch flights.end(ticket) {
            case .submit(let slots, let mark, let sentAt):
                submitted(SentBatch(slots: slots, mark: mark, sentAt: sentAt), answer: answer, now: now)
            case .submitSynchronous(let slots, let sentAt):
                submitted(SentBatch(slots: slots, mark: nil, sentAt: sentAt), answer: answer, now: now)
            case .write, .poll, .readBack, .probe: mismatch(ticket)
            }
        case .polled(let ticket, let answer):
            guard case .poll(let id) = flights.end(ticket) else { mismatch(ticket) }
            guard let index = operations.firstIndex(where: { $0.id == id }) else {
                preconditionFailure("operation \(id) ended before its question was answered")
            }
            polled(index, answer: answer, now: now)
        case .readBack(let ticket, let answer):
            guard case .readBack(let slots, let sentAt) = flights.end(ticket) else { mismatch(ticket) }
            readBack(slots, answer: answer, sentAt: sentAt, now: now)
        }
    }

    private func mismatch(_ ticket: PushTicket) -> Never {
        preconditionFailure("the answer to ticket \(ticket.number) is of another kind than its action")
    }

    private mutating func probed(_ trouble: ShopTrouble?, now: PushInstant) {
        if let trouble, !trouble.passes {
            stop(trouble, now: now)
            return
        }
        breaker.probed(trouble, now: now, random: &random)
        if trouble == nil { limit.startSlowly(now: now) }
    }

    private mutating func written(_ slot: Int, answer: WriteAnswer, sentAt: PushInstant, now: PushInstant) {
        switch answer {
        case .record(.unknown(let text)):
            lost([slot], text: text, settle: options.writeSettleSeconds, sentAt: sentAt, now: now)
        case .record(let record):
            breaker.succeeded()
            settle(slot, by: record, now: now)
        case .trouble(let trouble):
            troubled(trouble, slots: [slot], now: now)
        }
    }

    private mutating func submitted(_ batch: SentBatch, answer: SubmitAnswer, now: PushInstant) {
        if case .accepted(let id) = answer {
            breaker.succeeded()
            accepted(id, batch: batch, now: now)
            return
        }
        if batch.mark != nil { window.withdrawn(records: batch.slots.count) }
        switch answer {
        case .accepted: break
        case .records(let records):
            breaker.succeeded()
            synchronousRecords(records, slots: batch.slots, sentAt: batch.sentAt, now: now)
        case .unknown(let text):
            let settle = options.batchSettleSeconds
            lost(batch.slots, text: text, settle: settle, sentAt: batch.sentAt, now: now)
        case .unsupported:
            batchSupport = .none
            for slot in batch.slots { giveBack(slot, seconds: 0, now: now) }
        case .tooLarge:
            window.tooLarge(records: batch.slots.count)
            for slot in batch.slots { giveBack(slot, seconds: 0, now: now) }
        case .trouble(let trouble):
            troubled(trouble, slots: batch.slots, now: now)
        }
    }

    private mutating func accepted(_ id: OperationID, batch: SentBatch, now: PushInstant) {
        // A shop that has the mode accepts only after waiting 25 s; one that accepts sooner ignores the
        // header.
        let waited = now.seconds(since: batch.sentAt)
        if batch.isSynchronous, waited < options.synchronousSecondsMin { batchSupport = .asynchronous }
        let mark = batch.mark ?? window.sent(records: batch.slots.count, now: batch.sentAt)
        if operations.isEmpty { lastMovement = now }
        let isUrgent = batch.slots.first.map { held[$0].wish.wave == .zero } ?? false
        operations.append(
            OperationInFlight(
                id: id,
                slots: batch.slots,
                isUrgent: isUrgent,
                mark: mark,
                submittedAt: batch.sentAt,
                nextPoll: now
            )
        )
        operations[operations.count - 1].schedule(nextPoll(operations.count - 1, now: now))
    }

    private func nextPoll(_ index: Int, now: PushInstant) -> PushInstant {
        let ahead = operations[..<index].reduce(0) { $0 + $1.recordsLeft }
        let delay = operations[index].pollDelaySeconds(
            recordsAhead: ahead,
            secondsAtLeast: window.secondsAtLeast(operations[index].mark),
            isOldest: index == 0,
            ratePerSecond: window.ratePerSecond,
            now: now
        )
        return now.adding(seconds: delay)
    }

    /// Takes a synchronous batch's answer, which is all or nothing.
    ///
    /// Where any record was refused, none was written, so those without an answer of their own are sent again
    /// without reading back.
    private mutating func synchronousRecords(
        _ records: [RecordAnswer],
        slots: [Int],
        sentAt: PushInstant,
        now: PushInstant
    ) {
        if records.count == slots.count, let trouble = Self.lackOfPermission(records) {
            stopWithout(slots, trouble, now: now)
            return
        }
        let wasRefused = records.contains { if case .refused = $0 { true } else { false } }
        let wasApplied = records.contains(.applied)
        var unanswered: [Int] = []
        for (index, slot) in slots.enumerated() {
            let record = index < records.count ? records[index] : .unknown("no answer for this record")
            if case .unknown = record { unanswered.append(slot) } else { settle(slot, by: record, now: now) }
        }
        guard !unanswered.isEmpty else { return }
        if wasRefused && !wasApplied {
            for slot in unanswered { giveBack(slot, seconds: 0, now: now) }
        } else {
            suspect(unanswered, inBatchOf: slots.count)
            let settlesAt = sentAt.adding(seconds: options.batchSettleSeconds)
            doubt(unanswered, settlesAt: settlesAt, firstReadSeconds: ReadBackQueue.secondsMin, now: now)
        }
    }

    private mutating func polled(_ index: Int, answer: OperationAnswer, now: PushInstant) {
        switch answer {
        case .pending(let shown):
            breaker.succeeded()
            if operations[index].pending(progress: shown, now: now) { lastMovement = now }
            operations[index].answered(next: nextPoll(index, now: now))
        case .finished(let records):
            breaker.succeeded()
            finished(operations.remove(at: index), answers: records, now: now)
            for index in operations.indices {
                operations[index].hasten(to: nextPoll(index, now: now))
            }
            // The first rates are guesses: what was sent with the first operation may be final too, and zeros
            // are worth a question.
            if !window.isRateSettled, let next = operations.first, next.isUrgent, next.mark != nil {
                operations[0].hasten(to: now)
            }
        case .gone:
            breaker.succeeded()
            let operation = operations.remove(at: index)
            leaveWindow(operation)
            let settlesAt = operation.submittedAt.adding(seconds: options.batchSettleSeconds)
            doubt(operation.slots, settlesAt: settlesAt, firstReadSeconds: 0, now: now)
        case .trouble(let trouble):
            troubled(trouble, slots: [], now: now)
            let delay =
                0.25 + random.jitter(attempt: operations[index].polls, baseSeconds: 0.5, maxSeconds: 10)
            operations[index].answered(next: now.adding(seconds: delay))
        }
    }

    private mutating func finished(_ operation: OperationInFlight, answers: [RecordAnswer], now: PushInstant)
    {
        lastMovement = now
        guard let mark = operation.mark, answers.count == operation.slots.count else {
            // Of an earlier process's operation only the end is certain: the claims may be a part of what was
            // sent, in another order, so no answer can be matched to a record.
            leaveWindow(operation)
            doubt(operation.slots, settlesAt: nil, firstReadSeconds: 0, now: now)
            return
        }
        if let trouble = Self.lackOfPermission(answers) {
            leaveWindow(operation)
            stopWithout(operation.slots, trouble, now: now)
            return
        }
        let wasAskedOnce = operation.polls == 0
        let records = operation.slots.count
        window.delivered(records: records, mark: mark, wasAskedOnce: wasAskedOnce, now: now)
        var unknown: [Int] = []
        for (slot, record) in zip(operation.slots, answers) {
            if case .unknown = record { unknown.append(slot) } else { settle(slot, by: record, now: now) }
        }
        guard !unknown.isEmpty else { return }
        suspect(unknown, inBatchOf: operation.slots.count)
        doubt(unknown, settlesAt: nil, firstReadSeconds: 0, now: now)
    }

    /// The trouble where no record of a batch was permitted: the role may not write at all (API contract,
    /// section 4), and no level is refused for its own sake.
    private static func lackOfPermission(_ records: [RecordAnswer]) -> ShopTrouble? {
        var cause: String?
        for record in records {
            guard case .refused(.notPermitted, let detail) = record else { return nil }
            cause = cause ?? detail
        }
        return cause.map { .notPermitted($0) }
    }

    /// Stops, and gives back what the shop certainly did not take.
    private mutating func stopWithout(_ slots: [Int], _ trouble: ShopTrouble, now: PushInstant) {
        stop(trouble, now: now)
        for slot in slots { end(slot, as: .released, now: now) }
    }

    private mutating func leaveWindow(_ operation: OperationInFlight) {
        if operation.mark != nil { window.withdrawn(records: operation.slots.count) }
    }

    private mutating func readBack(
        _ slots: [Int],
        answer: ReadBackAnswer,
        sentAt: PushInstant,
        now: PushInstant
    ) {
        switch answer {
        case .trouble(let trouble):
            troubled(trouble, slots: [], now: now)
            let delay = 1 + random.jitter(attempt: breaker.failuresInARow, baseSeconds: 1, maxSeconds: 30)
            for slot in slots { doubts.retry(slot, at: now.adding(seconds: delay)) }
        case .levels(let shown):
            breaker.succeeded()
            for slot in slots {
                let wish = held[slot].wish
                guard let quantity = shown[wish.level] else {
                    _ = doubts.settle(slot)
                    end(slot, as: .levelGone, now: now)
                    continue
                }
                if quantity == wish.quantity {
                    doubts.shown(slot, now: now)
                    end(slot, as: .applied, settlesAt: doubts.settle(slot), now: now)
                } else if doubts.isSettled(slot, readAt: sentAt) {
                    _ = doubts.settle(slot)
                    release(slot, now: now)
                } else {
                    doubts.putBack(slot, now: now)
                }
            }
        }
    }
}

/// A batch whose answer has come.
struct SentBatch {
    let slots: [Int]
    /// Nothing for a synchronous batch, which never lies in the shop's queue.
    let mark: OperationWindow.Mark?
    let sentAt: PushInstant

    var isSynchronous: Bool { mark == nil }
}
