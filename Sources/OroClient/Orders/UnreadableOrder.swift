package import InventoryCore

/// An order, or one line of it, that cannot be taken as the shop shows it.
///
/// What it sells is unknown, and not nothing: whoever counts must keep what was known of it.
package struct UnreadableOrder: Hashable, Sendable {
    /// The order's id as the shop writes it, fit to be shown.
    package let order: String
    /// The line's id; nothing where it is about the order as a whole, which is then not given at all.
    package let line: String?
    package let reason: Reason

    package enum Reason: String, Error, Hashable, Sendable, CaseIterable {
        case kind
        case id
        case repeated
        case identifier
        case time
        case status
        case parent
        case group
        case mark
        case lines
        case missing
        case sku
        case unit
        case warehouse
        case quantity
        case parts
    }

    package init(order: String, line: String? = nil, reason: Reason) {
        self.order = Text.bounded(order, to: 40)
        self.line = line.map { Text.bounded($0, to: 40) }
        self.reason = reason
    }

    package var orderID: OrderID? { OrderID(shown: order) }

    /// What is wrong, as the end of a sentence about the order or the line.
    package var problem: String {
        switch reason {
        case .kind: "is something else than an order"
        case .id: "has an id that is no number"
        case .repeated: "is shown twice"
        case .identifier: "has an identifier with control characters, or one too long"
        case .time: "has no time of creation or change, or an absurd one"
        case .status: "has a status that is no name"
        case .parent: "belongs to an order whose id is no number"
        case .group: "has a customer group that is no name"
        case .mark: "has control characters in the field of the acknowledgement"
        case .lines: "is shown without its lines"
        case .missing: "is named by its order, but not shown"
        case .sku: "has no SKU that a product can have"
        case .unit: "has no unit"
        case .warehouse: "has a warehouse that is no name"
        case .quantity: "has no quantity, a negative one, or one that six decimals do not hold"
        case .parts: "is a kit with a part that cannot be read"
        }
    }
}

extension OrderID {
    /// Reads an id; nothing where the text is not how the shop writes a number.
    init?(shown text: String) {
        guard let number = Int64(text), number > 0, String(number) == text else { return nil }
        self.init(number)
    }
}
