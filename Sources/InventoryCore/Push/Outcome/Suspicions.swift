/// What is remembered of levels whose writes failed while others succeeded, also after they were released.
struct Suspicions: Sendable {
    /// Levels remembered at most; beyond it a level is only forgotten, never refused too early.
    static let levelsMax = 50_000

    private var levels: [LevelID: Suspicion] = [:]

    subscript(level: LevelID) -> Suspicion? {
        levels.isEmpty ? nil : levels[level]
    }

    mutating func remember(_ level: LevelID, attempts: Int, batchMax: Int) {
        guard levels.count < Suspicions.levelsMax || levels[level] != nil else { return }
        levels[level] = Suspicion(attempts: attempts, batchMax: batchMax)
    }

    mutating func forget(_ level: LevelID) {
        guard !levels.isEmpty else { return }
        levels[level] = nil
    }
}

struct Suspicion: Hashable, Sendable {
    let attempts: Int
    let batchMax: Int
}
