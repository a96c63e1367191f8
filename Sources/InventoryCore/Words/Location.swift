/// A place that holds stock, as the ERP names it.
package struct Location: ByteText {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }
}
