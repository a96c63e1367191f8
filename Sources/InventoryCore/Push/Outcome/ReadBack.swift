/// What a level that is read back says of a write whose answer proves nothing.
///
/// The source is the push's own rule: a figure that was written and then sold from is not written again,
/// since that would undo the order's decrease.
package enum ReadBack: Hashable, Sendable {
    /// The level shows what was sent, or what a sale since has left of it.
    case arrived
    /// It shows something that the write cannot have led to.
    case notTaken

    /// Judges what a level shows.
    ///
    /// - Parameters:
    ///   - sent: the value that was sent.
    ///   - before: what the shop had confirmed before; nothing where it is not known.
    ///   - shown: what the level shows now.
    package init(sent: Quantity, before: Quantity?, shown: Quantity) {
        if shown == sent {
            self = .arrived
        } else if shown > sent {
            self = .notTaken
        } else if let before, sent < before {
            // Fewer units sold from the new figure than from the old one explain it.
            self = .arrived
        } else if let before, shown > before {
            self = .arrived
        } else {
            self = .notTaken
        }
    }
}
