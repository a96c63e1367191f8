/// Wishes whose outcome nobody knows, and when to look at their levels.
///
/// They are looked at together: the one that is due takes along all that are due soon.
struct ReadBackQueue: Sendable {
    static let secondsMin = 1.0
    static let secondsMax = 120.0
    /// Between two read-backs at least, so that a stream of lost answers does not become a stream of reads.
    static let spacingSeconds = 3.0
    /// What is due so soon is looked at with the first.
    static let companySeconds = 3.0

    /// Of a lost batch that one question cannot take whole, only so many levels are looked at, until one
    /// shows its value.
    static let scoutsMax = 20

    struct Doubt: Hashable, Sendable {
        let sequence: Int64
        /// The lost batch whose scouts are looked at first.
        let batch: Int?
        /// When the lost request cannot take effect any more; nothing where that is certain already.
        let settlesAt: PushInstant?
        var reads = 0
    }

    /// Levels that one question can take.
    private let levelsMax: Int
    private var doubts: [Int: Doubt] = [:]
    private var queue = RankedQueue()
    private var followers: [Int: [Int]] = [:]
    private var batches = 0
    /// Slots that are being read, since a follower can be queued twice.
    private var reading: Set<Int> = []
    private var earliest: PushInstant?

    init(levelsMax: Int) {
        self.levelsMax = max(1, levelsMax)
    }

    var count: Int { doubts.count }

    /// Takes the records of one request whose outcome is unknown.
    ///
    /// A batch that needs several questions and was lost before it took effect is not worth reading whole at
    /// every look, so only scouts are read, spread over it since its chunks take effect apart; the others
    /// follow when one shows its value, or when nothing can come any more.
    mutating func add(_ slots: [Int], sequences: [Int64], settlesAt: PushInstant?, firstRead: PushInstant) {
        var batch: Int?
        if settlesAt != nil, slots.count > levelsMax {
            batches += 1
            batch = batches
        }
        let stride = batch == nil ? 1 : max(1, slots.count / ReadBackQueue.scoutsMax)
        for (index, (slot, sequence)) in zip(slots, sequences).enumerated() {
            doubts[slot] = Doubt(sequence: sequence, batch: batch, settlesAt: settlesAt)
            let isScout = index % stride == 0
            if let batch, !isScout { followers[batch, default: []].append(slot) }
            let read = isScout ? firstRead : settlesAt ?? firstRead
            queue.push(.init(rank: read.nanoseconds, sequence: sequence, slot: slot))
        }
    }

    /// A level shows its value: the others of its batch are worth a look now.
    mutating func shown(_ slot: Int, now: PushInstant) {
        guard let batch = doubts[slot]?.batch, let slots = followers.removeValue(forKey: batch) else {
            return
        }
        for slot in slots {
            guard let doubt = doubts[slot], doubt.batch == batch else { continue }
            queue.push(.init(rank: now.nanoseconds, sequence: doubt.sequence, slot: slot))
        }
        earliest = nil
    }

    /// When the next read-back is due.
    func due() -> PushInstant? {
        guard let first = queue.first else { return nil }
        let rank = PushInstant(nanoseconds: first.rank)
        return earliest.map { max($0, rank) } ?? rank
    }

    /// Takes those to read now, as many as one question can take; each has to be put back or settled.
    mutating func take(now: PushInstant) -> [Int] {
        guard let due = due(), due <= now else { return [] }
        let soon = now.adding(seconds: ReadBackQueue.companySeconds).nanoseconds
        var taken: [Int] = []
        while taken.count < levelsMax, let first = queue.first, first.rank <= soon {
            _ = queue.pop()
            guard doubts[first.slot]?.sequence == first.sequence, !reading.contains(first.slot) else {
                continue
            }
            reading.insert(first.slot)
            taken.append(first.slot)
        }
        earliest = taken.count == levelsMax ? nil : now.adding(seconds: ReadBackQueue.spacingSeconds)
        return taken
    }

    /// Says whether a level that does not show the value was looked at late enough to be sure.
    func isSettled(_ slot: Int, readAt: PushInstant) -> Bool {
        guard let doubt = doubts[slot] else { return true }
        return doubt.settlesAt.map { readAt >= $0 } ?? true
    }

    /// Until when a late effect of the settled doubt is possible.
    mutating func settle(_ slot: Int) -> PushInstant? {
        reading.remove(slot)
        return doubts.removeValue(forKey: slot)?.settlesAt
    }

    /// Looks again after a question that was not answered.
    mutating func retry(_ slot: Int, at next: PushInstant) {
        reading.remove(slot)
        guard let doubt = doubts[slot] else { return }
        queue.push(.init(rank: next.nanoseconds, sequence: doubt.sequence, slot: slot))
    }

    /// Looks again later: in intervals that grow fivefold, and exactly when the doubt ends.
    mutating func putBack(_ slot: Int, now: PushInstant) {
        reading.remove(slot)
        guard var doubt = doubts[slot] else { return }
        doubt.reads += 1
        var seconds = ReadBackQueue.secondsMin
        for _ in 0..<min(doubt.reads, 10) { seconds *= 5 }
        var next = now.adding(seconds: min(seconds, ReadBackQueue.secondsMax))
        if let settlesAt = doubt.settlesAt, settlesAt > now { next = min(next, settlesAt) }
        doubts[slot] = doubt
        queue.push(.init(rank: next.nanoseconds, sequence: doubt.sequence, slot: slot))
    }
}
