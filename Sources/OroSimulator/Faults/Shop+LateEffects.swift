import Synchronization

extension Shop {
    /// Keeps a request back: it takes effect after the time, or when `landLateEffects` is called.
    func keepBack(_ request: ShopRequest, milliseconds: Int?) async {
        var request = request
        // The shop looked at the token before it stalled; what becomes of the token later does not matter.
        request.admitted = client(of: request, with { $0.conditions })
        guard let milliseconds else {
            keptBack.withLock { $0.append(request) }
            return
        }
        await queue.expect()
        delays.yield(DelayedWork(due: .now + .milliseconds(milliseconds), item: .request(request)))
    }

    /// Lets requests that were kept back take effect, oldest first, at most so many; gives how many did.
    func landLateEffects(atMost most: Int = .max) async -> Int {
        var landed = 0
        while landed < most, let request = keptBack.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
            await land(request)
            landed += 1
        }
        return landed
    }

    /// Does what a request asks; its answer has nobody to go to.
    func land(_ request: ShopRequest) async {
        do {
            _ = try await serve(request)
        } catch {
            // Cancelled: the shop is closing.
            return
        }
    }
}
