/// What the configuration will ask of the shop: an examination tries that and no more.
package struct ShopNeeds: Hashable, Sendable {
    /// Whether batches may be sent.
    package var usesBatches = true
    /// Whether products are set back to `in_stock`.
    package var restoresInStock = false
    /// The page of the storefront whose latency is watched.
    package var storefrontURL: String?
    package var storefrontTimeoutSeconds = 5.0
    /// Whether what no harmless request shows is tried out: a level's own value is written back, and an
    /// operation is left in the shop that changes nothing.
    package var triesWriting = false
    /// Whether orders are read.
    package var orders = false
    /// Whether it matters which group the customer of an order is in.
    package var customerGroups = false
    /// Whether it matters what a kit in an order consists of.
    package var kitParts = false

    package init() {}
}
