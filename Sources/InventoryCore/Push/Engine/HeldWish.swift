/// A claimed wish inside the engine, and where it stands.
struct HeldWish: Sendable {
    enum State: Hashable, Sendable {
        /// In its wave's queue.
        case ready
        /// An increase that waits for the decreases of its stock.
        case gated
        /// Certainly not sent or not taken; ready again later.
        case delayed
        /// Waits until its level's holder has ended.
        case behind
        case inFlight
        /// Sent, outcome unknown: to be read back.
        case unknown
        /// An increase behind a refused decrease.
        case keptBack

        /// Whether the shop has nothing of it.
        var isUnsent: Bool {
            switch self {
            case .inFlight, .unknown: false
            case .ready, .gated, .delayed, .behind, .keptBack: true
            }
        }
    }

    let wish: Wish
    let addedAt: PushInstant
    var state: State
    /// Tries that failed while the shop answered others.
    var attempts = 0
    /// The largest batch it may be part of: halved when its batch failed as a whole, which finds a poison
    /// record.
    var batchMax = Int.max
}
