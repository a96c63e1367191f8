package import InventoryCore

/// Which shop, source and run the current task works for; every log line that is written meanwhile says so.
package struct RunContext: Hashable, Sendable {
    package var shop: ShopID?
    package var source: SourceID?
    package var run: RunID?

    @TaskLocal package static var current = RunContext()

    package init(shop: ShopID? = nil, source: SourceID? = nil, run: RunID? = nil) {
        self.shop = shop
        self.source = source
        self.run = run
    }
}
