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
    // The default mirror lists the stored text, and so do `dump` and errors that contain it.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
