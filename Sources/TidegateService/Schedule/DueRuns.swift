package import InventoryCore
package import TidegateSettings

/// Decides when a source's next run begins by itself.
///
/// It has no clock and keeps nothing: what must outlive a restart stands in the memory that each call is
/// given.
package struct DueRuns: Sendable {
    private let schedule: ScheduleSettings
    private let times: ScheduleTimes
    private let seed: UInt64

    /// The owner turns about every second; a run that begins this much later than it was due is not late.
    private static let graceSeconds = 10.0
    /// A last time that lies further ahead than this says that the clock was put back.
    private static let aheadSecondsMax: Int64 = 60

    /// Makes the runs of a schedule; the seed makes the jitter of this source, and the same after a restart.
    package init(_ schedule: ScheduleSettings, seed: UInt64) {
        self.schedule = schedule
        times = ScheduleTimes(schedule.timing)
        self.seed = seed
    }

    /// Makes the runs of a schedule with the jitter that belongs to a source of a shop.
    package init(_ schedule: ScheduleSettings, of source: SourceID, shop: ShopID) {
        // FNV-1a: equal in every process, unlike `Hasher`.
        let seed = "\(shop.text)/\(source.text)".utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3
        }
        self.init(schedule, seed: seed)
    }

    /// What is to be done now.
    package enum Turn: Hashable, Sendable {
        /// A run begins; the memory counts it as begun.
        case run(due: Timestamp)
        /// Nothing is to be done before then.
        case wait(until: Timestamp)
        case paused
        /// The schedule has no further time.
        case never
    }

    /// Decides at an instant, and notes in the memory which time was dealt with.
    ///
    /// The first run of an interval is due at once. Of several times that have come only the last counts. One
    /// that is longer past than `catch_up` is left out; so is one that comes while a run is under way, unless
    /// `overlap` is `buffer_one`: then one run follows, however many times came.
    ///
    /// - Parameters:
    ///   - memory: What is remembered of this source's schedule; keep it where the turn changed it.
    ///   - now: The present.
    ///   - isBusy: Whether a run of this source is waiting or under way.
    /// - Returns: What to do.
    package func turn(_ memory: inout ScheduleMemory, at now: Timestamp, isBusy: Bool) -> Turn {
        guard memory.pause == nil else { return .paused }
        if memory.isBuffered, !isBusy {
            memory.isBuffered = false
            return .run(due: memory.lastDue ?? now)
        }
        let last = start(memory, at: now)
        memory.lastDue = last
        let horizonSeconds = max(schedule.catchUpSeconds, DueRuns.graceSeconds) + schedule.jitterSeconds
        guard let due = times.last(since: last, horizonSeconds: horizonSeconds, at: now) else {
            return wait(after: last, at: now)
        }
        let begin = begin(of: due)
        guard begin <= now else { return .wait(until: begin) }
        memory.lastDue = due
        let lateSeconds = Double(now.microseconds - begin.microseconds) / 1_000_000
        guard lateSeconds <= max(schedule.catchUpSeconds, DueRuns.graceSeconds) else {
            return wait(after: due, at: now)
        }
        guard isBusy else { return .run(due: due) }
        memory.isBuffered = schedule.overlap == .bufferOne
        return wait(after: due, at: now)
    }

    /// Notes how a run ended, and pauses the schedule after too many failures in a row.
    ///
    /// - Parameters:
    ///   - memory: What is remembered of this source's schedule.
    ///   - fault: Why the run failed; nothing where it did not.
    ///   - now: The present.
    package func ended(_ memory: inout ScheduleMemory, fault: Fault?, at now: Timestamp) {
        guard let fault else {
            memory.failuresInRow = 0
            return
        }
        memory.failuresInRow += 1
        let failuresMax = schedule.pauseAfterFailures
        guard failuresMax > 0, memory.failuresInRow >= failuresMax, memory.pause == nil else { return }
        let count =
            memory.failuresInRow == 1 ? "A run failed" : "\(memory.failuresInRow) runs in a row failed"
        let reason = "\(count), the last with \(fault.code.rawValue): \(fault.sentence)"
        memory.pause(reason: reason, who: "tidegate", at: now)
    }

    /// Gives when the next run begins by itself: in the past where it is about to, nothing where none will.
    package func next(_ memory: ScheduleMemory, at now: Timestamp) -> Timestamp? {
        guard memory.pause == nil else { return nil }
        if memory.isBuffered { return now }
        var memory = memory
        return switch turn(&memory, at: now, isBusy: false) {
        case .run(let due): begin(of: due)
        case .wait(let until): until
        case .paused, .never: nil
        }
    }

    /// Gives the time that the next one is counted from.
    private func start(_ memory: ScheduleMemory, at now: Timestamp) -> Timestamp {
        guard let last = memory.lastDue else {
            guard case .every(let seconds) = schedule.timing else { return now }
            return Timestamp(microseconds: now.microseconds - Int64(seconds * 1_000_000))
        }
        return last > now.adding(seconds: DueRuns.aheadSecondsMax) ? now : last
    }

    private func wait(after last: Timestamp, at now: Timestamp) -> Turn {
        var next = times.next(after: last)
        // Times of a calendar that are past and beyond `catch_up` stay behind.
        if let time = next, time <= now { next = times.next(after: now) }
        return next.map { .wait(until: begin(of: $0)) } ?? .never
    }

    /// Gives when the run of a time begins: later by the jitter, and before the next time.
    private func begin(of due: Timestamp) -> Timestamp {
        guard schedule.jitterSeconds > 0, let next = times.next(after: due) else { return due }
        let gapSeconds = Double(next.microseconds - due.microseconds) / 1_000_000
        let span = Int64(min(schedule.jitterSeconds, gapSeconds / 2) * 1_000_000)
        var random = SeededRandom(seed: seed ^ UInt64(bitPattern: due.microseconds))
        return Timestamp(microseconds: due.microseconds + Int64.random(in: 0...max(span, 0), using: &random))
    }
}
