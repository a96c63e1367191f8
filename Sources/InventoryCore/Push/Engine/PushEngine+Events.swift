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
            guard case .write(let slot) = flights.end(ticket) else { mismatch(ticket) }
            limit.answered(inFlight: inFlight, now: now)
            written(slot, answer: answer, now: now)
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
        judgeSuspects(shopIsWell: trouble == nil, now: now)
        if trouble == nil { leaveVanished(now: now) } else { askedInVain.removeAll() }
        switch trouble {
        case .credentials, .notPermitted, .encryption:
            if let trouble { stop(trouble, now: now) }
            return
        // A firewall's page can be there for a moment: it is asked again as long as patience lasts.
        case nil, .configuration, .outage, .maintenance, .busy: break
        }
        if trouble == nil, breaker.isPausing { limit.startSlowly(now: now) }
        breaker.probed(trouble, now: now, random: &random)
    }

    private mutating func written(_ slot: Int, answer: WriteAnswer, now: PushInstant) {
        switch answer {
        case .record(.lost(let text)): failed([slot], text: text, mayLand: true, now: now)
        case .record(.unknown(let text)): failed([slot], text: text, mayLand: false, now: now)
        case .record(let record):
            answered()
            settle(slot, by: record, now: now)
        case .trouble(let trouble, let effect):
            troubled(trouble, effect: effect, slots: [slot], now: now)
        }
    }

    private mutating func submitted(_ batch: SentBatch, answer: SubmitAnswer, now: PushInstant) {
        if case .accepted(let id) = answer {
            answered()
            accepted(id, batch: batch, now: now)
            return
        }
        if batch.mark != nil { window.withdrawn(records: batch.slots.count) }
        switch answer {
        case .accepted: break
        case .records(let records):
            synchronousRecords(records, slots: batch.slots, now: now)
        case .unknown(let text):
            failed(batch.slots, text: text, mayLand: true, now: now)
        case .refused(let text):
            answered()
            divided(batch.slots, text: text, now: now)
        case .unsupported:
            batchSupport = .none
            for slot in batch.slots { giveBack(slot, seconds: 0, now: now) }
        case .notPermitted(let text):
            // Single writes show whether the role may write at all.
            batchesDenied = text
            batchSupport = .none
            for slot in batch.slots { giveBack(slot, seconds: 0, now: now) }
        case .tooLarge(let effect):
            window.tooLarge(records: batch.slots.count)
            if effect == .none {
                answered()
                for slot in batch.slots { giveBack(slot, seconds: 0, now: now) }
            } else {
                doubt(batch.slots, settlesAt: now.adding(seconds: options.settleSeconds), now: now)
            }
        case .trouble(let trouble, let effect):
            troubled(trouble, effect: effect, slots: batch.slots, now: now)
        }
    }

    /// A refusal that names no record is narrowed down by halving the batch.
    private mutating func divided(_ slots: [Int], text: String, now: PushInstant) {
        guard slots.count > 1 else {
            for slot in slots { settle(slot, by: .refused(.unexpected, detail: text), now: now) }
            return
        }
        for slot in slots {
            held.note(text, of: slot)
            held.divide(slot, records: slots.count)
            giveBack(slot, seconds: 0, now: now)
        }
    }

    private mutating func accepted(_ id: OperationID, batch: SentBatch, now: PushInstant) {
        // A shop that has the mode accepts only after waiting 25 s; one that accepts sooner ignores the
        // header.
        let waited = now.seconds(since: batch.sentAt)
        if batch.isSynchronous, waited < options.synchronousSecondsMin { batchSupport = .asynchronous }
        let mark = batch.mark ?? window.sent(records: batch.slots.count, now: batch.sentAt)
        if operations.isEmpty { lastMovement = now }
        for slot in batch.slots { held.markCarried(slot) }
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

    /// Before the rate is settled: what an earlier push has learnt tells more than the first few records.
    private var firstRatePerSecond: Double? {
        [window.ratePerSecond, options.learnt.recordsPerSecond].compactMap(\.self).max()
    }

    private func nextPoll(_ index: Int, now: PushInstant) -> PushInstant {
        let ahead = operations[..<index].reduce(0) { $0 + $1.recordsLeft }
        let delay = operations[index].pollDelaySeconds(
            recordsAhead: ahead,
            secondsAtLeast: window.secondsAtLeast(operations[index].mark),
            isOldest: index == 0,
            ratePerSecond: window.isRateSettled ? window.ratePerSecond : firstRatePerSecond,
            isRateSettled: window.isRateSettled,
            now: now
        )
        return now.adding(seconds: delay)
    }

    /// Takes a synchronous batch's answer, which is all or nothing.
    ///
    /// Where any record was refused, none was written, so those without an answer of their own are sent again
    /// without reading back.
    private mutating func synchronousRecords(_ records: [RecordAnswer], slots: [Int], now: PushInstant) {
        if records.count == slots.count, let denied = Self.denial(records) {
            troubled(.notPermitted(denied, .editLevels), effect: .none, slots: slots, now: now)
            return
        }
        let wasRefused = records.contains { if case .refused = $0 { true } else { false } }
        let wasApplied = records.contains(.applied)
        var unanswered: [Int] = []
        var unknown = "no answer for this record"
        for (index, slot) in slots.enumerated() {
            let record = index < records.count ? records[index] : .unknown(unknown)
            switch record {
            case .unknown(let text), .lost(let text):
                unknown = text
                unanswered.append(slot)
            case .applied, .overtaken, .misnamed, .refused, .notApplied:
                settle(slot, by: record, inBatch: slots.count > 1, now: now)
            }
        }
        if unanswered.count < slots.count { answered() }
        guard !unanswered.isEmpty else { return }
        if wasRefused && !wasApplied {
            for slot in unanswered { giveBack(slot, seconds: 0, now: now) }
        } else {
            failed(unanswered, text: unknown, mayLand: false, now: now)
        }
    }

    private mutating func polled(_ index: Int, answer: OperationAnswer, now: PushInstant) {
        switch answer {
        case .pending(let shown):
            answeredReading()
            if operations[index].pending(progress: shown, now: now) { lastMovement = now }
            operations[index].answered(next: nextPoll(index, now: now))
        case .finished(let records):
            answered()
            finished(operations.remove(at: index), answers: records, now: now)
            for index in operations.indices where !operations[index].isOrphan {
                operations[index].hasten(to: nextPoll(index, now: now))
            }
            // The first rates are guesses: what was sent with the first operation may be final too, and zeros
            // are worth a question.
            if !window.isRateSettled, let next = operations.first, next.isUrgent, next.mark != nil {
                operations[0].hasten(to: now)
            }
        case .gone:
            answered()
            vanished(operations.remove(at: index), now: now)
        case .trouble(let trouble):
            troubled(trouble, effect: .none, slots: [], now: now)
            operations[index].unanswered()
            // One operation that cannot be asked for says nothing of the shop, and holds nobody up: a probe
            // tells.
            if operations[index].failuresInARow >= PushEngine.pollFailuresMax {
                askedInVain.insert(operations[index].id)
                breaker.check(now: now)
            }
            let delay =
                0.25 + random.jitter(attempt: operations[index].polls, baseSeconds: 0.5, maxSeconds: 10)
            operations[index].answered(next: now.adding(seconds: delay))
        }
    }

    /// Leaves the operations that cannot be asked for while the shop answers others.
    private mutating func leaveVanished(now: PushInstant) {
        // One whose question is under way may be answered yet.
        while let index = operations.firstIndex(where: { askedInVain.contains($0.id) && $0.nextPoll != nil })
        {
            vanished(operations.remove(at: index), now: now)
        }
        askedInVain.removeAll()
    }

    /// Nobody can say any more what became of an operation.
    private mutating func vanished(_ operation: OperationInFlight, now: PushInstant) {
        leaveWindow(operation)
        if operation.isOrphan { endedOperations.append(.vanished(operation.id)) }
        doubt(
            operation.slots,
            settlesAt: now.adding(seconds: options.settleSeconds),
            firstReadSeconds: 0,
            now: now
        )
    }

    private mutating func finished(_ operation: OperationInFlight, answers: [RecordAnswer], now: PushInstant)
    {
        lastMovement = now
        isQueueStalled = false
        guard !operation.isOrphan else {
            endedOperations.append(.final(operation.id))
            return
        }
        guard let mark = operation.mark, answers.count == operation.slots.count else {
            // Of an earlier process's operation only the end is certain: the claims may be a part of what was
            // sent, in another order, so no answer can be matched to a record.
            leaveWindow(operation)
            doubt(operation.slots, settlesAt: nil, firstReadSeconds: 0, now: now)
            return
        }
        let wasAskedOnce = operation.polls == 0
        let records = operation.slots.count
        window.delivered(records: records, mark: mark, wasAskedOnce: wasAskedOnce, now: now)
        if let denied = Self.denial(answers) {
            troubled(.notPermitted(denied, .editLevels), effect: .none, slots: operation.slots, now: now)
            return
        }
        var unknown: [Int] = []
        for (slot, record) in zip(operation.slots, answers) {
            switch record {
            case .unknown(let text), .lost(let text):
                held.note(text, of: slot)
                unknown.append(slot)
            case .applied, .overtaken, .misnamed, .refused, .notApplied:
                settle(slot, by: record, inBatch: records > 1, now: now)
            }
        }
        guard !unknown.isEmpty else { return }
        if unknown.count > PushEngine.failingMax || unknown.count == records && records > 1 {
            // A chunk or all of them failed, and the shop names none: they go in smaller operations.
            for slot in unknown { held.divide(slot, records: unknown.count) }
        } else {
            // The shop names these alone, so they go alone.
            for slot in unknown { held.failed(slot) }
        }
        doubt(unknown, settlesAt: nil, firstReadSeconds: 0, now: now)
    }

    /// What the answer says where no record of a batch was permitted: the role may not write at all (API
    /// contract, section 4), unless a probe shows that it may.
    private static func denial(_ records: [RecordAnswer]) -> String? {
        var cause: String?
        for record in records {
            guard case .refused(.notPermitted, let detail) = record else { return nil }
            cause = cause ?? detail
        }
        return cause
    }

    private mutating func leaveWindow(_ operation: OperationInFlight) {
        if operation.mark != nil { window.withdrawn(records: operation.slots.count) }
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
