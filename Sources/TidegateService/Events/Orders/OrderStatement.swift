package import InventoryCore

/// What an ERP says of web orders in one item of a body.
package enum OrderStatement: Hashable, Sendable {
    /// Of an order, or of a line of it.
    case acknowledged(OrderAcknowledgement)
    /// Its import has taken every order that was placed until then.
    case alive(Timestamp)
}
