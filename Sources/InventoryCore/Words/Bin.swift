/// A bin, lot or serial number within a location; empty where the source does not tell them apart.
package struct Bin: ByteText {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }
}
