/// What makes exceptions one piece of work: a code, and the unit, location, site, source or warehouse that
/// all of them share.
///
/// One missing factor behind 4,000 rows is one cause. SKUs and orders never tell causes apart: their number
/// has no bound.
package struct ExceptionCause: Hashable, Sendable {
    package let code: InventoryException.Code
    /// What is shared; without an SKU and an order.
    package let subject: Subject

    package init(code: InventoryException.Code, subject: Subject) {
        self.code = code
        self.subject = Subject(
            unit: code.entry.isByUnit ? subject.unit : nil,
            warehouse: subject.warehouse,
            location: subject.location,
            site: subject.site,
            source: subject.source
        )
    }
}

extension InventoryException {
    /// The piece of work that it belongs to.
    package var cause: ExceptionCause { ExceptionCause(code: code, subject: subject) }
}

extension ExceptionCause {
    /// What all exceptions of a cause say together.
    ///
    /// - Parameters:
    ///   - count: how many there are.
    ///   - examples: the first of them; at least one.
    /// - Returns: one sentence or more.
    package func message(of count: Int, _ examples: [InventoryException]) -> String {
        guard let first = examples.first else { return "" }
        guard count > 1 else { return first.message }
        let names = examples.map { Subject(one: $0.subject, beside: subject).description }
        let more = count > examples.count ? ", …" : ""
        return "\(count) \(noun(first.subject)): \(names.joined(separator: ", "))\(more). \(first.message)"
    }

    private func noun(_ one: Subject) -> String {
        if one.order != nil { return "orders" }
        if one.sku == nil { return "of them" }
        return one.unit != nil && subject.unit == nil ? "levels" : "SKUs"
    }
}

extension Subject {
    /// What tells one of many apart from the others of its cause.
    fileprivate init(one: Subject, beside shared: Subject) {
        self.init(
            sku: one.sku,
            unit: shared.unit == nil ? one.unit : nil,
            order: one.order
        )
    }
}
