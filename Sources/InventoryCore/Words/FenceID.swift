/// The name of a fence: stock set apart for one customer group.
package struct FenceID: ByteText {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }
}
