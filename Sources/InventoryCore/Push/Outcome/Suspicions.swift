/// How often a wish failed for its own sake, and in how large a batch it may still be sent.
package struct Suspicion: Hashable, Sendable {
    /// Tries that failed while the shop answered others, those of earlier processes included.
    package private(set) var attempts: Int
    /// The largest batch it may be part of: reduced when its batch failed as a whole, which finds a poison
    /// record.
    package private(set) var batchMax: Int

    /// Not under suspicion.
    package static let none = Suspicion()

    package init(attempts: Int = 0, batchMax: Int? = nil) {
        self.attempts = max(0, attempts)
        self.batchMax = attempts > 0 ? 1 : max(1, batchMax ?? Int.max)
    }

    /// Counts a try that failed; from now on it goes alone.
    mutating func failed() {
        attempts += 1
        batchMax = 1
    }

    /// Its batch of so many records failed without naming one.
    ///
    /// A lost answer is everyday life on a network: only the second of the same size is a reason to divide.
    /// Since the next try may have to wait for the end of what can still take effect, smaller parts then save
    /// rounds.
    mutating func divided(records: Int, wasLost: Bool = false) {
        if wasLost, batchMax > records {
            batchMax = records
            return
        }
        let parts = wasLost ? 8 : 2
        batchMax = max(1, min(batchMax, (records + parts - 1) / parts))
    }
}

/// What is remembered of levels whose writes failed while others succeeded, also after they were released.
struct Suspicions: Sendable {
    /// Levels remembered at most; beyond it a level is only forgotten, never refused too early.
    static let levelsMax = 50_000

    private var levels: [LevelID: Suspicion] = [:]

    /// The suspicion of a wish: what is remembered, or what earlier processes have counted.
    subscript(wish: Wish) -> Suspicion {
        if !levels.isEmpty, let known = levels[wish.level] { return known }
        return wish.suspicion
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
