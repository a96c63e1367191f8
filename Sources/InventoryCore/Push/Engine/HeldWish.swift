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
        /// Sent, outcome unknown: being read back.
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

        /// Whether a wish in this state may go on to another; how it ends is for `HeldWishes.remove`.
        func mayBecome(_ next: State) -> Bool {
            switch (self, next) {
            case (_, .behind): false
            // From `behind` where an earlier process had sent it.
            case (.ready, .inFlight), (.behind, .inFlight), (.inFlight, .unknown), (.behind, .unknown): true
            case (_, .inFlight), (_, .unknown): false
            case (_, .ready), (_, .gated), (_, .delayed), (_, .keptBack): true
            }
        }
    }

    let wish: Wish
    let addedAt: PushInstant
    var state: State
    var suspicion: Suspicion
    /// What the last failed try was told.
    var lastAnswer: String?
    /// Its claim names the operation that carries or has carried it.
    var isCarried = false
}
