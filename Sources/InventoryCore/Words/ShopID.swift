/// The name of one OroCommerce with its state folder, as paths, metrics and logs show it.
package struct ShopID: ByteText {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// The shop of a configuration that does not name it.
    package static let main: ShopID = "main"
}
