// What levels show that are read back.
extension PushEngine {
    mutating func readBack(
        _ slots: [Int],
        answer: ReadBackAnswer,
        sentAt: PushInstant,
        now: PushInstant
    ) {
        switch answer {
        case .trouble(let trouble):
            troubled(trouble, effect: .none, slots: [], now: now)
            let delay = 1 + random.jitter(attempt: breaker.failuresInARow, baseSeconds: 1, maxSeconds: 30)
            for slot in slots {
                guard doubts.isAsked(slot) else { continue }
                // One level that cannot be read holds nobody up: it is looked at by later pushes.
                if stoppedBy != nil || doubts.reads(slot) >= PushEngine.readsMax {
                    for (ended, settlesAt) in doubts.giveUp(slot) {
                        leaveInQuestion(ended, .until(settlesAt ?? now), now: now)
                    }
                } else {
                    doubts.retry(slot, at: now.adding(seconds: delay), counts: true)
                }
            }
        case .levels(let shown):
            answeredReading()
            for slot in slots {
                readBack(slot, shows: shown[held[slot].wish.level], sentAt: sentAt, now: now)
            }
        }
    }

    private mutating func readBack(_ slot: Int, shows shown: Quantity?, sentAt: PushInstant, now: PushInstant)
    {
        guard doubts.isAsked(slot) else { return }
        let wish = held[slot].wish
        guard let shown else {
            _ = doubts.settle(slot)
            gone(slot, now: now)
            return
        }
        if ReadBack(sent: wish.quantity, before: wish.before, shown: shown) == .arrived {
            if areWritesPutOff { answered() }
            doubts.shown(slot, now: now)
            let question = doubts.settle(slot).flatMap { $0 > now ? Receipt.Question.until($0) : nil }
            end(slot, as: .applied, question: question, now: now)
        } else if doubts.isSettled(slot, readAt: sentAt) {
            _ = doubts.settle(slot)
            notTaken(slot, now: now)
        } else if stoppedBy != nil || doubts.reads(slot) + 1 >= PushEngine.reads(of: wish.wave) {
            for (ended, settlesAt) in doubts.giveUp(slot) {
                leaveInQuestion(ended, settlesAt.map { .until($0) }, now: now)
            }
        } else {
            doubts.putBack(slot, now: now)
        }
    }

    /// Read-backs of a write that may still take effect, before it is left in question: what makes stock less
    /// goes again at once.
    private static func reads(of wave: Wave) -> Int {
        wave == .increase ? readsMax : 1
    }
}
