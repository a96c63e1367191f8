/// Whether the answer to a write was about the product that was meant.
///
/// The answer to a single write names the level's product. Where that is another than the index has, the id
/// is another level's now: nothing more is sent to it, and the level is looked up anew.
package enum WrittenProduct: Hashable, Sendable {
    case asKnown
    /// The answer does not name it, or it was never known.
    case unknown
    case another

    package init(answered: ProductID?, known: ProductID?) {
        guard let answered, let known else {
            self = .unknown
            return
        }
        self = answered == known ? .asKnown : .another
    }
}
