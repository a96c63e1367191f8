/// What requests and records cost the shop.
package struct CostModel: Sendable {
    package init() {}
}
