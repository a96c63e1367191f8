/// A value that was sent to a level without an answer.
package struct SentValue: Hashable, Sendable {
    package let quantity: Quantity
    /// What the shop had confirmed when it was sent; nothing where it never had.
    package let before: Quantity?

    package init(quantity: Quantity, before: Quantity?) {
        self.quantity = quantity
        self.before = before
    }
}

extension [SentValue] {
    /// What is to be taken as confirmed after the level has been read; nothing where that does not change.
    ///
    /// A newer value that was confirmed meanwhile counts, unless the level shows one of the older ones again.
    ///
    /// - Parameters:
    ///   - published: what was last confirmed.
    ///   - shown: what the level shows.
    /// - Returns: the value to publish.
    package func confirmed(published: Quantity?, shows shown: Quantity) -> Quantity? {
        if shown == published { return nil }
        if let old = last(where: { $0.quantity == shown }) { return old.quantity }
        guard let last, published == nil || published == last.before else { return nil }
        if ReadBack(sent: last.quantity, before: last.before, shown: shown) == .arrived {
            return last.quantity
        }
        return published == nil ? shown : nil
    }
}
