/// How often a wish failed while the shop answered others, and in how large a batch it may still be sent.
struct Suspicion: Hashable, Sendable {
    /// Tries that failed while the shop answered others.
    private(set) var attempts = 0
    /// The largest batch it may be part of: halved when its batch failed as a whole, which finds a poison
    /// record.
    private(set) var batchMax = Int.max

    /// Not under suspicion.
    static let none = Suspicion()

    /// Counts a failed try; from the third on it goes in smaller batches, since twice can be chance.
    mutating func failed(inBatchOf records: Int) {
        if attempts > 1 { batchMax = max(1, (records + 1) / 2) }
        attempts += 1
    }
}

/// What is remembered of levels whose writes failed while others succeeded, also after they were released.
struct Suspicions: Sendable {
    /// Levels remembered at most; beyond it a level is only forgotten, never refused too early.
    static let levelsMax = 50_000

    private var levels: [LevelID: Suspicion] = [:]

    subscript(level: LevelID) -> Suspicion {
        levels.isEmpty ? .none : levels[level] ?? .none
    }

    mutating func remember(_ suspicion: Suspicion, of level: LevelID) {
        guard levels.count < Suspicions.levelsMax || levels[level] != nil else { return }
        levels[level] = suspicion
    }

    mutating func forget(_ level: LevelID) {
        guard !levels.isEmpty else { return }
        levels[level] = nil
    }
}
