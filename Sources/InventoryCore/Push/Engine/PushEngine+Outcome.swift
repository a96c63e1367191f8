// What becomes of wishes after an answer.
extension PushEngine {
    /// Ends a wish as its record was answered.
    mutating func settle(_ slot: Int, by record: RecordAnswer, now: PushInstant) {
        switch record {
        case .applied: end(slot, as: .applied, now: now)
        case .refused(.levelGone, _): end(slot, as: .levelGone, now: now)
        case .refused(let refusal, let detail): end(slot, as: .refused(refusal, detail: detail), now: now)
        case .notApplied: release(slot, now: now)
        case .unknown: doubt([slot], settlesAt: nil, firstReadSeconds: 0, now: now)
        }
    }

    mutating func end(
        _ slot: Int,
        as outcome: Receipt.Outcome,
        settlesAt: PushInstant? = nil,
        now: PushInstant
    ) {
        switch outcome {
        case .applied: progress.applied += 1
        case .refused: progress.refused += 1
        case .released: progress.released += 1
        case .levelGone: progress.levelsGone += 1
        }
        if outcome == .released {
            let ended = held[slot]
            if ended.suspicion != .none { suspicions.remember(ended.suspicion, of: ended.wish.level) }
        } else {
            suspicions.forget(held[slot].wish.level)
        }
        held.end(slot, as: outcome, settlesAt: settlesAt, now: now)
    }

    /// Releases a wish that the shop certainly does not show and can no longer come to show.
    mutating func release(_ slot: Int, now: PushInstant) {
        let attempts = held[slot].suspicion.attempts
        if attempts >= options.attemptsMax {
            end(slot, as: .refused(.unexpected, detail: "not taken in \(attempts) tries"), now: now)
        } else {
            end(slot, as: .released, now: now)
        }
    }

    /// Takes back a wish that the shop certainly did not take, to send it again.
    mutating func giveBack(_ slot: Int, seconds: Double, now: PushInstant) {
        if stoppedBy != nil {
            end(slot, as: .released, now: now)
        } else {
            held.giveBack(slot, notBefore: now.adding(seconds: seconds), now: now)
        }
    }

    /// A request was not taken: its wishes are sent again after a while, and the breaker learns of it.
    mutating func troubled(_ trouble: ShopTrouble, slots: [Int], now: PushInstant) {
        let answersOthers = breaker.answersOthers
        switch trouble {
        case .busy(let retryAfterSeconds):
            breaker.delayed(trouble, now: now)
            limit.backOff(now: now)
            let jitter = random.jitter(attempt: 2, baseSeconds: 0.5, maxSeconds: 2)
            let seconds = min(Double(max(0, retryAfterSeconds ?? 1)), options.retryAfterSecondsMax) + jitter
            pausedUntil = max(now.adding(seconds: seconds), pausedUntil ?? now)
        case .outage, .maintenance:
            breaker.failed(trouble, now: now, random: &random)
        case .credentials, .notPermitted, .configuration:
            stop(trouble, now: now)
        }
        guard !slots.isEmpty else { return }
        if answersOthers { suspect(slots, inBatchOf: slots.count) }
        let attempt = slots.first.map { held[$0].suspicion.attempts } ?? 0
        let delay = budget.delaySeconds(attempt: attempt, random: &random)
        for slot in slots {
            let attempts = held[slot].suspicion.attempts
            if attempts >= options.attemptsMax {
                let detail = "not taken in \(attempts) tries: \(trouble)"
                end(slot, as: .refused(.unexpected, detail: detail), now: now)
            } else {
                giveBack(slot, seconds: delay, now: now)
            }
        }
    }

    /// A request's answer was lost: its levels take nothing newer until it is known what became of it.
    mutating func lost(_ slots: [Int], text: String, settle: Double, sentAt: PushInstant, now: PushInstant) {
        if breaker.answersOthers { suspect(slots, inBatchOf: slots.count) }
        breaker.failed(.outage(text), now: now, random: &random)
        var firstRead = ReadBackQueue.secondsMin
        if slots.count > 1 {
            let records = Double(window.recordsInFlight + slots.count)
            firstRead = max(firstRead, records / max(1, window.ratePerSecond ?? 100))
        }
        let settlesAt = sentAt.adding(seconds: settle)
        doubt(slots, settlesAt: settlesAt, firstReadSeconds: firstRead, now: now)
    }

    mutating func doubt(_ slots: [Int], settlesAt: PushInstant?, firstReadSeconds: Double, now: PushInstant) {
        progress.unknown += slots.count
        let firstRead = now.adding(seconds: firstReadSeconds)
        for slot in slots { held.markUnknown(slot) }
        let sequences = slots.map { held[$0].wish.sequence }
        doubts.add(slots, sequences: sequences, settlesAt: settlesAt, firstRead: firstRead)
    }

    /// Notes that a request failed while the shop answered others: one of its records may be the cause, and
    /// smaller batches find out which.
    mutating func suspect(_ slots: [Int], inBatchOf records: Int) {
        for slot in slots { held.suspect(slot, inBatchOf: records) }
    }

    /// Ends the sending: what is unsent goes back, what is in flight is still answered.
    mutating func stop(_ trouble: ShopTrouble, now: PushInstant) {
        guard stoppedBy == nil else { return }
        stoppedBy = trouble
        held.releaseUnsent(now: now)
    }
}
