/// A text that never shows itself in logs, errors or dumps.
package struct Secret: Sendable {
    private let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// The text itself, for the one place that sends it.
    package func revealed() -> String { text }

    package var isEmpty: Bool { text.isEmpty }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
    // A mirror would otherwise list the stored text, and so would `dump` and an error that contains it.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
