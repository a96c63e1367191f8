package import InventoryCore
package import OroClient
package import StateStore

/// Empties the outbox into the shop: a thin shell that does what the push engine says.
///
/// Wishes are claimed durably before they are sent, so that a process killed at any instant leaves behind
/// which levels may have been written; the next one finds out before it sends anything newer there.
package struct Pusher: Sendable {
    package let state: StateDatabase
    package let shop: OroClient
    package let options: PushOptions

    /// Settlements that are written together at the most.
    private static let settlementsMax = 500

    package init(state: StateDatabase, shop: OroClient, options: PushOptions) {
        self.state = state
        self.shop = shop
        self.options = options
    }

    /// What a push did, and what it left.
    package struct Outcome: Sendable {
        package let progress: PushProgress
        package let backlog: Backlog
        /// Why it stopped before the outbox was empty.
        package let trouble: ShopTrouble?
    }

    /// Pushes until the outbox is empty or the shop cannot take more.
    ///
    /// - Throws: `StoreError`, or `CancellationError`; what is claimed then is found again by the next push.
    package func push() async throws -> Outcome {
        let index = LevelIndex(state: state, shop: shop)
        var loop = PushLoop(
            pusher: self,
            engine: PushEngine(options: options, seed: UInt64.random(in: 0 ... .max))
        )
        try await loop.recover()
        while true {
            try await loop.run()
            try Task.checkCancellation()
            guard loop.trouble == nil else { break }
            do {
                // Levels that were gone have new ids now: their wishes can be sent.
                guard try await index.resolveGone() else { break }
            } catch let error as OroError {
                guard let trouble = error.trouble else { throw error }
                loop.trouble = trouble
                break
            }
        }
        return Outcome(
            progress: loop.engine.progress,
            backlog: try await state.backlog(),
            trouble: loop.trouble
        )
    }

    /// Does one action and gives its answer.
    func perform(_ action: PushAction) async throws -> PushEvent {
        switch action {
        case .write(let ticket, let wish):
            return .written(ticket, await shop.write(wish.write))
        case .submit(let ticket, let wishes, let synchronous):
            let answer = await shop.submit(wishes.map(\.write), synchronous: synchronous)
            if case .accepted(let operation) = answer {
                try await state.record(operation: operation, of: wishes)
            }
            return .submitted(ticket, answer)
        case .poll(let ticket, let operation, let wishes):
            return .polled(ticket, await shop.poll(operation, writes: wishes.map(\.write)))
        case .readBack(let ticket, let levels):
            return .readBack(ticket, await shop.readBack(levels))
        case .probe(let ticket):
            return .probed(ticket, await shop.probe())
        }
    }

    func settle(_ settlements: [Settlement]) async throws {
        for start in stride(from: 0, to: settlements.count, by: Self.settlementsMax) {
            let part = settlements[start..<min(start + Self.settlementsMax, settlements.count)]
            _ = try await state.settle(Array(part), at: .now)
        }
    }
}
