/// The id of one pass from source to outbox; it is in every log line, plan, level and exception.
package struct RunID: ByteText {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }
}
