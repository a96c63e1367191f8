/// What the ERP says of a web order: that it has booked it, shipped it or will never do so.
package struct OrderAcknowledgement: Hashable, Sendable {
    /// The order as the ERP calls it: its identifier or its id.
    package var order: String
    /// The line's id; nothing speaks of the whole order.
    package var line: Int64?
    /// How much of the line, in the unit that was ordered; nothing means all of it.
    package var quantity: Quantity?
    package var state: State
    /// When that became so in the ERP: a figure as of then or later contains it.
    package var at: Timestamp
    /// Whose figures contain it; nothing where that is not known, such as from a field of the order.
    package var source: SourceID?

    package enum State: String, Hashable, Sendable, CaseIterable {
        /// The order is in the ERP, and counts as committed there.
        case booked
        /// The stock has left the shelf.
        case shipped
        /// The ERP will not deliver it.
        case cancelled
    }

    package init(
        order: String,
        line: Int64? = nil,
        quantity: Quantity? = nil,
        state: State = .booked,
        at: Timestamp,
        source: SourceID? = nil
    ) {
        self.order = order
        self.line = line
        self.quantity = quantity
        self.state = state
        self.at = at
        self.source = source
    }
}
