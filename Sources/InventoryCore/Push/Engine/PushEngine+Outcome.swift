// What becomes of wishes after an answer.
extension PushEngine {
    /// Ends a wish as its record was answered.
    ///
    /// - Parameters:
    ///   - slot: where the wish is held.
    ///   - record: what became of it.
    ///   - inBatch: whether it was sent in a batch.
    ///   - now: when the answer came.
    mutating func settle(_ slot: Int, by record: RecordAnswer, inBatch: Bool = false, now: PushInstant) {
        switch record {
        case .applied: end(slot, as: .applied, now: now)
        case .overtaken:
            // Written; what was sold since is the audit's to judge.
            if overtaken.count < PushEngine.overtakenMax { overtaken.append(held[slot].wish.level) }
            end(slot, as: .applied, now: now)
        // The id belongs to another product now: nothing more is sent to it, and the level is looked up anew.
        case .misnamed, .refused(.levelGone, _): gone(slot, now: now)
        case .refused(.decimalMark, let detail) where inBatch:
            // Batches follow the shop's localization, single writes the user's own.
            held.failed(slot)
            held.note(detail, of: slot)
            giveBack(slot, seconds: 0, now: now)
        case .refused(let refusal, let detail): refused(slot, refusal, detail: detail, now: now)
        case .notApplied: giveBack(slot, seconds: 0, now: now)
        case .unknown(let text):
            held.note(text, of: slot)
            doubt([slot], settlesAt: nil, firstReadSeconds: 0, now: now)
        case .lost(let text):
            held.note(text, of: slot)
            doubt([slot], settlesAt: now.adding(seconds: options.settleSeconds), now: now)
        }
    }

    /// The level is looked up again; one that is listed and not found again and again is parked.
    mutating func gone(_ slot: Int, now: PushInstant) {
        held.failed(slot)
        guard held[slot].suspicion.attempts >= options.attemptsMax else {
            end(slot, as: .levelGone, now: now)
            return
        }
        let detail = "the shop lists the level, and does not find it when it is written"
        end(slot, as: .refused(.unexpected, detail: detail), now: now)
    }

    /// A figure that the shop will never take is parked at once; what may pass is tried again first.
    private mutating func refused(
        _ slot: Int,
        _ refusal: Receipt.Refusal,
        detail: String,
        now: PushInstant
    ) {
        held.failed(slot)
        switch refusal {
        case .invalidValue, .decimalMark, .levelGone:
            end(slot, as: .refused(refusal, detail: detail), now: now)
        case .notPermitted, .conflict, .unexpected:
            if held[slot].suspicion.attempts >= options.attemptsMax {
                end(slot, as: .refused(refusal, detail: detail), now: now)
            } else {
                held.note(detail, of: slot)
                giveBack(slot, seconds: retrySeconds(slot), now: now)
            }
        }
    }

    mutating func end(
        _ slot: Int,
        as outcome: Receipt.Outcome,
        question: Receipt.Question? = nil,
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
        held.end(slot, as: outcome, question: question, now: now)
    }

    /// Takes back a wish that the shop does not show and that can no longer take effect: it is tried again
    /// after a while, or parked.
    mutating func notTaken(_ slot: Int, now: PushInstant) {
        let attempts = held[slot].suspicion.attempts
        if attempts >= options.attemptsMax {
            let answer = held[slot].lastAnswer ?? "the shop does not show it afterwards"
            let detail = "not taken in \(attempts) tries, the last answer was: \(answer)"
            end(slot, as: .refused(.unexpected, detail: detail), now: now)
        } else {
            giveBack(slot, seconds: attempts == 0 ? 0 : retrySeconds(slot), now: now)
        }
    }

    /// Leaves a wish in question: what was sent may still take effect, and the outbox decides what follows.
    mutating func leaveInQuestion(_ slot: Int, _ question: Receipt.Question?, now: PushInstant) {
        guard let question else {
            notTaken(slot, now: now)
            return
        }
        progress.inQuestion += 1
        let attempts = held[slot].suspicion.attempts
        guard attempts >= options.attemptsMax else {
            end(slot, as: .released, question: question, now: now)
            return
        }
        let answer = held[slot].lastAnswer ?? "no answer"
        let detail = "not confirmed in \(attempts) tries, the last answer was: \(answer)"
        end(slot, as: .refused(.unexpected, detail: detail), question: question, now: now)
    }

    /// Takes back a wish that the shop certainly did not take, to send it again.
    mutating func giveBack(_ slot: Int, seconds: Double, now: PushInstant) {
        if stoppedBy != nil {
            end(slot, as: .released, now: now)
        } else {
            held.giveBack(slot, notBefore: now.adding(seconds: seconds), now: now)
        }
    }

    /// Seconds until a failed record is tried again: some, then several, so that three tries end well within
    /// two minutes.
    private mutating func retrySeconds(_ slot: Int) -> Double {
        let attempts = held[slot].suspicion.attempts
        return 0.5 + random.jitter(attempt: 2 * attempts, baseSeconds: 0.5, maxSeconds: 15)
    }

