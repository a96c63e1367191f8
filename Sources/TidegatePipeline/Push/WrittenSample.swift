import InventoryCore

/// A fair sample of the levels that a push wrote.
struct WrittenSample: Sendable {
    static let countMax = 50

    private(set) var levels: [LevelID] = []
    private var seen = 0
    /// Asking the system for randomness costs more than the rest of `add`.
    private var random = SeededRandom(seed: .random(in: .min ... .max))

    /// Adds a confirmed wish by reservoir sampling, so that each is equally likely to be kept.
    mutating func add(_ wish: Wish) {
        seen += 1
        let isFull = levels.count >= WrittenSample.countMax
        let place = isFull ? Int.random(in: 0..<seen, using: &random) : levels.count
        guard place < WrittenSample.countMax, !levels.contains(wish.level) else { return }
        if place == levels.count { levels.append(wish.level) } else { levels[place] = wish.level }
    }

    /// Adds a level that is worth a look in any case.
    mutating func add(_ level: LevelID) {
        guard !levels.contains(level) else { return }
        if levels.count < WrittenSample.countMax {
            levels.append(level)
        } else {
            levels[Int.random(in: levels.indices, using: &random)] = level
        }
    }
}
