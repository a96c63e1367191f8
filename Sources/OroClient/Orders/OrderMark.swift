import InventoryCore

/// A field of an order in which the ERP's connector may acknowledge it.
///
/// All but `status` can be written through the API in every version; `externalId` came with 6.1.10 and 7.0.2,
/// `status` with external status management (API contract, sections 12 and 13).
package enum OrderMark: String, Hashable, Sendable, CaseIterable {
    case externalID = "externalId"
    case sourceEntityIdentifier
    case customerNotes
    case identifier
    case poNumber
    case status

    /// A longer text is cut to this: only customers' notes are longer, and no acknowledgement is.
    static let bytesMax = 1000

    /// What the field says, or nothing where nobody has written it.
    ///
    /// An order without an identifier gets its own id for one (transcript `905-01-order-post-two-units`), so
    /// that says nothing.
    func said(_ text: String?, of order: OrderID) -> String? {
        guard let text, !text.isEmpty, self != .identifier || text != order.description else { return nil }
        guard text.utf8.count > OrderMark.bytesMax else { return text }
        // Whole scalars only; a single character can be as long as the text.
        var start = String.UnicodeScalarView()
        var bytes = 0
        for scalar in text.unicodeScalars {
            bytes += UTF8.width(scalar)
            guard bytes <= OrderMark.bytesMax else { break }
            start.append(scalar)
        }
        return String(start)
    }
}
