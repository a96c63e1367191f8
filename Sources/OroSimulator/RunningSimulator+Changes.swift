import Synchronization

extension RunningSimulator {
    /// Does something to the shop behind the client's back; false when there was nothing to do it to.
    @discardableResult
    package func perform(_ change: ShopChange) async -> Bool {
        await shop.perform(change)
    }

    /// Requests whose effect waits for `landLateEffects`.
    package var lateEffectCount: Int { shop.keptBack.withLock { $0.count } }

    /// Lets requests that a fault kept back take effect now, oldest first, at most so many; gives how many.
    @discardableResult
    package func landLateEffects(atMost most: Int = .max) async -> Int {
        await shop.landLateEffects(atMost: most)
    }

    /// The id of the product with this SKU; nil when there is none.
    package func productId(sku: String) -> String? {
        shop.with { state in state.products.productId(sku: sku).map { String($0) } }
    }
}
