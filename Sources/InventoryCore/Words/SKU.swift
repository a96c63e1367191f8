/// The merchant's identifier of what is sold, after the declared normalisation.
package struct SKU: ByteText {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }
}
