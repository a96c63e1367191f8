/// The name of a site: locations that are published together.
package struct SiteID: ByteText {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }
}
