/// What one stock's increases wait for: every decrease of it has to be acknowledged first (ring-fencing, I6).
struct StockGate: Sendable {
    /// Decreases and zeros that are held and not acknowledged.
    var decreases = 0
    /// Increases that are held and unsent.
    var increases: [Int] = []
    /// A refused decrease; its increases are kept back until it is applied.
    var refused: LevelKey?

    var isOpen: Bool { decreases == 0 && refused == nil }
    var isNeeded: Bool { decreases > 0 || !increases.isEmpty || refused != nil }
}
