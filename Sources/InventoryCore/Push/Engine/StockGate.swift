/// What one stock's increases wait for: every decrease of it has to be acknowledged first (ring-fencing, I6).
struct StockGate: Sendable {
    /// Decreases and zeros that are held and not acknowledged.
    var decreases = 0
    /// Increases that are held and unsent.
    var increases: [Int] = []
    /// Refused decreases; the increases are kept back until all of them are applied after all.
    var refused: Set<LevelKey> = []

    var isOpen: Bool { decreases == 0 && refused.isEmpty }
    var isNeeded: Bool { decreases > 0 || !increases.isEmpty || !refused.isEmpty }
}
