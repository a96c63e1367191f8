package import InventoryCore

extension Fault.Code {
    /// `oro.url` is no address of a shop.
    package static let badURL = Fault.Code("bad_url")
    /// An answer that the contract does not know.
    package static let unexpectedAnswer = Fault.Code("unexpected_answer")
}
