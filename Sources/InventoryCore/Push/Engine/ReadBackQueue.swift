import HeapModule

/// Wishes whose outcome is unknown, and when to read their levels back.
///
/// They are read together: the one that is due takes along all that are due soon.
struct ReadBackQueue: Sendable {
    static let secondsMin = 1.0
    static let secondsMax = 120.0
    /// At least this between two read-backs, so that many lost answers do not become as many reads.
    static let spacingSeconds = 3.0
    /// What is due this soon is read with the first.
    static let companySeconds = 3.0

    /// Levels read of a lost batch that is too large for one question, until one of them shows its value.
    static let scoutsMax = 20

    struct Doubt: Hashable, Sendable {
        let sequence: Int64
        /// The lost batch, where its scouts are read first.
        let batch: Int?
        /// Until when the lost request may still take effect; nothing where it has ended.
        let settlesAt: PushInstant?
        var reads = 0
        /// A question about it is under way: it ends with `settle`, `retry` or `putBack`.
        var isAsked = false
    }

    /// Levels that one question can take.
    private let levelsMax: Int
    private var doubts: [Int: Doubt] = [:]
    private var queue = Heap<RankedSlot>()
    private var followers: [Int: [Int]] = [:]
    private var batches = 0
    private var earliest: PushInstant?

    init(levelsMax: Int) {
        self.levelsMax = max(1, levelsMax)
    }

    var count: Int { doubts.count }

    /// Takes the records of one request whose outcome is unknown.
    ///
    /// A batch that needs several questions is not worth reading whole each time, so only scouts are read at
    /// first, spread over the batch because its chunks take effect separately. The others follow when a scout
    /// shows its value, or when nothing can come any more.
    mutating func add(_ slots: [Int], sequences: [Int64], settlesAt: PushInstant?, firstRead: PushInstant) {
        var batch: Int?
        if settlesAt != nil, slots.count > levelsMax {
            batches += 1
            batch = batches
        }
        let stride = batch == nil ? 1 : max(1, slots.count / ReadBackQueue.scoutsMax)
        for (index, (slot, sequence)) in zip(slots, sequences).enumerated() {
            let doubt = Doubt(sequence: sequence, batch: batch, settlesAt: settlesAt)
            let known = doubts.updateValue(doubt, forKey: slot)
            precondition(known == nil, "slot \(slot) is in doubt already")
            let isScout = index % stride == 0
            if let batch, !isScout { followers[batch, default: []].append(slot) }
            let read = isScout ? firstRead : settlesAt ?? firstRead
            queue.insert(RankedSlot(rank: read.nanoseconds, sequence: sequence, slot: slot))
        }
    }

    /// A level shows its value: the others of its batch are worth reading now.
    mutating func shown(_ slot: Int, now: PushInstant) {
        guard let batch = doubts[slot]?.batch, let slots = followers.removeValue(forKey: batch) else {
            return
        }
        for slot in slots {
            guard let doubt = doubts[slot], doubt.batch == batch else { continue }
            queue.insert(RankedSlot(rank: now.nanoseconds, sequence: doubt.sequence, slot: slot))
        }
        earliest = nil
    }

    /// When the next read-back is due.
    func due() -> PushInstant? {
        guard let first = queue.min else { return nil }
        let rank = PushInstant(nanoseconds: first.rank)
        return earliest.map { max($0, rank) } ?? rank
    }

    /// Takes those to read now, as many as one question can take; each has to be put back or settled.
    mutating func take(now: PushInstant) -> [Int] {
        guard let due = due(), due <= now else { return [] }
        let soon = now.adding(seconds: ReadBackQueue.companySeconds).nanoseconds
        var taken: [Int] = []
        while taken.count < levelsMax, let first = queue.min, first.rank <= soon {
            queue.removeMin()
            // A follower can be queued twice.
            guard let doubt = doubts[first.slot], doubt.sequence == first.sequence, !doubt.isAsked else {
                continue
            }
            doubts[first.slot]?.isAsked = true
            taken.append(first.slot)
        }
        earliest = taken.count == levelsMax ? nil : now.adding(seconds: ReadBackQueue.spacingSeconds)
        return taken
    }

    /// Whether a level that does not show the value was read late enough to be sure.
    func isSettled(_ slot: Int, readAt: PushInstant) -> Bool {
        doubt(slot).settlesAt.map { readAt >= $0 } ?? true
    }

    /// Ends the doubt, and gives until when a late effect is possible.
    mutating func settle(_ slot: Int) -> PushInstant? {
        let settlesAt = doubt(slot).settlesAt
        doubts[slot] = nil
        return settlesAt
    }

    /// Whether a question about it is open: the first answer of a batch can end those that wait for it.
    func isAsked(_ slot: Int) -> Bool { doubts[slot]?.isAsked == true }

    /// How often it was read without an end.
    func reads(_ slot: Int) -> Int { doubt(slot).reads }

    /// Gives up reading a level, and with the first scout those of its batch that wait for a scout.
    ///
    /// - Returns: each slot, with until when its request may still take effect.
    mutating func giveUp(_ slot: Int) -> [(slot: Int, settlesAt: PushInstant?)] {
        let doubt = doubt(slot)
        doubts[slot] = nil
        var ended = [(slot: slot, settlesAt: doubt.settlesAt)]
        guard let batch = doubt.batch, let waiting = followers.removeValue(forKey: batch) else {
            return ended
        }
        for follower in waiting {
            guard let other = doubts[follower], other.batch == batch, !other.isAsked else { continue }
            doubts[follower] = nil
            ended.append((follower, other.settlesAt))
        }
        return ended
    }

    /// Gives up all that are not being asked about.
    mutating func giveUpAll() -> [(slot: Int, settlesAt: PushInstant?)] {
        let ended = doubts.filter { !$0.value.isAsked }.sorted { $0.key < $1.key }
        for (slot, _) in ended { doubts[slot] = nil }
        return ended.map { ($0.key, $0.value.settlesAt) }
    }

    /// Asks again after a question that was not answered.
    mutating func retry(_ slot: Int, at next: PushInstant, counts: Bool = false) {
        var doubt = doubt(slot)
        doubt.isAsked = false
        if counts { doubt.reads += 1 }
        queueAgain(slot, doubt, at: next)
    }

    /// Asks again later: in intervals that grow fivefold, and exactly when the doubt ends.
    mutating func putBack(_ slot: Int, now: PushInstant) {
        var doubt = doubt(slot)
        doubt.isAsked = false
        doubt.reads += 1
        var seconds = ReadBackQueue.secondsMin
        for _ in 0..<min(doubt.reads, 10) { seconds *= 5 }
        var next = now.adding(seconds: min(seconds, ReadBackQueue.secondsMax))
        if let settlesAt = doubt.settlesAt, settlesAt > now { next = min(next, settlesAt) }
        queueAgain(slot, doubt, at: next)
    }

    private mutating func queueAgain(_ slot: Int, _ doubt: Doubt, at next: PushInstant) {
        doubts[slot] = doubt
        queue.insert(RankedSlot(rank: next.nanoseconds, sequence: doubt.sequence, slot: slot))
    }

    /// The doubt that a question has just answered.
    private func doubt(_ slot: Int) -> Doubt {
        guard let doubt = doubts[slot], doubt.isAsked else {
            preconditionFailure("slot \(slot) was not asked about")
        }
        return doubt
    }
}