    /// A request met what looks like the shop's trouble.
    ///
    /// Nothing of it counts against the records, unless a probe shows that the shop is well.
    mutating func troubled(_ trouble: ShopTrouble, effect: Effect, slots: [Int], now: PushInstant) {
        switch trouble {
        case .busy(let retryAfterSeconds):
            breaker.delayed(trouble, now: now)
            limit.backOff(now: now)
            let jitter = random.jitter(attempt: 2, baseSeconds: 0.5, maxSeconds: 2)
            let seconds = min(Double(max(0, retryAfterSeconds ?? 1)), options.retryAfterSecondsMax) + jitter
            pausedUntil = max(now.adding(seconds: seconds), pausedUntil ?? now)
        case .outage, .maintenance:
            breaker.failed(trouble, now: now, random: &random)
        case .credentials, .notPermitted, .configuration, .encryption:
            suspects += slots.map { Suspect(slot: $0, sequence: held[$0].wish.sequence, of: slots.count) }
            suspected = trouble
            breaker.check(now: now)
        }
        guard !slots.isEmpty else { return }
        if trouble.passes { areWritesPutOff = true }
        for slot in slots { held.note(trouble.cause, of: slot) }
        switch effect {
        case .none:
            let delay = budget.delaySeconds(attempt: breaker.failuresInARow, random: &random)
            for slot in slots { giveBack(slot, seconds: delay, now: now) }
        case .unknown:
            doubt(slots, settlesAt: now.adding(seconds: options.settleSeconds), now: now)
        }
    }

    /// A request's answer was lost, or says only that it failed.
    ///
    /// - Parameters:
    ///   - slots: the wishes that were sent together.
    ///   - text: what came instead of an answer.
    ///   - mayLand: whether it may still take effect.
    ///   - now: when that was known, which is the end of the request.
    mutating func failed(_ slots: [Int], text: String, mayLand: Bool, now: PushInstant) {
        for slot in slots { held.note(text, of: slot) }
        let isFirst = failing.isEmpty || breaker.state == .onApproval
        if slots.count > 1 {
            for slot in slots { held.divide(slot, records: slots.count, wasLost: mayLand) }
        } else if let slot = slots.first {
            failedAlone(slot, isFirst: isFirst)
        }
        breaker.failed(.outage(text), now: now, random: &random)
        if !suspects.isEmpty { breaker.check(now: now) }
        guard mayLand else {
            doubt(slots, settlesAt: nil, firstReadSeconds: 0, now: now)
            return
        }
        doubt(slots, settlesAt: now.adding(seconds: options.settleSeconds), now: now)
    }

    /// Counts a failed try where the shop answers others; where it has answered nobody since, a probe decides
    /// whether the record or the shop is at fault.
    private mutating func failedAlone(_ slot: Int, isFirst: Bool) {
        let wish = held[slot].wish
        if failing.count < PushEngine.failingMax { failing.insert(wish.level) }
        if isFirst {
            held.failed(slot)
        } else if failing == [wish.level] {
            suspects.append(Suspect(slot: slot, sequence: wish.sequence, of: 1))
        }
    }

    mutating func doubt(
        _ slots: [Int],
        settlesAt: PushInstant?,
        firstReadSeconds: Double? = nil,
        now: PushInstant
    ) {
        progress.unknown += slots.count
        for slot in slots { held.markUnknown(slot) }
        if stoppedBy != nil, settlesAt != nil {
            for slot in slots { leaveInQuestion(slot, settlesAt.map { .until($0) }, now: now) }
            return
        }
        var seconds = firstReadSeconds ?? ReadBackQueue.secondsMin
        if firstReadSeconds == nil, slots.count > 1 {
            let records = Double(window.recordsInFlight + slots.count)
            seconds = max(seconds, records / max(1, window.ratePerSecond ?? 100))
        }
        let sequences = slots.map { held[$0].wish.sequence }
        doubts.add(slots, sequences: sequences, settlesAt: settlesAt, firstRead: now.adding(seconds: seconds))
    }

    /// A write was answered, or was seen to have arrived: whoever failed before it did so for reasons of its
    /// own.
    mutating func answered() {
        breaker.succeeded()
        failing.removeAll()
        areWritesPutOff = false
    }

    /// A question was answered; reads can work while writes do not, and patience is for these.
    mutating func answeredReading() {
        if failing.isEmpty, !areWritesPutOff { breaker.succeeded() }
    }

    /// Takes a probe's answer to a suspicion: a shop that is well leaves the records to blame.
    mutating func judgeSuspects(shopIsWell: Bool, now: PushInstant) {
        let (blamed, trouble) = (suspects, suspected)
        suspects.removeAll()
        suspected = nil
        guard shopIsWell else { return }
        for suspect in blamed {
            let slot = suspect.slot
            guard let wish = held.slots[slot]?.wish, wish.sequence == suspect.sequence else { continue }
            guard suspect.of == 1 else {
                held.divide(slot, records: suspect.of)
                continue
            }
            held.failed(slot)
            guard held[slot].suspicion.attempts >= options.attemptsMax, held.state(of: slot).isUnsent else {
                continue
            }
            let detail = held[slot].lastAnswer ?? "the shop answers others"
            let reason: Receipt.Refusal =
                if case .notPermitted = trouble { .notPermitted } else { .unexpected }
            end(slot, as: .refused(reason, detail: detail), now: now)
        }
    }

    /// Ends the sending: what is unsent goes back, what is unknown stays in question, and what is in flight
    /// is still answered.
    mutating func stop(_ trouble: ShopTrouble, now: PushInstant) {
        guard stoppedBy == nil else { return }
        stoppedBy = trouble
        held.releaseUnsent(now: now)
        for (slot, settlesAt) in doubts.giveUpAll() {
            // What has ended is not known either: the next push looks before it sends anything.
            leaveInQuestion(slot, .until(settlesAt ?? now), now: now)
        }
    }
}

/// A wish whose request met what may be the shop's trouble, or its own.
struct Suspect: Sendable {
    let slot: Int
    let sequence: Int64
    /// How many records were in the request.
    let of: Int
}
