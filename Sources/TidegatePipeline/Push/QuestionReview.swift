import InventoryCore
import OroClient
import StateStore
import TidegateSettings

/// Finds out what became of values that were sent without an answer, by whichever process runs then.
struct QuestionReview: Sendable {
    let state: StateDatabase
    let shop: OroClient
    let settings: OroSettings

    /// Levels of one reading.
    private static let levelsMax = 800

    /// Takes over what a process that has ended had claimed: what it may have sent is in question from now
    /// on, the rest goes as if it had never been claimed.
    func takeOver() async throws {
        let now = MachineInstant.now
        let restSeconds = QuestionReview.restSeconds(
            settings,
            quietSeconds: try await SendingLease.quietSeconds(state)
        )
        try await state.takeOverClaims(
            sent: try SendingJournal.sequences(folder: state.folder, boot: now.boot),
            until: now.adding(seconds: restSeconds),
            at: .now
        )
    }

    /// Seconds from now in which the requests of a process that has ended may still take effect: its settle
    /// time after the end of the last of them.
    ///
    /// They ended with the process, so by now. Where nothing was sent for longer than a request takes, they
    /// had ended before.
    ///
    /// - Parameters:
    ///   - settings: the settle time and the longest time of a request.
    ///   - quietSeconds: for how long certainly nothing was sent.
    /// - Returns: none or less where the time is over.
    static func restSeconds(_ settings: OroSettings, quietSeconds: Double) -> Double {
        let requestSeconds = max(settings.timeouts.writeSeconds, settings.timeouts.batchSeconds)
        return settings.push.settleSeconds - max(0, quietSeconds - requestSeconds)
    }

    /// Reads the levels back whose questions are over: what was confirmed since is written again where an
    /// older value has come back.
    ///
    /// - Returns: how many levels are not in question any more.
    /// - Throws: `Fault` where the shop does not answer; the rest is looked at by the next push.
    func perform() async throws -> Int {
        var ended = 0
        var after: LevelRow?
        while true {
            try Task.checkCancellation()
            let now = MachineInstant.now
            let found = try await state.endedQuestions(
                at: now,
                restart: now.adding(seconds: settings.push.settleSeconds),
                after: after,
                limit: QuestionReview.levelsMax
            )
            ended += found.confirmed
            guard let last = found.levels.last else { return ended }
            after = last.row
            for (levels, shown) in try await read(found.levels) {
                try await state.endQuestions(levels, shown: shown, at: .now)
                ended += levels.count
            }
        }
    }

    /// Looks once whether values that may still arrive have arrived, so that nothing waits for them in vain.
    ///
    /// - Throws: `Fault` where the shop does not answer.
    func lookForArrivals() async throws {
        var after: LevelRow?
        while true {
            try Task.checkCancellation()
            let levels = try await state.openQuestions(after: after, limit: QuestionReview.levelsMax)
            guard let last = levels.last else { return }
            after = last.row
            for (levels, shown) in try await read(levels) {
                try await state.noteArrivals(levels, shown: shown, at: .now)
            }
        }
    }

    /// Reads levels back, in smaller parts where a part cannot be read while the shop answers others: one
    /// level that cannot be read stays in question and holds nobody up.
    ///
    /// - Returns: the parts that were read, with what they show.
    /// - Throws: `Fault` where the shop answers nothing.
    private func read(
        _ levels: [QuestionedLevel]
    ) async throws -> [(levels: [QuestionedLevel], shown: [LevelID: Quantity])] {
        let end = ContinuousClock.now + .seconds(settings.push.patienceSeconds)
        var parts = [levels]
        var found: [(levels: [QuestionedLevel], shown: [LevelID: Quantity])] = []
        while let part = parts.popLast() {
            switch await shop.readBack(part.map(\.level)) {
            case .levels(let shown): found.append((part, shown))
            case .trouble(let trouble):
                if !trouble.passes || part.count == levels.count, let trouble = await shop.probe() {
                    throw Fault(trouble)
                }
                guard part.count > 1, ContinuousClock.now < end else { continue }
                parts.append(Array(part[..<(part.count / 2)]))
                parts.append(Array(part[(part.count / 2)...]))
            }
        }
        return found
    }

    /// Notes how operations ended that earlier processes had sent.
    func note(_ ended: [EndedOperation]) async throws {
        let now = MachineInstant.now
        for operation in ended {
            switch operation {
            case .final(let id): try await state.endOperation(id, until: now)
            case .vanished(let id):
                try await state.endOperation(id, until: now.adding(seconds: settings.push.settleSeconds))
            }
        }
    }
}
