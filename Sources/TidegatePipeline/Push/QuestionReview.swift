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
        // The last request can have been under way until its own time was over.
        let requestSeconds = max(settings.timeouts.writeSeconds, settings.timeouts.batchSeconds)
        let quietSeconds = try await SendingLease.quietSeconds(state)
        let restSeconds = settings.push.settleSeconds + requestSeconds - quietSeconds
        try await state.takeOverClaims(
            sent: try SendingJournal.sequences(folder: state.folder, boot: now.boot),
            until: now.adding(seconds: restSeconds),
            at: .now
        )
    }

    /// Reads the levels back whose questions are over: what was confirmed since is written again where an
    /// older value has come back.
    ///
    /// - Returns: how many levels are not in question any more.
    /// - Throws: `Fault` where the shop does not answer; the rest is looked at by the next push.
    func perform() async throws -> Int {
        var ended = 0
        while true {
            try Task.checkCancellation()
            let now = MachineInstant.now
            let found = try await state.endedQuestions(
                at: now,
                restart: now.adding(seconds: settings.push.settleSeconds),
                limit: QuestionReview.levelsMax
            )
            ended += found.confirmed + found.levels.count
            guard !found.levels.isEmpty else { return ended }
            switch await shop.readBack(found.levels.map(\.level)) {
            case .trouble(let trouble): throw Fault(trouble)
            case .levels(let shown): try await state.endQuestions(found.levels, shown: shown, at: .now)
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
            switch await shop.readBack(levels.map(\.level)) {
            case .trouble(let trouble): throw Fault(trouble)
            case .levels(let shown): try await state.noteArrivals(levels, shown: shown, at: .now)
            }
        }
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
