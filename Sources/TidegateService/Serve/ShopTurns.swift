import InventoryCore
import TidegatePipeline

/// Lets one work at a time have a shop, in the order in which they asked.
///
/// Whoever has it may lend it while it changes nothing: brief work that waits is let in meanwhile, one at a
/// time.
package actor ShopTurns {
    /// More than this many wait only where something is stuck.
    static let waitingMax = 1_000

    /// Which work asks for the shop.
    struct Work: Hashable, Sendable {
        let name: String
        /// Whether it is soon over and reads no file, as stock events are.
        var isBrief = false
    }

    /// The right to work on the shop, until it is given back.
    struct Turn: ShopTurn, Hashable {
        fileprivate let number: Int
        fileprivate let turns: ShopTurns

        package func lend() async { await turns.lend(self) }
        package func reclaim() async { await turns.reclaim(self) }

        static func == (one: Turn, other: Turn) -> Bool { one.number == other.number }
        func hash(into hasher: inout Hasher) { hasher.combine(number) }
    }

    private struct Waiting {
        let turn: Turn
        let work: Work
        let continuation: CheckedContinuation<Void, any Error>
    }

    private var holder: (turn: Turn, work: Work)?
    /// Whom the holder has let in meanwhile.
    private var guest: Turn?
    private var isLent = false
    private var returning: CheckedContinuation<Void, Never>?
    private var waiting: [Waiting] = []
    private var asked = 0

    /// The name of the work that has the shop, also while it is lent.
    var current: String? { holder?.work.name }

    /// Names of what waits, the next one first.
    var queue: [String] { waiting.map(\.work.name) }

    /// Waits for its turn.
    ///
    /// - Throws: `queue_full` where too many wait, or `CancellationError`.
    func take(_ work: Work) async throws -> Turn {
        try Task.checkCancellation()
        asked += 1
        let turn = Turn(number: asked, turns: self)
        if holder == nil {
            holder = (turn, work)
            return turn
        }
        if isLent, guest == nil, work.isBrief {
            guest = turn
            return turn
        }
        guard waiting.count < ShopTurns.waitingMax else { throw Fault.queueFull(waiting.count) }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Void, any Error>) in
                if Task.isCancelled {
                    continuation.resume(throwing: CancellationError())
                } else {
                    waiting.append(Waiting(turn: turn, work: work, continuation: continuation))
                }
            }
        } onCancel: {
            Task(operation: { await self.leave(turn) })
        }
        return turn
    }

    /// Gives the turn to the next one.
    func giveBack(_ turn: Turn) {
        if turn == guest {
            guest = nil
            if let returning {
                self.returning = nil
                returning.resume()
            } else {
                admit()
            }
        } else if turn == holder?.turn {
            holder = nil
            guard !waiting.isEmpty else { return }
            let next = waiting.removeFirst()
            holder = (next.turn, next.work)
            next.continuation.resume()
        }
    }

    private func lend(_ turn: Turn) {
        guard turn == holder?.turn else { return }
        isLent = true
        admit()
    }

    private func reclaim(_ turn: Turn) async {
        guard turn == holder?.turn else { return }
        isLent = false
        if guest != nil { await withCheckedContinuation { returning = $0 } }
    }

    /// Lets the first brief work in, where the shop is lent.
    private func admit() {
        guard isLent, guest == nil, let index = waiting.firstIndex(where: \.work.isBrief) else { return }
        let next = waiting.remove(at: index)
        guest = next.turn
        next.continuation.resume()
    }

    private func leave(_ turn: Turn) {
        guard let index = waiting.firstIndex(where: { $0.turn == turn }) else { return }
        waiting.remove(at: index).continuation.resume(throwing: CancellationError())
    }
}

extension Fault {
    static func queueFull(_ waiting: Int) -> Fault {
        Fault(
            .busy,
            code: "queue_full",
            message: "\(waiting) works wait for the shop already.",
            hint: "Ask again in a minute; `tidegate status` says what it is working at."
        )
    }
}
