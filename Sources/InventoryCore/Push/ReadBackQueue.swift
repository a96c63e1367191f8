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

    struct Doubt: Hashable, Sendable {
        let sequence: Int64
        /// When the lost request cannot take effect any more; nothing where that is certain already.
        let settlesAt: PushInstant?
        var reads = 0
    }

    private var doubts: [Int: Doubt] = [:]
    private var queue = RankedQueue()
    private var earliest: PushInstant?

    var count: Int { doubts.count }

    mutating func add(_ slot: Int, sequence: Int64, settlesAt: PushInstant?, firstRead: PushInstant) {
        doubts[slot] = Doubt(sequence: sequence, settlesAt: settlesAt)
        queue.push(.init(rank: firstRead.nanoseconds, sequence: sequence, slot: slot))
    }

    /// When the next read-back is due.
    func due() -> PushInstant? {
        guard let first = queue.first else { return nil }
        let rank = PushInstant(nanoseconds: first.rank)
        return earliest.map { max($0, rank) } ?? rank
    }

    /// Takes those to read now; each has to be put back or settled.
    mutating func take(max count: Int, now: PushInstant) -> [Int] {
        guard let due = due(), due <= now else { return [] }
        let soon = now.adding(seconds: ReadBackQueue.companySeconds).nanoseconds
        var taken: [Int] = []
        while taken.count < count, let first = queue.first, first.rank <= soon {
            _ = queue.pop()
            guard doubts[first.slot]?.sequence == first.sequence else { continue }
            taken.append(first.slot)
        }
        earliest = taken.count == count ? nil : now.adding(seconds: ReadBackQueue.spacingSeconds)
        return taken
    }

    /// Says whether a level that does not show the value was looked at late enough to be sure.
    func isSettled(_ slot: Int, readAt: PushInstant) -> Bool {
        guard let doubt = doubts[slot] else { return true }
        return doubt.settlesAt.map { readAt >= $0 } ?? true
    }

    /// Until when a late effect of the settled doubt is possible.
    mutating func settle(_ slot: Int) -> PushInstant? {
        doubts.removeValue(forKey: slot)?.settlesAt
    }

    /// Looks again later: in intervals that grow fourfold, and exactly when the doubt ends.
    mutating func putBack(_ slot: Int, now: PushInstant) {
        guard var doubt = doubts[slot] else { return }
        doubt.reads += 1
        var seconds = ReadBackQueue.secondsMin
        for _ in 0..<min(doubt.reads, 10) { seconds *= 4 }
        var next = now.adding(seconds: min(seconds, ReadBackQueue.secondsMax))
        if let settlesAt = doubt.settlesAt, settlesAt > now { next = min(next, settlesAt) }
        doubts[slot] = doubt
        queue.push(.init(rank: next.nanoseconds, sequence: doubt.sequence, slot: slot))
    }
}
