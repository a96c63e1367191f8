import InventoryCore

/// Lets one work at a time have a shop, in the order in which they asked.
package actor ShopTurns {
    /// More than this many wait only where something is stuck.
    static let waitingMax = 1_000

    private struct Waiting {
        let id: Int
        let name: String
        let continuation: CheckedContinuation<Void, any Error>
    }

    private(set) var current: String?
    private var waiting: [Waiting] = []
    private var asked = 0

    /// Names of what waits, the next one first.
    var queue: [String] { waiting.map(\.name) }

    /// Waits for its turn.
    ///
    /// - Throws: `queue_full` where too many wait, or `CancellationError`.
    func take(_ name: String) async throws {
        try Task.checkCancellation()
        guard current != nil else {
            current = name
            return
        }
        guard waiting.count < ShopTurns.waitingMax else { throw Fault.queueFull(waiting.count) }
        asked += 1
        let id = asked
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Void, any Error>) in
                if Task.isCancelled {
                    continuation.resume(throwing: CancellationError())
                } else {
                    waiting.append(Waiting(id: id, name: name, continuation: continuation))
                }
            }
        } onCancel: {
            Task(operation: { await self.leave(id) })
        }
    }

    /// Gives the turn to the next one.
    func giveBack() {
        guard !waiting.isEmpty else {
            current = nil
            return
        }
        let next = waiting.removeFirst()
        current = next.name
        next.continuation.resume()
    }

    private func leave(_ id: Int) {
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
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
